//! Keeping a login: confirmed by the person, or through a change of the auth hash.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::{LoginError, LoginErrorKind};
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::context::{Context, Visit};
use crate::request::cross_site::check_change;
use crate::request::load::{encoded_id, enter_to_change};
use crate::request::login::{LoginOptions, login};
use crate::request::pending::Authenticated;
use crate::request::verify::verify;
use crate::request::{cookies, legacy_session, tokens};
use crate::rules::cross_site::Allowed;
use crate::sessions::{self, LoadedSession};
use crate::token::Home;
use crate::user::AuthUser;

/// Makes the login fresh, for this user has proved who they are.
pub(crate) async fn confirm<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
) -> Result<(), LoginError> {
    check_change(&Context::new(&manager.realm, request), Allowed::OwnPages)?;
    let found = verify(manager, request, None).await?;
    check_user(user, &found)?;
    if found.by.is_legacy() {
        // The person has proved who they are, so a session of this crate begins.
        return login(manager, request, &found.user, &LoginOptions::PLAIN).await;
    }
    let mut session = found.session()?.clone();
    let visit = Visit::new(manager, request);
    let _gate = enter_to_change(&visit).await?;
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    let (identifier, client) = (cx.identifier(), cx.client());
    let confirmed = sessions::confirm(sessions, &mut session, identifier, &client, cx.now);
    LoginError::unless(confirmed.await?, LoginErrorKind::NotLoggedIn)?;
    let session = write(&visit, session, false);
    // The user is the one that was loaded.
    let found = cx.authenticated(found.user, session, found.changes);
    let user = found.by.user().into();
    visit.login.lock().resolution = Some(Ok(found));
    cx.emit(&Event::Confirmed { user });
    Ok(())
}

/// Keeps the login with the auth hash that its user has now. All others end.
pub(crate) async fn renew<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
) -> Result<(), LoginError> {
    check_change(&Context::new(&manager.realm, request), Allowed::OwnPages)?;
    let found = verify(manager, request, Some(user)).await?;
    let visit = Visit::new(manager, request);
    let _gate = enter_to_change(&visit).await?;
    check_user(user, &found)?;
    let session = found.by.session();
    let is_forced = session.is_some_and(|session| session.record.session.forced);
    LoginError::unless(user.is_active() || is_forced, LoginErrorKind::Inactive)?;
    if found.by.is_legacy() {
        return legacy_session::renew(&visit, found.by.user()).await;
    }
    let mut session = found.session()?.clone();
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    if sessions.home() == Home::Cookie
        && let Some(remember) = &mut session.record.remember
        && let Some(brought) = tokens::remember_of(cx, session.id)
    {
        // The session token does not say which generation the remember token has.
        remember.generations.follow(brought.value.generation);
    }
    let auth_hash = cx.keys().auth_hash(&user.session_auth_hash());
    let renewed = sessions::renew(sessions, &mut session, auth_hash, cx.now).await?;
    LoginError::unless(renewed, LoginErrorKind::NotLoggedIn)?;
    let session = write(&visit, session, true);
    let user = (&session.user).into();
    cx.emit(&Event::Renewed { user });
    Ok(())
}

/// Refuses to keep the login of one user for another.
fn check_user<U: AuthUser>(user: &U, found: &Authenticated<U>) -> Result<(), LoginError> {
    let is_same = encoded_id(user)? == *found.by.user();
    LoginError::unless(is_same, LoginErrorKind::OtherUser)
}

/// Lets the response set the present generations. The user is to be loaded anew.
///
/// The remember cookie is set as well if the response was to set it, or if the request's
/// token is superseded. A renewal supersedes every token.
fn write<U: AuthUser>(
    visit: &Visit<'_, U>,
    session: LoadedSession,
    is_renewed: bool,
) -> Arc<LoadedSession> {
    let (cx, session) = (&visit.cx, Arc::new(session));
    let mut cookies = std::mem::take(&mut visit.login.lock().cookies);
    cookies.session = cookies::session_cookie(cx.realm, &session, cx.now);
    if let Some(remember) = &session.record.remember {
        let current = remember.generations.current;
        let brought = tokens::remember_of(cx, session.id);
        let is_due = brought.is_some_and(|it| is_renewed || it.value.generation < current);
        if is_due || !cookies.remember.is_kept() {
            cookies.remember = cookies::remember_cookie(cx.realm, &session, cx.now);
        }
    }
    visit.login.decide(Some(session.clone()), cookies);
    session
}
