//! A list that htmx fills piece by piece, and a login that leads back to it. The same routes
//! answer with a page or a part of it; a guard that fails sends `HX-Redirect`. Log in as alice
//! (wonderland), after `HTMX=$(scripts/htmx) cargo run --example htmx`.

mod account;
mod contacts;
mod page;
mod script;
mod sign_in;

use rocket::figment::{Figment, providers::Serialized};
use rocket::{Build, Rocket};
use rocket_login::LoginManager;

use contacts::Contacts;
use script::Script;

/// With the text of htmx, or without.
pub(crate) fn rocket(figment: Figment, htmx: Option<String>) -> Rocket<Build> {
    // Joined, so that they only fill gaps: the example also runs where there is no Rocket.toml.
    let figment = figment
        .join(Serialized::default("login.redirect_to", "login_page"))
        .join(Serialized::default("login.fresh_for", "15 minutes"));
    rocket::custom(figment)
        .manage(Contacts::examples())
        .manage(Script(htmx))
        .attach(LoginManager::fairing(account::load))
        .attach(script::fairing())
        .mount("/", contacts::routes())
        .mount("/", sign_in::routes())
        .mount("/", script::routes())
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rocket = rocket(rocket::Config::figment(), script::named()?);
    rocket.launch().await?;
    Ok(())
}
