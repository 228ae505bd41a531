//! The open sockets of this process, by session and by user.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::{Clock, Timestamp};
use crate::session::{Digest, Session, SessionEnd, Signal, Signals, TokenId, UserKey};
use crate::socket::lease::{Lease, State};

/// The open sockets of one kind of users.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    inner: Mutex<Inner>,
    auth_changes: AtomicU64,
}

/// A serial number behind each key, since a session may have several sockets.
#[derive(Debug, Default)]
struct Inner {
    last: u64,
    by_id: BTreeMap<(TokenId, u64), Arc<Lease>>,
    by_user: BTreeMap<(UserKey, u64), Arc<Lease>>,
}

/// A socket that is open as long as this is there.
pub(crate) struct OpenSocket {
    sockets: Arc<Sockets>,
    lease: Arc<Lease>,
    serial: u64,
}

impl Sockets {
    pub(crate) fn open(
        self: &Arc<Self>,
        session: &Session,
        origin: Option<TokenId>,
        until: Timestamp,
    ) -> OpenSocket {
        let state = State::new(session, origin, until);
        let lease = Arc::new(Lease::new(state.clone()));
        let mut inner = self.lock();
        inner.last += 1;
        let serial = inner.last;
        for id in [Some(state.session), state.origin].into_iter().flatten() {
            inner.by_id.insert((id, serial), lease.clone());
        }
        inner.by_user.insert((state.user, serial), lease.clone());
        OpenSocket {
            sockets: self.clone(),
            lease,
            serial,
        }
    }

    /// How many sockets are open.
    pub(crate) fn count(&self) -> usize {
        self.lock().by_user.len()
    }

    /// How often the auth hash of any user has changed: who was loaded before a
    /// change may have to be loaded again.
    pub(crate) fn auth_changes(&self) -> u64 {
        self.auth_changes.load(Ordering::SeqCst)
    }

    /// Has every socket look at the clock.
    #[cfg(feature = "testing")]
    pub(crate) fn look_again(&self) {
        let leases: Vec<_> = self.lock().by_user.values().cloned().collect();
        leases.iter().for_each(|lease| lease.change(|_| {}));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signals for Sockets {
    fn send(&self, signal: &Signal) {
        let mut inner = self.lock();
        match signal {
            Signal::Ended { id, why } => inner.change_all(*id, |state| state.end(*why)),
            Signal::Extended { id, until } => {
                inner.of_id(*id).for_each(|lease| lease.extend(*until));
            }
            Signal::Rotated { from, to } => inner.rotate(*from, *to),
            Signal::AuthChanged { user, renewed } => {
                self.auth_changes.fetch_add(1, Ordering::SeqCst);
                let leases = inner.of_user(user);
                leases.for_each(|lease| lease.change(|state| state.auth_changed(*renewed)));
            }
        }
    }
}

impl Inner {
    fn of_id(&self, id: TokenId) -> impl Iterator<Item = &Arc<Lease>> {
        let range = self.by_id.range((id, 0)..=(id, u64::MAX));
        range.map(|(_, lease)| lease)
    }

    fn of_user(&self, user: &UserKey) -> impl Iterator<Item = &Arc<Lease>> {
        let range = (user.clone(), 0)..=(user.clone(), u64::MAX);
        self.by_user.range(range).map(|(_, lease)| lease)
    }

    fn change_all(&self, id: TokenId, change: impl Fn(&mut State)) {
        self.of_id(id).for_each(|lease| lease.change(&change));
    }

    fn rotate(&mut self, from: TokenId, to: TokenId) {
        let range = (from, 0)..=(from, u64::MAX);
        let serials: Vec<u64> = self
            .by_id
            .range(range)
            .map(|((_, serial), _)| *serial)
            .collect();
        for serial in serials {
            if let Some(lease) = self.by_id.remove(&(from, serial)) {
                lease.change(|state| state.rotate(from, to));
                self.by_id.insert((to, serial), lease);
            }
        }
    }
}

impl OpenSocket {
    /// Why the session has ended, if it has.
    pub(crate) fn end(&self, now: Timestamp) -> Option<SessionEnd> {
        self.lease.judge(now).err()
    }

    /// Waits for the end of the session.
    pub(crate) async fn ended(&self, clock: &Clock) -> SessionEnd {
        self.lease.ended(clock).await
    }

    /// The id of the session as it is now.
    pub(crate) fn session(&self) -> TokenId {
        self.lease.state().session
    }

    /// The digest of the auth hash that the session knows of.
    pub(crate) fn auth_hash(&self) -> Digest {
        self.lease.state().auth_hash
    }

    /// Ends this socket alone.
    pub(crate) fn close(&self, why: SessionEnd) {
        self.lease.change(|state| state.end(why));
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        let mut inner = self.sockets.lock();
        let state = self.lease.state();
        for id in [Some(state.session), state.origin].into_iter().flatten() {
            inner.by_id.remove(&(id, self.serial));
        }
        inner.by_user.remove(&(state.user, self.serial));
    }
}

impl fmt::Debug for OpenSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenSocket(..)")
    }
}

#[cfg(test)]
mod tests;
