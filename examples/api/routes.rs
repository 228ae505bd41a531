//! The routes for programs and browsers.

use rocket::http::Status;
use rocket::serde::Deserialize;
use rocket::{Route, State, delete, get, post, routes};
use rocket_login::{Auth, FreshUser, LoginError, Permit, User, Via};
use serde_json::{Value, json};

use super::accounts::{Account, Accounts, Auditor};
use super::json::Json;
use super::tokens::{Issued, LIFETIME, Tokens};

pub(crate) fn routes() -> Vec<Route> {
    routes![
        login_page, login, logout, exchange, issue, list, revoke, me, audit
    ]
}

#[get("/login")]
fn login_page() -> &'static str {
    "token=$(curl --json '{\"name\":\"alice\",\"password\":\"wonderland\"}' 127.0.0.1:8000/token)\n\
     curl --header 'Authorization: Bearer …' 127.0.0.1:8000/me\n"
}

/// Without `Debug` on purpose: it would print the password.
#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct Credentials {
    name: String,
    password: String,
}

/// For a page's own scripts: a session in a cookie, which they cannot read.
#[post("/login", data = "<credentials>")]
async fn login(
    credentials: Json<Credentials>,
    accounts: &State<Accounts>,
    auth: Auth<'_, Account>,
) -> Result<Json<Value>, Status> {
    let account = verified(credentials, accounts, &auth).await?;
    auth.login(&account).await?;
    Ok(Json(json!({ "name": account.name })))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<Status, LoginError> {
    auth.logout().await.map(|()| Status::NoContent)
}

/// For programs that were told a name and a password, which they need not keep.
#[post("/token", data = "<credentials>")]
async fn exchange(
    credentials: Json<Credentials>,
    accounts: &State<Accounts>,
    auth: Auth<'_, Account>,
    tokens: &State<Tokens>,
) -> Result<(Status, Json<Issued>), Status> {
    let account = verified(credentials, accounts, &auth).await?;
    created(&account, tokens)
}

/// For people who are logged in and have a program to let in. No token is a fresh login, so a
/// stolen one makes no others.
#[post("/tokens")]
fn issue(
    user: FreshUser<Account>,
    tokens: &State<Tokens>,
) -> Result<(Status, Json<Issued>), Status> {
    created(&user, tokens)
}

fn created(owner: &Account, tokens: &Tokens) -> Result<(Status, Json<Issued>), Status> {
    let issued = tokens.issue(owner, LIFETIME);
    let issued = issued.map_err(|_| Status::ServiceUnavailable)?;
    Ok((Status::Created, Json(issued)))
}

/// The account with this name and password. Before it is for strangers to try, limit how often: the
/// crate's chapter on throttling shows how.
async fn verified(
    Json(credentials): Json<Credentials>,
    accounts: &Accounts,
    auth: &Auth<'_, Account>,
) -> Result<Account, Status> {
    let Credentials { name, password } = credentials;
    match accounts.verified(&name, password).await? {
        Some(account) => Ok(account),
        None => {
            auth.login_failed(&name)?;
            Err(Status::Unauthorized)
        }
    }
}

#[get("/tokens")]
fn list(user: User<Account>, tokens: &State<Tokens>) -> Json<Vec<String>> {
    Json(tokens.ids_of(&user))
}

/// By a cookie or a token of its owner: also by the token itself, once a program is done.
#[delete("/tokens/<id>")]
fn revoke(id: &str, user: User<Account>, tokens: &State<Tokens>) -> Status {
    match tokens.revoke(&user, id) {
        true => Status::NoContent,
        false => Status::NotFound,
    }
}

#[get("/me")]
fn me(user: User<Account>) -> Json<Value> {
    let via = match user.via() {
        Via::Request => "token",
        _ => "session",
    };
    Json(json!({ "name": user.name, "via": via }))
}

#[get("/audit")]
fn audit(auditor: Permit<Auditor, Account>) -> Json<Value> {
    Json(json!({ "auditor": auditor.name, "entries": [] }))
}
