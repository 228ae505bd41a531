//! The tokens of a request, as their signatures vouch for them.

use crate::event::Refused;
use crate::request::context::Context;
use crate::rules::cookie_header::Values;
use crate::session::{RememberToken, SessionEnd, SessionId, SessionToken};
use crate::sessions::Named;
use crate::token::{Home, Signed, Token};
use crate::user::AuthUser;

/// Why a session is suspended, as its sockets are told.
impl From<Refused> for SessionEnd {
    fn from(why: Refused) -> Self {
        match why {
            Refused::UserGone => Self::UserGone,
            Refused::Inactive => Self::Inactive,
            _ => Self::AuthHashChanged,
        }
    }
}

/// Reads a token of this type of users.
pub(super) fn open_for<T: Token, U: AuthUser>(cx: &Context<'_>, text: &str) -> Option<Signed<T>> {
    let signed = open::<T>(cx, text)?;
    let is_of_type = signed.value.user().decode::<U::Id>().is_some();
    is_of_type.then_some(signed)
}

/// Reads a token for the present home of sessions, or one from a time without a store.
fn open<T: Token>(cx: &Context<'_>, text: &str) -> Option<Signed<T>> {
    let keys = &cx.realm.keys;
    match cx.realm.sessions.home() {
        Home::Cookie => keys.open(text, Home::Cookie),
        Home::Store => {
            let signed = keys.open(text, Home::Store);
            signed.or_else(|| keys.open(text, Home::Cookie))
        }
    }
}

/// The newest remember token of a session, if the request has brought it.
pub(super) fn remember_of(cx: &Context<'_>, id: SessionId) -> Option<Signed<RememberToken>> {
    let tokens = all(cx, &cx.cookies.remember);
    let tokens = tokens.filter(|signed: &Signed<RememberToken>| signed.value.id == id);
    tokens.max_by_key(|signed| signed.value.generation)
}

/// Whether the request has brought a remember token of ours, whatever it is worth.
pub(super) fn brings_remember(cx: &Context<'_>) -> bool {
    let mut tokens = all::<RememberToken>(cx, &cx.cookies.remember);
    tokens.next().is_some()
}

fn all<'v, T: Token + 'v>(
    cx: &'v Context<'_>,
    values: &'v Values<'_>,
) -> impl Iterator<Item = Signed<T>> + 'v {
    values.iter().filter_map(|text| open(cx, text))
}

/// The sessions that the tokens of the request name, whatever the tokens are worth.
pub(super) fn named(cx: &Context<'_>) -> Vec<Named> {
    let sessions = &cx.realm.sessions;
    let by_session = all(cx, &cx.cookies.session)
        .map(|signed: Signed<SessionToken>| sessions.named(&signed.value, cx.now));
    let by_remember = all(cx, &cx.cookies.remember)
        .map(|signed: Signed<RememberToken>| sessions.named_by_remember(&signed.value, cx.now));
    let mut named: Vec<Named> = Vec::new();
    // Of the two tokens of one session, the remember token lasts longer.
    for session in by_remember.chain(by_session) {
        if named.iter().all(|other| other.id != session.id) {
            named.push(session);
        }
    }
    named
}
