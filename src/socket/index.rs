//! Where the open sockets are found: by session, by user and by limit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::{StoreKey, TokenId};
use crate::socket::lease::{Lease, State};

/// A serial number stands behind each key: a session may have several sockets.
#[derive(Debug, Default)]
pub(super) struct Index {
    last: u64,
    by_key: BTreeMap<(StoreKey, u64), Arc<Lease>>,
    by_user: BTreeMap<(StoreKey, u64), Arc<Lease>>,
    by_limit: BTreeMap<(Timestamp, u64), Arc<Lease>>,
    /// Whether somebody looks after the limits.
    pub(super) is_watched: bool,
}

impl Index {
    /// Keeps a lease, and says under which number.
    pub(super) fn insert(&mut self, lease: &Arc<Lease>) -> u64 {
        self.last += 1;
        let serial = self.last;
        let state = lease.state();
        for key in keys(&state) {
            self.by_key.insert((key, serial), lease.clone());
        }
        self.by_limit.insert((state.until, serial), lease.clone());
        self.by_user.insert((state.user_key, serial), lease.clone());
        serial
    }

    pub(super) fn remove(&mut self, lease: &Lease, serial: u64) {
        let state = lease.state();
        for key in keys(&state) {
            self.by_key.remove(&(key, serial));
        }
        self.by_limit.remove(&(state.noted, serial));
        self.by_user.remove(&(state.user_key, serial));
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty() && self.by_user.is_empty() && self.by_limit.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.by_user.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Lease>> {
        self.by_user.values()
    }

    /// Whether this one's limit is the first to be reached.
    pub(super) fn is_next(&self, serial: u64) -> bool {
        let next = self.by_limit.first_key_value();
        next.is_some_and(|((_, next), _)| *next == serial)
    }

    /// The sockets of a session, or of what a remember token has restored.
    pub(super) fn of(&self, key: StoreKey) -> impl Iterator<Item = &Arc<Lease>> {
        let range = self.by_key.range((key, 0)..=(key, u64::MAX));
        range.map(|(_, lease)| lease)
    }

    pub(super) fn of_user(&self, user: StoreKey) -> impl Iterator<Item = &Arc<Lease>> {
        let range = self.by_user.range((user, 0)..=(user, u64::MAX));
        range.map(|(_, lease)| lease)
    }

    pub(super) fn rotate(&mut self, from: StoreKey, to: StoreKey, id: Option<TokenId>) {
        let range = self.by_key.range((from, 0)..=(from, u64::MAX));
        let serials: Vec<u64> = range.map(|((_, serial), _)| *serial).collect();
        for serial in serials {
            if let Some(lease) = self.by_key.remove(&(from, serial)) {
                lease.change(|state| state.rotate(from, to, id));
                self.by_key.insert((to, serial), lease);
            }
        }
    }

    /// Ends what has reached its limit, and says in how long the next one will;
    /// `None` if there is none. An extended lease is found at its old limit, and
    /// only then noted under the new one.
    pub(super) fn expire(&mut self, now: Timestamp) -> Option<Duration> {
        loop {
            let (limit, _) = *self.by_limit.first_key_value()?.0;
            if limit > now {
                return Some(limit.since(now));
            }
            let ((_, serial), lease) = self.by_limit.pop_first()?;
            let limit = lease.note_limit();
            match limit > now {
                true => drop(self.by_limit.insert((limit, serial), lease)),
                false => lease.end_at_limit(now),
            };
        }
    }
}

fn keys(state: &State) -> impl Iterator<Item = StoreKey> {
    [Some(state.session), state.origin].into_iter().flatten()
}
