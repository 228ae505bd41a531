//! Finding the session that the cookies of one name are of.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::{LoginError, Reason};
use crate::event::{Event, Refused, TokenKind};
use crate::request::callback::unavailable;
use crate::request::context::Context;
use crate::request::head::Cookies;
use crate::request::pending::Effects;
use crate::request::visit::Visit;
use crate::request::{legacy, restore, tokens};
use crate::rules::cookie_header::Values;
use crate::rules::expiry;
use crate::session::{Generation, RememberToken, SessionToken};
use crate::sessions::LoadedSession;
use crate::token::{Signed, Token};
use crate::user::AuthUser;

/// How many tokens of one name are looked at: the rest is passed over.
pub(super) const MOST: usize = 3;

/// A token whose session was found, on the way to its user.
pub(super) struct Candidate<T> {
    pub(super) signed: Signed<T>,
    pub(super) session: Arc<LoadedSession>,
}

/// A token that names a session.
pub(super) trait Naming: Token + Send + Sync {
    const KIND: TokenKind;

    fn texts<'c, 'r>(cookies: &'c Cookies<'r>) -> &'c Values<'r>;

    /// Finds the session, or says why the token counts as absent.
    fn find<U: AuthUser>(
        visit: &Visit<'_, U>,
        signed: &Signed<Self>,
    ) -> impl Future<Output = Result<Result<LoadedSession, Refused>, LoginError>> + Send;

    /// Of two tokens of one user the greater one counts.
    fn order(candidate: &Candidate<Self>) -> (Timestamp, Generation);
}

impl Naming for SessionToken {
    const KIND: TokenKind = TokenKind::Session;

    fn texts<'c, 'r>(cookies: &'c Cookies<'r>) -> &'c Values<'r> {
        &cookies.session
    }

    async fn find<U: AuthUser>(
        visit: &Visit<'_, U>,
        signed: &Signed<Self>,
    ) -> Result<Result<LoadedSession, Refused>, LoginError> {
        let cx = &visit.cx;
        cx.realm.sessions.find(signed, cx.now).await
    }

    /// The login that was begun last counts.
    fn order(candidate: &Candidate<Self>) -> (Timestamp, Generation) {
        let session = &candidate.session;
        (session.record.session.begun, session.presented)
    }
}

impl Naming for RememberToken {
    const KIND: TokenKind = TokenKind::Remember;

    fn texts<'c, 'r>(cookies: &'c Cookies<'r>) -> &'c Values<'r> {
        &cookies.remember
    }

    async fn find<U: AuthUser>(
        visit: &Visit<'_, U>,
        signed: &Signed<Self>,
    ) -> Result<Result<LoadedSession, Refused>, LoginError> {
        let (cx, token) = (&visit.cx, &signed.value);
        if expiry::remember_token_is_over(token, cx.now) {
            return Ok(Err(Refused::Expired));
        }
        let blank = restore::blank(visit, token.auth_hash);
        let sessions = &cx.realm.sessions;
        let found = sessions.find_remembered(signed, &blank, cx.now).await?;
        Ok(found.ok_or(Refused::Ended))
    }

    /// The newest token counts.
    fn order(candidate: &Candidate<Self>) -> (Timestamp, Generation) {
        let token = &candidate.signed.value;
        (token.issued, token.generation)
    }
}

/// Finds the session among all cookies of the name, if all that count are one user's.
pub(super) async fn find<T: Naming, U: AuthUser>(
    visit: &Visit<'_, U>,
    effects: &mut Effects,
) -> Result<Option<Candidate<T>>, Reason> {
    let cx = &visit.cx;
    let mut best: Option<Candidate<T>> = None;
    let (mut looked, mut forged) = (0, 0);
    for text in T::texts(&cx.cookies).iter() {
        let mut refuse = |why| effects.tell(cx.refusal(T::KIND, why, text));
        let Some(signed) = tokens::open_for::<T, U>(cx, text) else {
            let is_legacy = T::KIND == TokenKind::Remember && legacy::is_token(visit, text);
            // A request may bring thousands.
            if !is_legacy && forged < MOST {
                forged += 1;
                refuse(Refused::Forged);
            }
            continue;
        };
        looked += 1;
        let is_other = |best: &Candidate<T>| best.session.user != *signed.value.user();
        let is_ambiguous = best.as_ref().is_some_and(is_other);
        // Another user's is seen by its signature alone.
        let found = if looked <= MOST {
            T::find(visit, &signed).await.map_err(unavailable)?
        } else if is_ambiguous {
            Err(Refused::Ambiguous)
        } else {
            continue;
        };
        match found {
            Err(Refused::Ambiguous) | Ok(_) if is_ambiguous => {
                refuse(Refused::Ambiguous);
                return Err(Reason::NotLoggedIn);
            }
            Err(why) => refuse(why),
            Ok(session) => {
                let session = Arc::new(session);
                let candidate = Candidate { signed, session };
                let is_newer = |best| T::order(best) < T::order(&candidate);
                if best.as_ref().is_none_or(is_newer) {
                    best = Some(candidate);
                }
            }
        }
    }
    Ok(best)
}

impl<T: Naming> Candidate<T> {
    /// Ends the sockets of a session whose user has changed. Tells of it the first time.
    pub(super) fn suspend(&self, cx: &Context<'_>, why: Refused, effects: &mut Effects) {
        cx.realm.sessions.end_sockets(&self.session, why.into());
        self.refuse(cx, why, effects);
    }

    /// Tells the first time that the token does not count.
    pub(super) fn refuse(&self, cx: &Context<'_>, why: Refused, effects: &mut Effects) {
        let cause = [&[why as u8], &self.session.id.0[..]].concat();
        if cx.realm.sessions.is_news(&cause) {
            let token = T::KIND;
            effects.tell([Event::TokenRefused { token, why }]);
        }
    }
}
