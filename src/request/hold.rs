//! What the browser holds when its login changes, and what it will hold.

#[cfg(feature = "ws")]
use std::sync::Arc;

use rocket::tokio::sync::MutexGuard as Gate;

use crate::error::{LoginError, LoginErrorKind};
use crate::request::change::LoginOptions;
use crate::request::state::{Change, Changes, Known};
use crate::request::stored::Given;
use crate::request::visit::Visit;
use crate::rules::Seen;
use crate::session::{Login, RememberToken, Session, TokenId, UserKey};
#[cfg(feature = "ws")]
use crate::socket::OpenSocket;
use crate::stored::Claim;
use crate::user::AuthUser;

impl<U: AuthUser> Visit<'_, U> {
    pub(super) fn begin(
        &self,
        key: UserKey,
        user: &U,
        options: &LoginOptions,
    ) -> Result<Session, LoginError> {
        let auth_hash = self.auth_hash(user);
        let how = Login {
            fresh: options.fresh,
            permanent: options.permanent.unwrap_or(self.settings().permanent),
            forced: !user.is_active(),
        };
        Ok(Session::begin(key, auth_hash, &how, &self.stay()?))
    }

    /// Whoever changes the login goes through here, one at a time, and only from
    /// a page of this site, as long as cookies can be sent.
    pub(super) async fn enter_to_change(&self) -> Result<Gate<'_, ()>, LoginError> {
        self.own_sender()?;
        let gate = self.enter().await?;
        self.in_time()?;
        Ok(gate)
    }

    /// Whether cookies can still be sent.
    pub(super) fn in_time(&self) -> Result<(), LoginError> {
        match self.login.lock().sealed {
            true => Err(LoginError::new(LoginErrorKind::TooLate)),
            false => Ok(()),
        }
    }

    /// The session to end when another begins: the one this request made, or
    /// the one it came with.
    fn session_held(&self) -> Option<Claim> {
        let is_changed = self.login.lock().known.is_some();
        let known = self.session_known().map(Claim::known);
        match is_changed {
            true => known,
            false => known.or_else(|| self.claim(true)),
        }
    }

    /// A new session takes the place of the one that the browser holds.
    pub(super) async fn take_place(
        &self,
        session: &Session,
        given: Given<'_>,
    ) -> Result<(), LoginError> {
        let old = self.session_held();
        self.begin_stored(session, old.as_ref(), given).await?;
        if let Some(old) = old {
            self.retire_session(&old.session);
        }
        Ok(())
    }

    /// The sessions to end with a logout: the one this request made, and the one
    /// it came with, whose place another may have taken.
    pub(super) fn claims(&self) -> Vec<Claim> {
        let known = self.session_known().map(Claim::known);
        let known_id = known.as_ref().map(|known| known.session.id);
        let brought = self.claim(false);
        let other = brought.filter(|claim| Some(claim.session.id) != known_id);
        known.into_iter().chain(other).collect()
    }

    /// The session that this request has made, or found out about.
    fn session_known(&self) -> Option<Session> {
        let login = self.login.lock();
        match (&login.known, &login.resolution) {
            (Some(known), _) => known.session.clone(),
            (None, Some(Ok(active))) => active.by.session().cloned(),
            (None, _) => None,
        }
    }

    /// The remember token that this request restored its session from.
    pub(super) fn origin(&self) -> Option<TokenId> {
        match &self.login.lock().changes.session {
            Change::Set(new) => new.origin,
            Change::Keep | Change::Remove(_) => None,
        }
    }

    #[cfg(feature = "ws")]
    pub(super) fn socket(&self) -> Option<Arc<OpenSocket>> {
        self.login.lock().socket.clone()
    }

    /// Lets the response set the session as it is now.
    pub(super) fn rewrite(
        &self,
        session: &Session,
        origin: Option<TokenId>,
    ) -> Result<(), LoginError> {
        let change = self.set_session(session)?.of(origin);
        self.login.lock().changes.session = change;
        Ok(())
    }

    pub(super) fn holds_cookies(&self) -> bool {
        let login = self.login.lock();
        !login.changes.session.is_kept()
            || !login.changes.remember.is_kept()
            || self.cookies.session != Seen::Absent
            || self.cookies.remember != Seen::Absent
    }

    pub(super) fn settle(
        &self,
        session: Option<Session>,
        remember: Option<RememberToken>,
        changes: Changes,
    ) {
        self.keep(session, remember);
        self.login.lock().changes = changes;
    }

    /// What the browser will hold from now on; who that is, is to be loaded anew.
    pub(super) fn keep(&self, session: Option<Session>, remember: Option<RememberToken>) {
        let mut login = self.login.lock();
        login.known = Some(Box::new(Known { session, remember }));
        login.resolution = None;
    }
}
