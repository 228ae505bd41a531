//! What this process serves for longer than a request takes, and what ends it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rocket::tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::registry::index::{Due, Index};
use crate::registry::lease::{Lease, State};
use crate::session::{Digest, SessionChange, SessionEnd, StoreKey};

/// How many counters of changes there are. Users who share one see each other's changes,
/// and have their handshakes load once more.
const COUNTERS: usize = 1024;

/// The open sockets and streams of one realm, under the ids of their sessions.
pub(crate) struct Registry {
    index: Mutex<Index>,
    changes: Box<[AtomicU64]>,
    /// Rung when a limit may be reached sooner than was thought.
    sooner: Notify,
}

/// A socket that is open as long as this is there.
pub(crate) struct OpenSocket {
    registry: Arc<Registry>,
    lease: Arc<Lease>,
    serial: u64,
}

impl Registry {
    /// Registers a socket until its session ends.
    pub(crate) fn open(self: &Arc<Self>, state: State) -> OpenSocket {
        let lease = Arc::new(Lease::new(state));
        let mut index = self.lock();
        let serial = index.insert(&lease);
        if index.is_next(serial) {
            self.sooner.notify_one();
        }
        OpenSocket {
            registry: self.clone(),
            lease,
            serial,
        }
    }

    /// Takes out the sockets whose limit is reached, and says in how long the next one's
    /// will be.
    pub(crate) fn take_due(&self, now: Timestamp) -> (Vec<Due>, Option<Duration>) {
        self.lock().take_due(now)
    }

    /// What is known of a socket whose limit is reached.
    pub(crate) fn state_of(due: &Due) -> State {
        due.lease.state()
    }

    /// Lets a socket go on until another limit.
    pub(crate) fn go_on(&self, due: Due, limit: Timestamp) {
        due.lease.extend(limit);
        self.lock().put_back(due, limit);
    }

    /// Ends a socket that has reached its limit.
    pub(crate) fn expire(due: &Due) {
        due.lease.change(|state| state.end(SessionEnd::Expired));
    }

    /// Waits until a limit may be reached sooner than was thought.
    pub(crate) async fn sooner(&self) {
        self.sooner.notified().await;
    }

    /// Has all sockets take leave before their connections are cut.
    pub(crate) fn shut_down(&self) {
        let index = self.lock();
        let leases = index.all();
        leases.for_each(|lease| lease.change(|state| state.end(SessionEnd::Shutdown)));
    }

    /// What is known of the sessions of all open sockets.
    pub(crate) fn states(&self) -> Vec<State> {
        self.lock().all().map(|lease| lease.state()).collect()
    }

    /// How many sockets are open.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// How often a user was found to have changed, or a session of theirs has ended. A
    /// user loaded before that may have to be loaded again.
    pub(crate) fn changes(&self, user: &StoreKey) -> u64 {
        let counter = self.counter(user);
        counter.map_or(0, |counter| counter.load(Ordering::SeqCst))
    }

    fn counter(&self, user: &StoreKey) -> Option<&AtomicU64> {
        let [first, second, ..] = *user.as_bytes();
        let at = usize::from(u16::from_be_bytes([first, second])) % COUNTERS;
        self.changes.get(at)
    }

    /// The clock was set.
    pub(crate) fn look_again(&self) {
        self.sooner.notify_one();
    }

    /// A page has extended a session.
    pub(crate) fn extend(&self, key: StoreKey, until: Timestamp) {
        let index = self.lock();
        index.of(key).for_each(|lease| lease.extend(until));
    }

    /// Tells the sockets of a session, or of a user, what has happened.
    pub(crate) fn send(&self, change: &SessionChange) {
        let index = self.lock();
        if let Some(counter) = self.counter(change.user()) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        match change {
            SessionChange::Ended { key, why, .. } => {
                let leases = index.of(*key);
                leases.for_each(|lease| lease.change(|state| state.end(*why)));
            }
            SessionChange::AuthChanged { user, renewed } => {
                let leases = index.of_user(*user);
                leases.for_each(|lease| lease.change(|state| state.auth_changed(*renewed)));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
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

impl OpenSocket {
    /// Why the session has ended, if it has.
    pub(crate) fn end(&self, now: Timestamp) -> Option<SessionEnd> {
        self.lease.judge(now)
    }

    /// Waits for the end of the session.
    pub(crate) fn ended(&self) -> impl Future<Output = SessionEnd> + Send {
        self.lease.ended()
    }

    /// Takes over the auth hash that the session was renewed with meanwhile.
    pub(crate) fn renew(&self, auth_hash: Digest) {
        self.lease.change(|state| state.auth_hash = auth_hash);
    }

    /// What is known of the session.
    pub(crate) fn state(&self) -> State {
        self.lease.state()
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.lease, self.serial);
    }
}

impl fmt::Debug for OpenSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenSocket(..)")
    }
}

#[cfg(test)]
mod tests;
