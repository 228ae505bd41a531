//! `rocket_flex_session` with its defaults. It keeps sessions and knows no users: the
//! guard is the one its documentation shows, with the look-up of the user.

use peers::User;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::{Deserialize, Serialize};
use rocket::{Build, Request, Rocket, get, post, routes};
use rocket_flex_session::storage::cookie::CookieStorage;
use rocket_flex_session::{RocketFlexSession, Session};

#[derive(Clone, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
struct Login {
    user: i64,
}

struct LoggedIn(User);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LoggedIn {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session = request.guard::<Session<'_, Login>>().await.succeeded();
        let login = session.and_then(|session| session.get());
        match login.and_then(|login| peers::user(login.user)) {
            Some(user) => Outcome::Success(Self(user)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[get("/protected")]
fn protected(user: LoggedIn) -> String {
    user.0.name
}

#[post("/login")]
fn login(mut session: Session<'_, Login>) {
    session.set(Login { user: peers::FIRST });
}

pub(crate) fn in_memory(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket
        .attach(RocketFlexSession::<Login>::default())
        .mount("/", routes![protected, login])
}

pub(crate) fn in_cookie(rocket: Rocket<Build>) -> Rocket<Build> {
    let session = RocketFlexSession::<Login>::builder().storage(CookieStorage::default());
    rocket
        .attach(session.build())
        .mount("/", routes![protected, login])
}
