//! What an open socket knows of its session.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rocket::tokio::sync::Notify;
use rocket::tokio::time::timeout;

use crate::clock::{Clock, Timestamp};
use crate::session::{Digest, Session, SessionEnd, TokenId, UserKey};

/// The part of a session that a socket stands and falls with.
#[derive(Debug)]
pub(super) struct Lease {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) session: TokenId,
    /// The remember token that the handshake itself restored the session from:
    /// a client that keeps no cookies of a handshake logs out with that alone.
    pub(super) origin: Option<TokenId>,
    pub(super) user: UserKey,
    pub(super) auth_hash: Digest,
    until: Timestamp,
    end: Option<SessionEnd>,
}

impl State {
    pub(super) fn new(session: &Session, origin: Option<TokenId>, until: Timestamp) -> Self {
        Self {
            session: session.id,
            origin,
            user: session.user.clone(),
            auth_hash: session.auth_hash,
            until,
            end: None,
        }
    }

    /// The first end is the one that counts.
    pub(super) fn end(&mut self, why: SessionEnd) {
        self.end.get_or_insert(why);
    }

    fn extend(&mut self, until: Timestamp) {
        self.until = self.until.max(until);
    }

    /// What is left of the session after a change of the user's auth hash.
    pub(super) fn auth_changed(&mut self, renewed: Option<(TokenId, Digest)>) {
        match renewed {
            Some((id, auth_hash)) if id == self.session => self.auth_hash = auth_hash,
            _ => self.end(SessionEnd::AuthHashChanged),
        }
    }

    pub(super) fn rotate(&mut self, from: TokenId, to: TokenId) {
        if self.session == from {
            self.session = to;
        }
        if self.origin == Some(from) {
            self.origin = Some(to);
        }
    }

    /// How long the session lasts from now, unless it is extended. Once over, it
    /// stays over.
    fn judge(&mut self, now: Timestamp) -> Result<Duration, SessionEnd> {
        if now >= self.until {
            self.end(SessionEnd::Expired);
        }
        self.end.map_or(Ok(self.until.since(now)), Err)
    }
}

impl Lease {
    pub(super) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    pub(super) fn state(&self) -> State {
        self.lock().clone()
    }

    /// Changes what is known, and has whoever waits look again.
    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_waiters();
    }

    /// Nobody is woken: a timer that goes off too early is set again.
    pub(super) fn extend(&self, until: Timestamp) {
        self.lock().extend(until);
    }

    pub(super) fn judge(&self, now: Timestamp) -> Result<Duration, SessionEnd> {
        self.lock().judge(now)
    }

    /// Waits for the end. Nothing happens meanwhile: a timer is set to the limit
    /// that is known, and an extension is noticed when it goes off.
    pub(super) async fn ended(&self, clock: &Clock) -> SessionEnd {
        loop {
            let changed = self.changed.notified();
            match self.judge(clock.now()) {
                Err(why) => return why,
                Ok(left) => {
                    let _ = timeout(left, changed).await;
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: TokenId = TokenId([1; 16]);
    const B: TokenId = TokenId([2; 16]);
    const T: TokenId = TokenId([9; 16]);

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn state(origin: Option<TokenId>) -> State {
        State {
            session: A,
            origin,
            user: UserKey::from_bytes(b"\x01"),
            auth_hash: Digest([0; 16]),
            until: at(100),
            end: None,
        }
    }

    #[test]
    fn it_lasts_until_its_limit_and_no_longer() {
        let mut state = state(None);
        assert_eq!(state.judge(at(40)), Ok(Duration::from_secs(60)));
        assert_eq!(state.judge(at(100)), Err(SessionEnd::Expired));
        state.extend(at(500));
        assert_eq!(state.judge(at(101)), Err(SessionEnd::Expired));
    }

    #[test]
    fn an_extension_never_shortens() {
        let mut state = state(None);
        state.extend(at(150));
        state.extend(at(120));
        assert_eq!(state.judge(at(149)), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn the_first_end_counts() {
        let mut state = state(None);
        state.end(SessionEnd::LoggedOut);
        state.end(SessionEnd::Inactive);
        assert_eq!(state.judge(at(1000)), Err(SessionEnd::LoggedOut));
    }

    #[test]
    fn each_of_its_ids_rotates() {
        let mut state = state(Some(T));
        state.rotate(A, B);
        assert_eq!((state.session, state.origin), (B, Some(T)));
        state.rotate(T, A);
        assert_eq!((state.session, state.origin), (B, Some(A)));
    }
}
