//! A JSON API for programs with bearer tokens and for browsers with a session, behind the same
//! guards. A user gets a token by a password or a session. The API keeps its digest, and revokes it.
//! `cargo run --example api`, then `curl 127.0.0.1:8000/login`, which says how to go on.

mod accounts;
mod json;
mod routes;
mod tokens;

use rocket::figment::{Figment, providers::Serialized};
use rocket::{Build, Request, Rocket};
use rocket_login::LoginManager;

pub(crate) use accounts::Accounts;
use accounts::{Account, load_account};
pub(crate) use tokens::Tokens;

/// The request loader: the user of the token, if cookies have brought no user.
async fn by_token(request: &Request<'_>) -> Result<Option<Account>, &'static str> {
    let Some(token) = tokens::bearer(request) else {
        return Ok(None);
    };
    let tokens = request.rocket().state::<Tokens>();
    let tokens = tokens.ok_or("the tokens are not in managed state")?;
    match tokens.owner_of(token) {
        // Its owner is loaded like every user, so that it ends with the account.
        Some(owner) => load_account(request, owner).await,
        None => Ok(None),
    }
}

pub(crate) fn rocket(figment: Figment) -> Rocket<Build> {
    // Joined, so that it only fills a gap: the example also runs where there is no Rocket.toml.
    let figment = figment.join(Serialized::default("login.redirect_to", "login_page"));
    let login = LoginManager::fairing(load_account).request_loader(by_token);
    rocket::custom(figment)
        .manage(Accounts::examples())
        .manage(Tokens::default())
        .attach(login)
        .mount("/", routes::routes())
        .register("/", json::catchers())
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment()).launch().await?;
    Ok(())
}
