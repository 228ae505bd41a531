//! Whole groups of routes, and sockets, by permission.

use std::sync::{Arc, Mutex};

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket::{Route, get, options, routes};
use rocket_login::{Event, LoginManager, Permit, Policy, Protected, permission_required};

use super::{A, Admin, Asked, permit_routes, rocket, take_asked};
use crate::app::{self, Account, accounts, bare, client_of, config};
use crate::browser::Browser;

#[get("/staff/reports")]
fn reports() -> &'static str {
    "reports"
}

#[get("/staff/imprint")]
fn imprint() -> &'static str {
    "imprint"
}

#[options("/staff/reports")]
fn preflight() -> &'static str {
    "preflight"
}

#[get("/staff/twice")]
fn twice(user: Permit<Admin, Account>) -> String {
    user.name.clone()
}

fn group<P: Policy<Account>>() -> Protected<Account> {
    permission_required::<P, Account>(routes![reports, imprint, preflight, twice])
}

fn with_group<P: Policy<Account>>() -> Client {
    client_of(rocket().mount("/", group::<P>().except("imprint")))
}

#[test]
fn a_group_opens_to_those_who_are_permitted() {
    let client = with_group::<Admin>();
    let mut stranger = Browser::new(&client);
    let answer = stranger.get("/staff/reports");
    answer.assert_login_redirect("%2Fstaff%2Freports");
    assert_eq!(stranger.get("/staff/imprint").body, "imprint");
    let mut alice = Browser::logged_in(&client, "id=1");
    assert_eq!(alice.get("/staff/reports").body, "reports");
    let mut bob = Browser::logged_in(&client, "id=2");
    let answer = bob.get("/staff/reports");
    assert_eq!(answer.status, Status::Forbidden);
    assert_eq!(answer.location, None);
    assert!(answer.body.contains("not permitted"), "{}", answer.body);
    let answer = bob.with("Accept", "application/json").get("/staff/reports");
    assert!(answer.body.contains("not_permitted"), "{}", answer.body);
}

#[test]
fn a_group_and_its_guards_share_one_load() {
    let client = with_group::<Admin>();
    let mut alice = Browser::logged_in(&client, "id=1");
    accounts(&client).take_loads();
    assert_eq!(alice.get("/staff/twice").body, "alice");
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn a_policy_that_fails_is_503_for_a_group_too() {
    let client = with_group::<A>();
    let alice = Browser::logged_in(&client, "id=1");
    let answer = alice.clone().with("X-a", "fail").get("/staff/reports");
    assert_eq!(answer.status, Status::ServiceUnavailable);
    let answer = alice.clone().with("X-a", "panic").get("/staff/reports");
    assert_eq!(answer.status, Status::InternalServerError);
    let answer = alice.clone().with("X-a", "yes").get("/staff/reports");
    assert_eq!(answer.body, "reports");
}

#[test]
fn exempt_methods_pass_and_ask_no_policy() {
    let client = with_group::<A>();
    let answer = Browser::new(&client).send(Method::Options, "/staff/reports", None);
    assert_eq!(answer.body, "preflight");
    assert_eq!(take_asked(&client), "");
}

#[test]
fn without_a_fairing_a_group_lets_no_request_in() {
    let routes: Vec<Route> = permission_required::<Admin, Account>(routes![reports]).into();
    let client = client_of(bare().mount("/", routes));
    let answer = Browser::new(&client).get("/staff/reports");
    assert_eq!(answer.status, Status::InternalServerError);
}

#[test]
fn a_group_shows_which_policy_it_asks() {
    let shown = format!("{:?}", group::<Admin>());
    assert!(shown.contains("permits::Admin"), "{shown}");
}

#[test]
fn a_refused_permission_is_told_to_the_application() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config());
    let fairing = fairing.on_event(move |event, _| match event {
        Event::LoggedIn { .. } => {}
        Event::NotPermitted { user, policy, .. } => {
            assert!(policy.ends_with("permits::Admin"), "{policy}");
            ear.lock().unwrap().push(user.get::<i64>());
        }
        other => panic!("{other}"),
    });
    let rocket = bare().attach(fairing).manage(Asked::default());
    let rocket = rocket.mount("/", app::routes());
    let client = client_of(rocket.mount("/", permit_routes()));
    Browser::logged_in(&client, "id=1").get("/admin");
    assert!(heard.lock().unwrap().is_empty());
    let mut bob = Browser::logged_in(&client, "id=2");
    bob.get("/admin");
    bob.with("X-a", "fail").get("/asked");
    assert_eq!(*heard.lock().unwrap(), [Some(2)]);
}

#[test]
fn a_permit_shows_its_policy_and_nothing_of_the_user() {
    #[get("/shown")]
    fn shown(user: Permit<Admin, Account>) -> String {
        format!("{user:?}")
    }

    let client = client_of(rocket().mount("/", routes![shown]));
    let shown = Browser::logged_in(&client, "id=1").get("/shown").body;
    assert!(shown.contains("permits::Admin"), "{shown}");
    assert!(!shown.contains("alice"), "{shown}");
}
