//! The open sockets and streams of this process, and what ends them.

mod lease;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rocket::tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::lock::lock;
use crate::session::{Digest, SessionChange, SessionEnd, StoreKey};
pub(crate) use lease::State;
use lease::{Due, Index, Lease};

/// How many counters of changes there are. Users who share a counter have their handshakes
/// load once more for each other.
const COUNTERS: usize = 1024;

/// The open sockets and streams of one realm.
pub(crate) struct Registry {
    index: Mutex<Index>,
    changes: Box<[AtomicU64]>,
    /// Notified when a limit may be reached sooner than was thought.
    pub(crate) sooner: Notify,
}

/// A socket that stays registered until this is dropped.
pub(crate) struct OpenSocket {
    registry: Arc<Registry>,
    lease: Arc<Lease>,
    serial: u64,
}

impl Registry {
    /// Registers a socket until its session ends.
    pub(crate) fn open(self: &Arc<Self>, state: State) -> OpenSocket {
        let lease = Arc::new(Lease::new(state));
        let mut index = lock(&self.index);
        let serial = index.insert(lease.clone());
        if index.is_next(serial) {
            self.sooner.notify_one();
        }
        OpenSocket {
            registry: self.clone(),
            lease,
            serial,
        }
    }

    /// Takes out the sockets whose limit is reached, and returns how soon the next limit is.
    pub(crate) fn take_due(&self, now: Timestamp) -> (Vec<Due>, Option<Duration>) {
        lock(&self.index).take_due(now)
    }

    /// Lets a socket go on until another limit.
    pub(crate) fn go_on(&self, due: &Due, until: Timestamp) {
        lock(&self.index).put_back(due.serial, until);
    }

    /// Has all sockets take leave before their connections are cut.
    pub(crate) fn shut_down(&self) {
        for lease in lock(&self.index).all() {
            lease.end(SessionEnd::Shutdown);
        }
    }

    /// Returns the states of all open sockets.
    pub(crate) fn states(&self) -> Vec<State> {
        lock(&self.index).all().map(|lease| lease.state()).collect()
    }

    /// Counts the open sockets.
    pub(crate) fn count(&self) -> usize {
        lock(&self.index).len()
    }

    /// Counts how often a user has changed, or a session of the user has ended. A user who
    /// was loaded before such a change has to be loaded again.
    pub(crate) fn changes(&self, user: &StoreKey) -> u64 {
        let counter = self.counter(user);
        counter.map_or(0, |counter| counter.load(Ordering::SeqCst))
    }

    fn counter(&self, user: &StoreKey) -> Option<&AtomicU64> {
        let [first, second, ..] = *user.as_bytes();
        let at = usize::from(u16::from_be_bytes([first, second])) % COUNTERS;
        self.changes.get(at)
    }

    fn count_change(&self, user: &StoreKey) {
        if let Some(counter) = self.counter(user) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Lets the sockets of a session last until `until` at least.
    pub(crate) fn extend(&self, session: StoreKey, until: Timestamp) {
        for lease in lock(&self.index).of(session) {
            lease.extend(until);
        }
    }

    /// Ends the sockets of a session.
    pub(crate) fn end(&self, session: StoreKey, user: StoreKey, why: SessionEnd) {
        let index = lock(&self.index);
        self.count_change(&user);
        index.of(session).for_each(|lease| lease.end(why));
    }

    /// Ends the sockets of a user whose auth hash has changed. A renewed session goes on
    /// under the new one.
    fn auth_changed(&self, user: StoreKey, renewed: Option<(StoreKey, Digest)>) {
        let index = lock(&self.index);
        self.count_change(&user);
        for lease in index.of(user) {
            match renewed {
                Some((key, auth_hash)) if key == lease.state().session => lease.renew(auth_hash),
                _ => lease.end(SessionEnd::AuthHashChanged),
            }
        }
    }

    /// Applies a change of a session, or of a user, to the open sockets.
    pub(crate) fn apply(&self, change: &SessionChange) {
        match *change {
            SessionChange::Ended { key, user, why } => self.end(key, user, why),
            SessionChange::AuthChanged { user, renewed } => self.auth_changed(user, renewed),
        }
    }
}

impl Default for Registry {
    fn default() -> Self {
        let counters = std::iter::repeat_with(AtomicU64::default);
        Self {
            index: Mutex::default(),
            changes: counters.take(COUNTERS).collect(),
            sooner: Notify::new(),
        }
    }
}

impl Deref for OpenSocket {
    type Target = Lease;

    fn deref(&self) -> &Lease {
        &self.lease
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        lock(&self.registry.index).remove(self.serial);
    }
}

opaque! { OpenSocket }
