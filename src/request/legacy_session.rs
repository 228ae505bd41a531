//! Sessions of an application that runs beside this one: read, never written.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::legacy::{LegacyKeys, LegacySession};
use crate::manager::LoginManager;
use crate::request::head;
use crate::request::state::{Active, By, Resolution};
use crate::request::stored::unavailable;
use crate::request::visit::Visit;
use crate::rules::Seen;
use crate::session::{Login, Session, Signal, UserKey};
use crate::user::AuthUser;

/// Whether a request has brought a session cookie of ours, whatever that is worth.
pub(crate) fn brings_session<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> bool {
    Visit::new(manager, request).cookies.session != Seen::Absent
}

impl<U: AuthUser> Visit<'_, U> {
    /// Who is logged in there, where nobody is here.
    ///
    /// The login counts for this request alone: a session of ours would outlive a logout
    /// there. So would a socket.
    pub(super) async fn by_legacy_session(&self) -> Resolution<U> {
        let legacy = self.legacy_session().filter(|_| !self.head.wants_socket);
        let legacy = legacy.ok_or(Reason::NotLoggedIn)?;
        let user = self.legacy_user(&legacy).ok_or(Reason::NotLoggedIn)?;
        let account = self.load(&user).await?.ok_or(Reason::NotLoggedIn)?;
        match account.is_active() {
            true => self.serve_legacy(account, user, &legacy),
            false => Err(Reason::Inactive),
        }
    }

    fn serve_legacy(
        &self,
        account: Arc<U>,
        user: UserKey,
        legacy: &LegacySession,
    ) -> Resolution<U> {
        // What is fresh there is so until the session ends, and a copy of the cookie is as
        // fresh.
        let how = Login {
            fresh: false,
            permanent: false,
            forced: false,
        };
        let auth_hash = self.auth_hash(&account);
        let mut stay = self.stay().map_err(unavailable)?;
        stay.now = legacy.signed.min(self.now);
        let session = Session::begin(user, auth_hash, &how, &stay);
        Ok(self.for_this_request(account, session))
    }

    /// Somebody who is known now, by a session that nobody keeps.
    pub(super) fn for_this_request(&self, account: Arc<U>, session: Session) -> Active<U> {
        let active = self.active(account, session.clone());
        let by = By::Legacy(session);
        Active { by, ..active }
    }

    /// Whether somebody has logged out there who would otherwise be remembered, however
    /// long ago. Of two cookies either may say so.
    pub(super) fn has_left_legacy(&self) -> bool {
        match self.legacy_cookie() {
            Seen::Absent => false,
            Seen::Unclear => true,
            Seen::Once(_) => self.read_legacy().is_some_and(|session| session.forgets),
        }
    }

    /// Whether somebody is logged in there, which a user who is gone is not.
    pub(super) async fn is_in_legacy(&self) -> Result<bool, Reason> {
        let legacy = self.legacy_session();
        match legacy.and_then(|session| self.legacy_user(&session)) {
            Some(user) => Ok(self.load(&user).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Whether nobody is logged in any more after a logout here.
    pub(super) fn is_out(&self) -> Result<(), LoginError> {
        // They may take it for longer than it is taken here.
        let session = self.read_legacy();
        match session.and_then(|session| self.legacy_user(&session)) {
            None => Ok(()),
            Some(_) => Err(LoginError::new(LoginErrorKind::LegacySession)),
        }
    }

    /// What a new auth hash does to the login: there is nothing of ours to go on with, and
    /// nothing of theirs that ends.
    pub(super) async fn stay_legacy(&self, session: &Session) {
        if let Some(stored) = self.stored()
            && let Err(error) = stored.outdate_others(session, None).await
        {
            // Without their auth hash they are good for nothing already.
            unavailable(error);
        }
        let user = self.manager.kind.user(&session.user);
        self.signal(&Signal::AuthChanged { user, but: None });
        // The user is another one than was loaded.
        self.login.lock().resolution = None;
        let user = (&session.user).into();
        self.tell(&Event::Renewed { user });
    }

    fn legacy_user(&self, session: &LegacySession) -> Option<UserKey> {
        self.manager.legacy_ids.key(session.user.as_deref()?)
    }

    /// The session that the cookie holds, for no longer than one of ours would last.
    fn legacy_session(&self) -> Option<LegacySession> {
        let lifetime = self.settings().limits.lifetime;
        let (keys, cookie) = self.legacy_keys_and_cookie()?;
        keys.open_session(cookie, self.now, lifetime)
    }

    /// The session that the cookie holds, however old it is.
    fn read_legacy(&self) -> Option<LegacySession> {
        let (keys, cookie) = self.legacy_keys_and_cookie()?;
        keys.read_session(cookie)
    }

    fn legacy_keys_and_cookie(&self) -> Option<(&LegacyKeys, &str)> {
        let keys = self.manager.kind.legacy.as_ref()?;
        match self.legacy_cookie() {
            Seen::Once(cookie) => Some((keys, cookie)),
            Seen::Absent | Seen::Unclear => None,
        }
    }

    fn legacy_cookie(&self) -> Seen<'_> {
        match self.settings().legacy_session.as_deref() {
            Some(name) => head::cookie(self.request, &self.head, name),
            None => Seen::Absent,
        }
    }
}
