//! How sessions and remember tokens end and go on, and who is told.

use std::time::Duration;

use crate::request::visit::Visit;
use crate::session::{Ended, GoOn, RememberToken, Session, SessionEnd, Signal, StoreKey, TokenId};
#[cfg(feature = "ws")]
use crate::socket::OpenSocket;
use crate::user::AuthUser;

/// Longer than anybody waits for an answer.
pub(super) const UNDER_WAY: Duration = Duration::from_secs(600);

impl<U: AuthUser> Visit<'_, U> {
    /// Ends a session for good, and whatever request is about to replace it.
    pub(super) fn close_session(&self, session: &Session, why: SessionEnd) {
        let until = self.settings().limits.last_breath(session, self.now);
        let ended = &self.manager.kind.ended_sessions;
        let closed = ended.close(session.id, why, until, self.now);
        self.have_ended(closed, why);
    }

    pub(super) fn close_remember(&self, token: &RememberToken, why: SessionEnd) {
        let ended = &self.manager.kind.ended_tokens;
        let closed = ended.close(token.id, why, token.expires, self.now);
        self.have_ended(closed, why);
    }

    /// How a session may go on that gives way to another id of the same login.
    pub(super) fn replace_session(&self, session: &Session, by: TokenId) -> GoOn {
        let until = self.settings().limits.last_breath(session, self.now);
        let ended = &self.manager.kind.ended_sessions;
        let go_on = ended.replace(session.id, by, until, self.now);
        if let GoOn::Under(id) = go_on {
            self.goes_on(ended, session.id, id);
        }
        go_on
    }

    /// Ends a session in favour of one with a newer auth hash, unless it has
    /// ended already; with it all others of the user end.
    pub(super) fn renew_session(&self, session: &Session, by: &Session) -> bool {
        let until = self.settings().limits.last_breath(session, self.now);
        let ended = &self.manager.kind.ended_sessions;
        let Some(live) = ended.renew(session.id, by.id, by.auth_hash, until, self.now) else {
            return false;
        };
        self.goes_on(ended, live, by.id);
        self.extended(by);
        let key = StoreKey::of_id(by.id);
        let auth_hash = by.auth_hash;
        self.signal(&Signal::Renewed { key, auth_hash });
        let user = self.manager.kind.user(&by.user);
        let but = Some(key);
        self.signal(&Signal::AuthChanged { user, but });
        true
    }

    /// Ends a session whose place another login takes, one that has expired, too:
    /// a request that is under way with it must not take the new one away.
    pub(super) fn retire_session(&self, session: &Session) {
        let until = self.settings().limits.last_breath(session, self.now);
        let until = until.max(self.now.plus(UNDER_WAY));
        let ended = &self.manager.kind.ended_sessions;
        let retired = ended.retire(session.id, until, self.now);
        self.have_ended(retired, SessionEnd::Superseded);
    }

    /// Ends a remember token whose place another login's takes, or none.
    pub(super) fn retire_remember(&self, token: &RememberToken) {
        let ended = &self.manager.kind.ended_tokens;
        let until = token.expires.max(self.now.plus(UNDER_WAY));
        let retired = ended.retire(token.id, until, self.now);
        self.have_ended(retired, SessionEnd::Superseded);
    }

    /// Ends a remember token in favour of the same login's with a newer auth
    /// hash; whether it had ended already makes no difference to that one.
    pub(super) fn renew_remember(&self, token: &RememberToken, by: &RememberToken) {
        let ended = &self.manager.kind.ended_tokens;
        let live = ended.renew(token.id, by.id, by.auth_hash, token.expires, self.now);
        if let Some(live) = live {
            self.goes_on(ended, live, by.id);
        }
    }

    /// A session was restored from a token, and has to end with it.
    pub(super) fn note_restored(&self, session: &Session, token: TokenId) {
        #[cfg(feature = "ws")]
        {
            let until = self.settings().limits.last_breath(session, self.now);
            let restored = &self.manager.kind.restored;
            restored.note(session.id, token, until, self.now);
        }
        #[cfg(not(feature = "ws"))]
        let _ = (session, token);
    }

    /// Ends the session of a socket that this request has opened, as it is now.
    #[cfg(feature = "ws")]
    pub(super) fn close_socket(&self, socket: &OpenSocket, why: SessionEnd) {
        let state = socket.state();
        let ended = &self.manager.kind.ended_sessions;
        if let Some(id) = state.id {
            let closed = ended.close(id, why, state.until, self.now);
            self.have_ended(closed, why);
        }
        let key = state.session;
        self.signal(&Signal::Ended { key, why });
    }

    fn have_ended(&self, ids: impl IntoIterator<Item = TokenId>, why: SessionEnd) {
        for id in ids {
            self.has_ended(id, why);
            #[cfg(feature = "flask")]
            self.close_beside(id);
        }
    }

    /// A session, or what a remember token restored, is not to be served any
    /// longer.
    pub(super) fn has_ended(&self, id: TokenId, why: SessionEnd) {
        self.signal(&Signal::ended(id, why));
    }

    /// The session was seen, and may last longer for it.
    pub(super) fn extended(&self, session: &Session) {
        let until = self.settings().limits.end(session);
        let key = StoreKey::of_id(session.id);
        self.signal(&Signal::Extended { key, until });
    }

    fn goes_on(&self, ended: &Ended, from: TokenId, to: TokenId) {
        #[cfg(feature = "ws")]
        self.manager.kind.restored.rename(from, to);
        #[cfg(feature = "flask")]
        self.manager.kind.from_legacy.rename(from, to);
        self.signal(&Signal::rotated(from, to));
        self.catch_up(ended, to);
    }

    /// Tells what has become of an id in between: a signal about it may have come
    /// when nobody listened under this id.
    pub(super) fn catch_up(&self, ended: &Ended, id: TokenId) {
        match ended.live(id, self.now) {
            Ok(live) if live == id => {}
            Ok(live) => {
                self.goes_on(ended, id, live);
                if let Some(auth_hash) = ended.renewed(id, self.now) {
                    let key = StoreKey::of_id(live);
                    self.signal(&Signal::Renewed { key, auth_hash });
                }
            }
            Err(why) => self.has_ended(id, why),
        }
    }

    pub(super) fn signal(&self, signal: &Signal) {
        self.manager.kind.signal(signal);
    }
}
