//! The request itself as a source of identity: programs, which have a key.
//!
//! All of it is boxed where it is called: most requests have a session.

use std::sync::Arc;

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::request::authenticate::resolve;
use crate::request::callback::answered;
use crate::request::client;
use crate::request::login::encoded_id;
use crate::request::pending::{AuthMethod, Authenticated, Effects, Resolution};
use crate::request::visit::Visit;
use crate::session::EncodedId;
use crate::user::{AuthUser, ByRequest};

/// Whether cookies have brought no user, and that is certain.
pub(super) fn is_certain(reason: Reason) -> bool {
    matches!(reason, Reason::NotLoggedIn | Reason::Inactive)
}

/// Asks the request loader. If it finds no user, the reason is why cookies brought none.
pub(super) async fn by_key<U: AuthUser>(
    visit: &Visit<'_, U>,
    ask: &ByRequest<U>,
    reason: Reason,
    effects: &mut Effects,
) -> Resolution<U> {
    let (user, key) = found(visit, ask).await?.ok_or(reason)?;
    let id = (&key).into();
    if !user.is_active() {
        effects.tell([Event::LoginRefused { user: id }]);
        return Err(Reason::Inactive);
    }
    effects.tell([Event::FoundByKey { user: id }]);
    Ok(Authenticated {
        user,
        changes: visit.changes(&key),
        by: AuthMethod::Key {
            user: key,
            at: visit.cx.now,
        },
        // A key proves that a client has the key.
        fresh: false,
    })
}

/// Judges a request that a page of another site has sent.
///
/// Credentials that browsers add by themselves prove nothing then, and a key beside them
/// proves nothing either: the page could know which of the two counts.
pub(super) async fn from_elsewhere<U: AuthUser>(
    visit: &Visit<'_, U>,
    is_decided: bool,
    effects: &mut Effects,
) -> Resolution<U> {
    if let Some(ask) = &visit.manager.by_request
        && !is_decided
        && brings_nothing(visit)
    {
        match by_key(visit, ask, Reason::NotLoggedIn, effects).await {
            Err(reason) if is_certain(reason) => {}
            found => return found,
        }
    }
    Err(visit.refuse_sender())
}

/// Whether the request has no credentials that browsers add by themselves.
pub(super) fn brings_nothing<U: AuthUser>(visit: &Visit<'_, U>) -> bool {
    let cx = &visit.cx;
    !cx.head.brings_cookies(cx.request) && !client::brings_password(cx.request)
}

/// Refuses the logout of a program: a logout ends no key.
pub(super) async fn check_something_to_end<U: AuthUser>(
    visit: &Visit<'_, U>,
) -> Result<(), LoginError> {
    if visit.manager.by_request.is_none() || visit.holds_cookies() {
        return Ok(());
    }
    match Box::pin(resolve(visit.manager, visit.cx.request)).await {
        Ok(found) => match found.by {
            AuthMethod::Key { .. } => Err(LoginError::new(LoginErrorKind::NoSession)),
            _ => Ok(()),
        },
        Err(Reason::Unavailable) => Err(Reason::Unavailable.into()),
        Err(_) => Ok(()),
    }
}

/// The user of a socket, if the request that opened it would find the same one again.
pub(super) async fn found_again<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
) -> Result<Option<Arc<U>>, Reason> {
    let Some(ask) = &visit.manager.by_request else {
        return Ok(None);
    };
    let found = found(visit, ask).await?;
    Ok(found.filter(|(_, key)| key == user).map(|(user, _)| user))
}

async fn found<U: AuthUser>(
    visit: &Visit<'_, U>,
    ask: &ByRequest<U>,
) -> Result<Option<(Arc<U>, EncodedId)>, Reason> {
    let found = visit.wait_for(ask(visit.cx.request)).await;
    let Some(user) = answered("The request loader", found)? else {
        return Ok(None);
    };
    match encoded_id(&user) {
        Ok(key) => Ok(Some((Arc::new(user), key))),
        Err(error) => {
            rocket::error!("The request loader has found a user without an id: {error}.");
            Err(Reason::Unavailable)
        }
    }
}
