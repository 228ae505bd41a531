//! What everyone may see, logged in or not.

use rocket::response::Debug;
use rocket::response::content::{RawCss, RawJson};
use rocket::serde::Serialize;
use rocket::{Catcher, Route, catch, catchers, get, routes};
use rocket_login::MaybeUser;

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

#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
struct WhoAmI<'a> {
    user: Option<&'a str>,
    fresh: bool,
    remembered: bool,
}

#[get("/whoami")]
fn whoami(user: MaybeUser<Account>) -> Result<RawJson<String>, Debug<serde_json::Error>> {
    let user = user.as_ref();
    let answer = WhoAmI {
        user: user.map(|user| user.name.as_str()),
        fresh: user.is_some_and(|user| user.is_fresh()),
        remembered: user.is_some_and(|user| user.is_remembered()),
    };
    Ok(RawJson(serde_json::to_string(&answer)?))
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
