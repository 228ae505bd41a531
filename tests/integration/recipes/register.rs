//! New accounts, each with a password.

use argon2::{Argon2, PasswordHasher};
use rocket::form::Form;
use rocket::http::{ContentType, Header, RawStr, Status};
use rocket::response::content::RawHtml;
use rocket::tokio::task::spawn_blocking;
use rocket::{Either, FromForm, State, get, post, routes, uri};
use rocket_login::{Auth, NextRedirect, User};
use sqlx::sqlite::SqlitePool;

use crate::recipes::account::{Account, failed};
use crate::recipes::{client, database, figment, site};

pub(super) async fn hash(password: &str) -> Result<String, Status> {
    let password = password.to_string();
    let work = move || Argon2::default().hash_password(password.as_bytes());
    let hash = spawn_blocking(work).await.ok().and_then(Result::ok);
    Ok(hash.ok_or(Status::InternalServerError)?.to_string())
}

fn form_page(name: &str, alert: &str) -> RawHtml<String> {
    let name = RawStr::new(name).html_escape();
    RawHtml(format!(
        r#"<form method="post">
             <p role="alert">{alert}</p>
             <label>Name <input name="name" value="{name}"></label>
             <label>Password <input name="password" type="password"></label>
             <button>Register</button>
           </form>"#
    ))
}

#[get("/register")]
fn register_page() -> RawHtml<String> {
    form_page("", "")
}

#[derive(FromForm)]
struct SignUp<'r> {
    name: &'r str,
    password: &'r str,
}

#[post("/register", data = "<form>")]
async fn register(
    form: Form<SignUp<'_>>,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Result<Either<NextRedirect, (Status, RawHtml<String>)>, Status> {
    // Before anything is stored: a form of another site makes no account.
    auth.check_same_site()?;
    let again = |status, alert| Ok(Either::Right((status, form_page(form.name, alert))));
    if form.name.is_empty() || form.password.chars().count() < 8 {
        return again(
            Status::UnprocessableEntity,
            "A name, and at least 8 characters.",
        );
    }
    let hash = hash(form.password).await?;
    // One statement finds out whether the name is free, and takes it.
    let insert = sqlx::query_as(
        "INSERT INTO accounts (name, password_hash) VALUES (?, ?)
         ON CONFLICT (name) DO NOTHING RETURNING *",
    );
    let made = insert
        .bind(form.name)
        .bind(hash)
        .fetch_optional(&**pool)
        .await;
    let made: Option<Account> = made.map_err(failed)?;
    let Some(account) = made else {
        return again(Status::Conflict, "This name is taken.");
    };
    auth.login(&account).await?;
    Ok(Either::Left(NextRedirect::to(uri!(whoami))))
}

#[get("/whoami")]
fn whoami(user: User<Account>) -> String {
    user.name.clone()
}

#[rocket::async_test]
async fn a_new_account_is_logged_in_and_a_name_is_taken_once() {
    let pool = database().await;
    let routes = routes![register_page, register, whoami];
    let client = client(site(figment(), &pool, routes)).await;
    for (form, status) in [
        ("name=alice&password=jabberwocky", Status::Conflict),
        ("name=bob&password=short", Status::UnprocessableEntity),
        ("name=&password=jabberwocky", Status::UnprocessableEntity),
    ] {
        let form = client
            .post("/register")
            .header(ContentType::Form)
            .body(form);
        assert_eq!(form.dispatch().await.status(), status);
        assert_eq!(
            client.get("/whoami").dispatch().await.status(),
            Status::SeeOther
        );
    }
    let form = client.post("/register").header(ContentType::Form);
    let form = form.body("name=%3Cbob%3E&password=jabberwocky");
    assert_eq!(form.clone().dispatch().await.status(), Status::SeeOther);
    let page = client.get("/whoami").dispatch().await;
    assert_eq!(page.into_string().await.unwrap(), "<bob>");
    let again = form.dispatch().await.into_string().await.unwrap();
    assert!(again.contains("&lt;bob&gt;"), "{again}");
}

#[rocket::async_test]
async fn a_form_of_another_site_makes_no_account() {
    let pool = database().await;
    let client = client(site(figment(), &pool, routes![register, whoami])).await;
    let form = client.post("/register").header(ContentType::Form);
    let form = form.header(Header::new("Origin", "https://evil.example"));
    let form = form.body("name=bob&password=jabberwocky");
    assert_eq!(form.dispatch().await.status(), Status::Forbidden);
    let count = sqlx::query_scalar("SELECT count(*) FROM accounts");
    assert_eq!(
        count
            .fetch_one(&pool)
            .await
            .map(|count: i64| count)
            .unwrap(),
        1
    );
}
