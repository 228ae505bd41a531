//! The session cookie as a source of identity.

use std::sync::Arc;

use crate::event::{Refused, TokenKind};
use crate::request::admit::admit;
use crate::request::authenticate::{Mode, NoLogin};
use crate::request::candidate::{Candidate, find};
use crate::request::pending::{Authenticated, Effects};
use crate::request::tokens;
use crate::request::visit::Visit;
use crate::session::SessionToken;
use crate::sessions::Notes;
use crate::token::KeyAge;
use crate::user::AuthUser;

pub(super) async fn authenticate<U: AuthUser>(
    visit: &Visit<'_, U>,
    mode: Mode,
    effects: &mut Effects,
) -> Result<Authenticated<U>, NoLogin<U>> {
    let mut found = match find_local(visit, effects) {
        Some(found) => found,
        None => {
            let found = Box::pin(find(visit, effects)).await;
            found.map_err(NoLogin::Refused)?
        }
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
) -> Option<Option<Candidate<SessionToken>>> {
    let cx = &visit.cx;
    let mut values = cx.cookies.session.iter();
    let (first, None) = (values.next(), values.next()) else {
        return None;
    };
    let Some(text) = first else {
        return Some(None);
    };
    let Some(signed) = tokens::open_for::<_, U>(cx, text) else {
        effects.tell(cx.refusal(TokenKind::Session, Refused::Forged, text));
        return Some(None);
    };
    let found = cx.realm.sessions.find_local(&signed.value, cx.now)?;
    Some(match found {
        Ok(session) => {
            let session = Arc::new(session);
            Some(Candidate { signed, session })
        }
        Err(why) => {
            effects.tell(cx.refusal(TokenKind::Session, why, text));
            None
        }
    })
}

impl Candidate<SessionToken> {
    /// Takes the freshness for this request, whatever the record says.
    pub(super) fn take_freshness(&mut self) {
        if self.session.record.session.fresh_since.is_some() {
            Arc::make_mut(&mut self.session).record.session.fresh_since = None;
        }
    }

    /// Whether the cookie has to be signed anew: by the current key, or for the store that
    /// has taken the session over.
    pub(super) fn is_to_be_signed<U: AuthUser>(&self, visit: &Visit<'_, U>) -> bool {
        let home = visit.cx.realm.sessions.home();
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
            is_listed: cx.realm.sessions.store().is_some(),
            is_stale,
            remember: remember.map(|signed| signed.value.generation),
            digests,
        }
    }
}
