//! The tokens of a request: read, and matched with their sessions.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::{LoginError, Reason};
use crate::event::{Event, Refused};
use crate::request::context::{Context, Visit};
use crate::request::cookies::CookieChange;
use crate::request::headers::MOST_TOKENS;
use crate::request::legacy_token;
use crate::request::load::unavailable;
use crate::rules::cookie_header::Values;
use crate::session::{Generation, RememberToken, SessionEnd, SessionId, SessionToken};
use crate::sessions::{self, LoadedSession, Named};
use crate::token::{Home, Signed, Token, TokenKind};
use crate::user::AuthUser;

/// A token that names a session.
pub(super) trait Naming: Token + Send + Sync {
    /// Finds the session, or the reason why the token counts as absent.
    fn find(
        cx: &Context<'_>,
        signed: &Signed<Self>,
    ) -> impl Future<Output = Result<Result<LoadedSession, Refused>, LoginError>> + Send;

    /// Returns the order of two tokens of one user: the greater one counts.
    fn order(candidate: &Candidate<Self>) -> (Timestamp, Generation);
}

/// A token whose session was found, on the way to its user.
pub(super) struct Candidate<T> {
    pub(super) signed: Signed<T>,
    pub(super) session: Arc<LoadedSession>,
}

impl<T: Naming> Candidate<T> {
    /// Ends the sockets of a suspended session, and tells of it the first time.
    pub(super) fn suspend<U: AuthUser>(&self, visit: &mut Visit<'_, U>, why: Refused) {
        let sessions = &visit.cx.realm.sessions;
        sessions::end_sockets(sessions, &self.session, why.into());
        self.refuse(visit, why);
    }

    /// Tells, the first time, that the token does not count.
    pub(super) fn refuse<U: AuthUser>(&self, visit: &mut Visit<'_, U>, why: Refused) {
        let (token, cause) = (T::KIND, [&[why as u8][..], &self.session.id.0]);
        let event = Event::TokenRefused { token, why };
        visit.effects.tell_once(&cause, event);
    }
}

/// Finds the session among all cookies of the name, if all that count are one user's.
pub(super) async fn find<T: Naming, U: AuthUser>(
    visit: &mut Visit<'_, U>,
) -> Result<Option<Candidate<T>>, Reason> {
    let mut best: Option<Candidate<T>> = None;
    let (mut looked, mut forged) = (0, 0);
    for text in texts::<T>(&visit.cx).iter() {
        let Some(signed) = open_for::<T, U>(&visit.cx, text) else {
            let is_legacy = || legacy_token::user_of(visit, text).is_some();
            let is_legacy = T::KIND == TokenKind::Remember && is_legacy();
            // A request may bring thousands.
            if !is_legacy && forged < MOST_TOKENS {
                forged += 1;
                visit.effects.refuse(T::KIND, Refused::Forged, text);
            }
            continue;
        };
        looked += 1;
        let is_other = |best: &Candidate<T>| best.session.user != *signed.value.user();
        let is_ambiguous = best.as_ref().is_some_and(is_other);
        // Another user's is seen by its signature alone.
        let found = if looked <= MOST_TOKENS {
            T::find(&visit.cx, &signed).await.map_err(unavailable)?
        } else if is_ambiguous {
            Err(Refused::Ambiguous)
        } else {
            continue;
        };
        match found.map(Arc::new) {
            Err(Refused::Ambiguous) | Ok(_) if is_ambiguous => {
                visit.effects.refuse(T::KIND, Refused::Ambiguous, text);
                return Err(Reason::NotLoggedIn);
            }
            Err(why) => visit.effects.refuse(T::KIND, why, text),
            Ok(session) => {
                let candidate = [Candidate { signed, session }];
                best = candidate.into_iter().chain(best).max_by_key(T::order);
            }
        }
    }
    Ok(best)
}

/// Ends a session, and removes the cookies that the request has brought.
pub(super) async fn end<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    session: &LoadedSession,
    why: SessionEnd,
) -> Result<(), Reason> {
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    let named = Named::found(session, &sessions.limits, cx.now);
    let ended = sessions::end(sessions, &named, why).await;
    ended.map_err(unavailable)?;
    let cookies = &mut visit.effects.cookies;
    cookies.session = CookieChange::remove_if(!cx.cookies.session.is_empty());
    cookies.remember = CookieChange::remove_if(!cx.cookies.remember.is_empty());
    Ok(())
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
    let home = cx.realm.sessions.home();
    match (keys.open(text, home), home) {
        (None, Home::Store) => keys.open(text, Home::Cookie),
        (signed, _) => signed,
    }
}

/// Returns the newest remember token of a session, if the request has brought it.
pub(super) fn remember_of(cx: &Context<'_>, id: SessionId) -> Option<Signed<RememberToken>> {
    let tokens = all::<RememberToken>(cx).filter(|signed| signed.value.id == id);
    tokens.max_by_key(|signed| signed.value.generation)
}

/// Reads the tokens of one cookie name by their signatures alone.
pub(super) fn all<T: Token>(cx: &Context<'_>) -> impl Iterator<Item = Signed<T>> {
    texts::<T>(cx).iter().filter_map(|text| open(cx, text))
}

fn texts<'c, 'r, T: Token>(cx: &'c Context<'r>) -> &'c Values<'r> {
    match T::KIND {
        TokenKind::Session => &cx.cookies.session,
        TokenKind::Remember => &cx.cookies.remember,
    }
}

/// Returns the sessions that the request names, and that a login or a logout ends: by its
/// tokens, expired and superseded ones included, and by an earlier login of this request.
pub(super) fn named<U: AuthUser>(visit: &Visit<'_, U>) -> Vec<Named> {
    let (cx, limits) = (&visit.cx, &visit.cx.realm.sessions.limits);
    let by_session = all::<SessionToken>(cx)
        .map(|signed| Named::by_session_token(&signed.value, limits, cx.now));
    let by_remember = all::<RememberToken>(cx)
        .map(|signed| Named::by_remember_token(&signed.value, limits, cx.now));
    let mut named: Vec<Named> = Vec::new();
    // Of the two tokens of one session, the remember token lasts longer.
    for session in by_remember.chain(by_session) {
        if named.iter().all(|other| other.id != session.id) {
            named.push(session);
        }
    }
    let decided = visit.login.lock().decided.clone().flatten();
    named.extend(decided.map(|session| Named::found(&session, limits, cx.now)));
    named.extend(legacy_token::named(visit));
    named
}
