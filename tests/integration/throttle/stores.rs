//! Attempts beside a store: one that counts, one that does not, and one that fails.

use std::sync::Arc;

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket_login::LoginManager;
use rocket_login::store::{MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession};

use super::{ELSEWHERE, HOME, attempt, rocket, status, strict, with};
use crate::app::{self, client_of};
use crate::stored::Probe;

const WRONG: &str = "name=alice&password=wrong";
const RIGHT: &str = "name=alice&password=right";

fn node(store: impl SessionStore) -> Client {
    let mut config = with(strict());
    config.session = rocket_login::SessionConfig::default();
    let fairing = LoginManager::fairing(app::load).config(config);
    client_of(rocket(fairing.session_store(store)))
}

#[test]
fn nodes_with_one_store_count_together() {
    let store = Arc::new(MemoryStore::default());
    let nodes = [node(store.clone()), node(store)];
    for number in 0..3 {
        assert_eq!(status(&nodes[number % 2], HOME, WRONG), 401);
    }
    for node in &nodes {
        assert_eq!(status(node, ELSEWHERE, RIGHT), 429);
    }
    assert_eq!(status(&nodes[1], ELSEWHERE, "name=bob&password=right"), 200);
}

#[test]
fn a_store_that_fails_lets_no_attempt_pass() {
    let store = Arc::new(Probe::default());
    let client = node(store.clone());
    store.take_calls();
    store.fail_at("count");
    for _ in 0..5 {
        let answer = attempt(&client, HOME, RIGHT);
        assert_eq!(answer.status, Status::ServiceUnavailable);
        assert_eq!(answer.header("Retry-After"), None);
        assert_eq!(store.take_calls(), ["count"]);
    }
    store.set_failing(false);
    for _ in 0..3 {
        assert_eq!(status(&client, HOME, WRONG), 401);
    }
    assert_eq!(status(&client, HOME, RIGHT), 429);
}

/// Fails once an attempt is to be taken back.
struct Forgetful(MemoryStore);

#[rocket::async_trait]
impl SessionStore for Forgetful {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        self.0.create(session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.0.load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.0.save(session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.0.delete(key).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.0.of_user(user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.0.delete_of_user(user).await
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        self.0.delete_expired(now, limit).await
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        if by < 0 {
            return Err("gone".into());
        }
        self.0.count(key, by, now, until).await
    }
}

#[test]
fn a_right_password_counts_although_its_attempt_cannot_be_given_back() {
    let client = node(Forgetful(MemoryStore::default()));
    for _ in 0..3 {
        assert_eq!(status(&client, HOME, RIGHT), 200);
    }
    assert_eq!(status(&client, HOME, RIGHT), 429);
}
