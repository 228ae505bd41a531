//! Which store it is.

use rocket::figment::Figment;
use rocket::figment::providers::{Format, Toml};
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Build, Rocket};
use rocket_login::store::MemoryStore;
use rocket_login::{LoginManager, testing};

use super::{client, memory, routes};
use crate::app::{self, KEY, stateless};
use crate::browser::Browser;

fn with_table(lines: &str) -> Figment {
    let toml = format!(
        "[default.login]\nredirect_to = 'login_page'\nsecret_key = {KEY:?}\n\
         cookie_secure = false\n{lines}"
    );
    Figment::from(rocket::Config::debug_default())
        .merge(("log_level", "off"))
        .merge(Toml::string(&toml).nested())
        .select("debug")
}

fn rocket(lines: &str) -> Rocket<Build> {
    app::bare()
        .configure(with_table(lines))
        .mount("/", app::routes())
        .mount("/", routes())
}

fn launched(lines: &str) -> Option<Client> {
    let rocket = rocket(lines).attach(LoginManager::fairing(app::load));
    let launched = Client::untracked(rocket);
    // Reads the error, because an unread one panics.
    launched
        .map_err(|error| drop(error.kind().to_string()))
        .ok()
}

fn has_list(client: &Client) -> bool {
    let mut alice = Browser::logged_in(client, "id=1");
    alice.get("/sessions").status == Status::Ok
}

#[test]
fn the_table_names_the_store() {
    assert!(!has_list(&launched("").unwrap()));
    assert!(!has_list(&launched("session.store = 'cookie'").unwrap()));
    assert!(has_list(&launched("session.store = 'memory'").unwrap()));
    assert!(has_list(&launched("SESSION.STORE = 'memory'").unwrap()));
    assert!(launched("session.store = 'Memory'").is_none());
    assert!(launched("session.store = 'redis'").is_none());
}

#[test]
fn sessions_in_cookies_cannot_be_counted() {
    assert!(launched("session.max_per_user = 3").is_none());
    assert!(launched("session.store = 'cookie'\nsession.max_per_user = 3").is_none());
    assert!(launched("session.store = 'memory'\nsession.max_per_user = 0").is_none());
    assert!(launched("session.store = 'memory'\nsession.max_per_user = -1").is_none());
    assert!(launched("session.store = 'memory'\nsession.max_per_user = 1").is_some());
}

#[test]
fn a_store_in_code_counts_before_the_table() {
    for lines in ["", "session.store = 'cookie'", "session.max_per_user = 3"] {
        let fairing = LoginManager::fairing(app::load).session_store(MemoryStore::default());
        let client = Client::untracked(rocket(lines).attach(fairing)).unwrap();
        assert!(has_list(&client), "{lines}");
    }
}

#[test]
fn the_memory_is_each_instances_own() {
    let (one, other) = (client(memory()), client(memory()));
    let session = Browser::logged_in(&one, "id=1").cookie("session").unwrap();
    let mut elsewhere = Browser::new(&other);
    elsewhere.set_cookie("session", &session);
    assert_eq!(elsewhere.get("/account").status, Status::SeeOther);
}

#[test]
fn a_shared_store_is_one_for_all_instances() {
    let (rocket, probe) = super::probed_rocket(stateless());
    let one = app::client_of(rocket);
    let fairing = LoginManager::fairing(app::load).config(stateless());
    let other = app::bare()
        .attach(fairing.session_store(probe))
        .mount("/", app::routes());
    let other = app::client_of(other);
    let mut alice = Browser::logged_in(&one, "id=1");
    let mut elsewhere = Browser::new(&other);
    elsewhere.set_cookie("session", &alice.cookie("session").unwrap());
    assert_eq!(elsewhere.get("/account").status, Status::Ok);
    alice.post("/logout", "");
    assert_eq!(elsewhere.get("/account").status, Status::SeeOther);
}

#[test]
fn a_test_logs_in_without_a_form() {
    let client = Client::tracked(super::rocket(memory())).unwrap();
    let alice = app::accounts(&client).find(1).unwrap();
    testing::login(&client, &alice);
    let answer = client.get("/account").dispatch();
    assert_eq!(answer.status(), Status::Ok);
    let listed = client.get("/sessions").dispatch().into_string().unwrap();
    assert_eq!(listed.matches("\"current\":true").count(), 1);
    testing::login_as(&alice)
        .ago(rocket::time::Duration::hours(2))
        .on(&client);
    assert_eq!(client.get("/account").dispatch().status(), Status::SeeOther);
}

#[rocket::async_test]
async fn the_memory_store_passes_the_suite() {
    let store = MemoryStore::default();
    testing::store_suite(&store).await;
    testing::store_suite(&std::sync::Arc::new(store)).await;
}
