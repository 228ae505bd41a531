//! The remember cookie as a source of identity: it brings a session back, never a fresh one.

use std::sync::Arc;

use crate::error::Reason;
use crate::event::{Event, Refused, TokenKind};
use crate::request::authenticate::Mode;
use crate::request::callback::unavailable;
use crate::request::legacy;
use crate::request::pending::{Authenticated, Effects, Resolution};
use crate::request::restore::{blank, restore};
use crate::request::tokens::{self, MOST};
use crate::request::visit::Visit;
use crate::rules::expiry;
use crate::session::RememberToken;
use crate::sessions::LoadedSession;
use crate::token::Signed;
use crate::user::AuthUser;

/// A remember token whose record was found, on the way to its user.
pub(super) struct Candidate {
    pub(super) signed: Signed<RememberToken>,
    pub(super) session: LoadedSession,
}

/// Restores a session. Beside one that is suspended, only for its user, who is loaded.
pub(super) async fn authenticate<U: AuthUser>(
    visit: &Visit<'_, U>,
    beside: Option<&Authenticated<U>>,
    mode: Mode,
    effects: &mut Effects,
) -> Resolution<U> {
    let Some(found) = find(visit, effects).await? else {
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
        let why = Refused::UserGone;
        effects.events.extend(suspended(visit, &found, why));
        return Err(Reason::NotLoggedIn);
    };
    if !found.is_current(visit, &loaded) {
        let why = Refused::AuthHashChanged;
        effects.events.extend(suspended(visit, &found, why));
        return Err(Reason::NotLoggedIn);
    }
    if !loaded.is_active() {
        let why = Refused::Inactive;
        effects.events.extend(suspended(visit, &found, why));
        return Err(Reason::Inactive);
    }
    let session = restore(visit, found, &loaded, mode, effects).await?;
    Ok(visit.authenticated(loaded, Arc::new(session), changes))
}

/// Finds the record among all cookies of the name: the newest token counts, if all are one
/// user's.
async fn find<U: AuthUser>(
    visit: &Visit<'_, U>,
    effects: &mut Effects,
) -> Result<Option<Candidate>, Reason> {
    let cx = &visit.cx;
    let mut best: Option<Candidate> = None;
    let mut looked = 0;
    for text in cx.cookies.remember.iter() {
        let mut refuse = |why| {
            effects
                .events
                .extend(cx.refusal(TokenKind::Remember, why, text))
        };
        let Some(signed) = tokens::open_remember::<U>(cx, text) else {
            if !legacy::is_token(visit, text) {
                refuse(Refused::Forged);
            }
            continue;
        };
        looked += 1;
        if looked > MOST {
            match &best {
                // Another user's is seen by its signature alone.
                Some(other) if other.session.user != signed.value.user => {
                    refuse(Refused::Ambiguous);
                    return Err(Reason::NotLoggedIn);
                }
                _ => continue,
            }
        }
        if expiry::remember_token_is_over(&signed.value, cx.now) {
            refuse(Refused::Expired);
            continue;
        }
        let blank = blank(visit, signed.value.auth_hash);
        let found = cx
            .kind
            .sessions
            .find_remembered(&signed, &blank, cx.now)
            .await;
        let Some(session) = found.map_err(unavailable)? else {
            refuse(Refused::Ended);
            continue;
        };
        let candidate = Candidate { signed, session };
        best = match best {
            Some(other) if other.session.user != candidate.session.user => {
                refuse(Refused::Ambiguous);
                return Err(Reason::NotLoggedIn);
            }
            Some(other) if other.made() >= candidate.made() => Some(other),
            _ => Some(candidate),
        };
    }
    Ok(best)
}

/// Ends the sockets of a session whose user has changed. Makes an event, the first time
/// that the record is found suspended.
fn suspended<U: AuthUser>(visit: &Visit<'_, U>, found: &Candidate, why: Refused) -> Option<Event> {
    let sessions = &visit.cx.kind.sessions;
    let cause = [&[why as u8], &found.session.id.0[..]].concat();
    let is_news = sessions.is_news(&cause);
    if is_news {
        sessions.suspend(&found.session, why.into());
    }
    let token = TokenKind::Remember;
    is_news.then_some(Event::TokenRefused { token, why })
}

impl Candidate {
    /// Of two tokens of one user the newest counts.
    fn made(&self) -> impl Ord + use<> {
        (self.signed.value.issued, self.signed.value.generation)
    }

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
