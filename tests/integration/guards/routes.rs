//! Guards in routes of which more than one may answer.

use rocket::fs::FileServer;
use rocket::http::{Header, Status};
use rocket::local::blocking::Client;
use rocket::{get, routes};
use rocket_login::{Forwarding, MaybeUser, User};

use crate::app::{self, Account, client_of, config};
use crate::browser::Browser;

#[get("/ranked")]
fn ranked(_user: User<Account>) -> &'static str {
    "guarded"
}

#[get("/ranked", rank = 2)]
fn unguarded() -> &'static str {
    "unguarded"
}

#[get("/torn", rank = 2)]
fn torn() -> Status {
    Status::Unauthorized
}

#[get("/torn")]
fn torn_first(_user: Forwarding<User<Account>>) {}

#[get("/soft")]
fn soft(_user: MaybeUser<Account>) -> Status {
    Status::Unauthorized
}

#[get("/cached")]
fn cached(_user: User<Account>) -> CacheFor {
    CacheFor("page", Header::new("Cache-Control", "private, max-age=60"))
}

#[derive(rocket::Responder)]
struct CacheFor(&'static str, Header<'static>);

fn special() -> Client {
    let routes = routes![ranked, unguarded, torn, torn_first, soft, cached];
    client_of(
        app::rocket(config())
            .mount("/", routes)
            .mount("/", FileServer::from("/")),
    )
}

#[test]
fn a_guard_that_fails_leaves_nothing_to_later_routes() {
    let client = special();
    Browser::new(&client)
        .get("/ranked")
        .assert_login_redirect("%2Franked");
    Browser::new(&client)
        .get("/account")
        .assert_login_redirect("%2Faccount");
}

#[test]
fn a_401_of_a_route_that_was_forwarded_to_is_its_own() {
    let client = special();
    for uri in ["/torn", "/soft"] {
        let answer = Browser::new(&client).get(uri);
        assert_eq!(
            (answer.status, answer.location),
            (Status::Unauthorized, None),
            "{uri}"
        );
    }
}

#[test]
fn an_applications_own_cache_control_stands() {
    let client = special();
    let answer = Browser::logged_in(&client, "id=1").get("/cached");
    assert_eq!(answer.header("Cache-Control"), Some("private, max-age=60"));
    assert_eq!(answer.header("Vary"), Some("Cookie"));
}
