//! The session of an application that runs beside this one: read, never written.

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::legacy::{LegacySession, open_session};
use crate::request::head;
use crate::request::legacy::for_this_request;
use crate::request::pending::Resolution;
use crate::request::visit::Visit;
use crate::rules::cookie_header::Values;
use crate::session::EncodedId;
use crate::user::AuthUser;

/// Serves the user who is logged in there, where none is here.
///
/// The login counts for this request alone: a session of ours would outlive a logout
/// there, and so would a socket.
pub(super) async fn authenticate<U: AuthUser>(visit: &Visit<'_, U>) -> Resolution<U> {
    let session = open(visit).filter(|_| !visit.cx.head.wants_socket);
    let session = session.ok_or(Reason::NotLoggedIn)?;
    let key = user_of(visit, &session).ok_or(Reason::NotLoggedIn)?;
    let user = visit.load(&key).await?.ok_or(Reason::NotLoggedIn)?;
    if !user.is_active() {
        return Err(Reason::Inactive);
    }
    // A login stays fresh there until the session ends, and a copy of the cookie does.
    let since = session.signed.min(visit.cx.now);
    Ok(for_this_request(user, key, since, false))
}

/// Whether a user has logged out there who would otherwise be remembered, however long
/// ago. Of several cookies any may say so.
pub(super) fn has_left<U: AuthUser>(visit: &Visit<'_, U>) -> bool {
    let cookies = cookies(visit);
    let is_ambiguous = cookies.iter().count() > 1;
    is_ambiguous || read(visit).is_some_and(|session| session.forgets)
}

/// Whether a user is logged in there, which one who is gone is not.
pub(super) async fn is_in<U: AuthUser>(visit: &Visit<'_, U>) -> Result<bool, Reason> {
    match open(visit).and_then(|session| user_of(visit, &session)) {
        Some(user) => Ok(visit.load(&user).await?.is_some()),
        None => Ok(false),
    }
}

/// Fails where the other application still has a user logged in after a logout here.
pub(super) fn check_logged_out<U: AuthUser>(visit: &Visit<'_, U>) -> Result<(), LoginError> {
    // They may take the session for longer than it is taken here.
    let session = read(visit);
    if session
        .and_then(|session| user_of(visit, &session))
        .is_some()
    {
        return Err(LoginError::new(LoginErrorKind::LegacySession));
    }
    Ok(())
}

/// Takes over a new auth hash: there is no session of ours to go on with, and theirs stays.
pub(super) async fn renew<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
) -> Result<(), LoginError> {
    if let Err(error) = visit.cx.realm.sessions.auth_changed(user).await {
        // They know the old auth hash, and are suspended anyway.
        rocket::warn!("The sessions of a user could not be deleted: {error}.");
    }
    // The user is another one than was loaded.
    visit.login.lock().resolution = None;
    let user = user.into();
    visit.cx.emit(&Event::Renewed { user });
    Ok(())
}

fn user_of<U: AuthUser>(visit: &Visit<'_, U>, session: &LegacySession) -> Option<EncodedId> {
    visit.manager.legacy_ids.key(session.user.as_deref()?)
}

/// The session that the cookie holds, for no longer than one of ours would last.
fn open<U: AuthUser>(visit: &Visit<'_, U>) -> Option<LegacySession> {
    let lifetime = visit.cx.settings().limits.lifetime;
    read(visit).filter(|session| !session.is_over(visit.cx.now, lifetime))
}

/// The session that the cookie holds, however old it is.
fn read<U: AuthUser>(visit: &Visit<'_, U>) -> Option<LegacySession> {
    let keys = visit.cx.realm.legacy.as_ref()?;
    open_session(keys, only(&cookies(visit))?)
}

fn only<'v>(cookies: &Values<'v>) -> Option<&'v str> {
    let mut values = cookies.iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

fn cookies<'v, U: AuthUser>(visit: &'v Visit<'_, U>) -> Values<'v> {
    match visit.cx.settings().legacy_session.as_deref() {
        Some(name) => head::cookie(visit.cx.request, &visit.cx.head, name),
        None => Values::default(),
    }
}
