//! Sessions in the memory of one process.

mod counters;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::tokio::task::yield_now;

use crate::store::memory::counters::Counters;
use crate::store::{SessionStore, StoreKey, StoreResult, StoredSession};

/// How many records are looked at before others may: forgetting one of a million takes some
/// microseconds, as hardly any is in the processor's cache.
const STEP: usize = 32;

/// Among how many the oldest goes where there is no more room.
const SAMPLE: usize = 16;

/// A [`SessionStore`] in memory: for one process, and as long as it runs. A restart
/// logs everybody out, whether they are to be remembered or not.
///
/// It is bounded: past its capacity one of the sessions goes
/// that were not seen for the longest time. Of more than 100,000 counters the one goes
/// that would end first.
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
    counters: Mutex<Counters>,
}

#[derive(Default)]
struct Inner {
    sessions: BTreeMap<StoreKey, Kept>,
    by_user: BTreeSet<(StoreKey, StoreKey)>,
    /// How often anything was written.
    writes: u64,
}

/// A session without its key.
struct Kept {
    user: StoreKey,
    expires: i64,
    revision: i64,
    /// When it was written: what `writes` was then.
    written: u64,
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
            counters: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.writes += 1;
        self.by_user.insert((session.user, session.key));
        let kept = Kept {
            user: session.user,
            expires: session.expires,
            revision,
            written: self.writes,
            value: session.value.as_slice().into(),
        };
        self.sessions.insert(session.key, kept);
    }

    fn remove(&mut self, key: &StoreKey) -> bool {
        let Some(kept) = self.sessions.remove(key) else {
            return false;
        };
        self.by_user.remove(&(kept.user, *key));
        true
    }

    fn of_user(&self, user: &StoreKey, limit: usize) -> Vec<StoreKey> {
        let range = (*user, StoreKey::FIRST)..=(*user, StoreKey::LAST);
        let of_user = self.by_user.range(range).take(limit);
        of_user.map(|(_, key)| *key).collect()
    }

    /// Makes room for a new session among those behind it: keys are random, and so is
    /// who they are.
    fn shrink(&mut self, capacity: usize, new: &StoreKey) {
        while self.sessions.len() > capacity {
            let behind = self
                .sessions
                .range((Bound::Excluded(*new), Bound::Unbounded));
            let others = behind.chain(self.sessions.range(..*new)).take(SAMPLE);
            let oldest = others.min_by_key(|(_, kept)| kept.written);
            let oldest = oldest.map_or(*new, |(key, _)| *key);
            self.remove(&oldest);
        }
    }

    /// Forgets what is over among the next few records, and says where to go on.
    fn sweep(
        &mut self,
        from: Bound<StoreKey>,
        now: i64,
        limit: usize,
    ) -> (usize, Option<StoreKey>) {
        let mut last = None;
        let mut over = Vec::new();
        for (key, kept) in self.sessions.range((from, Bound::Unbounded)).take(STEP) {
            last = Some(*key);
            if kept.expires <= now {
                over.push(*key);
            }
            if over.len() == limit {
                break;
            }
        }
        for key in &over {
            self.remove(key);
        }
        (over.len(), last)
    }
}

#[rocket::async_trait]
impl SessionStore for MemoryStore {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut inner = self.lock();
        let is_new = !inner.sessions.contains_key(&session.key);
        if is_new {
            inner.insert(session, session.revision);
            inner.shrink(self.capacity, &session.key);
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

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let inner = self.lock();
        let keys = inner.of_user(user, limit);
        Ok(keys.iter().filter_map(|key| inner.get(key)).collect())
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let mut inner = self.lock();
        let keys = inner.of_user(user, usize::MAX);
        Ok(keys.iter().filter(|key| inner.remove(key)).count())
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        let mut deleted = 0;
        let mut from = Bound::Unbounded;
        while deleted < limit {
            let (count, last) = self.lock().sweep(from, now, limit - deleted);
            deleted += count;
            match last {
                Some(last) => from = Bound::Excluded(last),
                None => break,
            }
            yield_now().await;
        }
        while deleted < limit {
            let count = self.counters().sweep(now, STEP.min(limit - deleted));
            deleted += count;
            if count < STEP {
                break;
            }
            yield_now().await;
        }
        Ok(deleted)
    }

    async fn count(&self, key: &StoreKey, now: i64, until: i64) -> StoreResult<Option<u64>> {
        Ok(Some(self.counters().count(key, now, until)))
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
mod tests;
