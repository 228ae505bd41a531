//! The remember cookie as a source of identity: it brings a session back, never a fresh one.

use crate::error::Reason;
use crate::event::Refused;
use crate::request::authenticate::Mode;
use crate::request::candidate::find;
use crate::request::legacy;
use crate::request::pending::{Authenticated, Effects, Resolution};
use crate::request::restore::restore;
use crate::request::visit::Visit;
use crate::session::RememberToken;
use crate::user::AuthUser;

/// Restores a session. Beside one that is suspended, only for its user, who is loaded.
pub(super) async fn authenticate<U: AuthUser>(
    visit: &Visit<'_, U>,
    beside: Option<&Authenticated<U>>,
    mode: Mode,
    effects: &mut Effects,
) -> Resolution<U> {
    let Some(found) = find::<RememberToken, U>(visit, effects).await? else {
        let is_alone = beside.is_none();
        return legacy::by_token(visit, is_alone, mode, effects).await;
    };
    let user = &found.signed.value.user;
    let changes = visit.changes(user);
    let loaded = match beside {
        Some(beside) if beside.by.user() == user => Some(beside.user.clone()),
        Some(_) => return Err(Reason::NotLoggedIn),
        None => visit.load(user).await?,
    };
    let Some(loaded) = loaded else {
        found.suspend(&visit.cx, Refused::UserGone, effects);
        return Err(Reason::NotLoggedIn);
    };
    let hash = loaded.session_auth_hash();
    let is_current = |digest| visit.cx.realm.keys.is_auth_hash(digest, &hash);
    if !is_current(&found.session.record.session.auth_hash) {
        found.suspend(&visit.cx, Refused::AuthHashChanged, effects);
        return Err(Reason::NotLoggedIn);
    }
    if !is_current(&found.signed.value.auth_hash) {
        // The session was renewed with a later hash, and goes on.
        found.refuse(&visit.cx, Refused::AuthHashChanged, effects);
        return Err(Reason::NotLoggedIn);
    }
    drop(hash);
    if !loaded.is_active() {
        found.suspend(&visit.cx, Refused::Inactive, effects);
        return Err(Reason::Inactive);
    }
    let session = restore(visit, found, &loaded, mode, effects).await?;
    Ok(visit.authenticated(loaded, session, changes))
}
