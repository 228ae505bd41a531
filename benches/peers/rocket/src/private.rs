//! A guard by hand on what Rocket has: a private cookie with the user's id in it. It
//! knows no expiry, no change of password and no other browser.

use peers::User;
use rocket::http::{CookieJar, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Build, Request, Rocket, get, post, routes};

struct Private(User);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Private {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let cookie = request.cookies().get_private("user");
        let id = cookie.and_then(|cookie| cookie.value().parse().ok());
        match id.and_then(peers::user) {
            Some(user) => Outcome::Success(Self(user)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[get("/protected")]
fn protected(user: Private) -> String {
    user.0.name
}

#[post("/login")]
fn login(cookies: &CookieJar<'_>) {
    cookies.add_private(("user", peers::FIRST.to_string()));
}

pub(crate) fn build(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket.mount("/", routes![protected, login])
}
