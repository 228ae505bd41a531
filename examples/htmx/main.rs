//! A list that is filled piece by piece with htmx, and a login that brings whoever needs one back to it.
//! The same routes answer with a whole page or a part of it; a guard that fails sends `HX-Redirect`.
//! `cargo run --example htmx`, then http://127.0.0.1:8000/ as alice with the password wonderland.

mod account;
mod contacts;
mod page;
mod sign_in;

use rocket::figment::{Figment, providers::Serialized};
use rocket::{Build, Rocket};
use rocket_login::LoginManager;

use contacts::Contacts;

pub(crate) fn rocket(figment: Figment) -> Rocket<Build> {
    // Joined, so that they only fill gaps: the example also runs where there is no Rocket.toml.
    let figment = figment
        .join(Serialized::default("login.redirect_to", "login_page"))
        .join(Serialized::default("login.fresh_for", "15 minutes"));
    rocket::custom(figment)
        .manage(Contacts::examples())
        .attach(LoginManager::fairing(account::load))
        .mount("/", contacts::routes())
        .mount("/", sign_in::routes())
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment()).launch().await?;
    Ok(())
}
