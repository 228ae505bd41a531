//! A guard that believes what the cookie says. Do not copy it: it is the least that any login can
//! cost.

use peers::User;
use rocket::http::{CookieJar, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Build, Request, Rocket, get, post, routes};

struct Plain(User);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Plain {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let cookie = request.cookies().get("user");
        let id = cookie.and_then(|cookie| cookie.value().parse().ok());
        match id.and_then(peers::user) {
            Some(user) => Outcome::Success(Self(user)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[get("/protected")]
fn protected(user: Plain) -> String {
    user.0.name
}

#[post("/login")]
fn login(cookies: &CookieJar<'_>) {
    cookies.add(("user", peers::FIRST.to_string()));
}

pub(crate) fn build(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket.mount("/", routes![protected, login])
}
