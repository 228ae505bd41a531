//! Changes in which the store fails half-way.

use std::sync::{Arc, Mutex};

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::store::{MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession};
use rocket_login::{Config, LoginManager, ProtectionLevel};

use super::{assert_unavailable, probed, routes};
use crate::app::{self, advance, stateless};
use crate::browser::{Browser, CURL};

const LOGIN: &str = "id=1&remember=true";

/// A store one call of which is done, and answered with an error.
#[derive(Default)]
struct Lossy {
    store: MemoryStore,
    loses: Mutex<Option<&'static str>>,
}

impl Lossy {
    fn answer<T>(&self, method: &'static str, done: T) -> StoreResult<T> {
        let mut loses = self.loses.lock().unwrap();
        if *loses == Some(method) {
            *loses = None;
            return Err("the answer was lost".into());
        }
        Ok(done)
    }
}

#[rocket::async_trait]
impl SessionStore for Lossy {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        self.answer("create", self.store.create(session).await?)
    }
    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.store.load(key).await
    }
    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.answer("save", self.store.save(session).await?)
    }
    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.answer("delete", self.store.delete(key).await?)
    }
    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.store.of_user(user, limit).await
    }
    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.store.delete_of_user(user).await
    }
    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        self.store.delete_expired(now, limit).await
    }
    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        self.store.count(key, by, now, until).await
    }
}

pub(super) fn node(
    store: impl SessionStore,
    config: Config,
    heard: Arc<Mutex<Vec<String>>>,
) -> Client {
    let login = LoginManager::fairing(app::load).config(config);
    let login = login.on_event(move |event, _| heard.lock().unwrap().push(event.to_string()));
    let rocket = app::bare().attach(login.session_store(store));
    app::client_of(rocket.mount("/", app::routes()).mount("/", routes()))
}

pub(super) fn remembered(client: &Client) -> Browser<'_> {
    let mut alice = Browser::logged_in(client, LOGIN);
    alice.restart();
    alice
}

#[test]
fn an_answer_that_is_lost_after_a_token_was_superseded_makes_no_thief() {
    let store = Arc::new(Lossy::default());
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let client = node(store.clone(), stateless(), heard.clone());
    let mut alice = remembered(&client);
    *store.loses.lock().unwrap() = Some("save");
    assert_eq!(alice.get("/account").status, Status::ServiceUnavailable);
    for _ in 0..5 {
        // She comes back at once.
        assert_eq!(alice.get("/account").status, Status::Ok);
        advance(&client, Duration::seconds(5));
    }
    advance(&client, Duration::seconds(10));
    let answer = alice.get("/account");
    let events = heard.lock().unwrap().join("\n");
    assert!(!events.contains("stolen"), "{events}");
    assert_eq!(answer.status, Status::Ok);
}

#[test]
fn a_login_has_taken_place_or_has_not() {
    for method in ["create", "load", "save", "of_user", "delete"] {
        for form in ["id=2", "id=2&remember=true"] {
            let (client, probe) = probed(stateless());
            let mut alice = Browser::logged_in(&client, LOGIN);
            let mut copy = alice.clone();
            probe.fail_at(method);
            let status = alice.post("/login", form).status;
            probe.set_failing(false);
            let (who, copys) = match status {
                Status::SeeOther => ("hello bob", "hello nobody"),
                _ => ("hello alice", "hello alice"),
            };
            assert_eq!(alice.get("/").body, who, "{method}");
            assert_eq!(copy.get("/").body, copys, "{method}");
        }
    }
}

#[test]
fn a_theft_is_one_after_a_moment_without_a_store() {
    for (level, method, thiefs) in [
        (ProtectionLevel::Basic, "load", Status::Ok),
        (ProtectionLevel::Strong, "load", Status::SeeOther),
        (ProtectionLevel::Strong, "delete", Status::SeeOther),
    ] {
        let probe = Arc::new(super::Probe::default());
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let config = Config {
            protection_level: level,
            ..stateless()
        };
        let client = node(probe.clone(), config, heard.clone());
        let mut alice = remembered(&client);
        let mut thief = alice.clone();
        thief.agent = CURL;
        assert_eq!(thief.get("/account").status, Status::Ok);
        advance(&client, Duration::seconds(31));
        probe.fail_at(method);
        assert_unavailable(&alice.get("/account"));
        probe.set_failing(false);
        let copy = alice.clone();
        assert_eq!(alice.get("/account").status, Status::SeeOther, "{method}");
        let events = heard.lock().unwrap().join("\n");
        assert_eq!(events.matches("stolen").count(), 1, "{method} {events}");
        assert_eq!(thief.get("/account").status, thiefs, "{level:?} {method}");
        // The login of the owner ends the thief's session at the latest.
        let mut alice = copy;
        assert_eq!(alice.post("/login", "id=1").status, Status::SeeOther);
        assert_eq!(thief.get("/account").status, Status::SeeOther);
    }
}

#[test]
fn strong_protection_leaves_nothing_to_come_back_with() {
    for method in ["load", "save", "of_user", "delete"] {
        let (client, probe) = probed(Config {
            protection_level: ProtectionLevel::Strong,
            ..stateless()
        });
        let mut thief = Browser::logged_in(&client, LOGIN);
        thief.agent = CURL;
        let copy = thief.clone();
        probe.fail_at(method);
        thief.get("/account");
        probe.set_failing(false);
        for mut thief in [thief, copy] {
            assert_eq!(thief.get("/account").status, Status::SeeOther, "{method}");
        }
    }
}

#[test]
fn a_logout_that_failed_and_is_tried_again_ends_the_token() {
    let (client, probe) = probed(stateless());
    let mut alice = remembered(&client);
    let mut again = alice.clone();
    let mut copy = alice.clone();
    probe.fail_at("delete");
    assert_unavailable(&alice.post("/logout", ""));
    probe.set_failing(false);
    assert_eq!(again.post("/logout", "").status, Status::Ok);
    for browser in [&mut alice, &mut copy] {
        assert_eq!(browser.get("/account").status, Status::SeeOther);
    }
    let listed = copy.get("/admin/sessions/1").body;
    assert_eq!(listed, "[]");
}

#[test]
fn after_a_revocation_that_failed_no_session_comes_back() {
    let (client, probe) = probed(stateless());
    for method in ["of_user", "delete"] {
        let mut alice = Browser::logged_in(&client, LOGIN);
        let listed = alice.get("/sessions").body;
        let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
        let handle = listed[0]["handle"].as_str().unwrap();
        let mut admin = Browser::new(&client);
        let uri = format!("/admin/sessions/1/{handle}");
        probe.fail_at(method);
        let first = admin.send(Method::Delete, &uri, None).status;
        probe.set_failing(false);
        let second = admin.send(Method::Delete, &uri, None).body;
        alice.restart();
        let back = alice.get("/account").status;
        assert_eq!(back, Status::SeeOther, "{method}: {first} {second}");
    }
}
