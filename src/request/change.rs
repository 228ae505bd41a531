//! What a handler can do to a login: begin, end, confirm and renew it.

#[cfg(feature = "ws")]
use std::sync::Arc;
use std::time::Duration;

use rocket::request::Request;
use rocket::tokio::sync::MutexGuard as Gate;

use crate::error::{LoginError, LoginErrorKind};
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::facts;
use crate::request::resolve::resolve;
use crate::request::state::{Change, Changes, Known};
use crate::request::visit::{Visit, new_id};
use crate::rules::Seen;
use crate::session::{GoOn, Login, RememberToken, Session, SessionEnd, TokenId, UserKey};
#[cfg(feature = "ws")]
use crate::socket::OpenSocket;
use crate::user::AuthUser;

/// How somebody is to be logged in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginOptions {
    /// For how long, or `None` for not at all; the setting's duration if unset.
    pub(crate) remember: Option<Option<Duration>>,
    pub(crate) fresh: bool,
    pub(crate) permanent: Option<bool>,
    pub(crate) force: bool,
}

pub(crate) async fn login<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
    options: &LoginOptions,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    let _gate = visit.enter_to_change().await?;
    let key = user_key(user)?;
    if !user.is_active() && !options.force {
        let user = (&key).into();
        visit.tell(&Event::LoginRefused { user });
        return Err(LoginError::new(LoginErrorKind::Inactive));
    }

    let session = visit.begin(key, user, options)?;
    let held = visit.remember_held();
    let (remember, remember_change) = visit.remember_at_login(&session, &held, user, options)?;
    let changes = Changes {
        session: visit.set_session(&session)?,
        remember: remember_change,
        events: Vec::new(),
    };

    // Nothing can fail any more: the new login takes the place of the old one.
    if let Some(old) = visit.session_held() {
        visit.retire_session(&old);
    }
    visit.retire_remembered(&held, remember.as_ref());
    let event = Event::LoggedIn {
        user: (&session.user).into(),
        remember: options.remember.is_some(),
        fresh: options.fresh,
        forced: session.forced,
    };
    visit.settle(Some(session), remember, changes);
    visit.tell(&event);
    Ok(())
}

pub(crate) async fn logout<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    visit.own_sender()?;
    let _gate = visit.enter().await?;
    let mut user = None;
    // The one this request made, and the one it came with, whose place another
    // may have taken.
    for session in [visit.session_known(), visit.session_cookie().readable()] {
        let Some(session) = session else { continue };
        visit.close_session(&session, SessionEnd::LoggedOut);
        user = user.or_else(|| Some((&session.user).into()));
    }
    for token in [visit.remember_known(), visit.remember_cookie().readable()] {
        let Some(token) = token else { continue };
        visit.close_remember(&token, SessionEnd::LoggedOut);
        user = user.or_else(|| Some((&token.user).into()));
    }

    #[cfg(feature = "ws")]
    if let Some(socket) = visit.socket() {
        visit.close_socket(&socket, SessionEnd::LoggedOut);
        user = user.or_else(|| Some((&socket.state().user).into()));
    }

    let mut changes = Changes::default();
    let is_anybody = visit.holds_cookies();
    if is_anybody {
        changes.session = Change::Remove(None);
        changes.remember = Change::Remove(None);
    }
    visit.settle(None, None, changes);
    if is_anybody {
        visit.tell(&Event::LoggedOut { user });
    }
    // The session has ended all the same.
    visit.in_time()
}

pub(crate) async fn confirm<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    let active = resolve(manager, request).await?;
    let visit = Visit::new(manager, request);
    let _gate = visit.enter_to_change().await?;
    let identifier = visit.keys().identifier(&visit.identifier());
    let mut session = active.session.confirmed(new_id()?, visit.now, identifier);
    let user = (&session.user).into();
    match visit.replace_session(&active.session, session.id) {
        GoOn::Under(id) => session.id = id,
        GoOn::Overtaken => return Ok(()),
        GoOn::Ended => return Err(LoginError::new(LoginErrorKind::NotLoggedIn)),
    }
    visit.extended(&session);
    visit.rewrite(&session, visit.origin())?;
    {
        let mut login = visit.login.lock();
        if let Some(known) = &mut login.known {
            known.session = Some(session.clone());
        }
        login.resolution = Some(Ok(visit.active(active.user.clone(), session)));
    }
    visit.tell(&Event::Confirmed { user });
    Ok(())
}

