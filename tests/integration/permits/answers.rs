//! The answers to users with a permission and without.

use std::convert::Infallible;

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Request, catch, catchers, get, routes};
use rocket_login::{
    Challenge, FreshUser, LoginError, LoginErrorKind, Permit, Policy, Reason, User,
};

use super::{Admin, client, permit_routes, rocket, take_asked};
use crate::app::{self, Account, accounts, client_of};
use crate::browser::{Answer, Browser};

#[test]
fn a_permitted_user_is_served() {
    let client = client();
    let mut alice = Browser::logged_in(&client, "id=1");
    assert_eq!(alice.get("/admin").body, "alice fresh=true");
    assert_eq!(alice.post("/admin", "").body, "changed by alice");
}

#[test]
fn an_anonymous_visitor_is_sent_to_the_login_page() {
    let client = client();
    let mut stranger = Browser::new(&client);
    stranger.get("/admin").assert_login_redirect("%2Fadmin");
    let program = stranger.with("Accept", "application/json").get("/admin");
    assert_eq!(program.status, Status::Unauthorized);
    assert!(program.body.contains("login_required"), "{}", program.body);
    Browser::new(&client)
        .get("/asked")
        .assert_login_redirect("%2Fasked");
    assert_eq!(take_asked(&client), "");
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!(answer.status, Status::Forbidden, "{answer:?}");
    assert_eq!(answer.location, None);
    assert_eq!(answer.header("HX-Redirect"), None);
    assert_eq!(answer.header("Vary"), None);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    answer.assert_no_cookies();
}

#[test]
fn a_user_who_is_not_permitted_reads_so_and_is_not_redirected() {
    let client = client();
    let mut bob = Browser::logged_in(&client, "id=2");
    for answer in [
        bob.get("/admin"),
        bob.post("/admin", ""),
        bob.clone().with("HX-Request", "true").get("/admin"),
    ] {
        assert_refused(&answer);
        let type_ = answer.header("Content-Type");
        assert_eq!(type_, Some("text/html; charset=utf-8"));
        let body = &answer.body;
        assert!(body.contains("<h1>403: Forbidden</h1>"), "{body}");
        assert!(body.contains("You are not permitted to do this."), "{body}");
    }
}

#[test]
fn a_program_that_is_not_permitted_is_told_so() {
    let client = client();
    let bob = Browser::logged_in(&client, "id=2");
    let answer = bob.with("Accept", "application/json").get("/admin");
    assert_refused(&answer);
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(json["error"], "not_permitted");
    assert_eq!(json["message"], "You are not permitted to do this.");
}

#[test]
fn a_permission_that_was_taken_away_is_gone_at_once() {
    let client = client();
    let mut alice = Browser::logged_in(&client, "id=1");
    assert_eq!(alice.get("/of/1").body, "page 1 of alice");
    assert_eq!(alice.get("/of/2").status, Status::Forbidden);
    let accounts = accounts(&client);
    let password = accounts.find(1).unwrap().password;
    accounts.insert(1, "mallory");
    accounts.set_password(1, &password);
    assert_eq!(alice.get("/account").status, Status::Ok);
    assert_eq!(alice.get("/admin").status, Status::Forbidden);
}

