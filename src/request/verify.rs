//! Asking again: a login that counted when the request came may have ended since.
//!
//! Guards judge when the headers are there. The body may come hours later.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Refused;
use crate::manager::LoginManager;
use crate::request::authenticate::resolve_in_turn;
use crate::request::context::Visit;
use crate::request::load::{self, unavailable};
use crate::request::pending::{AuthMethod, Authenticated, Resolution};
use crate::request::{legacy_session, legacy_token, request_loader};
use crate::rules::protection::Verdict;
use crate::sessions::{self, LoadedSession, Standing};
use crate::user::AuthUser;

/// Judges the login of a request as it is now. Writes nothing. A renewal comes with the user
/// as they are after the change of their auth hash.
///
/// Replaces the result that the guards of the request share.
pub(crate) async fn verify<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    renewed: Option<&U>,
) -> Result<Authenticated<U>, LoginError> {
    let mut visit = Visit::new(manager, request);
    let _gate = load::enter(&visit).await.map_err(refused)?;
    let is_first = {
        let login = visit.login.lock();
        login.resolution.is_none() && login.decided.is_none()
    };
    let found = resolve_in_turn(&mut visit).await.map_err(refused)?;
    if is_first {
        return Ok(found);
    }
    visit.may_write = false;
    let again = judge(&mut visit, &found, renewed).await;
    let is_other = |again: &Authenticated<U>| again.by.user() != found.by.user();
    if again.as_ref().is_ok_and(is_other) {
        visit.login.lock().resolution = Some(Err(Reason::NotLoggedIn));
        return Err(LoginError::new(LoginErrorKind::OtherUser));
    }
    visit.login.lock().resolution = Some(again.clone());
    again.map_err(refused)
}

/// Returns the error of a login that no longer counts. A guard that asks now would fail with
/// 401 for an inactive user, too.
fn refused(reason: Reason) -> LoginError {
    match reason {
        Reason::Inactive => LoginError::new(LoginErrorKind::NotLoggedIn),
        reason => reason.into(),
    }
}

/// Asks the source of identity once more that has found the user.
async fn judge<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    found: &Authenticated<U>,
    renewed: Option<&U>,
) -> Resolution<U> {
    match &found.by {
        AuthMethod::Session(session) => {
            let renewal = renewed.map(|renewed| (&*found.user, renewed));
            judge_session(visit, session, renewal).await
        }
        AuthMethod::Legacy { is_restored, .. } if *is_restored => {
            Box::pin(legacy_token::authenticate(visit)).await
        }
        AuthMethod::Legacy { .. } => legacy_session::authenticate(visit).await,
        AuthMethod::Key { .. } => {
            Box::pin(request_loader::authenticate(visit, Reason::NotLoggedIn)).await
        }
    }
}

/// Judges a session by its id. Its cookies are not read again: this request may have
/// rotated their tokens, which must not be taken for a reuse.
///
/// The session is read last. A renewal and a revocation delete it, so an end during the
/// load of the user is seen.
async fn judge_session<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    session: &LoadedSession,
    renewal: Option<(&U, &U)>,
) -> Resolution<U> {
    let changes = visit.cx.changes(&session.user);
    let user = load::user(visit, &session.user).await?;
    visit.cx.now = visit.cx.realm.clock.now();
    let (cx, realm) = (&visit.cx, visit.cx.realm);
    let again = sessions::find_again(&realm.sessions, session, cx.now).await;
    let mut again = again.map_err(unavailable)?.ok_or(Reason::NotLoggedIn)?;
    let record = &mut again.record.session;
    let keys = &realm.keys;
    // The change is this request's own: the session knows the user of before it, and the
    // user is the one of after it.
    let is_renewed = |user: &U| {
        renewal.is_some_and(|(before, after)| {
            keys.is_auth_hash(&record.auth_hash, &before.session_auth_hash())
                && user.session_auth_hash() == after.session_auth_hash()
        })
    };
    let user = match load::judge(keys, &record.auth_hash, record.forced, user) {
        Err((Refused::AuthHashChanged, Some(user)))
            if is_renewed(&user) && (user.is_active() || record.forced) =>
        {
            user
        }
        judged => judged.map_err(|(why, _)| why)?,
    };
    let is_same = cx.is_identifier(&record.identifier);
    let is_superseded = again.standing == Standing::Joined;
    let level = cx.settings().protection_level;
    match level.verdict(record.permanent, is_same, is_superseded) {
        Verdict::Keep => {}
        Verdict::TakeFreshness => record.fresh_since = None,
        Verdict::Absent | Verdict::End => return Err(Reason::NotLoggedIn),
    }
    Ok(cx.authenticated(user, Arc::new(again), changes))
}
