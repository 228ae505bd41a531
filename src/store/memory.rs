//! Sessions in the memory of one process.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::{SessionStore, StoreKey, StoreResult, StoredSession};

/// A [`SessionStore`] in memory: for one process, and as long as it runs.
///
/// It is bounded: past its capacity the session goes whose time is over first.
///
/// ```rust
/// # use rocket_login::{AuthUser, LoginFairing};
/// use rocket_login::store::MemoryStore;
///
/// # fn small<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
/// fairing.session_store(MemoryStore::with_capacity(10_000))
/// # }
/// ```
pub struct MemoryStore {
    capacity: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    sessions: HashMap<StoreKey, Kept>,
    by_user: BTreeSet<(StoreKey, StoreKey)>,
    by_expiry: BTreeSet<(i64, StoreKey)>,
}

/// A session without its key.
struct Kept {
    user: StoreKey,
    expires: i64,
    revision: i64,
    value: Box<[u8]>,
}

impl MemoryStore {
    /// Room for so many sessions.
    ///
    /// ```rust
    /// use rocket_login::store::MemoryStore;
    ///
    /// let store = MemoryStore::with_capacity(10_000);
    /// ```
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    /// Room for a million sessions.
    fn default() -> Self {
        Self::with_capacity(1_000_000)
    }
}

impl Inner {
    fn get(&self, key: &StoreKey) -> Option<StoredSession> {
        let kept = self.sessions.get(key)?;
        Some(StoredSession {
            key: *key,
            user: kept.user,
            expires: kept.expires,
            revision: kept.revision,
            value: kept.value.to_vec(),
        })
    }

    fn insert(&mut self, session: &StoredSession, revision: i64) {
        self.remove(&session.key);
        self.by_user.insert((session.user, session.key));
        self.by_expiry.insert((session.expires, session.key));
        let kept = Kept {
            user: session.user,
            expires: session.expires,
            revision,
            value: session.value.as_slice().into(),
        };
        self.sessions.insert(session.key, kept);
    }

    fn remove(&mut self, key: &StoreKey) -> bool {
        let Some(kept) = self.sessions.remove(key) else {
            return false;
        };
        self.by_user.remove(&(kept.user, *key));
        self.by_expiry.remove(&(kept.expires, *key));
        true
    }

    fn of_user(&self, user: &StoreKey) -> Vec<StoreKey> {
        let range = (*user, StoreKey::FIRST)..=(*user, StoreKey::LAST);
        self.by_user.range(range).map(|(_, key)| *key).collect()
    }

    fn shrink(&mut self, capacity: usize) {
        while self.sessions.len() > capacity {
            match self.by_expiry.first().copied() {
                Some((_, key)) => self.remove(&key),
                None => break,
            };
        }
    }
}

#[rocket::async_trait]
impl SessionStore for MemoryStore {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut inner = self.lock();
        let is_new = !inner.sessions.contains_key(&session.key);
        if is_new {
            inner.insert(session, session.revision);
            inner.shrink(self.capacity);
        }
        Ok(is_new)
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        Ok(self.lock().get(key))
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut inner = self.lock();
        let kept = inner.sessions.get(&session.key);
        let is_known = kept.is_some_and(|kept| kept.revision == session.revision);
        if is_known {
            inner.insert(session, session.revision.wrapping_add(1));
        }
        Ok(is_known)
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        Ok(self.lock().remove(key))
    }

    async fn of_user(&self, user: &StoreKey) -> StoreResult<Vec<StoredSession>> {
        let inner = self.lock();
        let keys = inner.of_user(user);
        Ok(keys.iter().filter_map(|key| inner.get(key)).collect())
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let mut inner = self.lock();
        let keys = inner.of_user(user);
        Ok(keys.iter().filter(|key| inner.remove(key)).count())
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        let mut inner = self.lock();
        let over = inner.by_expiry.range(..=(now, StoreKey::LAST));
        let keys: Vec<_> = over.take(limit).map(|(_, key)| *key).collect();
        Ok(keys.iter().filter(|key| inner.remove(key)).count())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(key: u8, user: u8, expires: i64) -> StoredSession {
        StoredSession {
            key: StoreKey::from_bytes([key; 16]),
            user: StoreKey::from_bytes([user; 16]),
            expires,
            revision: 0,
            value: vec![key],
        }
    }

    #[rocket::async_test]
    async fn past_its_capacity_what_is_over_first_goes() {
        let store = MemoryStore::with_capacity(2);
        for (key, expires) in [(1, 30), (2, 10), (3, 20)] {
            assert!(store.create(&session(key, 9, expires)).await.unwrap());
        }
        let left = store.of_user(&StoreKey::from_bytes([9; 16])).await.unwrap();
        let left: Vec<_> = left.iter().map(|session| session.expires).collect();
        assert_eq!(left, [30, 20]);
    }

    #[rocket::async_test]
    async fn its_indexes_forget_what_it_forgets() {
        let store = MemoryStore::default();
        let mut kept = session(1, 1, 10);
        store.create(&kept).await.unwrap();
        (kept.user, kept.expires) = (StoreKey::from_bytes([2; 16]), 20);
        store.save(&kept).await.unwrap();
        store.delete(&kept.key).await.unwrap();
        let inner = store.lock();
        assert!(inner.sessions.is_empty() && inner.by_user.is_empty());
        assert!(inner.by_expiry.is_empty());
    }

    #[test]
    fn it_shows_nobody() {
        let store = MemoryStore::with_capacity(7);
        assert_eq!(format!("{store:?}"), "MemoryStore { capacity: 7, .. }");
    }
}
