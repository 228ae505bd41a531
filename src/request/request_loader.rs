//! The request itself as a source of identity: programs, which have a key. A page of another
//! site is judged here for the guards, since a key may count beside it.

use crate::error::Reason;
use crate::event::Event;
use crate::request::context::Visit;
use crate::request::pending::{AuthMethod, Authenticated, Resolution};
use crate::request::{cross_site, load};
use crate::user::AuthUser;

/// Returns whether cookies have brought no user, and will not at the next try.
pub(super) fn is_certain(reason: Reason) -> bool {
    matches!(reason, Reason::NotLoggedIn | Reason::Inactive)
}

/// Asks the request loader. If it finds no user, the reason of the cookies stays.
pub(super) async fn authenticate<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    reason: Reason,
) -> Resolution<U> {
    let (user, key) = load::by_request(visit).await?.ok_or(reason)?;
    let id = (&key).into();
    if !user.is_active() {
        visit.effects.tell(Event::LoginRefused { user: id });
        return Err(Reason::Inactive);
    }
    visit.effects.tell(Event::FoundByKey { user: id });
    Ok(Authenticated {
        user,
        changes: visit.cx.changes(&key),
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
/// Without cookies of ours the page does no more than any stranger could: the request is
/// anonymous. Credentials that browsers add by themselves prove nothing then. A key beside
/// them proves nothing either: the page could know which of the two counts.
pub(super) async fn judge_cross_site<U: AuthUser>(visit: &mut Visit<'_, U>) -> Resolution<U> {
    let mut found = Err(Reason::NotLoggedIn);
    if cross_site::has_no_browser_credentials(&visit.cx) {
        found = authenticate(visit, Reason::NotLoggedIn).await;
    }
    let cx = &visit.cx;
    let is_anonymous = matches!(&found, Err(reason) if is_certain(*reason));
    if is_anonymous && (cx.headers.wants_socket || cx.has_own_cookies()) {
        return Err(cross_site::refuse(cx));
    }
    found
}
