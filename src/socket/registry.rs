//! The open sockets of this process, and what they are told.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rocket::tokio;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::timeout;

use crate::clock::{Clock, Timestamp};
use crate::session::{SessionEnd, Signal, Signals};
use crate::socket::index::Index;
use crate::socket::lease::{Lease, State};

/// How long the clock is trusted to go on as it does: somebody may set it, and a
/// machine that slept has lost time.
const TRUST: Duration = Duration::from_secs(60);

/// The open sockets of one kind of users.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    index: Mutex<Index>,
    changes: AtomicU64,
    /// Rung when a limit may be reached sooner than was thought.
    sooner: Notify,
    /// Rung when the id of a session has changed.
    moved: Notify,
}

/// A socket that is open as long as this is there.
pub(crate) struct OpenSocket {
    sockets: Arc<Sockets>,
    lease: Arc<Lease>,
    serial: u64,
}

impl Sockets {
    /// Keeps a socket among those that are open until its session ends, at the
    /// latest at its limit if nothing extends it.
    pub(crate) fn open(self: &Arc<Self>, state: State, clock: &Clock) -> OpenSocket {
        let lease = Arc::new(Lease::new(state));
        let mut index = self.lock();
        let serial = index.insert(&lease);
        if !index.is_watched {
            index.is_watched = true;
            tokio::spawn(self.clone().watch(clock.clone()));
        } else if index.is_next(serial) {
            self.sooner.notify_one();
        }
        OpenSocket {
            sockets: self.clone(),
            lease,
            serial,
        }
    }

    /// Looks after the limits of all sockets, as long as there are any: asleep
    /// until the first of them is near.
    async fn watch(self: Arc<Self>, clock: Clock) {
        loop {
            let sooner = self.sooner.notified();
            let next = {
                let mut index = self.lock();
                let next = index.expire(clock.now());
                index.is_watched = next.is_some();
                next
            };
            match next {
                Some(left) => drop(timeout(left.min(TRUST), sooner).await),
                None => return,
            }
        }
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

    /// Waits until some session has another id.
    pub(crate) async fn wait_for_moves(&self) {
        self.moved.notified().await;
    }

    /// What is known of the sessions that have another id since this was asked last.
    /// What other nodes have said of that id before, nobody has heard: each speaks in
    /// its own time.
    pub(crate) fn take_moved(&self) -> Vec<State> {
        let index = self.lock();
        index.all().filter_map(|lease| lease.take_moved()).collect()
    }

    /// Another node says that something has happened. Whoever is about to open a
    /// socket may not know of it: they have to look again, whatever it is.
    pub(crate) fn hear(&self, signal: &Signal) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.send(signal);
    }

    /// How many sockets are open.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// How often any user was found to have changed, or a session was revoked: who
    /// was loaded before that may have to be loaded again.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// The clock was set.
    #[cfg(feature = "testing")]
    pub(crate) fn look_again(&self) {
        self.sooner.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signals for Sockets {
    fn send(&self, signal: &Signal) {
        let mut index = self.lock();
        if signal.is_about_a_user() {
            self.changes.fetch_add(1, Ordering::SeqCst);
        }
        match signal {
            Signal::Ended { key, why } => {
                let leases = index.of(*key);
                leases.for_each(|lease| lease.change(|state| state.end(*why)));
            }
            Signal::Extended { key, until } => {
                let leases = index.of(*key);
                leases.for_each(|lease| lease.extend(*until));
            }
            Signal::Rotated { from, to, id } => {
                index.rotate(*from, *to, *id);
                self.moved.notify_one();
            }
            Signal::Renewed { key, auth_hash } => {
                let leases = index.of(*key);
                leases.for_each(|lease| lease.change(|state| state.auth_hash = *auth_hash));
            }
            Signal::AuthChanged { user, but } => {
                let leases = index.of_user(*user);
                leases.for_each(|lease| lease.change(|state| state.auth_changed(*but)));
            }
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

    /// What is known of the session.
    pub(crate) fn state(&self) -> State {
        self.lease.state()
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.sockets.lock().remove(&self.lease, self.serial);
    }
}

impl fmt::Debug for OpenSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenSocket(..)")
    }
}

#[cfg(test)]
mod tests;
