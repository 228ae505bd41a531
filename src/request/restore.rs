//! The road from a remember token to a new session.

use std::sync::Arc;

use crate::error::Reason;
use crate::event::{Event, TokenKind};
use crate::request::bring_back::Found;
use crate::request::state::{Change, Changes, Resolution};
use crate::request::stored::unavailable;
use crate::request::visit::{Held, Visit};
use crate::session::{RememberToken, Session, SessionEnd, TokenId};
use crate::token::Verified;
use crate::user::AuthUser;

impl<U: AuthUser> Visit<'_, U> {
    pub(super) async fn by_remember_token(
        &self,
        beside: Option<&Session>,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let token = match self.remember_cookie() {
            Held::Good(token) => token,
            #[cfg(feature = "flask")]
            Held::Legacy(user) => {
                return Box::pin(self.by_legacy_token(user, beside, changes)).await;
            }
            other => {
                changes.remember = changes.refuse(TokenKind::Remember, &other);
                return Err(Reason::NotLoggedIn);
            }
        };
        match self.load(&token.value.user).await? {
            Some(user) => self.restore(user, token, beside, changes).await,
            None => {
                let why = SessionEnd::UserGone;
                Box::pin(self.forget_token(&token.value, why, changes)).await?;
                Err(Reason::NotLoggedIn)
            }
        }
    }

    /// A new session from a token, never a fresh one.
    pub(super) async fn restore(
        &self,
        user: Arc<U>,
        token: Verified<RememberToken>,
        beside: Option<&Session>,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let (why, reason) = match self.is_current(&token.value.auth_hash, token.key, &user) {
            false => (SessionEnd::AuthHashChanged, Reason::NotLoggedIn),
            true if !user.is_active() => (SessionEnd::Inactive, Reason::Inactive),
            true => return self.begin_again(user, token, beside, changes).await,
        };
        Box::pin(self.forget_token(&token.value, why, changes)).await?;
        Err(reason)
    }

    async fn begin_again(
        &self,
        user: Arc<U>,
        token: Verified<RememberToken>,
        beside: Option<&Session>,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let Verified { value: token, key } = token;
        let token = RememberToken {
            auth_hash: self.auth_hash(&user),
            ..token
        };
        let mut stay = self.stay().map_err(unavailable)?;
        let newer = beside.and_then(|old| self.newer(old, &token));
        stay.id = newer.unwrap_or(stay.id);
        let session = Session::restore(&token, self.settings().permanent, &stay);
        // The loader may have taken its time.
        let now = self.manager.kind.clock.now();
        if let Some(stored) = self.manager.kind.stored(now) {
            let found = Found {
                token: &token,
                key,
                is_alone: beside.is_some(),
                is_newer: newer.is_some(),
            };
            let session = Box::pin(self.bring_back(&stored, session, &found, changes));
            return Ok(self.active(user, session.await?));
        }

        self.note_restored(&session, token.id);
        self.set_restored(&session, token.id, changes)?;
        if key != 0 {
            changes.remember = self.set_remember(&token).map_err(unavailable)?;
        }
        Ok(self.active(user, session))
    }

    /// Lets the response set a session that has come of a token.
    pub(super) fn set_restored(
        &self,
        session: &Session,
        origin: TokenId,
        changes: &mut Changes,
    ) -> Result<(), Reason> {
        let change = self.set_session(session).map_err(unavailable)?;
        changes.session = change.of(Some(origin));
        let user = (&session.user).into();
        changes.events.push(Event::Restored { user });
        Ok(())
    }

    /// What a session goes on as that belongs to the same user as the token.
    pub(super) fn newer(&self, old: &Session, token: &RememberToken) -> Option<TokenId> {
        let ended = &self.manager.kind.ended_sessions;
        let newer = ended.live(old.id, self.now).ok();
        newer.filter(|_| old.user == token.user)
    }

    /// Removes a remember token that brings nobody back.
    pub(super) async fn forget_token(
        &self,
        token: &RememberToken,
        why: SessionEnd,
        changes: &mut Changes,
    ) -> Result<(), Reason> {
        // Whoever changes the auth hash may be about to go on with another token.
        if why != SessionEnd::AuthHashChanged {
            self.end_stored_token(token, why).await?;
            self.close_remember(token, why);
        }
        self.has_ended(token.id, why);
        changes.note_refusal(TokenKind::Remember, why.into());
        changes.remember = Change::Remove(Some(token.id));
        Ok(())
    }
}
