//! Authentication: the order in which the sources of identity are asked.
//!
//! The walk of a session cookie, from the header to `Set-Cookie`:
//!
//! 1. `Headers::of` and `Cookies::of` find the value of the cookie.
//! 2. `session_cookie` reads the token (`Keyring::open`) and finds its session
//!    (`sessions::find_local`, or `sessions::find` in a store).
//! 3. `session_cookie` loads the user, and judges auth hash, activity and protection.
//! 4. `sessions::note` adds to the record what this request shows, and `cookies::session_cookie`
//!    signs a new token if the token has to carry it.
//! 5. `conclude` keeps the result and the cookies in `RequestLogin`, and tells the events.
//! 6. `response::commit` writes `Set-Cookie` and `Cache-Control`.

use rocket::request::Request;

use crate::error::Reason;
use crate::manager::LoginManager;
use crate::request::context::Visit;
use crate::request::pending::{HandlerDecision, NoLogin, RequestLogin, Resolution};
use crate::request::{
    cross_site, legacy_session, legacy_token, load, remember_cookie, request_loader, session_cookie,
};
use crate::rules::cross_site::Sender;
use crate::user::AuthUser;

/// Finds out who is logged in: once a request, and again after a login or a logout in the
/// same request.
pub(crate) async fn resolve<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Resolution<U> {
    let login = RequestLogin::of(request);
    let turn = login.try_enter();
    // Most requests have a second guard at the most, which finds what the first has found.
    if turn.is_some()
        && let Some(resolution) = &login.lock().resolution
    {
        return resolution.clone();
    }
    let mut visit = Visit::with(manager, request, login);
    let _turn = match turn {
        Some(turn) => turn,
        None => load::enter(&visit).await?,
    };
    resolve_in_turn(&mut visit).await
}

/// Finds out who is logged in, while no other guard or handler of the request does.
pub(super) async fn resolve_in_turn<U: AuthUser>(visit: &mut Visit<'_, U>) -> Resolution<U> {
    let (decided, is_sealed) = {
        let login = visit.login.lock();
        if let Some(resolution) = &login.resolution {
            return resolution.clone();
        }
        (login.decided.clone(), login.sealed)
    };
    let sender = cross_site::sender(&visit.cx);
    // A guard in a response fairing asks too late for a cookie. A handshake that is about
    // to be refused carries none.
    visit.may_write = !is_sealed && sender != Sender::Unknown;
    let resolution = authenticate(visit, decided.as_ref(), sender).await;
    conclude(visit, &resolution, decided.is_some());
    resolution
}

/// Asks the sources in their order: the decision of a handler, cookies, the request loader.
async fn authenticate<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    decided: Option<&HandlerDecision>,
    sender: Sender,
) -> Resolution<U> {
    if sender == Sender::CrossSite && decided.is_none() {
        return Box::pin(request_loader::judge_cross_site(visit)).await;
    }
    let found = match decided {
        Some(decided) => by_decision(visit, decided).await,
        None => by_cookies(visit).await,
    };
    match found {
        // Other sites are a danger only to a request that is logged in.
        Ok(_) if sender == Sender::Unknown => Err(cross_site::refuse(&visit.cx)),
        Err(reason)
            if visit.manager.by_request.is_some()
                && decided.is_none()
                && request_loader::is_certain(reason)
                && (sender == Sender::OwnPage
                    || cross_site::has_no_browser_credentials(&visit.cx)) =>
        {
            Box::pin(request_loader::authenticate(visit, reason)).await
        }
        found => found,
    }
}

/// Asks the session cookie, and then the sources that most requests do not have. Those are
/// boxed: a future has room for every turn that it may take.
async fn by_cookies<U: AuthUser>(visit: &mut Visit<'_, U>) -> Resolution<U> {
    let none = match session_cookie::authenticate(visit).await {
        Ok(found) => return Ok(found),
        Err(none) => none,
    };
    let has_other = || {
        !visit.cx.cookies.remember.is_empty() || visit.cx.settings().legacy_session_cookie.is_some()
    };
    if matches!(none, NoLogin::Absent) && !has_other() {
        return Err(Reason::NotLoggedIn);
    }
    Box::pin(by_other_cookies(visit, none)).await
}

/// Asks the remember cookie, the token of another application, and its session.
async fn by_other_cookies<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    none: NoLogin<U>,
) -> Resolution<U> {
    let found = match none {
        NoLogin::Absent => match remember_cookie::authenticate(visit, None).await {
            Err(NoLogin::Absent) => legacy_token::authenticate(visit).await,
            found => found.map_err(Into::into),
        },
        NoLogin::Suspended(session, user) => {
            let found = remember_cookie::authenticate(visit, Some((session, user))).await;
            found.map_err(Into::into)
        }
        NoLogin::Refused(reason) => Err(reason),
    };
    match found {
        Err(Reason::NotLoggedIn) => legacy_session::authenticate(visit).await,
        found => found,
    }
}

/// Keeps to the decision of a handler, for which the user is loaded again.
async fn by_decision<U: AuthUser>(
    visit: &Visit<'_, U>,
    decided: &HandlerDecision,
) -> Resolution<U> {
    let session = decided.clone().ok_or(Reason::NotLoggedIn)?;
    let (cx, record) = (&visit.cx, &session.record.session);
    let changes = cx.changes(&session.user);
    let user = load::user(visit, &session.user).await?;
    let user = load::judge(&cx.realm.keys, &record.auth_hash, record.forced, user);
    let user = user.map_err(|(why, _)| why)?;
    Ok(cx.authenticated(user, session, changes))
}

/// Keeps the result and its effects, and tells the events.
///
/// A result that is not certain has no effects, nor has a decision of a handler. The events
/// of a request that fails with 503 are told when the client repeats it.
fn conclude<U: AuthUser>(visit: &mut Visit<'_, U>, resolution: &Resolution<U>, is_decided: bool) {
    let is_certain = !matches!(resolution, Err(Reason::Unavailable | Reason::CrossOrigin));
    {
        let mut login = visit.login.lock();
        login.personal |= resolution.is_ok();
        login.resolution = Some(resolution.clone());
        if is_decided || !is_certain {
            return;
        }
        login.cookies = std::mem::take(&mut visit.effects.cookies);
    }
    let is_over = visit.emit_events();
    visit.login.lock().is_over |= is_over && resolution.is_err();
}
