//! What an open socket knows of its session.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::session::{Digest, Session, SessionEnd, StoreKey, TokenId, UserKey};

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
    /// Its id, unless another node has changed that.
    pub(crate) id: Option<TokenId>,
    /// The remember token that this process has restored the session from: a
    /// client that did not keep the session's cookie logs out with that alone.
    pub(super) origin: Option<StoreKey>,
    pub(crate) user: UserKey,
    pub(super) user_key: StoreKey,
    pub(crate) auth_hash: Digest,
    pub(crate) until: Timestamp,
    /// The limit under which it is to be found.
    pub(super) noted: Timestamp,
    /// Whether it was not looked for in the store since its id has changed.
    pub(super) has_moved: bool,
    /// Whether the login was forced for a user who was not active.
    pub(crate) forced: bool,
    end: Option<SessionEnd>,
}

impl State {
    pub(crate) fn new(
        session: &Session,
        user_key: StoreKey,
        origin: Option<TokenId>,
        until: Timestamp,
    ) -> Self {
        Self {
            session: StoreKey::of_id(session.id),
            has_session: true,
            id: Some(session.id),
            origin: origin.map(StoreKey::of_id),
            user: session.user.clone(),
            user_key,
            auth_hash: session.auth_hash,
            until,
            noted: until,
            has_moved: false,
            forced: session.forced,
            end: None,
        }
    }

    /// Whoever was found by a request: nothing but what becomes of the user ends it.
    pub(crate) fn without_session(
        name: TokenId,
        user: &UserKey,
        user_key: StoreKey,
        auth_hash: Digest,
    ) -> Self {
        let until = Timestamp::from_secs(u64::MAX);
        Self {
            session: StoreKey::of_id(name),
            has_session: false,
            id: None,
            origin: None,
            user: user.clone(),
            user_key,
            auth_hash,
            until,
            noted: until,
            has_moved: false,
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

    /// The user's auth hash has changed, of which one session knows.
    pub(super) fn auth_changed(&mut self, but: Option<StoreKey>) {
        if but != Some(self.session) {
            self.end(SessionEnd::AuthHashChanged);
        }
    }

    pub(super) fn rotate(&mut self, from: StoreKey, to: StoreKey, id: Option<TokenId>) {
        if self.session == from {
            (self.session, self.id) = (to, id);
            self.has_moved = true;
        }
        if self.origin == Some(from) {
            self.origin = Some(to);
        }
    }

    /// Why the session has ended, if it has. Once over, it stays over.
    fn judge(&mut self, now: Timestamp) -> Option<SessionEnd> {
        if now >= self.until {
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

    /// Has whoever waits see that the limit was reached.
    pub(super) fn end_at_limit(&self, now: Timestamp) {
        self.change(|state| {
            state.judge(now);
        });
    }

    /// The limit as it is now, under which it is to be found from now on.
    pub(super) fn note_limit(&self) -> Timestamp {
        let mut state = self.lock();
        state.noted = state.until;
        state.until
    }

    /// What is known, if its id has changed since this was asked last.
    pub(super) fn take_moved(&self) -> Option<State> {
        let mut state = self.lock();
        std::mem::take(&mut state.has_moved).then(|| state.clone())
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
    const B: StoreKey = StoreKey::from_bytes([2; 16]);
    const T: StoreKey = StoreKey::from_bytes([9; 16]);

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn state(origin: Option<StoreKey>) -> State {
        State {
            session: A,
            has_session: true,
            id: Some(TokenId([1; 16])),
            origin,
            user: UserKey::from_bytes(b"\x01"),
            user_key: T,
            auth_hash: Digest([0; 16]),
            until: at(100),
            noted: at(100),
            has_moved: false,
            forced: false,
            end: None,
        }
    }

    #[test]
    fn it_lasts_until_its_limit_and_no_longer() {
        let mut state = state(None);
        assert_eq!(state.judge(at(99)), None);
        assert_eq!(state.judge(at(100)), Some(SessionEnd::Expired));
        state.extend(at(500));
        assert_eq!(state.judge(at(101)), Some(SessionEnd::Expired));
    }

    #[test]
    fn an_extension_never_shortens() {
        let mut state = state(None);
        state.extend(at(150));
        state.extend(at(120));
        assert_eq!(state.judge(at(149)), None);
    }

    #[test]
    fn the_first_end_counts() {
        let mut state = state(None);
        state.end(SessionEnd::LoggedOut);
        state.end(SessionEnd::Inactive);
        assert_eq!(state.judge(at(1000)), Some(SessionEnd::LoggedOut));
    }

    #[test]
    fn each_of_its_ids_rotates() {
        let mut state = state(Some(T));
        state.rotate(A, B, Some(TokenId([2; 16])));
        assert_eq!((state.session, state.origin), (B, Some(T)));
        state.rotate(T, A, None);
        assert_eq!((state.session, state.origin), (B, Some(A)));
        assert_eq!(state.id, Some(TokenId([2; 16])));
    }

    #[test]
    fn an_id_that_another_node_has_chosen_is_not_known() {
        let mut state = state(None);
        state.rotate(A, B, None);
        assert_eq!((state.session, state.id), (B, None));
    }
}
