//! The data of one realm, which the other does not have.

use std::sync::{Arc, Mutex};

use rocket::{Build, Rocket};
use rocket_login::{FreshUser, StoreKind};

use super::*;
use crate::app::bare;

/// A key in a header of each kind's own.
async fn staff_by_key(request: &Request<'_>) -> Result<Option<Staff>, std::fmt::Error> {
    let key = request.headers().get_one("X-Staff-Key");
    Ok(key.filter(|key| *key == "seven").map(|_| Staff(7)))
}

async fn account_by_key(request: &Request<'_>) -> Result<Option<Account>, String> {
    match request.headers().get_one("X-Api-Key") {
        Some("one") => app::load(request, 1).await,
        _ => Ok(None),
    }
}

fn customers() -> LoginFairing<Account> {
    LoginManager::fairing(app::load).config(config())
}

fn rocket_of(customers: LoginFairing<Account>, staff: LoginFairing<Staff>) -> Rocket<Build> {
    let rocket = bare().attach(customers).mount("/", app::routes());
    with_staff(rocket, staff)
}

#[test]
fn each_kind_has_its_own_request_loader() {
    let staff = fairing(staff_config()).request_loader(staff_by_key);
    let client = client_of(rocket_of(customers().request_loader(account_by_key), staff));
    let with = |name, key| Browser::new(&client).with(name, key);
    let mut alice = with("X-Api-Key", "one");
    assert!(alice.get("/account").body.starts_with("alice"));
    assert_eq!(alice.get("/staff/reports").status, Status::SeeOther);
    let mut staff = with("X-Staff-Key", "seven");
    assert_eq!(staff.get("/staff/reports").body, "reports for 7");
    assert_eq!(staff.get("/account").status, Status::SeeOther);
    let mut mixed = with("X-Staff-Key", "one").with("X-Api-Key", "seven");
    assert_eq!(mixed.get("/both").status, Status::SeeOther);
    let mut both = with("X-Staff-Key", "seven").with("X-Api-Key", "one");
    assert_eq!(both.get("/both").body, "alice 7");
}

#[post("/staff/work")]
fn work(staff: User<Staff>) -> String {
    format!("done for {}", staff.0)
}

#[test]
fn a_session_of_one_kind_stands_in_no_way_of_the_others_key() {
    let staff = fairing(staff_config()).request_loader(staff_by_key);
    let client = client_of(rocket_of(customers(), staff).mount("/", routes![work]));
    let mut both = Browser::logged_in(&client, "id=1").with("X-Staff-Key", "seven");
    assert_eq!(both.get("/both").body, "alice 7");
    let mut there = both.clone().with("Host", "app.example");
    there = there.with("Origin", "http://evil.example");
    assert_eq!(there.post("/staff/work", "").status, Status::SeeOther);
    assert_eq!(both.post("/staff/work", "").body, "done for 7");
}

#[test]
fn each_kind_has_its_own_ear() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (one, other) = (heard.clone(), heard.clone());
    let customers = customers()
        .on_event(move |event, _| one.lock().unwrap().push(format!("customers, {event}")));
    let staff = fairing(staff_config())
        .on_event(move |event, _| other.lock().unwrap().push(format!("staff, {event}")));
    let client = client_of(rocket_of(customers, staff));
    Browser::logged_in(&client, "id=1");
    Browser::new(&client).post("/staff/login", "");
    Browser::new(&client).get("/staff/reports");
    let told = [
        "customers, login: user 1 logged in",
        "staff, login: user 1 logged in, to be remembered",
        "staff, login: challenged, not logged in",
    ];
    assert_eq!(*heard.lock().unwrap(), told);
}

#[get("/staff/vault/keys")]
fn vault(_staff: User<Staff>) {}

#[get("/staff/vault/orders")]
fn orders(_account: User<Account>) {}

#[get("/staff/fresh")]
fn fresh(_staff: FreshUser<Staff>) {}

#[test]
fn each_kind_has_its_own_pages_for_parts_of_the_site_and_its_own_words() {
    let staff = fairing(staff_config())
        .challenge_at("/staff/vault", "/staff/vault/login")
        .login_message(|_| Some("For staff alone."));
    let customers = customers().challenge_at("/staff/vault", "/customers/login");
    let rocket = rocket_of(customers, staff).mount("/", routes![vault, orders]);
    let client = client_of(rocket);
    for (path, page, words) in [
        ("/staff/vault/keys", "/staff/vault/login?", true),
        ("/staff/vault/orders", "/customers/login?", false),
        ("/staff/reports", "/staff/login?", true),
        ("/account", "/login?", false),
    ] {
        let answer = Browser::new(&client).get(path);
        let there = answer.location.unwrap();
        assert!(there.starts_with(page), "{path}: {there}");
        assert_eq!(!answer.set_cookies.is_empty(), words, "{path}");
    }
}

#[test]
fn a_fresh_login_of_one_kind_is_none_of_the_other() {
    #[post("/staff/stale")]
    async fn stale(auth: Auth<'_, Staff>) {
        auth.login(&Staff(1)).fresh(false).await.unwrap();
    }
    let client = client_of(rocket(staff_config()).mount("/", routes![fresh, stale]));
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.post("/staff/stale", "");
    assert_eq!(browser.get("/settings").body, "settings of alice");
    assert_eq!(browser.get("/staff/fresh").status, Status::SeeOther);
    browser.post("/confirm", "");
    assert_eq!(browser.get("/staff/fresh").status, Status::SeeOther);
}

#[get("/staff/sessions")]
async fn sessions(auth: Auth<'_, Staff>) -> String {
    let sessions = auth.sessions().await.unwrap();
    sessions.len().to_string()
}

#[post("/staff/revoke/<handle>")]
async fn revoke(handle: &str, auth: Auth<'_, Staff>) -> String {
    let ended = auth.revoke(&handle.parse().unwrap()).await.unwrap();
    ended.to_string()
}

#[get("/handle")]
async fn handle(auth: Auth<'_, Account>) -> String {
    auth.sessions().await.unwrap()[0].handle().to_string()
}

/// The ids of users are the same.
#[test]
fn each_kind_sees_and_ends_its_own_sessions_alone() {
    let mut staff = staff_config();
    staff.session.store = StoreKind::Memory;
    let customers = app::rocket(app::with_store(StoreKind::Memory));
    let rocket = with_staff(customers, fairing(staff));
    let client = client_of(rocket.mount("/", routes![sessions, revoke, handle]));
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.post("/staff/login", "");
    Browser::new(&client).post("/staff/login", "");
    assert_eq!(browser.get("/staff/sessions").body, "2");
    let handle = browser.get("/handle").body;
    let revoked = browser.post(&format!("/staff/revoke/{handle}"), "");
    assert_eq!(revoked.body, "false");
    assert_eq!(browser.get("/both").body, "alice 1");
}
