//! A site with all there is to a login: "remember me", a password asked for again before something
//! sensitive, a list of sessions to end, a staff area, a chat that closes with the session, a rate
//! limit. `cargo run --example demo` starts it, and says where to look and which names log in.
//!
//! Sessions and new passwords are forgotten when it stops. Both can be kept elsewhere:
//!
//! ```sh
//! export ROCKET_LOGIN='{session={store="redis",url="redis://localhost"},secret_key="…"}'
//! export ROCKET_DEMO='{database="accounts.db"}'
//! ```
//!
//! Several demos that are started so, with the same key, share all of it: each lists the sessions
//! of all, and ends them. With `{session={store="cookie"}}` the demo keeps none, and there is no
//! list.

mod accounts;
mod chat;
mod database;
mod everyone;
mod failure;
mod filters;
mod headers;
mod members;
mod pages;
mod password;
mod sessions;
mod sign_in;
mod welcome;

use accounts::load_account;
use rocket::figment::providers::Serialized;
use rocket::{Build, Rocket, uri};
use rocket_login::LoginManager;

/// Everything but the launch, so that tests can drive the site, too.
pub(crate) fn rocket() -> Rocket<Build> {
    // Joined, so that they only fill gaps: the binary also runs where there is no Rocket.toml.
    let figment = rocket::Config::figment()
        .join(Serialized::default("login.redirect_to", "login_page"))
        .join(Serialized::default("login.session.store", "memory"));

    let login = LoginManager::fairing(load_account).refresh_to(uri!(sign_in::reauthenticate_page));
    rocket::custom(figment)
        .manage(chat::Room::empty())
        .attach(headers::fairing())
        .attach(login)
        .attach(database::fairing())
        .attach(welcome::fairing())
        .mount("/", everyone::routes())
        .mount("/", sign_in::routes())
        .mount("/", members::routes())
        .mount("/", sessions::routes())
        .mount("/", chat::routes())
        .mount("/staff", members::staff_routes())
        .register("/", everyone::catchers())
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket().launch().await?;
    Ok(())
}
