//! Keeping a login: confirmed by the person, or through a change of the auth hash.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::{LoginError, LoginErrorKind};
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::authenticate::resolve;
use crate::request::legacy_session;
use crate::request::login::{LoginOptions, check_user, login};
use crate::request::pending::Authenticated;
use crate::request::visit::Visit;
use crate::request::{cookie, tokens};
use crate::sessions::LoadedSession;
use crate::token::Home;
use crate::user::AuthUser;

/// Makes the login fresh, for this user has proved who they are.
pub(crate) async fn confirm<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
) -> Result<(), LoginError> {
    let found = resolve(manager, request).await?;
    check_user(user, found.by.user())?;
    if found.by.is_legacy() {
        // The person has proved who they are, so a session of ours begins.
        return login(manager, request, &found.user, &LoginOptions::PLAIN).await;
    }
    let mut session = found.session()?.clone();
    let visit = Visit::new(manager, request);
    let _gate = visit.enter_to_change().await?;
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    let (identifier, client) = (cx.identifier(), cx.client());
    if !sessions
        .confirm(&mut session, identifier, &client, cx.now)
        .await?
    {
        return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
    }
    let is_superseded = brings_superseded(&visit, &session);
    let event = Event::Confirmed {
        user: (&session.user).into(),
    };
    let changes = found.changes;
    let session = write(&visit, session, is_superseded);
    // The user is the one that was loaded.
    let found: Authenticated<U> = visit.authenticated(found.user, session, changes);
    visit.login.lock().resolution = Some(Ok(found));
    cx.emit(&event);
    Ok(())
}

/// Keeps the login with the auth hash that its user has now. All others end.
pub(crate) async fn renew<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
) -> Result<(), LoginError> {
    let found = resolve(manager, request).await?;
    let visit = Visit::new(manager, request);
    if found.by.is_legacy() {
        let _gate = visit.enter_to_change().await?;
        check_renewal(user, &found, false)?;
        return legacy_session::renew(&visit, found.by.user()).await;
    }
    let mut session = found.session()?.clone();
    let _gate = visit.enter_to_change().await?;
    check_renewal(user, &found, session.record.session.forced)?;
    let cx = &visit.cx;
    if cx.realm.sessions.home() == Home::Cookie
        && let Some(remember) = &mut session.record.remember
        && let Some(brought) = tokens::remember_of(cx, session.id)
    {
        // The session token does not say which generation the remember token has.
        remember.chain.follow(brought.value.generation);
    }
    let auth_hash = cx.keys().auth_hash(&user.session_auth_hash());
    if !cx
        .realm
        .sessions
        .renew(&mut session, auth_hash, cx.now)
        .await?
    {
        return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
    }
    let is_brought = brings_remember(&visit, &session);
    let event = Event::Renewed {
        user: (&session.user).into(),
    };
    write(&visit, session, is_brought);
    cx.emit(&event);
    Ok(())
}

fn check_renewal<U: AuthUser>(
    user: &U,
    found: &Authenticated<U>,
    is_forced: bool,
) -> Result<(), LoginError> {
    check_user(user, found.by.user())?;
    if user.is_active() || is_forced {
        return Ok(());
    }
    Err(LoginError::new(LoginErrorKind::Inactive))
}

/// Whether the browser has a remember token of this session, or is about to get one.
fn brings_remember<U: AuthUser>(visit: &Visit<'_, U>, session: &LoadedSession) -> bool {
    let is_brought = || tokens::remember_of(&visit.cx, session.id).is_some();
    let is_about_to_be_set = || !visit.login.lock().cookies.remember.is_kept();
    session.record.remember.is_some() && (is_brought() || is_about_to_be_set())
}

/// Whether the browser has a remember token that this session has gone beyond.
fn brings_superseded<U: AuthUser>(visit: &Visit<'_, U>, session: &LoadedSession) -> bool {
    let Some(remember) = &session.record.remember else {
        return false;
    };
    let brought = tokens::remember_of(&visit.cx, session.id);
    let is_older = brought.is_some_and(|signed| signed.value.generation < remember.chain.current);
    is_older || !visit.login.lock().cookies.remember.is_kept()
}

/// Lets the response set the present generations; the user is to be loaded anew.
fn write<U: AuthUser>(
    visit: &Visit<'_, U>,
    session: LoadedSession,
    with_remember: bool,
) -> Arc<LoadedSession> {
    let cx = &visit.cx;
    let session = Arc::new(session);
    let mut login = visit.login.lock();
    login.cookies.session = cookie::session(cx, &session);
    if with_remember {
        login.cookies.remember = cookie::remember(cx, &session);
    }
    login.decided = Some(Some(session.clone()));
    login.resolution = None;
    session
}
