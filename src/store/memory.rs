//! Sessions in the memory of one process.

mod indexed;

use std::fmt;
use std::ops::Bound;
use std::sync::Mutex;

use rocket::tokio::task::yield_now;

use crate::lock::lock;
use crate::store::memory::indexed::Indexed;
use crate::store::{SessionStore, StoreKey, StoreResult, StoredSession};

/// How many records are read or deleted before other tasks may run. Hardly any record is in the
/// processor's cache, so the deletion of one in a million takes some microseconds.
const STEP: usize = 32;

/// How many sessions are compared to find an old one, where there is no more room.
const SAMPLE: usize = 16;

/// How many counters are kept at most.
const COUNTERS: usize = 150_000;

/// A [`SessionStore`] in memory: for one process, and as long as it runs. A restart logs all users
/// out, those with a remember token as well.
///
/// It is bounded. Past its capacity it drops one of the sessions that were not seen for the longest
/// time. Past 150,000 counters it drops the counter that would end first.
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
    sessions: Mutex<Sessions>,
    counters: Mutex<Counters>,
}

#[derive(Default)]
struct Sessions {
    by_user: Indexed<StoreKey, Entry>,
    /// How often a session was written.
    writes: u64,
}

struct Entry {
    /// The value of `writes` when this session was written.
    written: u64,
    session: StoredSession,
}

/// Each counter has its end for a group.
#[derive(Default)]
struct Counters(Indexed<i64, u64>);

impl MemoryStore {
    /// Returns a store with room for so many sessions.
    ///
    /// ```rust
    /// use rocket_login::store::MemoryStore;
    ///
    /// let store = MemoryStore::with_capacity(10_000);
    /// ```
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            sessions: Mutex::default(),
            counters: Mutex::default(),
        }
    }
}

impl Default for MemoryStore {
    /// Returns a store with room for a million sessions.
    fn default() -> Self {
        Self::with_capacity(1_000_000)
    }
}

impl Sessions {
    fn get(&self, key: &StoreKey) -> Option<&StoredSession> {
        self.by_user.get(key).map(|(_, entry)| &entry.session)
    }

    fn insert(&mut self, session: StoredSession) {
        self.writes += 1;
        let (key, user, written) = (session.key, session.user, self.writes);
        self.by_user.insert(key, user, Entry { written, session });
    }

    /// Makes room for a new session. Keys are random, so those behind the new one are a sample.
    fn shrink(&mut self, capacity: usize, new: &StoreKey) {
        while self.by_user.len() > capacity {
            let behind = (Bound::Excluded(*new), Bound::Unbounded);
            let others = self.by_user.range(behind).chain(self.by_user.range(..*new));
            let oldest = others
                .take(SAMPLE)
                .min_by_key(|(_, (_, entry))| entry.written);
            let oldest = oldest.map_or(*new, |(key, _)| *key);
            self.by_user.remove(&oldest);
        }
    }

    /// Deletes expired sessions among the next few. Returns how many, and where to go on.
    fn sweep(&mut self, from: Bound<StoreKey>, now: i64, limit: usize) -> (usize, Bound<StoreKey>) {
        let mut next = Bound::Unbounded;
        let mut expired = Vec::new();
        for (key, (_, entry)) in self.by_user.range((from, Bound::Unbounded)).take(STEP) {
            next = Bound::Excluded(*key);
            if entry.session.expires <= now {
                expired.push(*key);
            }
            if expired.len() == limit {
                break;
            }
        }
        expired.retain(|key| self.by_user.remove(key));
        (expired.len(), next)
    }
}

impl Counters {
    fn count(&mut self, key: &StoreKey, by: i64, now: i64, until: i64) -> u64 {
        let found = self.0.get(key).filter(|(end, _)| *end > now);
        if found.is_none() && by <= 0 {
            return 0;
        }
        let (end, count) = found.map_or((until, 0), |found| *found);
        let count = count.saturating_add_signed(by);
        self.0.remove(key);
        // Two of those that are over go for one that is new: the others take no more room.
        for _ in 0..2 {
            self.remove_first(now);
        }
        // The new counter never goes to make room: it would not count at all.
        while self.0.len() >= COUNTERS && self.remove_first(i64::MAX) {}
        if count > 0 {
            self.0.insert(*key, end, count);
        }
        count
    }

    /// Deletes the counter that ends first, if its end is at most `now`.
    fn remove_first(&mut self, now: i64) -> bool {
        let first = self.0.first().filter(|(end, _)| *end <= now);
        first.is_some_and(|(_, key)| self.0.remove(&key))
    }
}

#[rocket::async_trait]
impl SessionStore for MemoryStore {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut sessions = lock(&self.sessions);
        let is_new = sessions.get(&session.key).is_none();
        if is_new {
            sessions.insert(session.clone());
            sessions.shrink(self.capacity, &session.key);
        }
        Ok(is_new)
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        Ok(lock(&self.sessions).get(key).cloned())
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut sessions = lock(&self.sessions);
        let found = sessions.get(&session.key);
        let is_current = found.is_some_and(|found| found.revision == session.revision);
        if is_current {
            let revision = session.revision.wrapping_add(1);
            sessions.insert(StoredSession {
                revision,
                ..session.clone()
            });
        }
        Ok(is_current)
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        Ok(lock(&self.sessions).by_user.remove(key))
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let sessions = lock(&self.sessions);
        let keys = sessions.by_user.of_group(*user, limit);
        let of_user = keys.iter().filter_map(|key| sessions.get(key));
        Ok(of_user.cloned().collect())
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let mut sessions = lock(&self.sessions);
        let mut keys = sessions.by_user.of_group(*user, usize::MAX);
        keys.retain(|key| sessions.by_user.remove(key));
        Ok(keys.len())
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        let (mut deleted, mut from) = (0, Bound::Unbounded);
        while deleted < limit {
            let (count, next) = lock(&self.sessions).sweep(from, now, limit - deleted);
            deleted += count;
            from = next;
            if from == Bound::Unbounded {
                break;
            }
            yield_now().await;
        }
        while deleted < limit && lock(&self.counters).remove_first(now) {
            deleted += 1;
            if deleted % STEP == 0 {
                yield_now().await;
            }
        }
        Ok(deleted)
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        Ok(Some(lock(&self.counters).count(key, by, now, until)))
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
