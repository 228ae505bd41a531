//! What an open socket knows of its session.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::session::{Digest, EncodedId, Session, SessionEnd, SessionId, StoreKey};

/// The part of a session that a socket stands and falls with.
#[derive(Debug)]
pub(super) struct Lease {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) session: StoreKey,
    /// Whether there is a session: a program has none, and its socket a name of its own.
    pub(crate) has_session: bool,
    /// Whether a store has the session, and knows when it was seen last.
    pub(crate) is_stored: bool,
    pub(crate) user: EncodedId,
    pub(crate) user_key: StoreKey,
    pub(crate) auth_hash: Digest,
    pub(crate) until: Timestamp,
    /// The limit under which it is to be found.
    pub(super) noted: Timestamp,
    /// Whether the login was forced for a user who was not active.
    pub(crate) forced: bool,
    end: Option<SessionEnd>,
}

impl State {
    /// The state of a session, which ends at its limit at the latest.
    pub(crate) fn new(
        (id, is_stored): (SessionId, bool),
        (user, user_key): (&EncodedId, StoreKey),
        session: &Session,
        until: Timestamp,
    ) -> Self {
        Self {
            session: StoreKey::of_id(id),
            has_session: true,
            is_stored,
            user: user.clone(),
            user_key,
            auth_hash: session.auth_hash,
            until,
            noted: until,
            forced: session.forced,
            end: None,
        }
    }

    /// What is known of a user found by a request loader: only a change of the user ends it.
    pub(crate) fn without_session(
        name: StoreKey,
        (user, user_key): (&EncodedId, StoreKey),
        auth_hash: Digest,
    ) -> Self {
        let until = Timestamp::from_millis(u64::MAX);
        Self {
            session: name,
            has_session: false,
            is_stored: false,
            user: user.clone(),
            user_key,
            auth_hash,
            until,
            noted: until,
            forced: false,
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

    /// The user's auth hash has changed, and one session knows the new one.
    pub(super) fn auth_changed(&mut self, renewed: Option<(StoreKey, Digest)>) {
        match renewed.filter(|(key, _)| *key == self.session) {
            Some((_, auth_hash)) => self.auth_hash = auth_hash,
            None => self.end(SessionEnd::AuthHashChanged),
        }
    }

    /// Why the session has ended, if it has. Once over, it stays over.
    ///
    /// A store is asked at the limit: a page on another node may have extended it.
    fn judge(&mut self, now: Timestamp) -> Option<SessionEnd> {
        if now >= self.until && !self.is_stored {
            self.end(SessionEnd::Expired);
        }
        self.end
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

    /// Nobody has to look again: the session ends no sooner for it.
    pub(super) fn extend(&self, until: Timestamp) {
        self.lock().extend(until);
    }

    pub(super) fn judge(&self, now: Timestamp) -> Option<SessionEnd> {
        self.lock().judge(now)
    }

    /// The limit as it is now, under which it is to be found from now on.
    pub(super) fn note_limit(&self) -> Timestamp {
        let mut state = self.lock();
        state.noted = state.until;
        state.until
    }

    /// Notes the limit under which it is to be found from now on, and says whose it is.
    pub(super) fn note_at(&self, limit: Timestamp) -> StoreKey {
        let mut state = self.lock();
        state.noted = limit;
        state.user_key
    }

    /// Waits for the end, of which somebody else has to tell.
    pub(super) async fn ended(&self) -> SessionEnd {
        loop {
            let changed = self.changed.notified();
            if let Some(why) = self.lock().end {
                return why;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn state() -> State {
        State {
            session: A,
            has_session: true,
            is_stored: false,
            user: EncodedId::from_bytes(b"\x01"),
            user_key: T,
            auth_hash: Digest([0; 16]),
            until: at(100),
            noted: at(100),
            forced: false,
            end: None,
        }
    }

    #[test]
    fn it_lasts_until_its_limit_and_no_longer() {
        let mut state = state();
        assert_eq!(state.judge(at(99)), None);
        assert_eq!(state.judge(at(100)), Some(SessionEnd::Expired));
        state.extend(at(500));
        assert_eq!(state.judge(at(101)), Some(SessionEnd::Expired));
    }

    #[test]
    fn an_extension_never_shortens() {
        let mut state = state();
        state.extend(at(150));
        state.extend(at(120));
        assert_eq!(state.judge(at(149)), None);
    }

    #[test]
    fn the_first_end_counts() {
        let mut state = state();
        state.end(SessionEnd::LoggedOut);
        state.end(SessionEnd::Inactive);
        assert_eq!(state.judge(at(1000)), Some(SessionEnd::LoggedOut));
    }

    #[test]
    fn a_store_is_asked_at_the_limit() {
        let mut state = state();
        state.is_stored = true;
        assert_eq!(state.judge(at(500)), None);
    }

    #[test]
    fn a_renewed_session_goes_on_and_the_others_end() {
        let mut renewed = state();
        renewed.auth_changed(Some((A, Digest([7; 16]))));
        assert_eq!(renewed.judge(at(1)), None);
        assert!(renewed.auth_hash.matches(&Digest([7; 16])));
        for other in [Some((T, Digest([7; 16]))), None] {
            let mut state = state();
            state.auth_changed(other);
            assert_eq!(state.judge(at(1)), Some(SessionEnd::AuthHashChanged));
        }
    }
}
