//! A small site with pages of its own: logging in and out, "remember me", asking for the password
//! again before something sensitive, a new password that ends every other session, and a chat whose
//! sockets end with the session, too.
//! Start it with `cargo run --example demo`; it says where to look and whom to log in as. New
//! passwords are forgotten when it stops, unless `ROCKET_DEMO='{database="accounts.db"}'` names a file.

mod accounts;
mod chat;
mod database;
mod everyone;
mod failure;
mod members;
mod pages;
mod password;
mod sign_in;
mod welcome;

use accounts::load_account;
use rocket::figment::providers::Serialized;
use rocket::{Build, Rocket, uri};
use rocket_login::LoginManager;

/// Everything but the launch, so that tests can drive the site, too.
pub(crate) fn rocket() -> Rocket<Build> {
    // Joined, so that it only fills a gap: the binary also runs where there is no Rocket.toml.
    let figment =
        rocket::Config::figment().join(Serialized::default("login.redirect_to", "login_page"));

    rocket::custom(figment)
        .manage(chat::Room::empty())
        .attach(LoginManager::fairing(load_account).refresh_to(uri!(sign_in::reauthenticate_page)))
        .attach(database::fairing())
        .attach(welcome::fairing())
        .mount("/", everyone::routes())
        .mount("/", sign_in::routes())
        .mount("/", members::routes())
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
