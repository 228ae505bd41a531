//! The session of an application that runs beside this one: read, never written.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::legacy::{LegacySession, open_session};
use crate::request::context::{Context, Visit};
use crate::request::load;
use crate::request::pending::{AuthMethod, Authenticated, Resolution};
use crate::rules::Seen;
use crate::session::EncodedId;
use crate::sessions;
use crate::user::AuthUser;

/// Serves the user who is logged in at the application beside this one.
///
/// The login counts for this request alone: a session of this crate would outlive a logout
/// there, and so would a socket.
pub(super) async fn authenticate<U: AuthUser>(visit: &Visit<'_, U>) -> Resolution<U> {
    let session = open(visit).filter(|_| !visit.cx.headers.wants_socket);
    let (key, signed) = session.ok_or(Reason::NotLoggedIn)?;
    let user = load::user(visit, &key).await?.ok_or(Reason::NotLoggedIn)?;
    if !user.is_active() {
        return Err(Reason::Inactive);
    }
    // A login stays fresh there until the session ends, and a copy of the cookie does.
    Ok(for_this_request(user, key, signed.min(visit.cx.now), false))
}

/// Returns a user who is logged in by no session of this crate.
pub(super) fn for_this_request<U>(
    user: Arc<U>,
    key: EncodedId,
    since: Timestamp,
    is_restored: bool,
) -> Authenticated<U> {
    let by = AuthMethod::Legacy {
        user: key,
        since,
        is_restored,
    };
    Authenticated {
        user,
        by,
        fresh: false,
        changes: 0,
    }
}

/// Returns whether a user has logged out there who would otherwise be remembered. Of
/// several cookies any may say so.
pub(super) fn has_left<U: AuthUser>(visit: &Visit<'_, U>) -> bool {
    match cookie(&visit.cx) {
        Seen::Ambiguous => true,
        _ => read(&visit.cx).is_some_and(|session| session.forgets),
    }
}

/// Fails where the other application still has a user logged in after a logout here.
pub(super) fn check_logged_out<U: AuthUser>(visit: &Visit<'_, U>) -> Result<(), LoginError> {
    // The other application may take the session for longer than this one.
    let user = read(&visit.cx).and_then(|session| user_of(visit, &session));
    LoginError::unless(user.is_none(), LoginErrorKind::LegacySession)
}

/// Takes over a new auth hash. The session of the other application stays.
pub(super) async fn renew<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
) -> Result<(), LoginError> {
    if let Err(error) = sessions::auth_changed(&visit.cx.realm.sessions, user).await {
        // They know the old auth hash, and are suspended anyway.
        rocket::warn!("The sessions of a user could not be deleted: {error}.");
    }
    // The user is another one than was loaded.
    visit.login.lock().resolution = None;
    let user = user.into();
    visit.cx.emit(&Event::Renewed { user });
    Ok(())
}

/// Returns the user of the session, and when it was signed. It lasts no longer than a
/// session of this crate.
pub(super) fn open<U: AuthUser>(visit: &Visit<'_, U>) -> Option<(EncodedId, Timestamp)> {
    let (cx, lifetime) = (&visit.cx, visit.cx.settings().limits.lifetime);
    let session = read(cx).filter(|session| !session.is_over(cx.now, lifetime))?;
    Some((user_of(visit, &session)?, session.signed))
}

/// Reads the session, of any age.
fn read(cx: &Context<'_>) -> Option<LegacySession> {
    match cookie(cx) {
        Seen::Once(text) => open_session(cx.realm.legacy.as_ref()?, text),
        _ => None,
    }
}

fn user_of<U: AuthUser>(visit: &Visit<'_, U>, session: &LegacySession) -> Option<EncodedId> {
    visit.manager.legacy_ids.key(session.user.as_deref()?)
}

fn cookie<'r>(cx: &Context<'r>) -> Seen<'r> {
    let name = cx.settings().legacy_session_cookie.as_deref();
    let values = name.map(|name| cx.headers.cookies(cx.request, [name]));
    values.map_or(Seen::Absent, |[values]| Seen::only(values.iter()))
}
