//! Guards without a fairing where no sentinel sees them.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::{ContentType, Header, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::response::{self, Responder};
use rocket::{Build, Rocket, catch, catchers, get, post, routes, uri};
use rocket_login::{
    Auth, Forwarding, FreshUser, MaybeUser, Next, NextField, NextRedirect, Reason, User,
};

use super::table;
use crate::app::{Account, bare, client_of};

/// An application's own guard, without a sentinel.
struct Admin;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        request.guard::<User<Account>>().await.map(|_| Self)
    }
}

#[get("/admin")]
fn admin(_admin: Admin) {}

#[get("/open")]
fn open() -> &'static str {
    "open"
}

/// The statuses of all guards, asked for by hand.
async fn ask(request: &Request<'_>) -> [Option<Status>; 6] {
    fn status<T>(outcome: request::Outcome<T, Reason>) -> Option<Status> {
        match outcome {
            Outcome::Error((status, Reason::NotAttached)) => Some(status),
            _ => None,
        }
    }
    [
        status(request.guard::<User<Account>>().await),
        status(request.guard::<FreshUser<Account>>().await),
        status(request.guard::<MaybeUser<Account>>().await),
        status(request.guard::<Auth<'_, Account>>().await),
        status(request.guard::<Forwarding<User<Account>>>().await),
        status(request.guard::<Next>().await),
    ]
}

#[catch(404)]
async fn not_found(request: &Request<'_>) -> (Status, String) {
    let statuses = ask(request).await;
    (
        statuses[0].unwrap_or(Status::Ok),
        format!("{:?}", statuses.map(|it| it.map(|it| it.code))),
    )
}

const ALL_500: &str = "[Some(500), Some(500), Some(500), Some(500), Some(500), Some(500)]";

#[test]
fn a_guard_that_no_sentinel_sees_answers_500() {
    let client = client_of(bare().mount("/", routes![admin, open]));
    assert_eq!(
        client.get("/admin").dispatch().status(),
        Status::InternalServerError
    );
    assert_eq!(client.get("/open").dispatch().status(), Status::Ok);
}

#[test]
fn a_guard_in_a_catcher_answers_500() {
    let client = client_of(bare().register("/", catchers![not_found]));
    let answer = client.get("/nowhere").dispatch();
    assert_eq!(answer.status(), Status::InternalServerError);
    assert_eq!(answer.into_string().unwrap(), ALL_500);
}

#[test]
fn a_guard_in_a_fairing_fails_with_500_and_disturbs_nothing() {
    let asks = AdHoc::on_response("asks", |request, response| {
        Box::pin(async move {
            let statuses = ask(request).await.map(|it| it.map(|it| it.code));
            response.set_header(Header::new("X-Asked", format!("{statuses:?}")));
        })
    });
    let client = client_of(bare().attach(asks).mount("/", routes![open]));
    let answer = client.get("/open").dispatch();
    assert_eq!(answer.headers().get_one("X-Asked"), Some(ALL_500));
    assert_eq!(answer.into_string().unwrap(), "open");
}

/// An application's own responder around ours.
struct Back(NextRedirect);

impl<'r> Responder<'r, 'static> for Back {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.0.respond_to(request)
    }
}

#[post("/back", data = "<next>")]
fn back(next: Form<NextField>) -> Back {
    Back(next.into_inner().redirect_or(uri!("/")))
}

#[test]
fn a_redirect_that_no_sentinel_sees_answers_500() {
    let status = |rocket: Rocket<Build>| {
        let client = client_of(rocket.mount("/", routes![back]));
        let request = client.post("/back").header(ContentType::Form);
        request.body("next=/open").dispatch().status()
    };
    assert_eq!(status(bare()), Status::InternalServerError);
    assert_eq!(status(table("")), Status::SeeOther);
}
