//! A single-page application: one page, and a script that logs in with JSON and no framework. It
//! shows what the script does when the session is over (401) or the site refuses a request (403).
//! `cargo run --example spa`, then log in as alice (wonderland) at `http://127.0.0.1:8000`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use argon2::{Argon2, PasswordVerifier};
use rocket::fairing::AdHoc;
use rocket::figment::{Figment, providers::Serialized};
use rocket::http::{Header, Status};
use rocket::response::content::{RawHtml, RawJavaScript, RawJson};
use rocket::serde::Deserialize;
use rocket::tokio::task::block_in_place;
use rocket::{Build, Request, Rocket, State, get, post, put, routes};
use rocket_login::{Auth, AuthUser, LoginError, LoginManager, User};
use serde_json::json;

/// Nothing but this site's own script runs, and no other site shows the page in a frame. No form is
/// sent by the browser itself: without the script, a password would end up in the address.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Account {
    name: &'static str,
    password_hash: &'static str,
}

// The passwords are wonderland and builder.
const ACCOUNTS: [Account; 2] = [
    Account {
        name: "alice",
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$N8qlnX2ZndClcz98z7dUIw$Puqr4YOKT9WSzF3rEDmJcqb8JbZwfsQitj/kxXVr4jY",
    },
    Account {
        name: "bob",
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$Gdp5QpmfGMYszE8LiBGsFQ$cg+gdyjQVfc3ZAjY+tvgskzFJuKKhcR1xJ15+zbvVCs",
    },
];

impl AuthUser for Account {
    type Id = String;

    fn id(&self) -> String {
        self.name.into()
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

async fn load_account(_: &Request<'_>, name: String) -> Result<Option<Account>, Infallible> {
    Ok(ACCOUNTS.into_iter().find(|account| account.name == name))
}

/// One note for each user, in place of a table of a database.
#[derive(Default)]
struct Notes(Mutex<HashMap<&'static str, String>>);

#[get("/")]
fn page() -> RawHtml<&'static str> {
    RawHtml(include_str!("page.html"))
}

#[get("/app.js")]
fn script() -> RawJavaScript<&'static str> {
    RawJavaScript(include_str!("app.js"))
}

fn about(account: &Account, notes: &Notes) -> RawJson<String> {
    let notes = notes.0.lock().unwrap_or_else(PoisonError::into_inner);
    let note = notes.get(account.name);
    RawJson(json!({ "name": account.name, "note": note }).to_string())
}

#[get("/me")]
fn me(user: User<Account>, notes: &State<Notes>) -> RawJson<String> {
    about(&user, notes)
}

/// Without `Debug`: it would print the password.
#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct SignIn {
    name: String,
    password: String,
    remember: bool,
}

// No form of another site can send JSON. This crate refuses what a script of another site sends.
#[post("/login", format = "json", data = "<body>")]
async fn login(
    body: &str,
    notes: &State<Notes>,
    auth: Auth<'_, Account>,
) -> Result<RawJson<String>, Status> {
    let sign_in = serde_json::from_str::<SignIn>(body).map_err(|_| Status::UnprocessableEntity)?;
    let account = ACCOUNTS
        .into_iter()
        .find(|known| known.name == sign_in.name);
    // An unknown name takes as long as a wrong password, so that the time does not tell them apart.
    let hash = account.as_ref().unwrap_or(&ACCOUNTS[0]).password_hash;
    let ok =
        block_in_place(|| Argon2::default().verify_password(sign_in.password.as_bytes(), hash));
    let account = ok.ok().and(account).ok_or(Status::Unauthorized)?;
    auth.login(&account).remember(sign_in.remember).await?;
    Ok(about(&account, notes))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<Status, LoginError> {
    auth.logout().await?;
    Ok(Status::NoContent)
}

// The page names its user: another one may have logged in meanwhile, in another tab.
#[put("/notes/<name>", data = "<text>")]
fn save(name: &str, text: String, user: User<Account>, notes: &State<Notes>) -> Status {
    if name != user.name {
        return Status::Conflict;
    }
    let mut notes = notes.0.lock().unwrap_or_else(PoisonError::into_inner);
    notes.insert(user.name, text);
    Status::NoContent
}

pub(crate) fn rocket(figment: Figment) -> Rocket<Build> {
    // Joined, so that it only fills a gap: the example also runs where there is no Rocket.toml.
    let figment = figment.join(Serialized::default("login.redirect_to", "page"));
    let policy = AdHoc::on_response("Content-Security-Policy", |_, response| {
        Box::pin(async {
            response.set_header(Header::new("Content-Security-Policy", POLICY));
        })
    });
    rocket::custom(figment)
        .manage(Notes::default())
        // The script needs a status. A redirect would bring it the page.
        .attach(LoginManager::fairing(load_account).never_redirect_at("/api"))
        .attach(policy)
        .mount("/", routes![page, script])
        .mount("/api", routes![me, login, logout, save])
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment()).launch().await?;
    Ok(())
}