#[test]
fn a_policy_and_all_guards_beside_it_share_one_load() {
    let client = client();
    let mut alice = Browser::logged_in(&client, "id=1");
    accounts(&client).take_loads();
    assert_eq!(alice.get("/vault").body, "alice alice");
    assert_eq!(accounts(&client).take_loads(), 1);
    assert_eq!(alice.get("/of/1").status, Status::Ok);
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn a_permit_beside_a_fresh_user_asks_for_both() {
    let client = client();
    let mut stale = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(stale.get("/admin").body, "alice fresh=false");
    let answer = stale.get("/vault");
    assert_eq!(
        answer.location.as_deref(),
        Some("/reauthenticate?next=%2Fvault")
    );
    let mut bob = Browser::logged_in(&client, "id=2");
    assert_refused(&bob.get("/vault"));
}

#[test]
fn no_policy_is_asked_for_a_page_of_another_site() {
    let client = client();
    let alice = Browser::logged_in(&client, "id=1");
    let mut alice = alice.with("X-a", "yes");
    assert_eq!(alice.post("/asked", "").body, "permitted");
    assert_eq!(take_asked(&client), "a");
    let mut foreign = alice.with("Sec-Fetch-Site", "cross-site");
    assert_eq!(foreign.post("/asked", "").status, Status::Forbidden);
    assert_eq!(take_asked(&client), "");
}

#[test]
fn the_policy_is_not_asked_about_a_user_who_is_not_active() {
    let client = client();
    let mut alice = Browser::logged_in(&client, "id=1").with("X-a", "yes");
    accounts(&client).set_active(1, false);
    alice.get("/asked").assert_login_redirect("%2Fasked");
    assert_eq!(take_asked(&client), "");
}

#[catch(403)]
fn own_page(request: &Request<'_>) -> String {
    match Challenge::of(request) {
        Some(challenge) => format!("sorry, {}", challenge.reason()),
        None => "sorry".into(),
    }
}

#[catch(default)]
fn own_pages(status: Status, request: &Request<'_>) -> Result<Challenge, String> {
    Challenge::of(request).ok_or_else(|| format!("{status}"))
}

#[get("/own-403")]
fn own_403(user: Result<Permit<Admin, Account>, Reason>) -> Result<(), Status> {
    user.map_err(|_| Status::Unauthorized)
        .and(Err(Status::Forbidden))
}

fn with_own(rocket: rocket::Rocket<rocket::Build>) -> Client {
    client_of(rocket.mount("/", routes![own_403]))
}

#[test]
fn an_applications_own_page_comes_first_and_knows_why() {
    let client = with_own(rocket().register("/", catchers![own_page]));
    let answer = Browser::logged_in(&client, "id=2").get("/admin");
    assert_eq!(answer.status, Status::Forbidden);
    assert_eq!(answer.body, "sorry, the user is not permitted to do this");
    let answer = Browser::logged_in(&client, "id=1").get("/own-403");
    assert_eq!(answer.body, "sorry");
}

#[test]
fn an_applications_default_page_comes_first_and_may_answer_as_ours() {
    let client = with_own(rocket().register("/", catchers![own_pages]));
    let answer = Browser::logged_in(&client, "id=1").get("/own-403");
    assert_eq!(answer.body, "403 Forbidden");
    let answer = Browser::logged_in(&client, "id=2").get("/admin");
    assert_refused(&answer);
    assert!(answer.body.contains("not permitted"), "{}", answer.body);
}

#[test]
fn a_403_of_a_handler_is_its_own() {
    let client = with_own(rocket());
    let mut alice = Browser::logged_in(&client, "id=1");
    let answer = alice.get("/own-403");
    assert_eq!(answer.status, Status::Forbidden);
    assert!(!answer.body.contains("permitted"), "{}", answer.body);
    assert!(answer.body.contains("403: Forbidden"), "{}", answer.body);
    let json = alice.with("Accept", "application/json").get("/own-403");
    assert!(json.body.starts_with(r#"{"error":"forbidden""#), "{json:?}");
}

#[test]
fn a_403_of_a_handler_for_strangers_does_not_redirect() {
    #[get("/no-strangers")]
    fn no_strangers(user: Result<User<Account>, Reason>) -> Result<(), Status> {
        user.map(drop).map_err(|_| Status::Forbidden)
    }

    let client = client_of(rocket().mount("/", routes![no_strangers]));
    let answer = Browser::new(&client).get("/no-strangers");
    assert_eq!(answer.status, Status::Forbidden);
    assert_eq!(answer.location, None);
}

#[test]
fn a_401_of_a_handler_that_saw_the_refusal_stays_one() {
    let client = with_own(rocket());
    let answer = Browser::logged_in(&client, "id=2").get("/own-403");
    assert_eq!(answer.status, Status::Unauthorized);
    assert_eq!(answer.location, None);
}

#[test]
fn a_reason_that_is_passed_on_keeps_its_status() {
    let error = LoginError::from(Reason::NotPermitted);
    assert_eq!(error.kind(), LoginErrorKind::NotPermitted);
    assert_eq!(error.kind().status(), Status::Forbidden);
}

#[test]
fn without_a_fairing_the_launch_is_aborted() {
    use rocket::error::ErrorKind;

    let rocket = app::bare().mount("/", permit_routes());
    let error = Client::untracked(rocket).unwrap_err();
    let is_aborted = matches!(error.kind(), ErrorKind::SentinelAborts(..));
    assert!(is_aborted, "{error}");
}

/// Prefers fresh logins, and does with others.
#[derive(Default)]
struct Lenient;

impl Policy<Account> for Lenient {
    type Error = Infallible;

    async fn allow(&self, _: &Account, request: &Request<'_>) -> Result<bool, Infallible> {
        let fresh = request.guard::<FreshUser<Account>>().await;
        assert!(fresh.is_error());
        Ok(true)
    }
}

#[get("/lenient")]
fn lenient(_user: Permit<Lenient, Account>) -> Status {
    Status::Unauthorized
}

#[test]
fn a_failed_guard_within_the_policy_does_not_answer_for_the_handler() {
    let client = client_of(rocket().mount("/", routes![lenient]));
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    alice.restart();
    let answer = alice.get("/lenient");
    assert_eq!(
        (answer.status, answer.location),
        (Status::Unauthorized, None)
    );
}
