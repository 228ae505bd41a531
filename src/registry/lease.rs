//! The part of a session that an open socket depends on, found by session, user and limit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rocket::tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::lock::lock;
use crate::session::{Digest, EncodedId, SessionEnd, StoreKey};

/// The session of an open socket, and the tasks that wait for its end.
#[derive(Debug)]
pub(crate) struct Lease {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The key of the session. Without a session, a key that no other socket has.
    pub(crate) session: StoreKey,
    /// A user found by a request loader has no session.
    pub(crate) has_session: bool,
    /// Whether a store has the session, and knows when it was seen last.
    pub(crate) is_stored: bool,
    pub(crate) user: EncodedId,
    pub(crate) user_key: StoreKey,
    pub(crate) auth_hash: Digest,
    pub(crate) until: Timestamp,
    /// Whether the login was forced for a user who was not active.
    pub(crate) forced: bool,
    pub(crate) end: Option<SessionEnd>,
}

impl State {
    /// Returns the state of a user without a session: only a change of the user ends it.
    pub(crate) fn new(
        session: StoreKey,
        (user, user_key): (&EncodedId, StoreKey),
        auth_hash: Digest,
    ) -> Self {
        Self {
            session,
            has_session: false,
            is_stored: false,
            user: user.clone(),
            user_key,
            auth_hash,
            until: Timestamp::from_millis(u64::MAX),
            forced: false,
            end: None,
        }
    }
}

impl Lease {
    pub(super) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    pub(crate) fn state(&self) -> State {
        lock(&self.state).clone()
    }

    /// Ends the session, unless it has ended before.
    pub(crate) fn end(&self, why: SessionEnd) {
        lock(&self.state).end.get_or_insert(why);
        self.changed.notify_waiters();
    }

    /// Lets the session last until `until` at least, and returns its limit.
    pub(super) fn extend(&self, until: Timestamp) -> Timestamp {
        let mut state = lock(&self.state);
        state.until = state.until.max(until);
        state.until
    }

    /// Takes over the auth hash that the session was renewed with.
    pub(crate) fn renew(&self, auth_hash: Digest) {
        lock(&self.state).auth_hash = auth_hash;
    }

    /// Returns why the session has ended, if it has. An end is final.
    ///
    /// A store is asked at the limit: a page on another node may have extended the session.
    pub(crate) fn end_at(&self, now: Timestamp) -> Option<SessionEnd> {
        let mut state = lock(&self.state);
        if now >= state.until && !state.is_stored {
            state.end.get_or_insert(SessionEnd::Expired);
        }
        state.end
    }

    /// Waits for the end.
    pub(crate) async fn ended(&self) -> SessionEnd {
        loop {
            let changed = self.changed.notified();
            if let Some(why) = lock(&self.state).end {
                return why;
            }
            changed.await;
        }
    }
}

/// Every lease has a serial number: a session may have several sockets.
#[derive(Debug, Default)]
pub(super) struct Index {
    last: u64,
    leases: BTreeMap<u64, Entry>,
    /// Each lease under its session, and under its user.
    by_key: BTreeSet<(StoreKey, u64)>,
    by_limit: BTreeSet<(Timestamp, u64)>,
}

/// A lease, and the limit under which it is filed.
#[derive(Debug)]
struct Entry {
    lease: Arc<Lease>,
    limit: Timestamp,
}

/// A socket whose limit is reached.
pub(crate) struct Due {
    pub(super) serial: u64,
    pub(crate) lease: Arc<Lease>,
}

impl Index {
    /// Files a lease, and returns its number.
    pub(super) fn insert(&mut self, lease: Arc<Lease>) -> u64 {
        self.last += 1;
        let state = lease.state();
        let (keys, limit) = ([state.session, state.user_key], state.until);
        self.by_key.extend(keys.map(|key| (key, self.last)));
        self.by_limit.insert((limit, self.last));
        self.leases.insert(self.last, Entry { lease, limit });
        self.last
    }

    pub(super) fn remove(&mut self, serial: u64) {
        if let Some(Entry { lease, limit }) = self.leases.remove(&serial) {
            let state = lease.state();
            self.by_key.remove(&(state.session, serial));
            self.by_key.remove(&(state.user_key, serial));
            self.by_limit.remove(&(limit, serial));
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.leases.is_empty() && self.by_key.is_empty() && self.by_limit.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.leases.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Lease>> {
        self.leases.values().map(|entry| &entry.lease)
    }

    /// Whether the limit of this lease is the first to be reached.
    pub(super) fn is_next(&self, serial: u64) -> bool {
        let first = self.by_limit.first();
        first.is_some_and(|(_, next)| *next == serial)
    }

    /// Returns the leases of a session, or of a user.
    pub(super) fn of(&self, key: StoreKey) -> impl Iterator<Item = &Arc<Lease>> {
        let serials = self.by_key.range((key, 0)..=(key, u64::MAX));
        let entries = serials.filter_map(|(_, serial)| self.leases.get(serial));
        entries.map(|entry| &entry.lease)
    }

    /// Takes out the leases whose limit is reached, and returns how soon the next limit is.
    ///
    /// A lease that was extended is found at its old limit, and filed under the new one.
    pub(super) fn take_due(&mut self, now: Timestamp) -> (Vec<Due>, Option<Duration>) {
        let mut due = Vec::new();
        while let Some(&(limit, serial)) = self.by_limit.first() {
            if limit > now {
                return (due, Some(limit.since(now)));
            }
            self.by_limit.pop_first();
            let Some(Entry { lease, .. }) = self.leases.get(&serial) else {
                continue;
            };
            let (lease, until) = (lease.clone(), lease.state().until);
            if until > now {
                self.put_back(serial, until);
            } else {
                due.push(Due { serial, lease });
            }
        }
        (due, None)
    }

    /// Lets a lease last until a limit, and files it, if its socket is still open.
    pub(super) fn put_back(&mut self, serial: u64, until: Timestamp) {
        if let Some(entry) = self.leases.get_mut(&serial) {
            entry.limit = entry.lease.extend(until);
            self.by_limit.insert((entry.limit, serial));
        }
    }
}
