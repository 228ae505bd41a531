//! The pages for all visitors, logged in or not.

use rocket::http::ContentType;
use rocket::response::Debug;
use rocket::response::content::{RawCss, RawJson};
use rocket::serde::Serialize;
use rocket::{Catcher, Either, Request, Route, catch, catchers, get, routes};
use rocket_login::{Challenge, MaybeUser, Reason};

use super::accounts::Account;
use super::pages::{ErrorPage, HomePage, Page};

pub(crate) fn routes() -> Vec<Route> {
    routes![home, whoami, stylesheet, logo]
}

// None for 401: the fairing brings that one, and it knows the way to the login page.
pub(crate) fn catchers() -> Vec<Catcher> {
    catchers![forbidden, not_found, unavailable]
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

const STYLES: &str = concat!(
    include_str!("styles/base.css"),
    include_str!("styles/frame.css"),
    include_str!("styles/parts.css"),
    include_str!("styles/forms.css"),
    include_str!("styles/pages.css"),
);

#[get("/static/site.css")]
fn stylesheet() -> RawCss<&'static str> {
    RawCss(STYLES)
}

#[get("/static/logo.svg")]
fn logo() -> (ContentType, &'static str) {
    (ContentType::SVG, include_str!("templates/logo.svg"))
}

// Programs are told by the crate what they may not do.
#[catch(403)]
fn forbidden(request: &Request<'_>) -> Either<Page, Challenge> {
    let challenge = Challenge::of(request);
    let page = match challenge {
        Some(challenge) if challenge.is_for_program() => return Either::Right(challenge),
        Some(challenge) if challenge.reason() == Reason::NotPermitted => ErrorPage {
            code: 403,
            title: "This is for staff",
            message: "You are logged in, and this account may not go there. Log in as alice, who is \
                staff, and you may.",
            is_member: true,
        },
        _ => ErrorPage {
            code: 403,
            title: "This came from elsewhere",
            message: "A page of another site asked for it, so nothing was done.",
            is_member: false,
        },
    };
    Either::Left(Page::of(page))
}

#[catch(404)]
fn not_found() -> Page {
    Page::of(ErrorPage {
        code: 404,
        title: "There is nothing here",
        message: "The address may be mistyped, or the page may have moved.",
        is_member: false,
    })
}

#[catch(503)]
fn unavailable() -> Page {
    Page::of(ErrorPage {
        code: 503,
        title: "Back in a moment",
        message: "We cannot look up accounts right now. Please try again in a minute.",
        is_member: false,
    })
}
