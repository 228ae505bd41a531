//! What this process knows of the ends and rotations of sessions.
//!
//! Without a store it decides whether a token counts. With one it keeps an answer that
//! comes late from overwriting the cookies of a newer one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::session::{SessionEnd, StoreKey};
use crate::sessions::rotated::{Rotated, Rotation};

/// How many sessions are known at most: some thirty megabytes.
const CAPACITY: usize = 262_144;

/// How many of one user: a user's own entries make room for each other.
const PER_USER: usize = 1000;

/// By what a session is known here: its id, or the digest of it that other nodes know.
pub(crate) type LedgerKey = [u8; 16];

/// The sessions that have ended or rotated in this process, each until its last copy
/// has expired.
pub(crate) struct Ledger {
    capacity: usize,
    per_user: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    entries: HashMap<LedgerKey, Entry, BuildHasherDefault<ByItself>>,
    by_expiry: BTreeSet<(Timestamp, LedgerKey)>,
    /// The entries of each user. The first one goes first: rotations before ends, then
    /// what expires first.
    by_user: BTreeMap<StoreKey, BTreeSet<(bool, Timestamp, LedgerKey)>>,
}

#[derive(Clone, Copy)]
struct Entry {
    user: StoreKey,
    until: Timestamp,
    fate: Fate,
}

/// What is known of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    Ended(SessionEnd),
    Rotated(Rotated),
}

/// The hash of a key is its own beginning: keys are random, or digests.
#[derive(Debug, Default)]
struct ByItself(u64);

impl Hasher for ByItself {
    fn write(&mut self, bytes: &[u8]) {
        let first = bytes.first_chunk().copied();
        self.0 = first.map_or(self.0, u64::from_ne_bytes);
    }

    /// Every key has the same length.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self::with_room(CAPACITY, PER_USER)
    }

    fn with_room(capacity: usize, per_user: usize) -> Self {
        Self {
            capacity,
            per_user,
            inner: Mutex::default(),
        }
    }

    /// Looks a session up. The clock is asked only for a session that is known.
    pub(crate) fn fate(&self, key: &LedgerKey, now: impl FnOnce() -> Timestamp) -> Option<Fate> {
        let entry = self.lock().entries.get(key).copied()?;
        (entry.until > now()).then_some(entry.fate)
    }

    /// Why a session has ended, if this process knows that.
    pub(crate) fn end_of(&self, key: &LedgerKey, now: Timestamp) -> Option<SessionEnd> {
        match self.fate(key, || now)? {
            Fate::Ended(why) => Some(why),
            Fate::Rotated(_) => None,
        }
    }

    /// Notes the end of a session. An end that is known stays.
    pub(crate) fn end(
        &self,
        key: LedgerKey,
        user: StoreKey,
        why: SessionEnd,
        until: Timestamp,
        now: Timestamp,
    ) {
        let mut inner = self.lock();
        let known = inner.entries.get(&key).map(|entry| entry.fate);
        let has_ended = |fate: &Fate| matches!(fate, Fate::Ended(_));
        let fate = known.filter(has_ended).unwrap_or(Fate::Ended(why));
        self.insert(&mut inner, key, Entry { user, until, fate }, now);
    }

    /// Notes a rotation that has superseded these generations; `false` if the session
    /// has ended.
    #[must_use = "a session that has ended must not go on"]
    pub(crate) fn supersede(
        &self,
        key: LedgerKey,
        user: StoreKey,
        rotation: Rotation,
        until: Timestamp,
        now: Timestamp,
    ) -> bool {
        let mut inner = self.lock();
        let known = inner.entries.get(&key).filter(|entry| entry.until > now);
        let rotated = match known.map(|entry| entry.fate) {
            Some(Fate::Ended(_)) => return false,
            Some(Fate::Rotated(known)) => known.and(rotation, now),
            None => Rotated::first(rotation, now),
        };
        let fate = Fate::Rotated(rotated);
        self.insert(&mut inner, key, Entry { user, until, fate }, now);
        true
    }

    fn insert(&self, inner: &mut Inner, key: LedgerKey, mut entry: Entry, now: Timestamp) {
        if let Some(old) = inner.remove(&key) {
            entry.until = entry.until.max(old.until);
        }
        inner.insert(key, entry);
        inner.shrink((&entry.user, &key), self.per_user, self.capacity, now);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn rank(&self, key: LedgerKey) -> (bool, Timestamp, LedgerKey) {
        (matches!(self.fate, Fate::Ended(_)), self.until, key)
    }
}

impl Inner {
    fn insert(&mut self, key: LedgerKey, entry: Entry) {
        self.by_expiry.insert((entry.until, key));
        let own = self.by_user.entry(entry.user).or_default();
        own.insert(entry.rank(key));
        self.entries.insert(key, entry);
    }

    fn remove(&mut self, key: &LedgerKey) -> Option<Entry> {
        let entry = self.entries.remove(key)?;
        self.by_expiry.remove(&(entry.until, *key));
        if let Some(own) = self.by_user.get_mut(&entry.user) {
            own.remove(&entry.rank(*key));
            if own.is_empty() {
                self.by_user.remove(&entry.user);
            }
        }
        Some(entry)
    }

    /// Forgets what has expired, and what is too much: a user's own entries first.
    fn shrink(
        &mut self,
        (user, new): (&StoreKey, &LedgerKey),
        per_user: usize,
        capacity: usize,
        now: Timestamp,
    ) {
        if let Some(own) = self.by_user.get(user)
            && own.len() > per_user
            && let Some((.., key)) = own.iter().find(|(.., key)| key != new).copied()
        {
            self.remove(&key);
        }
        while let Some((until, key)) = self.by_expiry.first().copied() {
            if until > now && self.entries.len() <= capacity {
                break;
            }
            self.remove(&key);
        }
    }
}

#[cfg(test)]
mod fork;
#[cfg(test)]
mod tests;
