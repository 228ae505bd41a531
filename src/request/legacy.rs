//! Remember tokens of an application before this one.

use std::sync::Arc;
use std::time::Duration;

use crate::config::LegacyTokens;
use crate::error::{LoginError, Reason};
use crate::event::{Event, Refused, TokenKind};
use crate::request::state::{Change, Changes, Resolution};
use crate::request::stored::{Given, unavailable};
use crate::request::visit::{Held, Visit, new_id, set};
use crate::rules::Seen;
use crate::session::{RememberToken, Session, SessionEnd, UserKey};
use crate::user::AuthUser;

impl<U: AuthUser> Visit<'_, U> {
    /// What the remember cookie is worth, which may be no token of ours.
    pub(super) fn or_legacy(&self, held: Held<RememberToken>) -> Held<RememberToken> {
        let (Held::Bad(Refused::Forged), Seen::Once(text)) = (&held, self.cookies.remember) else {
            return held;
        };
        match self.legacy_token(text) {
            None => held,
            // Starlette-Login has no way to remove the cookie, and says so in the session.
            Some(_) if self.has_left_legacy() => Held::Bad(Refused::Ended),
            Some(user) => Held::Legacy(user),
        }
    }

    fn legacy_token(&self, text: &str) -> Option<UserKey> {
        let keys = self.manager.kind.legacy.as_ref()?;
        let is_on = self.settings().legacy_tokens != LegacyTokens::Off;
        let id = is_on.then(|| keys.open_token(text))??;
        self.manager.legacy_ids.key(&id)
    }

    pub(super) async fn by_legacy_token(
        &self,
        user: UserKey,
        beside: Option<&Session>,
        changes: &mut Changes,
    ) -> Resolution<U> {
        if self.is_in_legacy() {
            // A session of ours would outlive a logout there: the token is for later.
            return Err(Reason::NotLoggedIn);
        }
        let (why, reason) = match self.load(&user).await? {
            None => (SessionEnd::UserGone, Reason::NotLoggedIn),
            Some(account) if account.is_active() => {
                return self.restore_legacy(account, user, beside, changes).await;
            }
            Some(_) => (SessionEnd::Inactive, Reason::Inactive),
        };
        changes.note_refusal(TokenKind::Remember, why.into());
        changes.remember = Change::Remove(None);
        Err(reason)
    }

    /// A new session, never a fresh one, and as it is set a token of ours.
    async fn restore_legacy(
        &self,
        account: Arc<U>,
        user: UserKey,
        beside: Option<&Session>,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let token = RememberToken {
            id: new_id().map_err(unavailable)?,
            secret: self.new_secret().map_err(unavailable)?,
            user,
            issued: self.now,
            expires: self.now.plus(self.settings().remember_for),
            auth_hash: self.auth_hash(&account),
        };
        let mut stay = self.stay().map_err(unavailable)?;
        let newer = beside.and_then(|old| self.newer(old, &token));
        stay.id = newer.unwrap_or(stay.id);
        let session = Session::restore(&token, self.settings().permanent, &stay);
        // The browser has another session by now, or whoever sent this is about to be refused.
        let is_served_alone = beside.is_some() || self.is_unsaid();
        if !is_served_alone {
            self.take_in(&session, token, changes).await?;
        }
        Ok(self.active(account, session))
    }

    async fn take_in(
        &self,
        session: &Session,
        token: RememberToken,
        changes: &mut Changes,
    ) -> Result<(), Reason> {
        if self.settings().legacy_tokens == LegacyTokens::Write {
            let begun = self.begin_stored(session, None, Given::Nothing).await;
            begun.map_err(unavailable)?;
            changes.session = self.set_session(session).map_err(unavailable)?;
            let user = (&session.user).into();
            changes.events.push(Event::Restored { user });
            return Ok(());
        }

        let remember = self.set_remember(&token).map_err(unavailable)?;
        let begun = self.begin_stored(session, None, Given::New(&token)).await;
        begun.map_err(unavailable)?;
        self.set_restored(session, token.id, changes)?;
        changes.remember = remember;
        changes.in_place_of_legacy = Some(Box::new(token));
        Ok(())
    }

    /// The token that both applications read, if this one is to write it and can. It brings
    /// back whoever it names, active or not, and nobody beside a session that says that they
    /// have logged out.
    pub(super) fn new_legacy_token(
        &self,
        session: &Session,
        duration: Duration,
    ) -> Result<Option<Change>, LoginError> {
        let token = match (&self.manager.kind.legacy, self.settings().legacy_tokens) {
            (Some(keys), LegacyTokens::Write) if !session.forced && !self.has_left_legacy() => {
                let text = self.manager.legacy_ids.text(&session.user);
                text.and_then(|text| keys.seal_token(&text))
            }
            _ => None,
        };
        let Some(token) = token else {
            return Ok(None);
        };
        // One that is too long for a cookie is for nobody.
        let name = &self.settings().cookies.remember;
        Ok(set(name, new_id()?, token, Some(duration)).ok())
    }
}
