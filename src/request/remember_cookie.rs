//! The remember cookie as a source of identity: it brings a session back, never a fresh one.

use crate::error::Reason;
use crate::event::Refused;
use crate::request::authenticate::Mode;
use crate::request::candidate::{Candidate, find};
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
    if !found.is_current(visit, &loaded) {
        found.suspend(&visit.cx, Refused::AuthHashChanged, effects);
        return Err(Reason::NotLoggedIn);
    }
    if !loaded.is_active() {
        found.suspend(&visit.cx, Refused::Inactive, effects);
        return Err(Reason::Inactive);
    }
    let session = restore(visit, found, &loaded, mode, effects).await?;
    Ok(visit.authenticated(loaded, session, changes))
}

impl Candidate<RememberToken> {
    /// Whether token and record know the user's auth hash as it is now.
    fn is_current<U: AuthUser>(&self, visit: &Visit<'_, U>, user: &U) -> bool {
        let keys = &visit.cx.kind.keys;
        let hash = user.session_auth_hash();
        let digests = [
            &self.signed.value.auth_hash,
            &self.session.record.session.auth_hash,
        ];
        digests
            .into_iter()
            .all(|digest| keys.is_auth_hash(digest, &hash))
    }
}
