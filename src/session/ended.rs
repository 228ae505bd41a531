//! Ids of sessions and remember tokens that ended before they expired.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::session::TokenId;

/// How an id came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Logged out: whoever still sends it may be told to drop it.
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
    ids: HashMap<TokenId, Entry>,
    by_expiry: BTreeSet<(Timestamp, [u8; 16])>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    how: How,
    until: Timestamp,
    successor: Option<TokenId>,
    /// Whether the successor knows of another auth hash.
    is_renewal: bool,
}

impl Ended {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
        }
    }

    pub(crate) fn check(&self, id: TokenId) -> Option<How> {
        self.lock().ids.get(&id).map(|entry| entry.how)
    }

    /// What `id` goes on as: itself, or what has replaced it; `None` if it has
    /// ended.
    pub(crate) fn live(&self, id: TokenId) -> Option<TokenId> {
        self.lock().live(id)
    }

    /// Ends `id`, and whatever replaced it meanwhile in a parallel request: all
    /// that have ended now.
    pub(crate) fn close(&self, id: TokenId, until: Timestamp, now: Timestamp) -> Vec<TokenId> {
        let mut inner = self.lock();
        let mut closed = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            closed.push(id);
            let known = inner.ids.get(&id).copied();
            next = known.and_then(|entry| entry.successor);
            let until = known.map_or(until, |entry| entry.until.max(until));
            inner.insert(id, Entry::new(How::Closed, until));
        }
        inner.shrink(self.capacity, now);
        closed
    }

    /// Ends `id`, or what it goes on as, because another login takes its place;
    /// says which that was.
    pub(crate) fn retire(&self, id: TokenId, until: Timestamp, now: Timestamp) -> Option<TokenId> {
        let mut inner = self.lock();
        let live = inner.live(id)?;
        inner.insert(live, Entry::new(How::Replaced, until));
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
        if inner.is_renewed(id) {
            return GoOn::Overtaken;
        }
        match inner.live(id) {
            Some(live) if live == id => {
                inner.insert(id, Entry::new(How::Replaced, until).by(successor, false));
                inner.shrink(self.capacity, now);
                GoOn::Under(successor)
            }
            Some(live) => GoOn::Under(live),
            None => GoOn::Ended,
        }
    }

    /// Ends `id`, or what it goes on as, in favour of `successor`, which knows
    /// of a newer auth hash; says which that was, `None` if it has ended.
    #[must_use = "a session that has ended must not go on under a new id"]
    pub(crate) fn renew(
        &self,
        id: TokenId,
        successor: TokenId,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<TokenId> {
        let mut inner = self.lock();
        let live = inner.live(id)?;
        inner.insert(live, Entry::new(How::Replaced, until).by(successor, true));
        inner.shrink(self.capacity, now);
        Some(live)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(how: How, until: Timestamp) -> Self {
        Self {
            how,
            until,
            successor: None,
            is_renewal: false,
        }
    }

    fn by(self, successor: TokenId, is_renewal: bool) -> Self {
        Self {
            successor: Some(successor),
            is_renewal,
            ..self
        }
    }
}

impl Inner {
    /// What `id` goes on as: itself, or the last that replaced it.
    fn live(&self, id: TokenId) -> Option<TokenId> {
        let mut live = id;
        while let Some(entry) = self.ids.get(&live) {
            live = entry.successor.filter(|_| entry.how == How::Replaced)?;
        }
        Some(live)
    }

    fn is_renewed(&self, id: TokenId) -> bool {
        let first = self.ids.get(&id);
        let mut chain = std::iter::successors(first, |entry| self.ids.get(&entry.successor?));
        chain.any(|entry| entry.is_renewal)
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
