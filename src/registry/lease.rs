//! The part of a session that an open socket depends on.

use std::sync::Mutex;

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

#[cfg(test)]
mod tests {
    use super::*;

    const A: StoreKey = StoreKey::from_bytes([1; 16]);
    const T: StoreKey = StoreKey::from_bytes([9; 16]);

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn lease(is_stored: bool) -> Lease {
        let user = (&EncodedId::from_bytes(b"\x01"), T);
        Lease::new(State {
            has_session: true,
            is_stored,
            until: at(100),
            ..State::new(A, user, Digest([0; 16]))
        })
    }

    #[test]
    fn it_lasts_until_its_limit_and_no_longer() {
        let lease = lease(false);
        assert_eq!(lease.end_at(at(99)), None);
        assert_eq!(lease.end_at(at(100)), Some(SessionEnd::Expired));
        lease.extend(at(500));
        assert_eq!(lease.end_at(at(101)), Some(SessionEnd::Expired));
    }

    #[test]
    fn an_extension_never_shortens() {
        let lease = lease(false);
        assert_eq!(lease.extend(at(150)), at(150));
        assert_eq!(lease.extend(at(120)), at(150));
        assert_eq!(lease.end_at(at(149)), None);
    }

    #[test]
    fn the_first_end_counts() {
        let lease = lease(false);
        lease.end(SessionEnd::LoggedOut);
        lease.end(SessionEnd::Inactive);
        assert_eq!(lease.end_at(at(1000)), Some(SessionEnd::LoggedOut));
    }

    #[test]
    fn a_store_is_asked_at_the_limit() {
        assert_eq!(lease(true).end_at(at(500)), None);
    }

    #[test]
    fn a_renewed_session_knows_its_auth_hash() {
        let lease = lease(false);
        lease.renew(Digest([7; 16]));
        assert!(lease.state().auth_hash.matches(&Digest([7; 16])));
        assert_eq!(lease.end_at(at(1)), None);
    }
}
