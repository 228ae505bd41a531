//! The memory of this process: sessions that have ended or rotated here.
//!
//! Without a store it decides whether a token counts. With one it keeps an answer that
//! comes late from overwriting the cookies of a newer one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Mutex;

use crate::clock::Timestamp;
use crate::lock::lock;
use crate::session::{SessionEnd, StoreKey};
use crate::sessions::generation::Rotated;

/// How many sessions are known at most: some thirty megabytes.
const CAPACITY: usize = 262_144;

/// How many of one user: a user's own entries make room for each other.
const PER_USER: usize = 1000;

/// How many entries each half of a [`Recent`] has at most.
const HALF: usize = 8192;

/// The key of a session: its id, or the digest of the id that other nodes know.
pub(crate) type LedgerKey = [u8; 16];

/// The sessions that have ended or rotated in this process, each until its last copy
/// has expired.
pub(crate) struct Ledger(Mutex<Inner>);

#[derive(Clone, Default)]
struct Inner {
    capacity: usize,
    per_user: usize,
    entries: HashMap<LedgerKey, Entry, BuildHasherDefault<ByItself>>,
    by_expiry: BTreeSet<(Timestamp, LedgerKey)>,
    /// The entries of each user. The first one goes first: rotations before ends, then
    /// the next to expire.
    by_user: BTreeMap<StoreKey, BTreeSet<(bool, Timestamp, LedgerKey)>>,
}

#[derive(Clone, Copy)]
struct Entry {
    user: StoreKey,
    until: Timestamp,
    fate: Fate,
}

/// The end of a session, or its rotations.
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
        Self(Mutex::new(Inner {
            capacity,
            per_user,
            ..Inner::default()
        }))
    }

    /// Looks a session up.
    pub(super) fn fate(&self, key: &LedgerKey, now: Timestamp) -> Option<Fate> {
        let entry = lock(&self.0).entries.get(key).copied()?;
        (entry.until > now).then_some(entry.fate)
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
        let mut inner = lock(&self.0);
        let fate = match inner.entries.get(&key).map(|entry| entry.fate) {
            Some(Fate::Ended(first)) => Fate::Ended(first),
            Some(Fate::Rotated(_)) | None => Fate::Ended(why),
        };
        inner.note(key, Entry { user, until, fate }, now);
    }

    /// Notes a rotation; `false` if the session has ended.
    #[must_use = "a session that has ended must not go on"]
    pub(crate) fn supersede(
        &self,
        key: LedgerKey,
        user: StoreKey,
        rotated: Rotated,
        until: Timestamp,
    ) -> bool {
        let mut inner = lock(&self.0);
        let now = rotated.at;
        let known = inner.entries.get(&key).filter(|entry| entry.until > now);
        let fate = Fate::Rotated(match known.map(|entry| entry.fate) {
            Some(Fate::Ended(_)) => return false,
            Some(Fate::Rotated(known)) => known.and(rotated),
            None => rotated,
        });
        inner.note(key, Entry { user, until, fate }, now);
        true
    }
}

impl Entry {
    fn rank(&self, key: LedgerKey) -> (bool, Timestamp, LedgerKey) {
        (matches!(self.fate, Fate::Ended(_)), self.until, key)
    }
}

impl Inner {
    /// Notes an entry, and forgets others to make room for it.
    fn note(&mut self, key: LedgerKey, mut entry: Entry, now: Timestamp) {
        if let Some(old) = self.remove(&key) {
            entry.until = entry.until.max(old.until);
        }
        self.insert(key, entry);
        self.shrink(&entry.user, &key, now);
    }

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

    /// Forgets expired entries, and those that are too many: a user's own entries first.
    fn shrink(&mut self, user: &StoreKey, new: &LedgerKey, now: Timestamp) {
        if let Some(own) = self.by_user.get(user)
            && own.len() > self.per_user
            && let Some((.., key)) = own.iter().find(|(.., key)| key != new).copied()
        {
            self.remove(&key);
        }
        while let Some((until, key)) = self.by_expiry.first().copied() {
            if until > now && self.entries.len() <= self.capacity {
                break;
            }
            self.remove(&key);
        }
    }
}

/// The newest values of a map. Of its two halves the older one is forgotten when the
/// younger one is full.
pub(super) struct Recent<K, V>(Mutex<[HashMap<K, V>; 2]>);

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Copy> Recent<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<V> {
        let halves = lock(&self.0);
        halves.iter().find_map(|half| half.get(key)).copied()
    }

    /// Puts a value in, and says whether its key is new.
    pub(super) fn insert(&self, key: K, value: V) -> bool {
        let mut halves = lock(&self.0);
        let [young, old] = &mut *halves;
        let is_new = !young.contains_key(&key) && !old.contains_key(&key);
        if young.len() >= HALF {
            *old = std::mem::take(young);
        }
        young.insert(key, value);
        is_new
    }
}

#[cfg(test)]
mod tests;
