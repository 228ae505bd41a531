//! What everyone may see, logged in or not.

use rocket::response::content::{RawCss, RawJson};
use rocket::{Catcher, Route, catch, catchers, get, routes};
use rocket_login::MaybeUser;
use serde_json::json;

use super::accounts::Account;
use super::pages::{ErrorPage, HomePage, Page};

pub(crate) fn routes() -> Vec<Route> {
    routes![home, whoami, stylesheet]
}

// None for 401: the fairing brings that one, and it knows the way to the login page.
pub(crate) fn catchers() -> Vec<Catcher> {
    catchers![not_found, unavailable]
}

#[get("/")]
pub(crate) fn home(user: MaybeUser<Account>) -> Page {
    Page::of(HomePage {
        name: user.as_ref().map(|user| user.name.as_str()),
    })
}

#[get("/whoami")]
fn whoami(user: MaybeUser<Account>) -> RawJson<String> {
    let user = user.as_ref();
    let answer = json!({
        "user": user.map(|user| &user.name),
        "fresh": user.is_some_and(|user| user.is_fresh()),
        "remembered": user.is_some_and(|user| user.is_remembered()),
    });
    RawJson(answer.to_string())
}

#[get("/static/site.css")]
fn stylesheet() -> RawCss<&'static str> {
    RawCss(include_str!("site.css"))
}

#[catch(404)]
fn not_found() -> Page {
    Page::of(ErrorPage {
        title: "There is nothing here",
        message: "The address may be mistyped, or the page may have moved.",
    })
}

#[catch(503)]
fn unavailable() -> Page {
    Page::of(ErrorPage {
        title: "Back in a moment",
        message: "We cannot look up accounts right now. Please try again in a minute.",
    })
}