pub(crate) async fn renew<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
) -> Result<(), LoginError> {
    let active = resolve(manager, request).await?;
    let visit = Visit::new(manager, request);
    let _gate = visit.enter_to_change().await?;
    if active.session.user != user_key(user)? {
        return Err(LoginError::new(LoginErrorKind::OtherUser));
    }
    if !user.is_active() && !active.session.forced {
        return Err(LoginError::new(LoginErrorKind::Inactive));
    }

    let auth_hash = visit.auth_hash(user);
    let session = active.session.renewed(new_id()?, visit.now, auth_hash);
    let held = visit.remember_held();
    let (remember, change) = visit.remember_at_renewal(&session, &held, &active.user)?;
    if !visit.renew_session(&active.session, &session) {
        return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
    }
    // A session restored in this request came from the old token, if there is
    // no new one.
    let new = remember.as_ref().map(|token| token.id);
    let origin = visit.origin().map(|old| new.unwrap_or(old));
    visit.rewrite(&session, origin)?;
    visit.renew_remembered(&held, remember.as_ref());

    let user = (&session.user).into();
    visit.keep(Some(session), remember);
    visit.login.lock().changes.remember = change;
    visit.tell(&Event::Renewed { user });
    Ok(())
}

impl<U: AuthUser> Visit<'_, U> {
    fn begin(&self, key: UserKey, user: &U, options: &LoginOptions) -> Result<Session, LoginError> {
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
    async fn enter_to_change(&self) -> Result<Gate<'_, ()>, LoginError> {
        self.own_sender()?;
        let gate = self.enter().await?;
        self.in_time()?;
        Ok(gate)
    }

    /// Whether cookies can still be sent.
    fn in_time(&self) -> Result<(), LoginError> {
        match self.login.lock().sealed {
            true => Err(LoginError::new(LoginErrorKind::TooLate)),
            false => Ok(()),
        }
    }

    /// The session to end when another begins: the one this request made, or
    /// the one it came with.
    fn session_held(&self) -> Option<Session> {
        let is_changed = self.login.lock().known.is_some();
        let known = self.session_known();
        match is_changed {
            true => known,
            false => known.or_else(|| self.session_cookie().readable_or_expired()),
        }
    }

    /// The session that this request has made, or found out about.
    fn session_known(&self) -> Option<Session> {
        let login = self.login.lock();
        match (&login.known, &login.resolution) {
            (Some(known), _) => known.session.clone(),
            (None, Some(Ok(active))) => Some(active.session.clone()),
            (None, _) => None,
        }
    }

    /// The remember token that this request restored its session from.
    fn origin(&self) -> Option<TokenId> {
        match &self.login.lock().changes.session {
            Change::Set(new) => new.origin,
            Change::Keep | Change::Remove(_) => None,
        }
    }

    #[cfg(feature = "ws")]
    fn socket(&self) -> Option<Arc<OpenSocket>> {
        self.login.lock().socket.clone()
    }

    /// Lets the response set the session as it is now.
    fn rewrite(&self, session: &Session, origin: Option<TokenId>) -> Result<(), LoginError> {
        let mut change = self.set_session(session)?;
        if let Change::Set(new) = &mut change {
            new.origin = origin;
        }
        self.login.lock().changes.session = change;
        Ok(())
    }

    fn holds_cookies(&self) -> bool {
        let names = &self.settings().cookies;
        let seen = |name| facts::cookie(self.request, name) != Seen::Absent;
        let login = self.login.lock();
        !login.changes.session.is_kept()
            || !login.changes.remember.is_kept()
            || seen(&names.session)
            || seen(&names.remember)
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
    fn keep(&self, session: Option<Session>, remember: Option<RememberToken>) {
        let mut login = self.login.lock();
        login.known = Some(Box::new(Known { session, remember }));
        login.resolution = None;
    }
}

pub(super) fn user_key<U: AuthUser>(user: &U) -> Result<UserKey, LoginError> {
    UserKey::exact(&user.id()).map_err(|error| LoginError::caused(LoginErrorKind::UserId, error))
}
