//! Deleting an account.

use rocket::form::Form;
use rocket::http::{ContentType, Status};
use rocket::{FromForm, State, get, post, routes, uri};
use rocket_login::{Auth, FreshUser, LoginManager, NextRedirect, User, testing};
use sqlx::sqlite::SqlitePool;

use crate::recipes::account::{Account, failed};
use crate::recipes::{alice, client, database, figment, site};

#[derive(FromForm)]
struct Deletion<'r> {
    name: &'r str,
}

#[post("/account/delete", data = "<form>")]
async fn delete_account(
    _user: FreshUser<Account>,
    form: Form<Deletion<'_>>,
    auth: Auth<'_, Account>,
    manager: &State<LoginManager<Account>>,
    pool: &State<SqlitePool>,
) -> Result<NextRedirect, Status> {
    let user = auth.verify_fresh().await?;
    // They have typed their name, which no click by mistake does.
    if form.name != user.name {
        return Err(Status::UnprocessableEntity);
    }
    manager.revoke_all(&user.id).await?;
    let delete = sqlx::query("DELETE FROM accounts WHERE id = ?").bind(user.id);
    delete.execute(&**pool).await.map_err(failed)?;
    auth.logout().await?;
    Ok(NextRedirect::to(uri!(home)))
}

#[get("/")]
fn home() -> &'static str {
    "home"
}

#[get("/whoami")]
fn whoami(user: User<Account>) -> String {
    user.name.clone()
}

fn pages(pool: &SqlitePool) -> rocket::Rocket<rocket::Build> {
    let figment = figment().merge(("login.session.store", "memory"));
    site(figment, pool, routes![delete_account, home, whoami])
}

type Browser = rocket::local::asynchronous::Client;

async fn delete(browser: &Browser, name: &str) -> Status {
    let form = browser.post("/account/delete").header(ContentType::Form);
    form.body(format!("name={name}")).dispatch().await.status()
}

async fn count(pool: &SqlitePool) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM accounts");
    count.fetch_one(pool).await.unwrap()
}

#[rocket::async_test]
async fn a_deleted_account_has_no_login_left() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    let account = alice(&pool).await;
    let other = testing::login_as(&account).cookies_async(&browser).await;
    testing::login_async(&browser, &account).await;
    let own: Vec<_> = browser.cookies().iter().cloned().collect();

    assert_eq!(delete(&browser, "bob").await, Status::UnprocessableEntity);
    assert_eq!(count(&pool).await, 1);
    assert_eq!(delete(&browser, "alice").await, Status::SeeOther);
    assert_eq!(count(&pool).await, 0);
    assert!(browser.cookies().iter().next().is_none());
    let manager = browser.rocket().state::<LoginManager<Account>>().unwrap();
    assert!(manager.sessions(&account.id).await.unwrap().is_empty());

    // The same id and key, as from a backup: no copy counts again.
    let back = sqlx::query("INSERT INTO accounts VALUES (1, 'alice', NULL, ?)");
    back.bind(&account.session_key)
        .execute(&pool)
        .await
        .unwrap();
    for cookies in [own, other] {
        let answer = browser.get("/whoami").cookies(cookies).dispatch().await;
        assert_eq!(answer.status(), Status::SeeOther);
    }
}

#[rocket::async_test]
async fn a_login_that_is_not_fresh_deletes_nothing() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    testing::login_as(&alice(&pool).await)
        .stale()
        .on_async(&browser)
        .await;
    assert_eq!(delete(&browser, "alice").await, Status::SeeOther);
    assert_eq!(count(&pool).await, 1);
}
