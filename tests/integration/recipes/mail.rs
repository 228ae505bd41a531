//! A link in a mail that logs in, for accounts without a password.

use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::form::Form;
use rocket::http::{RawStr, Status};
use rocket::response::content::RawHtml;
use rocket::{Build, FromForm, Rocket, State, get, post, routes, uri};
use rocket_login::{Auth, LoginManager, NextRedirect, User};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqlitePool;

use crate::recipes::account::{Account, failed, find};
use crate::recipes::{client, database, figment, site};

/// Stands for a service that sends mails.
#[derive(Default)]
struct Mails(Mutex<Vec<String>>);

impl Mails {
    fn send(&self, to: &str, text: &str) {
        self.0.lock().unwrap().push(format!("To: {to}\n\n{text}"));
    }
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

async fn new_link(pool: &SqlitePool, account: &Account) -> Result<String, Status> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Status::ServiceUnavailable)?;
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let insert = sqlx::query("INSERT INTO links VALUES (?, ?, unixepoch() + 600)");
    let insert = insert.bind(digest(&token)).bind(account.id);
    insert.execute(pool).await.map_err(failed)?;
    // Not from the header `Host`, which anybody can send.
    Ok(format!("https://app.example{}", uri!(link_page(token))))
}

#[derive(FromForm)]
struct Asked<'r> {
    name: &'r str,
}

#[post("/link", data = "<form>")]
async fn ask(
    form: Form<Asked<'_>>,
    pool: &State<SqlitePool>,
    mails: &State<Mails>,
) -> Result<&'static str, Status> {
    let found = sqlx::query_as("SELECT * FROM accounts WHERE name = ?");
    let found = found.bind(form.name).fetch_optional(&**pool).await;
    let account: Option<Account> = found.map_err(failed)?;
    if let Some(account) = account {
        mails.send(&account.name, &new_link(pool, &account).await?);
    }
    Ok("If there is such an account, a mail is on its way.")
}

#[get("/link/<token>")]
async fn link_page(token: &str, pool: &State<SqlitePool>) -> Result<RawHtml<String>, Status> {
    let found = sqlx::query_as(
        "SELECT accounts.* FROM links JOIN accounts ON accounts.id = links.account
         WHERE digest = ? AND expires > unixepoch()",
    );
    let found = found.bind(digest(token)).fetch_optional(&**pool).await;
    let account: Account = found.map_err(failed)?.ok_or(Status::NotFound)?;
    let name = RawStr::new(&account.name).html_escape();
    Ok(RawHtml(format!(
        r#"<form method="post"><button>Log in as {name}</button></form>"#
    )))
}

