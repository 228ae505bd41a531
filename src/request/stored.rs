//! The session cookie, where sessions lie in a store.

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Refused;
use crate::request::facts;
use crate::request::state::{Change, Changes};
use crate::request::visit::{Held, Visit};
use crate::session::{GoOn, RememberToken, Session, SessionEnd, StoreKey, TokenId};
use crate::store::{Client, State};
use crate::stored::{Claim, Kept, Stored, Tokens};
use crate::token::Verified;
use crate::user::AuthUser;

impl<U: AuthUser> Visit<'_, U> {
    pub(super) fn stored(&self) -> Option<Stored<'_>> {
        self.manager.kind.stored(self.now)
    }

    pub(super) fn client(&self) -> Client {
        facts::client(self.request, &self.head, self.settings())
    }

    /// What the session cookie is worth; if there is a store, it is asked once.
    pub(super) async fn session(&self) -> Result<(Held<Session>, Option<Box<Kept>>), Reason> {
        let Some(stored) = self.stored() else {
            return Ok((self.session_cookie(), None));
        };
        let (held, is_foreign) = self.stored_cookie();
        match held {
            Held::Good(token) => Box::pin(self.ask(&stored, token, is_foreign)).await,
            other => Ok((other, None)),
        }
    }

    /// What the cookie says by itself, and whether it was signed when there was no
    /// store. When the session was last seen, the store knows better.
    fn stored_cookie(&self) -> (Held<Session>, bool) {
        let kind = &self.manager.kind;
        let (seen, limits) = (self.cookies.session, &self.settings().limits);
        let is_over = |session: &Session| limits.is_over_for_good(session, self.now);
        match self.read(seen, |text| kind.keys.open_stored(text), is_over) {
            Held::Bad(Refused::Forged) => {
                let is_over = |session: &Session| self.is_over(session);
                let held = self.read(seen, |text| kind.keys.open(text), is_over);
                (held, true)
            }
            held => (held, false),
        }
    }

    async fn ask(
        &self,
        stored: &Stored<'_>,
        mut token: Verified<Session>,
        is_foreign: bool,
    ) -> Result<(Held<Session>, Option<Box<Kept>>), Reason> {
        let found = match is_foreign {
            true => Box::pin(stored.adopt(&token.value, &self.client())).await,
            false => stored.of_token(&token.value).await,
        };
        let found = found.map_err(unavailable)?;
        let held = match found.as_ref().map(|kept| kept.row.state) {
            // That may be why it is no longer there.
            None if self.is_over(&token.value) => Held::Expired(token.value),
            None | Some(State::Ended) => Held::Gone(token.value, Refused::Ended),
            Some(State::Replaced(_)) => Held::Replaced(token.value),
            Some(State::Outdated) => Held::Gone(token.value, Refused::AuthHashChanged),
            Some(State::Live) => {
                found
                    .iter()
                    .for_each(|kept| kept.row.apply(&mut token.value));
                match self.is_over(&token.value) {
                    true => Held::Expired(token.value),
                    false => Held::Good(token),
                }
            }
        };
        Ok((held, found.map(Box::new)))
    }

    /// What the session cookie stands for, whatever became of it.
    pub(super) fn claim(&self, may_be_over: bool) -> Option<Claim> {
        let (held, is_foreign) = match self.manager.kind.store {
            Some(_) => self.stored_cookie(),
            None => (self.session_cookie(), false),
        };
        let is_foreign = is_foreign && matches!(held, Held::Good(_));
        let session = match may_be_over {
            true => held.readable_or_expired(),
            false => held.readable(),
        };
        session.map(|session| Claim {
            session,
            is_foreign,
        })
    }

    /// Ends a session in the store, if there is one, with its remember tokens.
    pub(super) async fn end_stored(
        &self,
        session: &Session,
        why: SessionEnd,
    ) -> Result<(), Reason> {
        let Some(stored) = self.stored() else {
            return Ok(());
        };
        let key = StoreKey::of_id(session.id);
        let ended = Box::pin(stored.end(key, &session.user, why)).await;
        ended.map(drop).map_err(unavailable)
    }

    /// Ends a remember token in the store, if there is one, with all that came of it.
    pub(super) async fn end_stored_token(
        &self,
        token: &RememberToken,
        why: SessionEnd,
    ) -> Result<(), Reason> {
        match self.stored() {
            Some(stored) => {
                let ended = Box::pin(stored.end_token(token, why)).await;
                ended.map_err(unavailable)
            }
            None => Ok(()),
        }
    }

    /// Ends a session in the store whose user's auth hash has changed.
    pub(super) async fn outdate_stored(&self, session: &Session) -> Result<(), Reason> {
        match self.stored() {
            Some(stored) => stored.outdate(session).await.map_err(unavailable),
            None => Ok(()),
        }
    }

    /// Ends what a remember token has restored in vain.
    pub(super) async fn abandon_restored(&self, changes: Changes) {
        for change in [changes.session, changes.remember] {
            if let Change::Set(new) = change
                && new.origin.is_some()
            {
                self.abandon(new.id).await;
            }
        }
    }

    /// Ends a session in the store that was begun in vain, or a remember token.
    pub(super) async fn abandon(&self, id: TokenId) {
        if let Some(stored) = self.stored()
            && let Err(error) = stored.abandon(id).await
        {
            unavailable(error);
        }
    }

    /// Lets a session go on as another one, if nobody else was faster.
    pub(super) async fn rotate(&self, old: &Session, new: &Session) -> Result<GoOn, LoginError> {
        let Some(stored) = self.stored() else {
            return Ok(self.replace_session(old, new.id));
        };
        let go_on = stored
            .rotate(old, new, &self.client(), Tokens::Stay)
            .await?;
        match go_on {
            GoOn::Overtaken | GoOn::Ended => Ok(go_on),
            GoOn::Under(id) => match self.replace_session(old, id) {
                // Logged out in between: the new one has ended as well.
                GoOn::Ended => Ok(GoOn::Ended),
                GoOn::Under(_) | GoOn::Overtaken => Ok(go_on),
            },
        }
    }

    /// Lets a session go on as one with a newer auth hash; all others of the user
    /// end.
    pub(super) async fn rotate_renewed(
        &self,
        old: &Session,
        new: &Session,
        token: Option<&RememberToken>,
    ) -> Result<(), LoginError> {
        if let Some(stored) = self.stored() {
            let client = self.client();
            let series = token.map(|token| StoreKey::of_id(token.id));
            if let Some(token) = token {
                stored.begin_series(token, new, &client).await?;
            }
            let go_on = stored.rotate(old, new, &client, Tokens::Are(series)).await;
            if !matches!(go_on, Ok(GoOn::Under(_))) {
                self.withdraw_token(token).await;
                go_on?;
                return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
            }
            // Without their auth hash they are good for nothing already.
            if let Err(error) = stored.outdate_others(new, series).await {
                unavailable(error);
            }
        }
        match self.renew_session(old, new) {
            true => Ok(()),
            false => Err(LoginError::new(LoginErrorKind::NotLoggedIn)),
        }
    }
}

