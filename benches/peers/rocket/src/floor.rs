//! Two floors for logins with a cookie as long as `rocket_login`'s, whose answers no cache
//! keeps: a guard that believes the cookie, with one header for caches or with two.

use peers::User;
use rocket::http::{CookieJar, Header, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Build, Request, Responder, Rocket, get, post, routes};

/// As long as a session cookie of `rocket_login` for the first user.
const LENGTH: usize = 140;

struct Padded(User);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Padded {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let cookie = request.cookies().get("session");
        let id = cookie.and_then(|cookie| cookie.value().split('.').next());
        match id.and_then(|id| peers::user(id.parse().ok()?)) {
            Some(user) => Outcome::Success(Self(user)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[derive(Responder)]
struct Private {
    name: String,
    vary: Header<'static>,
    cache: Header<'static>,
}

#[get("/protected")]
fn protected(user: Padded) -> Private {
    Private {
        name: user.0.name,
        vary: Header::new("Vary", "Cookie"),
        cache: Header::new("Cache-Control", "no-store"),
    }
}

#[post("/login")]
fn login(cookies: &CookieJar<'_>) {
    let id = format!("{}.", peers::FIRST);
    cookies.add(("session", format!("{id:A<LENGTH$}")));
}

/// The same with the one header that `rocket_login` has.
#[derive(Responder)]
struct NotStored {
    name: String,
    cache: Header<'static>,
}

#[get("/protected")]
fn protected_by_one(user: Padded) -> NotStored {
    NotStored {
        name: user.0.name,
        cache: Header::new("Cache-Control", "no-store"),
    }
}

pub(crate) fn with_two_headers(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket.mount("/", routes![protected, login])
}

pub(crate) fn with_one_header(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket.mount("/", routes![protected_by_one, login])
}
