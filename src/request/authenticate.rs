//! The order of the sources of identity.

use rocket::request::Request;

use crate::error::Reason;
use crate::manager::LoginManager;
use crate::request::pending::{Authenticated, Effects, HandlerDecision, Resolution};
use crate::request::visit::Visit;
use crate::request::{legacy_session, remember_cookie, request_loader, session_cookie};
use crate::rules::cross_site::Sender;
use crate::sessions::is_suspended_under;
use crate::user::AuthUser;

/// Whether authentication may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The session is extended, or restored by a remember token.
    Active,
    /// Nothing is written: the answer can carry no cookie, or it must not.
    LookOnly,
}

/// Why cookies have brought no user.
pub(super) enum NoLogin<U> {
    /// No cookie counts: the next source is asked.
    Absent,
    /// The user's auth hash has changed. A remember token of the same user that was made
    /// since then still counts.
    Suspended(Box<Authenticated<U>>),
    /// No other cookie of ours is asked.
    Refused(Reason),
}

impl<U> From<Reason> for NoLogin<U> {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

/// Finds out who is logged in: once per request, and again only after a login or a logout
/// in the same request.
pub(crate) async fn resolve<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Resolution<U> {
    let visit = Visit::new(manager, request);
    let _gate = visit.enter().await?;
    let (decided, mode) = {
        let login = visit.login.lock();
        if let Some(resolution) = &login.resolution {
            return resolution.clone();
        }
        // A guard in a response fairing asks too late for a cookie. A handshake that is
        // about to be refused carries none.
        let mode = if login.sealed || visit.is_unknown_socket() {
            Mode::LookOnly
        } else {
            Mode::Active
        };
        (login.decided.clone(), mode)
    };

    let mut effects = Effects::default();
    let resolution = authenticate(&visit, decided.as_ref(), mode, &mut effects).await;
    conclude(&visit, &resolution, decided.is_none().then_some(effects));
    resolution
}

/// Finds out who is logged in, without a look at what was found before.
pub(super) async fn authenticate<U: AuthUser>(
    visit: &Visit<'_, U>,
    decided: Option<&HandlerDecision>,
    mode: Mode,
    effects: &mut Effects,
) -> Resolution<U> {
    let sender = visit.sender();
    if sender == Sender::CrossSite {
        let elsewhere = request_loader::from_elsewhere(visit, decided.is_some(), effects);
        return Box::pin(elsewhere).await;
    }
    let resolution = match decided {
        Some(decided) => by_decision(visit, decided).await,
        None => by_cookies(visit, mode, effects).await,
    };
    match (resolution, &visit.manager.by_request) {
        // Other sites are dangerous only to those who are logged in.
        (Ok(_), _) if sender == Sender::Unknown => Err(visit.refuse_sender()),
        (Err(reason), Some(ask))
            if decided.is_none()
                && request_loader::is_certain(reason)
                && (sender == Sender::OwnPage || request_loader::brings_nothing(visit)) =>
        {
            Box::pin(request_loader::by_key(visit, ask, reason, effects)).await
        }
        (resolution, _) => resolution,
    }
}

/// Most requests come with a good session. The other sources are boxed: a future has room
/// for every turn that it may take, and each request makes one.
async fn by_cookies<U: AuthUser>(
    visit: &Visit<'_, U>,
    mode: Mode,
    effects: &mut Effects,
) -> Resolution<U> {
    let none = match session_cookie::authenticate(visit, mode, effects).await {
        Ok(found) => return Ok(found),
        Err(NoLogin::Absent) if visit.cx.brings_session_alone() => {
            return Err(Reason::NotLoggedIn);
        }
        Err(none) => none,
    };
    Box::pin(by_other_cookies(visit, none, mode, effects)).await
}

async fn by_other_cookies<U: AuthUser>(
    visit: &Visit<'_, U>,
    none: NoLogin<U>,
    mode: Mode,
    effects: &mut Effects,
) -> Resolution<U> {
    let found = match none {
        NoLogin::Refused(reason) => Err(reason),
        NoLogin::Suspended(suspended) => {
            remember_cookie::authenticate(visit, Some(&suspended), mode, effects).await
        }
        NoLogin::Absent => remember_cookie::authenticate(visit, None, mode, effects).await,
    };
    match found {
        Err(Reason::NotLoggedIn) => legacy_session::authenticate(visit).await,
        found => found,
    }
}

/// A handler's decision stands; only the user is loaded.
async fn by_decision<U: AuthUser>(
    visit: &Visit<'_, U>,
    decided: &HandlerDecision,
) -> Resolution<U> {
    let session = decided.clone().ok_or(Reason::NotLoggedIn)?;
    let changes = visit.changes(&session.user);
    let user = visit.load(&session.user).await?;
    let user = user.ok_or(Reason::NotLoggedIn)?;
    if !user.is_active() && !session.record.session.forced {
        return Err(Reason::Inactive);
    }
    let auth_hash = user.session_auth_hash();
    if is_suspended_under(&visit.cx.realm.keys, &auth_hash)(&session.record) {
        return Err(Reason::NotLoggedIn);
    }
    drop(auth_hash);
    Ok(visit.authenticated(user, session, changes))
}

/// Keeps what was found out, and tells what happened on the way.
///
/// Where that is not certain nothing is written; and a page of another site changes nothing.
fn conclude<U: AuthUser>(
    visit: &Visit<'_, U>,
    resolution: &Resolution<U>,
    effects: Option<Effects>,
) {
    let mut events = Vec::new();
    {
        let mut login = visit.login.lock();
        login.personal |= resolution.is_ok();
        login.resolution = Some(resolution.clone());
        let is_certain = !matches!(resolution, Err(Reason::Unavailable | Reason::CrossOrigin));
        if let Some(effects) = effects.filter(|_| is_certain) {
            events = effects.events;
            login.cookies = effects.cookies;
        }
    }
    for event in events {
        visit.cx.emit(&event);
    }
}