/// The remember token that the browser will hold beside a new session.
#[derive(Clone, Copy)]
pub(super) enum Given<'t> {
    Nothing,
    New(&'t RememberToken),
    Stays(&'t RememberToken),
}

impl<U: AuthUser> Visit<'_, U> {
    /// A new session takes the place of the one that the browser holds, with a new
    /// remember token or one that stays.
    pub(super) async fn begin_stored(
        &self,
        session: &Session,
        old: Option<&Claim>,
        given: Given<'_>,
    ) -> Result<(), LoginError> {
        match self.stored() {
            Some(stored) => Box::pin(self.begin_in(&stored, session, old, given)).await,
            None => Ok(()),
        }
    }

    async fn begin_in(
        &self,
        stored: &Stored<'_>,
        session: &Session,
        old: Option<&Claim>,
        given: Given<'_>,
    ) -> Result<(), LoginError> {
        let client = self.client();
        let series = match given {
            Given::Nothing => None,
            Given::New(token) => {
                stored.begin_series(token, session, &client).await?;
                Some(StoreKey::of_id(token.id))
            }
            Given::Stays(token) => Some(StoreKey::of_id(token.id)),
        };
        let begun = stored.begin(session, &client, series, old).await;
        match given {
            Given::New(token) if begun.is_err() => self.withdraw_token(Some(token)).await,
            Given::Stays(token) if begun.is_ok() => {
                // A session too many is left to its limits at worst.
                if let Err(error) = stored.stand_behind(token, session).await {
                    unavailable(error);
                }
            }
            Given::Nothing | Given::New(_) | Given::Stays(_) => {}
        }
        begun
    }

    /// A remember token that nobody will hold goes.
    async fn withdraw_token(&self, token: Option<&RememberToken>) {
        if let (Some(token), Some(stored)) = (token, self.stored()) {
            stored.withdraw(&StoreKey::of_id(token.id)).await;
        }
    }
}

/// Tells the log why a request is answered with 503.
pub(super) fn unavailable(error: LoginError) -> Reason {
    rocket::error!("A session could not be read or written: {error}.");
    if let Some(source) = std::error::Error::source(&error) {
        rocket::error_!("{}", source.to_string().escape_debug());
    }
    Reason::Unavailable
}
