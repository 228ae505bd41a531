//! The road from a cookie to a user.

use std::sync::Arc;

use crate::error::{LoginError, Reason};
use crate::event::{Effect, Event, Refused, TokenKind};
use crate::request::state::{Change, Changes, Resolution};
use crate::request::visit::{Held, Visit};
use crate::rules::expiry::Age;
use crate::rules::protection::Verdict;
use crate::session::{RememberToken, Session, SessionEnd};
use crate::token::Verified;
use crate::user::AuthUser;

impl<U: AuthUser> Visit<'_, U> {
    pub(super) async fn by_cookies(&self, changes: &mut Changes) -> Resolution<U> {
        match self.session_cookie() {
            Held::Good(session) => self.protect(session, changes).await,
            Held::Replaced(old) => self.beside_a_newer_one(&old, changes).await,
            other => {
                changes.session = changes.refuse(TokenKind::Session, &other);
                self.by_remember_token(None, changes).await
            }
        }
    }

    /// The browser has a newer session by now, or will have. What a remember token
    /// restores beside it serves this request alone, under the id of that one: no
    /// cookie is written, and what is done to it is done to that one.
    async fn beside_a_newer_one(&self, old: &Session, changes: &mut Changes) -> Resolution<U> {
        let resolution = self.by_remember_token(Some(old), changes).await;
        changes.session = Change::Keep;
        let is_restored = |event: &Event| matches!(event, Event::Restored { .. });
        changes.events.retain(|event| !is_restored(event));
        changes.note_refusal(TokenKind::Session, Refused::Replaced);
        resolution
    }

    async fn protect(&self, verified: Verified<Session>, changes: &mut Changes) -> Resolution<U> {
        let Verified {
            value: mut session,
            key,
        } = verified;
        let identifier = self.identifier();
        let expected = self.manager.kind.keys.set(key).identifier(&identifier);
        let is_same = session.identifier.matches(&expected);
        let level = self.settings().protection_level;
        let verdict = level.verdict(session.permanent, is_same);
        let was_fresh = session.fresh_since.is_some();
        if let Some(effect) = Effect::of(verdict, was_fresh) {
            changes.events.push(Event::Protected {
                user: (&session.user).into(),
                level,
                effect,
            });
        }

        let mut is_changed = key != 0;
        match verdict {
            Verdict::Keep => {}
            Verdict::TakeFreshness => {
                session.fresh_since = None;
                is_changed |= was_fresh;
            }
            Verdict::End => return self.end(&session, changes),
        }
        if self.settings().limits.session(&session, self.now) == Age::Renewable {
            session.last_seen = self.now;
            is_changed = true;
        }
        // Under another key a digest that did not match cannot be made anew: it
        // stays as it is, and goes on matching nothing.
        if key != 0 && is_same {
            session.identifier = self.keys().identifier(&identifier);
        }
        self.admit(session, key, is_changed, changes).await
    }

    /// Strong protection: nothing of this login is left to whoever sent it.
    fn end(&self, session: &Session, changes: &mut Changes) -> Resolution<U> {
        self.close_session(session, SessionEnd::Protected);
        changes.session = Change::Remove(None);
        changes.remember = match self.remember_cookie() {
            Held::Good(token) => {
                self.close_remember(&token.value, SessionEnd::Protected);
                Change::Remove(None)
            }
            other => changes.refuse(TokenKind::Remember, &other),
        };
        Err(Reason::NotLoggedIn)
    }

    async fn admit(
        &self,
        mut session: Session,
        key: usize,
        is_changed: bool,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let Some(user) = self.load(&session.user).await? else {
            self.forget(&session, SessionEnd::UserGone, changes);
            return Err(Reason::NotLoggedIn);
        };
        if !user.is_active() && !session.forced {
            self.close_session(&session, SessionEnd::Inactive);
            self.forget(&session, SessionEnd::Inactive, changes);
            return Err(Reason::Inactive);
        }

        if !self.is_current(&session.auth_hash, key, &user) {
            return self.admit_by_token(user, &session, changes);
        }
        if is_changed {
            session.auth_hash = self.auth_hash(&user);
            changes.session = self.set_session(&session).map_err(unavailable)?;
            self.extended(&session);
        }
        changes.remember = self.remember_along(&session, &user, changes)?;
        Ok(self.active(user, session))
    }

    /// The password changed behind this session's back; a token made since then
    /// still counts. The user is loaded already.
    fn admit_by_token(
        &self,
        user: Arc<U>,
        session: &Session,
        changes: &mut Changes,
    ) -> Resolution<U> {
        self.forget(session, SessionEnd::AuthHashChanged, changes);
        match self.remember_cookie() {
            Held::Good(token) if token.value.user == session.user => {
                changes.remember = Change::Keep;
                self.restore(user, token, None, changes)
            }
            _ => Err(Reason::NotLoggedIn),
        }
    }

    /// What becomes of the remember token beside a good session: a bad one is
    /// removed, and what a previous key signed is signed anew.
    fn remember_along(
        &self,
        session: &Session,
        user: &U,
        changes: &mut Changes,
    ) -> Result<Change, Reason> {
        match self.remember_cookie() {
            Held::Good(token) if token.key != 0 && self.is_of(&token, session, user) => {
                let token = RememberToken {
                    auth_hash: self.auth_hash(user),
                    ..token.value
                };
                self.set_remember(&token).map_err(unavailable)
            }
            other => Ok(changes.refuse(TokenKind::Remember, &other)),
        }
    }

    /// Removes the session, and what would bring the same user back.
    fn forget(&self, session: &Session, why: SessionEnd, changes: &mut Changes) {
        self.has_ended(session.id, why);
        changes.note_refusal(TokenKind::Session, why.into());
        changes.session = Change::Remove(Some(session.id));
        changes.remember = match self.remember_cookie() {
            Held::Good(token) if token.value.user == session.user => {
                if why != SessionEnd::AuthHashChanged {
                    self.close_remember(&token.value, why);
                    changes.note_refusal(TokenKind::Remember, why.into());
                }
                Change::Remove(Some(token.value.id))
            }
            other => changes.refuse(TokenKind::Remember, &other),
        };
    }
}

pub(super) fn unavailable(error: LoginError) -> Reason {
    rocket::error!("A session could not be written: {error}.");
    Reason::Unavailable
}
