//! The index of what is open: by session, by user and by limit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::registry::lease::Lease;
use crate::session::StoreKey;

/// A serial number stands behind each key: a session may have several sockets.
#[derive(Debug, Default)]
pub(super) struct Index {
    last: u64,
    by_key: BTreeMap<(StoreKey, u64), Arc<Lease>>,
    by_user: BTreeMap<(StoreKey, u64), Arc<Lease>>,
    by_limit: BTreeMap<(Timestamp, u64), Arc<Lease>>,
}

impl Index {
    /// Keeps a lease, and says under which number.
    pub(super) fn insert(&mut self, lease: &Arc<Lease>) -> u64 {
        self.last += 1;
        let serial = self.last;
        let state = lease.state();
        self.by_key.insert((state.session, serial), lease.clone());
        self.by_limit.insert((state.until, serial), lease.clone());
        self.by_user.insert((state.user_key, serial), lease.clone());
        serial
    }

    pub(super) fn remove(&mut self, lease: &Lease, serial: u64) {
        let state = lease.state();
        self.by_key.remove(&(state.session, serial));
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

    /// The sockets of a session.
    pub(super) fn of(&self, key: StoreKey) -> impl Iterator<Item = &Arc<Lease>> {
        let range = self.by_key.range((key, 0)..=(key, u64::MAX));
        range.map(|(_, lease)| lease)
    }

    pub(super) fn of_user(&self, user: StoreKey) -> impl Iterator<Item = &Arc<Lease>> {
        let range = self.by_user.range((user, 0)..=(user, u64::MAX));
        range.map(|(_, lease)| lease)
    }

    /// Takes out the leases whose limit is reached, and says in how long the next one will
    /// be; `None` if there is none. An extended lease is found at its old limit, and only
    /// then noted under the new one.
    pub(super) fn take_due(&mut self, now: Timestamp) -> (Vec<Due>, Option<Duration>) {
        let mut due = Vec::new();
        while let Some(entry) = self.by_limit.first_entry() {
            let (limit, serial) = *entry.key();
            if limit > now {
                return (due, Some(limit.since(now)));
            }
            let lease = entry.remove();
            let limit = lease.note_limit();
            if limit > now {
                self.by_limit.insert((limit, serial), lease);
            } else {
                due.push(Due { lease, serial });
            }
        }
        (due, None)
    }

    /// Notes a lease under the limit that it has now, if its socket is still open.
    pub(super) fn put_back(&mut self, due: Due, limit: Timestamp) {
        let Due { lease, serial } = due;
        let user = lease.note_at(limit);
        if self.by_user.contains_key(&(user, serial)) {
            self.by_limit.insert((limit, serial), lease);
        }
    }
}

/// A lease whose limit is reached.
pub(crate) struct Due {
    pub(super) lease: Arc<Lease>,
    serial: u64,
}
