//! A store that counts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rocket_login::store::{Heard, SessionStore, StoreKey, StoreResult, StoredSession};

/// A store that counts what requests ask it, and knows which session it was given last.
pub(crate) struct Counted {
    store: Box<dyn SessionStore>,
    calls: AtomicUsize,
    last: Mutex<Option<StoredSession>>,
}

impl Counted {
    pub(crate) fn new(store: Box<dyn SessionStore>) -> Arc<Self> {
        Arc::new(Self {
            store,
            calls: AtomicUsize::new(0),
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

    fn count(&self) -> &dyn SessionStore {
        self.calls.fetch_add(1, Ordering::Relaxed);
        &*self.store
    }
}

#[rocket::async_trait]
impl SessionStore for Counted {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        *self.last.lock().unwrap() = Some(session.clone());
        self.count().create(session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.count().load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.count().save(session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.count().delete(key).await
    }

    async fn of_user(&self, user: &StoreKey) -> StoreResult<Vec<StoredSession>> {
        self.count().of_user(user).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.count().delete_of_user(user).await
    }

    /// Not counted: no request asks for that.
    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        self.store.delete_expired(now, limit).await
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        self.count().publish(message).await
    }

    async fn listen(&self, hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync)) -> StoreResult<()> {
        self.store.listen(hear).await
    }
}
