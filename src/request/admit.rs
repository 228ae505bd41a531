//! From a session whose cookie counts to its user.

use std::sync::Arc;

use crate::error::Reason;
use crate::event::{Effect, Event, Refused, TokenKind};
use crate::request::state::{Change, Changes, Resolution};
use crate::request::stored::unavailable;
use crate::request::visit::{Held, Visit};
use crate::rules::expiry::Age;
use crate::rules::protection::Verdict;
use crate::session::{Session, SessionEnd};
use crate::stored::{Changed, Kept};
use crate::token::Verified;
use crate::user::AuthUser;

/// A session whose cookie counts, on its way to a user.
pub(super) struct Candidate {
    session: Session,
    /// Which key vouched for it.
    key: usize,
    /// As it lies in the store, if there is one.
    kept: Option<Box<Kept>>,
    /// Whether it was seen anew, or is no longer fresh.
    is_changed: bool,
    /// Whether its cookie has to be signed anew.
    is_resigned: bool,
}

impl<U: AuthUser> Visit<'_, U> {
    /// What session protection leaves of a session; the session itself if it has to end.
    pub(super) fn protect(
        &self,
        verified: Verified<Session>,
        kept: Option<Box<Kept>>,
        changes: &mut Changes,
    ) -> Result<Candidate, Session> {
        let (mut session, key) = (verified.value, verified.key);
        let is_same = session
            .identifier
            .matches(&self.identifier(self.manager.kind.keys.set(key)));
        let was_fresh = session.fresh_since.is_some();
        let verdict = self.judge(&session, is_same, changes);
        let mut is_changed = false;
        match verdict {
            Verdict::Keep => {}
            Verdict::TakeFreshness => {
                session.fresh_since = None;
                is_changed = was_fresh;
            }
            Verdict::End => return Err(session),
        }
        if self.is_to_be_seen(&session, kept.is_some()) {
            session.last_seen = self.now;
            is_changed = true;
        }
        // Under another key a digest that did not match cannot be made anew: it
        // stays as it is, and goes on matching nothing.
        if key != 0 && is_same {
            session.identifier = self.identifier(self.keys());
        }
        Ok(Candidate {
            is_resigned: key != 0 || kept.as_ref().is_some_and(|kept| kept.is_new),
            session,
            key,
            kept,
            is_changed,
        })
    }

    /// What becomes of a session in this browser, which may be another one.
    fn judge(&self, session: &Session, is_same: bool, changes: &mut Changes) -> Verdict {
        let level = self.settings().protection_level;
        let verdict = level.verdict(session.permanent, is_same);
        if let Some(effect) = Effect::of(verdict, session.fresh_since.is_some()) {
            changes.events.push(Event::Protected {
                user: (&session.user).into(),
                level,
                effect,
            });
        }
        verdict
    }

    /// Whether it is time to write down that the session was seen. In a store that
    /// is for its user to see as well.
    fn is_to_be_seen(&self, session: &Session, is_stored: bool) -> bool {
        let limits = &self.settings().limits;
        limits.session(session, self.now) == Age::Renewable
            || (is_stored && limits.is_time_to_see(session.last_seen, self.now))
    }

    /// Strong protection: nothing of this login is left to whoever sent it.
    pub(super) async fn end(&self, session: &Session, changes: &mut Changes) -> Resolution<U> {
        self.end_stored(session, SessionEnd::Protected).await?;
        self.close_session(session, SessionEnd::Protected);
        changes.session = Change::Remove(None);
        changes.remember = match self.remember_cookie() {
            Held::Good(token) => {
                let token_ended = self.end_stored_token(&token.value, SessionEnd::Protected);
                token_ended.await?;
                self.close_remember(&token.value, SessionEnd::Protected);
                Change::Remove(None)
            }
            #[cfg(feature = "flask")]
            Held::Legacy(_) => Change::Remove(None),
            other => changes.refuse(TokenKind::Remember, &other),
        };
        Err(Reason::NotLoggedIn)
    }

    pub(super) async fn admit(
        &self,
        found: &mut Candidate,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let session = &found.session;
        let Some(user) = self.load(&session.user).await? else {
            return Box::pin(self.refuse_gone(session, changes)).await;
        };
        if !user.is_active() && !session.forced {
            return Box::pin(self.refuse_inactive(session, changes)).await;
        }
        if !self.is_current(&session.auth_hash, found.key, &user) {
            return Box::pin(self.refuse_outdated(user, session, changes)).await;
        }
        if !self.note(found).await? {
            changes.note_refusal(TokenKind::Session, Refused::Ended);
            changes.session = Change::Remove(Some(found.session.id));
            return Err(Reason::NotLoggedIn);
        }
        let session = &mut found.session;
        if found.is_resigned {
            session.auth_hash = self.auth_hash(&user);
            changes.session = self.set_session(session).map_err(unavailable)?;
        }
        if found.is_changed {
            self.extended(session);
        }
        changes.remember = self.remember_along(session, &user, changes)?;
        Ok(self.active(user, session.clone()))
    }

    async fn refuse_gone(&self, session: &Session, changes: &mut Changes) -> Resolution<U> {
        let why = SessionEnd::UserGone;
        self.end_stored(session, why).await?;
        self.forget(session, why, changes).await?;
        Err(Reason::NotLoggedIn)
    }

    async fn refuse_inactive(&self, session: &Session, changes: &mut Changes) -> Resolution<U> {
        let why = SessionEnd::Inactive;
        self.end_stored(session, why).await?;
        self.close_session(session, why);
        self.forget(session, why, changes).await?;
        Err(Reason::Inactive)
    }

    /// The auth hash has changed: a token that was made since then may know it.
    async fn refuse_outdated(
        &self,
        user: Arc<U>,
        session: &Session,
        changes: &mut Changes,
    ) -> Resolution<U> {
        self.outdate_stored(session).await?;
        self.admit_by_token(user, session, changes).await
    }

    /// Has what was changed in a session written down: in the store, or else in
    /// the cookie. `false` if the session has ended in the meantime.
    async fn note(&self, found: &mut Candidate) -> Result<bool, Reason> {
        let (Some(stored), Some(kept)) = (self.stored(), found.kept.take()) else {
            found.is_resigned |= found.is_changed;
            return Ok(true);
        };
        if !found.is_changed {
            return Ok(true);
        }
        let noted = Box::pin(stored.note(kept, &found.session)).await;
        match noted.map_err(unavailable)? {
            Changed::Done(kept) => {
                kept.row.apply(&mut found.session);
                Ok(true)
            }
            // This request was there before.
            Changed::Overtaken => {
                found.is_resigned = false;
                Ok(true)
            }
            Changed::Gone => Ok(false),
        }
    }
}
