//! The road from a cookie to a user.
//!
//! Most requests come with a good session. What others need is boxed here and in the
//! files beside this one: a future has room for every turn that it may take, and each
//! request makes one.

use std::sync::Arc;

use crate::error::Reason;
use crate::event::{Event, Refused, TokenKind};
use crate::request::admit::Candidate;
use crate::request::state::{Change, Changes, Resolution};
use crate::request::stored::unavailable;
use crate::request::visit::{Held, Visit};
use crate::session::{RememberToken, Session, SessionEnd};
use crate::stored::Kept;
use crate::user::AuthUser;

/// Why no session cookie counts.
enum NoSession {
    Absent,
    /// A newer session has taken its place.
    Replaced(Session),
    /// It turned up in another browser, and has to end.
    Stolen(Session),
}

impl<U: AuthUser> Visit<'_, U> {
    pub(super) async fn by_cookies(&self, changes: &mut Changes) -> Resolution<U> {
        // By reference from here on: a future keeps whatever an await was near to.
        let mut found = self.candidate(self.session().await?, changes);
        match &mut found {
            Ok(found) => self.admit(found, changes).await,
            Err(none) => Box::pin(self.without(none, changes)).await,
        }
    }

    /// The session, if its cookie counts.
    fn candidate(
        &self,
        (held, kept): (Held<Session>, Option<Box<Kept>>),
        changes: &mut Changes,
    ) -> Result<Candidate, NoSession> {
        match held {
            Held::Good(session) => {
                let protected = self.protect(session, kept, changes);
                protected.map_err(NoSession::Stolen)
            }
            Held::Replaced(old) => Err(NoSession::Replaced(old)),
            other => {
                changes.session = changes.refuse(TokenKind::Session, &other);
                Err(NoSession::Absent)
            }
        }
    }

    async fn without(&self, session: &NoSession, changes: &mut Changes) -> Resolution<U> {
        match session {
            NoSession::Absent => self.by_remember_token(None, changes).await,
            NoSession::Replaced(old) => self.beside_a_newer_one(old, changes).await,
            NoSession::Stolen(session) => self.end(session, changes).await,
        }
    }

    /// The browser has a newer session by now, or will have. What a remember token
    /// restores beside it serves this request alone, under the id of that one: no
    /// cookie is written, and what is done to it is done to that one.
    async fn beside_a_newer_one(&self, old: &Session, changes: &mut Changes) -> Resolution<U> {
        let resolution = self.by_remember_token(Some(old), changes).await;
        changes.session = Change::Keep;
        let is_stolen = |event: &Event| matches!(event, Event::TokenStolen { .. });
        if self.stored().is_some() && !changes.events.iter().any(is_stolen) {
            // That may be another one by now, too, of which this node does not know.
            changes.remember = Change::Keep;
        }
        let is_restored = |event: &Event| matches!(event, Event::Restored { .. });
        changes.events.retain(|event| !is_restored(event));
        changes.note_refusal(TokenKind::Session, Refused::Replaced);
        resolution
    }

    /// The password changed behind this session's back; a token made since then
    /// still counts. The user is loaded already.
    pub(super) async fn admit_by_token(
        &self,
        user: Arc<U>,
        session: &Session,
        changes: &mut Changes,
    ) -> Resolution<U> {
        self.forget(session, SessionEnd::AuthHashChanged, changes)
            .await?;
        match self.remember_cookie() {
            Held::Good(token) if token.value.user == session.user => {
                changes.remember = Change::Keep;
                self.restore(user, token, None, changes).await
            }
            _ => Err(Reason::NotLoggedIn),
        }
    }

    /// What becomes of the remember token beside a good session: a bad one is
    /// removed, and what a previous key signed is signed anew.
    pub(super) fn remember_along(
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
    pub(super) async fn forget(
        &self,
        session: &Session,
        why: SessionEnd,
        changes: &mut Changes,
    ) -> Result<(), Reason> {
        self.has_ended(session.id, why);
        changes.note_refusal(TokenKind::Session, why.into());
        changes.session = Change::Remove(Some(session.id));
        changes.remember = match self.remember_cookie() {
            Held::Good(token) if token.value.user == session.user => {
                if why != SessionEnd::AuthHashChanged {
                    self.end_stored_token(&token.value, why).await?;
                    self.close_remember(&token.value, why);
                    changes.note_refusal(TokenKind::Remember, why.into());
                }
                Change::Remove(Some(token.value.id))
            }
            #[cfg(feature = "flask")]
            Held::Legacy(user) if user == session.user => self.remove_legacy(why),
            other => changes.refuse(TokenKind::Remember, &other),
        };
        Ok(())
    }
}
