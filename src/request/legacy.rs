//! Remember tokens of an application before this one.

use std::sync::Arc;
use std::time::Duration;

use crate::config::LegacyTokens;
use crate::error::{LoginError, Reason};
use crate::event::{Refused, TokenKind};
use crate::request::ending::UNDER_WAY;
use crate::request::state::{Change, Changes, Resolution};
use crate::request::stored::{Given, unavailable};
use crate::request::visit::{Held, Visit, new_id, set};
use crate::rules::Seen;
use crate::session::{RememberToken, Session, SessionEnd, TokenId, UserKey};
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
        if self.is_in_legacy().await? {
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
        changes.remember = self.remove_legacy(why);
        Err(reason)
    }

    /// What becomes of a token that does not count. Where both read it, the other one may
    /// know better who somebody is.
    pub(super) fn remove_legacy(&self, why: SessionEnd) -> Change {
        let is_written = self.settings().legacy_tokens == LegacyTokens::Write;
        match why {
            SessionEnd::UserGone | SessionEnd::Inactive if is_written => Change::Keep,
            _ => Change::Remove(None),
        }
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
        let origin = self.legacy_origin();
        if origin.is_some_and(|origin| self.manager.kind.is_given_up(origin)) {
            // The browser has just logged out, perhaps while this was under way.
            return Ok(self.for_this_request(account, session));
        }
        // The browser has another session by now, or whoever sent this is about to be refused.
        let is_served_alone = beside.is_some() || self.is_unsaid();
        if let Some(origin) = origin.filter(|_| !is_served_alone) {
            self.take_in(&session, token, origin, changes).await?;
        }
        Ok(self.active(account, session))
    }

    async fn take_in(
        &self,
        session: &Session,
        token: RememberToken,
        origin: TokenId,
        changes: &mut Changes,
    ) -> Result<(), Reason> {
        let made = &self.manager.kind.from_legacy;
        let until = self.now.plus(UNDER_WAY);
        for id in [session.id, token.id] {
            made.note(id, origin, until, self.now);
        }
        if self.settings().legacy_tokens == LegacyTokens::Write {
            let begun = self.begin_stored(session, None, Given::Nothing).await;
            begun.map_err(unavailable)?;
            return self.set_restored(session, origin, changes);
        }

        let remember = self.set_remember(&token).map_err(unavailable)?;
        let begun = self.begin_stored(session, None, Given::New(&token)).await;
        begun.map_err(unavailable)?;
        self.note_restored(session, token.id);
        self.set_restored(session, origin, changes)?;
        changes.remember = remember.of(Some(origin));
        changes.in_place_of_legacy = Some(Box::new(token));
        Ok(())
    }

    /// By what is known what requests of this browser, which may come at once, make of its
    /// token: that is as good as ever after a logout.
    fn legacy_origin(&self) -> Option<TokenId> {
        let keys = self.keys();
        match self.cookies.remember {
            Seen::Once(text) => Some(keys.of_legacy(text, self.identifier(keys))),
            Seen::Absent | Seen::Unclear => None,
        }
    }

    /// Ends what a request under way makes of the token that this one has brought, whether
    /// that counts or not.
    pub(super) fn close_legacy(&self) {
        if let Seen::Once(text) = self.cookies.remember
            && self.legacy_token(text).is_some()
            && let Some(origin) = self.legacy_origin()
        {
            self.give_up(origin);
        }
    }

    /// Ends what a request under way makes of the token of which this one was made.
    pub(super) fn close_beside(&self, id: TokenId) {
        if let Some(origin) = self.manager.kind.from_legacy.token_of(id) {
            self.give_up(origin);
        }
    }

    fn give_up(&self, origin: TokenId) {
        let given_up = &self.manager.kind.given_up;
        let until = self.now.plus(UNDER_WAY);
        given_up.close(origin, SessionEnd::Superseded, until, self.now);
    }

    /// Whether this request has made a token of ours of one of theirs: then its cookies are
    /// not to be set any more once that is given up.
    pub(super) fn origin_of_both(&self) -> Option<TokenId> {
        let is_made = self.login.lock().changes.in_place_of_legacy().is_some();
        self.origin().filter(|_| is_made)
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