#[post("/link/<token>")]
async fn follow_link(
    token: &str,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Result<NextRedirect, Status> {
    auth.check_same_site()?;
    let used = sqlx::query_scalar(
        "DELETE FROM links WHERE digest = ? AND expires > unixepoch() RETURNING account",
    );
    let used = used.bind(digest(token)).fetch_optional(&**pool).await;
    let id = used.map_err(failed)?.ok_or(Status::NotFound)?;
    let account = find(pool, id).await.map_err(failed)?;
    auth.login(&account.ok_or(Status::NotFound)?).await?;
    Ok(NextRedirect::to(uri!(home)))
}

#[post("/logout-everywhere")]
async fn logout_everywhere(
    user: User<Account>,
    manager: &State<LoginManager<Account>>,
    pool: &State<SqlitePool>,
) -> Result<NextRedirect, Status> {
    let change = sqlx::query("UPDATE accounts SET session_key = hex(randomblob(16)) WHERE id = ?");
    change
        .bind(user.id)
        .execute(&**pool)
        .await
        .map_err(failed)?;
    let links = sqlx::query("DELETE FROM links WHERE account = ?");
    links.bind(user.id).execute(&**pool).await.map_err(failed)?;
    manager.auth_changed(&user.id).await?;
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

fn pages(pool: &SqlitePool) -> Rocket<Build> {
    let routes = routes![ask, link_page, follow_link, logout_everywhere, home, whoami];
    site(figment(), pool, routes).manage(Mails::default())
}

type Browser = rocket::local::asynchronous::Client;

/// The path of the link in the last mail.
async fn path(browser: &Browser) -> String {
    let form = browser
        .post("/link")
        .header(rocket::http::ContentType::Form);
    let answer = form.body("name=alice").dispatch().await;
    assert_eq!(answer.status(), Status::Ok);
    let mails = browser.rocket().state::<Mails>().unwrap().0.lock().unwrap();
    let path = mails.last().and_then(|mail| mail.split_once("app.example"));
    path.unwrap().1.to_string()
}

async fn get(browser: &Browser, path: &str) -> Status {
    browser.get(path.to_string()).dispatch().await.status()
}

async fn post(browser: &Browser, path: &str) -> Status {
    browser.post(path.to_string()).dispatch().await.status()
}

#[rocket::async_test]
async fn a_link_logs_in_once_and_a_scanner_uses_nothing_up() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    let link = path(&browser).await;
    for _ in 0..3 {
        assert_eq!(get(&browser, &link).await, Status::Ok);
    }
    assert_eq!(get(&browser, "/whoami").await, Status::SeeOther);
    assert_eq!(post(&browser, &link).await, Status::SeeOther);
    assert_eq!(get(&browser, "/whoami").await, Status::Ok);
    assert_eq!(get(&browser, &link).await, Status::NotFound);
    assert_eq!(post(&browser, &link).await, Status::NotFound);
}

#[rocket::async_test]
async fn a_link_expires_and_the_table_cannot_make_one() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    let link = path(&browser).await;
    let digest: Vec<u8> = sqlx::query_scalar("SELECT digest FROM links")
        .fetch_one(&pool)
        .await
        .unwrap();
    let copied = format!("/link/{}", URL_SAFE_NO_PAD.encode(digest));
    assert_eq!(post(&browser, &copied).await, Status::NotFound);
    sqlx::raw_sql("UPDATE links SET expires = unixepoch()")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(get(&browser, &link).await, Status::NotFound);
    assert_eq!(post(&browser, &link).await, Status::NotFound);
    assert_eq!(get(&browser, "/whoami").await, Status::SeeOther);
}

#[rocket::async_test]
async fn a_page_of_another_site_uses_no_link_up() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    let link = path(&browser).await;
    let other = rocket::http::Header::new("Sec-Fetch-Site", "cross-site");
    let answer = browser.post(link.clone()).header(other).dispatch().await;
    assert_eq!(answer.status(), Status::Forbidden);
    assert_eq!(post(&browser, &link).await, Status::SeeOther);
}

#[rocket::async_test]
async fn an_unknown_name_gets_the_same_answer_and_no_mail() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    let mut answers = Vec::new();
    for name in ["name=alice", "name=bob"] {
        let form = browser
            .post("/link")
            .header(rocket::http::ContentType::Form);
        let answer = form.body(name).dispatch().await;
        answers.push((answer.status(), answer.into_string().await));
    }
    assert_eq!(answers[0], answers[1]);
    let mails = browser.rocket().state::<Mails>().unwrap();
    assert_eq!(mails.0.lock().unwrap().len(), 1);
}

#[rocket::async_test]
async fn a_new_session_key_ends_every_login_and_every_link() {
    let pool = database().await;
    let browser = client(pages(&pool)).await;
    let (used, kept) = (path(&browser).await, path(&browser).await);
    assert_eq!(post(&browser, &used).await, Status::SeeOther);
    let copy: Vec<_> = browser.cookies().iter().cloned().collect();
    assert_eq!(post(&browser, "/logout-everywhere").await, Status::SeeOther);
    let stolen = browser.get("/whoami").cookies(copy).dispatch().await;
    assert_eq!(stolen.status(), Status::SeeOther);
    assert_eq!(post(&browser, &kept).await, Status::NotFound);
}
