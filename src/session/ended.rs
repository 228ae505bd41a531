//! Ids of sessions and remember tokens that ended before they expired.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::session::{Digest, SessionEnd, TokenId};

/// How an id came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Whoever still sends it may be told to drop it.
    Closed,
    /// Replaced by a newer id, which the same browser may already hold: telling
    /// it to drop the cookie would drop the newer one.
    Replaced,
}

/// How a session may go on that is to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GoOn {
    Under(TokenId),
    /// A parallel request has renewed it: what that one writes is newer.
    Overtaken,
    /// It was logged out, or another login has taken its place.
    Ended,
}

/// The ids that ended in this process, each until it would have expired.
///
/// Bounded: past the capacity the id that would expire first is forgotten.
#[derive(Debug)]
pub(crate) struct Ended {
    capacity: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    ids: HashMap<TokenId, Entry, BuildHasherDefault<ByItself>>,
    by_expiry: BTreeSet<(Timestamp, [u8; 16])>,
}

/// The hash of an id is its own beginning: ids are random, and nobody chooses one.
#[derive(Debug, Default)]
struct ByItself(u64);

impl Hasher for ByItself {
    fn write(&mut self, bytes: &[u8]) {
        let first = bytes.first_chunk().copied();
        self.0 = first.map_or(self.0, u64::from_ne_bytes);
    }

    /// How many bytes there are, which is always the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    how: How,
    why: SessionEnd,
    until: Timestamp,
    successor: Option<TokenId>,
    /// The other auth hash that the successor knows of, if it is another one.
    renewed: Option<Digest>,
}

impl Ended {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
        }
    }

    /// The clock is asked for what is known alone: for most ids nothing is.
    pub(crate) fn check(&self, id: TokenId, now: impl FnOnce() -> Timestamp) -> Option<How> {
        let entry = self.lock().ids.get(&id).copied()?;
        (entry.until > now()).then_some(entry.how)
    }

    /// What `id` goes on as: itself, or what has replaced it; or why it has ended.
    pub(crate) fn live(&self, id: TokenId, now: Timestamp) -> Result<TokenId, SessionEnd> {
        self.lock().live(id, now)
    }

    /// The auth hash that `id` goes on with, if that was renewed.
    pub(crate) fn renewed(&self, id: TokenId, now: Timestamp) -> Option<Digest> {
        self.lock().renewed(id, now)
    }

    /// Ends `id`, and whatever replaced it meanwhile in a parallel request: all
    /// that have ended now.
    pub(crate) fn close(
        &self,
        id: TokenId,
        why: SessionEnd,
        until: Timestamp,
        now: Timestamp,
    ) -> Vec<TokenId> {
        let mut inner = self.lock();
        let mut closed = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            closed.push(id);
            let known = inner.ids.get(&id).copied();
            next = known.and_then(|entry| entry.successor);
            let until = known.map_or(until, |entry| entry.until.max(until));
            inner.insert(id, Entry::new(How::Closed, why, until));
        }
        inner.shrink(self.capacity, now);
        closed
    }

    /// Ends `id`, or what it goes on as, because another login takes its place;
    /// says which that was.
    pub(crate) fn retire(&self, id: TokenId, until: Timestamp, now: Timestamp) -> Option<TokenId> {
        let mut inner = self.lock();
        let live = inner.live(id, now).ok()?;
        inner.insert(live, Entry::replaced(until));
        inner.shrink(self.capacity, now);
        Some(live)
    }

    /// Ends `id` in favour of `successor`, and says how to go on.
    ///
    /// If a parallel request was faster, that is under the id which that one
    /// chose: two answers to one browser then agree.
    pub(crate) fn replace(
        &self,
        id: TokenId,
        successor: TokenId,
        until: Timestamp,
        now: Timestamp,
    ) -> GoOn {
        let mut inner = self.lock();
        if inner.renewed(id, now).is_some() {
            return GoOn::Overtaken;
        }
        match inner.live(id, now) {
            Ok(live) if live == id => {
                inner.insert(id, Entry::replaced(until).by(successor, None));
                inner.shrink(self.capacity, now);
                GoOn::Under(successor)
            }
            Ok(live) => GoOn::Under(live),
            Err(_) => GoOn::Ended,
        }
    }

    /// Ends `id`, or what it goes on as, in favour of `successor`, which knows
    /// of a newer auth hash; says which that was, `None` if it has ended.
    #[must_use = "a session that has ended must not go on under a new id"]
    pub(crate) fn renew(
        &self,
        id: TokenId,
        successor: TokenId,
        auth_hash: Digest,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<TokenId> {
        let mut inner = self.lock();
        let live = inner.live(id, now).ok()?;
        inner.insert(live, Entry::replaced(until).by(successor, Some(auth_hash)));
        inner.shrink(self.capacity, now);
        Some(live)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn replaced(until: Timestamp) -> Self {
        Self::new(How::Replaced, SessionEnd::Superseded, until)
    }

    fn new(how: How, why: SessionEnd, until: Timestamp) -> Self {
        Self {
            how,
            why,
            until,
            successor: None,
            renewed: None,
        }
    }

    fn by(self, successor: TokenId, renewed: Option<Digest>) -> Self {
        Self {
            successor: Some(successor),
            renewed,
            ..self
        }
    }
}

impl Inner {
    /// What is known of an id, for as long as it counts.
    fn entry(&self, id: TokenId, now: Timestamp) -> Option<&Entry> {
        self.ids.get(&id).filter(|entry| entry.until > now)
    }

    fn live(&self, id: TokenId, now: Timestamp) -> Result<TokenId, SessionEnd> {
        let mut live = id;
        while let Some(entry) = self.entry(live, now) {
            let successor = entry.successor.filter(|_| entry.how == How::Replaced);
            live = successor.ok_or(entry.why)?;
        }
        Ok(live)
    }

    /// The auth hash that `id` goes on with, if it is another one.
    fn renewed(&self, id: TokenId, now: Timestamp) -> Option<Digest> {
        let first = self.entry(id, now);
        let chain = std::iter::successors(first, |entry| self.entry(entry.successor?, now));
        chain.filter_map(|entry| entry.renewed).last()
    }

    fn insert(&mut self, id: TokenId, entry: Entry) {
        if let Some(old) = self.ids.insert(id, entry) {
            self.by_expiry.remove(&(old.until, id.0));
        }
        self.by_expiry.insert((entry.until, id.0));
    }

    fn shrink(&mut self, capacity: usize, now: Timestamp) {
        while let Some(&(until, id)) = self.by_expiry.first() {
            if until > now && self.ids.len() <= capacity {
                break;
            }
            self.by_expiry.pop_first();
            self.ids.remove(&TokenId(id));
        }
    }
}

#[cfg(test)]
mod tests;
