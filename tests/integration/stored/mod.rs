//! Sessions in a store: the rules that the other tests do not show when they run with a store.

mod adopted;
mod ends;
mod failures;
mod halfway;
mod inventory;
mod late;
mod races;
mod remember_tokens;
mod settings;
mod suite;
mod sweep;
mod trips;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::tokio::sync::Notify;
use rocket::{Build, Rocket, State, delete, get, post, routes};
use rocket_login::store::{MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession};
use rocket_login::{Auth, Config, LoginError, LoginManager, SessionHandle, SessionInfo, StoreKind};
use serde_json::json;

use crate::app::{self, Account};

/// A store that counts what it is asked, can fail, and can be looked into.
#[derive(Default)]
pub(crate) struct Probe {
    store: MemoryStore,
    fails: AtomicBool,
    /// The methods that fail, if not all do.
    failing: Mutex<Option<&'static str>>,
    /// Whether only the next call fails.
    fails_once: AtomicBool,
    calls: Mutex<Vec<&'static str>>,
    keys: Mutex<Vec<StoreKey>>,
    deleted: AtomicUsize,
    swept: Notify,
}

impl Probe {
    fn ask(&self, method: &'static str) -> StoreResult<()> {
        let only = *self.failing.lock().unwrap();
        let is_meant = only.is_none_or(|only| only == method);
        self.calls.lock().unwrap().push(method);
        if !is_meant || !self.fails.load(Ordering::SeqCst) {
            return Ok(());
        }
        if self.fails_once.swap(false, Ordering::SeqCst) {
            self.fails.store(false, Ordering::SeqCst);
        }
        Err("the store's password is hunter2".into())
    }

    pub(crate) fn set_failing(&self, fails: bool) {
        *self.failing.lock().unwrap() = None;
        self.fails.store(fails, Ordering::SeqCst);
    }

    pub(crate) fn fail_at(&self, method: &'static str) {
        *self.failing.lock().unwrap() = Some(method);
        self.fails.store(true, Ordering::SeqCst);
    }

    pub(crate) fn fail_once_at(&self, method: &'static str) {
        self.fails_once.store(true, Ordering::SeqCst);
        self.fail_at(method);
    }

    /// The calls since the last call of this function.
    pub(crate) fn take_calls(&self) -> Vec<&'static str> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap());
        calls
            .into_iter()
            .filter(|call| *call != "delete_expired")
            .collect()
    }

    /// The sessions that are left of all that were ever created.
    async fn left(&self) -> Vec<StoredSession> {
        let mut keys = self.keys.lock().unwrap().clone();
        keys.sort();
        keys.dedup();
        let mut left = Vec::new();
        for key in keys {
            left.extend(self.store.load(&key).await.unwrap());
        }
        left
    }
}

#[rocket::async_trait]
impl SessionStore for Probe {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        self.ask("create")?;
        self.keys.lock().unwrap().push(session.key);
        self.store.create(session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.ask("load")?;
        self.store.load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.ask("save")?;
        self.store.save(session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.ask("delete")?;
        self.store.delete(key).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.ask("of_user")?;
        self.store.of_user(user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.ask("delete_of_user")?;
        self.store.delete_of_user(user).await
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        let asked = self.ask("delete_expired");
        let deleted = match asked {
            Ok(()) => self.store.delete_expired(now, limit).await,
            Err(error) => Err(error),
        };
        self.deleted.fetch_add(1, Ordering::SeqCst);
        self.swept.notify_one();
        deleted
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        // The launch only asks whether it counts.
        if by != 0 {
            self.ask("count")?;
        }
        self.store.count(key, by, now, until).await
    }
}

fn shown(sessions: &[SessionInfo]) -> String {
    let shown = sessions.iter().map(|session| {
        json!({
            "handle": session.handle().to_string(),
            "at": session.logged_in_at().unix_timestamp(),
            "seen": session.last_seen().unix_timestamp(),
            "address": session.address().map(|address| address.to_string()),
            "agent": session.user_agent(),
            "current": session.is_current(),
            "remembered": session.is_remembered(),
        })
    });
    json!(shown.collect::<Vec<_>>()).to_string()
}

#[get("/sessions")]
async fn sessions(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    Ok(shown(&auth.sessions().await?))
}

#[delete("/sessions/<handle>")]
async fn revoke(handle: SessionHandle, auth: Auth<'_, Account>) -> Result<String, LoginError> {
    Ok(auth.revoke(&handle).await?.to_string())
}

#[post("/revoke-others")]
async fn revoke_others(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    Ok(auth.revoke_others().await?.to_string())
}

#[get("/admin/sessions/<id>")]
async fn sessions_of(
    id: i64,
    manager: &State<LoginManager<Account>>,
) -> Result<String, LoginError> {
    Ok(shown(&manager.sessions(&id).await?))
}

#[delete("/admin/sessions/<id>/<handle>")]
async fn revoke_of(
    id: i64,
    handle: SessionHandle,
    manager: &State<LoginManager<Account>>,
) -> Result<String, LoginError> {
    Ok(manager.revoke(&id, &handle).await?.to_string())
}

#[delete("/admin/sessions/<id>")]
async fn revoke_all(id: i64, manager: &State<LoginManager<Account>>) -> Result<String, LoginError> {
    Ok(manager.revoke_all(&id).await?.to_string())
}

pub(crate) fn routes() -> Vec<rocket::Route> {
    routes![
        sessions,
        revoke,
        revoke_others,
        sessions_of,
        revoke_of,
        revoke_all
    ]
}

fn memory() -> Config {
    app::with_store(StoreKind::Memory)
}

fn rocket(config: Config) -> Rocket<Build> {
    app::rocket(config).mount("/", routes())
}

fn client(config: Config) -> Client {
    app::client_of(rocket(config))
}

/// An application on such a store.
fn probed_rocket(config: Config) -> (Rocket<Build>, Arc<Probe>) {
    let probe = Arc::new(Probe::default());
    let login = LoginManager::fairing(app::load).config(config);
    let rocket = app::bare()
        .attach(login.session_store(probe.clone()))
        .mount("/", app::routes())
        .mount("/", routes());
    (rocket, probe)
}

fn probed(config: Config) -> (Client, Arc<Probe>) {
    let (rocket, probe) = probed_rocket(config);
    (app::client_of(rocket), probe)
}

#[track_caller]
fn assert_unavailable(answer: &crate::browser::Answer) {
    assert_eq!(answer.status, Status::ServiceUnavailable, "{answer:?}");
    answer.assert_no_cookies();
    assert!(!answer.body.contains("hunter2"));
}
