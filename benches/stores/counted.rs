//! A store that counts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rocket_login::store::{Listener, SessionStore, StoreKey, StoreResult, StoredSession};

/// A store that counts what requests ask it, and knows which session it was given last.
pub(crate) struct Counted {
    store: Box<dyn SessionStore>,
    calls: AtomicUsize,
    /// The names of the calls, while they are asked for.
    names: Mutex<Option<Vec<&'static str>>>,
    last: Mutex<Option<StoredSession>>,
}

impl Counted {
    pub(crate) fn new(store: Box<dyn SessionStore>) -> Arc<Self> {
        Arc::new(Self {
            store,
            calls: AtomicUsize::new(0),
            names: Mutex::default(),
            last: Mutex::default(),
        })
    }

    /// How often it was asked so far.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// The session that it was given last.
    pub(crate) fn last(&self) -> StoredSession {
        self.last.lock().unwrap().clone().unwrap()
    }

    /// The calls since this was asked last.
    pub(crate) fn take_names(&self) -> Vec<&'static str> {
        let mut names = self.names.lock().unwrap();
        names.replace(Vec::new()).unwrap_or_default()
    }

    fn counted(&self, name: &'static str) -> &dyn SessionStore {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if let Some(names) = &mut *self.names.lock().unwrap() {
            names.push(name);
        }
        &*self.store
    }
}

#[rocket::async_trait]
impl SessionStore for Counted {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        *self.last.lock().unwrap() = Some(session.clone());
        self.counted("create").create(session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.counted("load").load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.counted("save").save(session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.counted("delete").delete(key).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.counted("of_user").of_user(user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.counted("delete_of_user").delete_of_user(user).await
    }

    /// Not counted: no request asks for that.
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
        self.counted("count").count(key, by, now, until).await
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        self.counted("publish").publish(message).await
    }

    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        self.store.listen(hear).await
    }
}
