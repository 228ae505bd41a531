//! The session cookie as a source of identity.

use std::sync::Arc;

use crate::error::Reason;
use crate::event::{Event, Refused, TokenKind};
use crate::request::admit::admit;
use crate::request::authenticate::{Mode, NoLogin};
use crate::request::callback::unavailable;
use crate::request::pending::{Authenticated, Effects};
use crate::request::tokens::{self, MOST};
use crate::request::visit::Visit;
use crate::session::SessionToken;
use crate::sessions::{LoadedSession, Notes};
use crate::token::{KeyAge, Signed};
use crate::user::AuthUser;

/// A session whose token counts, on the way to its user.
pub(super) struct Candidate {
    pub(super) signed: Signed<SessionToken>,
    pub(super) session: Arc<LoadedSession>,
}

pub(super) async fn authenticate<U: AuthUser>(
    visit: &Visit<'_, U>,
    mode: Mode,
    effects: &mut Effects,
) -> Result<Authenticated<U>, NoLogin<U>> {
    let mut found = match find_local(visit, effects) {
        Some(found) => found,
        None => Box::pin(find(visit, effects)).await?,
    };
    match &mut found {
        Some(candidate) => admit(visit, candidate, mode, effects).await,
        None => Err(NoLogin::Absent),
    }
}

/// Finds the session of the one cookie where there is no store: most requests have it.
/// `None` where there are more cookies, or a store.
fn find_local<U: AuthUser>(
    visit: &Visit<'_, U>,
    effects: &mut Effects,
) -> Option<Option<Candidate>> {
    let cx = &visit.cx;
    let mut values = cx.cookies.session.iter();
    let (first, None) = (values.next(), values.next()) else {
        return None;
    };
    let Some(text) = first else {
        return Some(None);
    };
    let Some(signed) = tokens::open_session::<U>(cx, text) else {
        effects
            .events
            .extend(cx.refusal(TokenKind::Session, Refused::Forged, text));
        return Some(None);
    };
    let found = cx.kind.sessions.find_local(&signed.value, cx.now)?;
    Some(match found {
        Ok(session) => {
            let session = Arc::new(session);
            Some(Candidate { signed, session })
        }
        Err(missing) => {
            effects
                .events
                .extend(cx.refusal(TokenKind::Session, missing.into(), text));
            None
        }
    })
}

/// Finds the session among all cookies of the name: the login that was begun last, if all
/// that count are one user's.
async fn find<U: AuthUser>(
    visit: &Visit<'_, U>,
    effects: &mut Effects,
) -> Result<Option<Candidate>, NoLogin<U>> {
    let (cx, sessions) = (&visit.cx, &visit.cx.kind.sessions);
    let mut best: Option<Candidate> = None;
    let mut looked = 0;
    for text in cx.cookies.session.iter() {
        let Some(signed) = tokens::open_session::<U>(cx, text) else {
            effects
                .events
                .extend(cx.refusal(TokenKind::Session, Refused::Forged, text));
            continue;
        };
        looked += 1;
        if looked > MOST {
            match &best {
                // Another user's is seen by its signature alone.
                Some(other) if other.session.user != signed.value.user => {
                    return Err(ambiguous(visit, text, effects));
                }
                _ => continue,
            }
        }
        let session = match sessions.find(&signed, cx.now).await.map_err(unavailable)? {
            Ok(session) => Arc::new(session),
            Err(missing) => {
                effects
                    .events
                    .extend(cx.refusal(TokenKind::Session, missing.into(), text));
                continue;
            }
        };
        let candidate = Candidate { signed, session };
        best = match best {
            Some(other) if other.session.user != candidate.session.user => {
                return Err(ambiguous(visit, text, effects));
            }
            Some(other) if other.began() >= candidate.began() => Some(other),
            _ => Some(candidate),
        };
    }
    Ok(best)
}

/// Two users have a cookie of this name here: neither is logged in.
fn ambiguous<U: AuthUser>(visit: &Visit<'_, U>, text: &str, effects: &mut Effects) -> NoLogin<U> {
    let refusal = visit
        .cx
        .refusal(TokenKind::Session, Refused::Ambiguous, text);
    effects.events.extend(refusal);
    NoLogin::Refused(Reason::NotLoggedIn)
}

impl Candidate {
    /// Of two logins of one user the one counts that was begun last.
    fn began(&self) -> impl Ord + use<> {
        (self.session.record.session.begun, self.session.presented)
    }

    /// Ends the sockets of a session whose user has changed. Makes an event, the first time
    /// that the record is found suspended.
    pub(super) fn suspended<U: AuthUser>(
        &self,
        visit: &Visit<'_, U>,
        why: Refused,
    ) -> Option<Event> {
        let sessions = &visit.cx.kind.sessions;
        let cause = [&[why as u8], &self.session.id.0[..]].concat();
        let is_news = sessions.is_news(&cause);
        if is_news {
            sessions.suspend(&self.session, why.into());
        }
        let token = TokenKind::Session;
        is_news.then_some(Event::TokenRefused { token, why })
    }

    /// Takes the freshness for this request, whatever the record says.
    pub(super) fn take_freshness(&mut self) {
        if self.session.record.session.fresh_since.is_some() {
            Arc::make_mut(&mut self.session).record.session.fresh_since = None;
        }
    }

    /// Whether the cookie has to be signed anew: by the current key, or for the store that
    /// has taken the session over.
    pub(super) fn is_to_be_signed<U: AuthUser>(&self, visit: &Visit<'_, U>) -> bool {
        let home = visit.cx.kind.sessions.home();
        self.signed.key == KeyAge::Previous || self.signed.home != home
    }

    pub(super) fn notes<U: AuthUser>(
        &self,
        visit: &Visit<'_, U>,
        user: &U,
        is_stale: bool,
        is_same: bool,
    ) -> Notes {
        let (cx, record) = (&visit.cx, &self.session.record);
        let remember = record
            .remember
            .as_ref()
            .filter(|remember| !remember.is_settled);
        let remember = remember.and_then(|_| tokens::remember_of(cx, self.session.id));
        let digests = (self.signed.key == KeyAge::Previous).then(|| {
            // A fingerprint that does not match goes on matching nothing.
            let identifier = if is_same {
                cx.identifier()
            } else {
                record.session.identifier
            };
            (identifier, cx.keys().auth_hash(&user.session_auth_hash()))
        });
        Notes {
            presented: self.session.presented,
            is_listed: cx.kind.sessions.store().is_some(),
            is_stale,
            remember: remember.map(|signed| signed.value.generation),
            digests,
        }
    }
}
