//! Requests that change a login: confirmations, renewals, logins, logouts, revocations.

use crate::error::LoginError;
use crate::rules::expiry;
use crate::session::{Client, Digest, Session, SessionEnd, StoreKey};
use crate::sessions::model::jar::{Answer, Change, remember_token, session_token};
use crate::sessions::model::request::Ask;
use crate::sessions::model::world::{remember_for, user};
use crate::sessions::{self, Named, NewLogin, Record, Remember, RememberStanding};

impl Ask {
    /// Confirms the login, or renews it with this auth hash.
    pub(super) async fn keep(
        &self,
        renewed: Option<u8>,
        answer: &mut Answer,
    ) -> Result<bool, LoginError> {
        let (sessions, now) = (&self.node.sessions, self.now);
        let Some(mut session) = self.resolve(true, answer).await? else {
            return Ok(false);
        };
        let is_kept = match renewed {
            None => {
                let (identifier, client) = (self.browser.identifier(), Client::default());
                sessions::confirm(sessions, &mut session, identifier, &client, now).await?
            }
            Some(auth) => {
                self.node.auth.set(auth);
                let auth_hash = self.node.auth.now();
                sessions::renew(sessions, &mut session, auth_hash, now).await?
            }
        };
        if !is_kept {
            return Ok(false);
        }
        let present = session.record.remember.as_ref();
        let present = present.map(|remember| remember.generations.current);
        let brought = self.jar.remember.as_ref();
        let brought = brought.filter(|token| token.value.id == session.id);
        let is_older = brought.is_some_and(|token| Some(token.value.generation) < present);
        answer.session = session_token(&session, sessions.home());
        if is_older || !matches!(answer.remember, Change::Keep) {
            answer.remember = remember_token(&session, sessions.home());
        }
        answer.fresh = sessions.limits.is_fresh(&session.record.session, now);
        Ok(true)
    }

    pub(super) async fn login(
        &self,
        is_remembered: bool,
        answer: &mut Answer,
    ) -> Result<bool, LoginError> {
        let (sessions, now) = (&self.node.sessions, self.now);
        let remember = if is_remembered {
            Some(Remember::new(
                self.browser.agent(),
                now.plus(remember_for()),
                now,
            ))
        } else {
            self.taken_over().await?
        };
        let auth_hash = self.node.auth.now();
        let is_suspended =
            |record: &Record| !record.session.auth_hash.matches(&self.node.auth.now());
        let new = NewLogin {
            user: user(),
            session: Session {
                fresh_since: Some(now),
                restored: false,
                ..self.blank(auth_hash)
            },
            remember,
            client: Client::default(),
            is_suspended: &is_suspended,
        };
        let session = sessions::begin(sessions, new, &self.named(), now).await?;
        answer.user = Some(session.id);
        answer.fresh = true;
        answer.session = session_token(&session, sessions.home());
        answer.remember = remember_token(&session, sessions.home());
        if matches!(answer.remember, Change::Keep) && self.jar.remember.is_some() {
            answer.remember = Change::Remove;
        }
        Ok(true)
    }

    /// The remember part of the record whose remember token the request brings.
    async fn taken_over(&self) -> Result<Option<Remember>, LoginError> {
        let (sessions, now) = (&self.node.sessions, self.now);
        let Some(signed) = &self.jar.remember else {
            return Ok(None);
        };
        let (token, auth_hash) = (&signed.value, self.node.auth.now());
        let is_over = expiry::remember_token_is_over(token, now);
        if is_over || !token.auth_hash.matches(&auth_hash) {
            return Ok(None);
        }
        let agent = |digest: &Digest| digest.matches(&self.browser.agent());
        let found = sessions::find_remembered(sessions, signed).await?;
        let found = found.filter(|found| {
            let standing = found.record.remember_standing(token.generation, agent, now);
            standing.is_some_and(|standing| standing != RememberStanding::Reused)
        });
        Ok(found.map(|_| Remember::new(self.browser.agent(), token.expires, now)))
    }

    pub(super) async fn logout(&self, answer: &mut Answer) -> Result<bool, LoginError> {
        let (sessions, named) = (&self.node.sessions, self.named());
        sessions::end_all(sessions, &named, SessionEnd::LoggedOut).await?;
        (answer.session, answer.remember) = (Change::Remove, Change::Remove);
        Ok(true)
    }

    pub(super) async fn revoke(&self) -> Result<bool, LoginError> {
        let (sessions, key) = (&self.node.sessions, StoreKey::of_id(self.jar.id()));
        sessions::revoke(sessions, &user(), key).await
    }

    /// The sessions that the tokens name.
    fn named(&self) -> Vec<Named> {
        let (limits, now) = (&self.node.sessions.limits, self.now);
        let remember = self.jar.remember.as_ref();
        let remember = remember.map(|token| Named::by_remember_token(&token.value, limits, now));
        let session = self.jar.session.as_ref();
        let session = session.map(|token| Named::by_session_token(&token.value, limits, now));
        let is_other = |named: &Named| remember.as_ref().is_none_or(|other| other.id != named.id);
        let session = session.filter(is_other);
        remember.into_iter().chain(session).collect()
    }
}
