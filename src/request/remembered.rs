//! What becomes of the remember token when a login changes.

use crate::config::is_usable_duration;
use crate::error::{LoginError, LoginErrorKind};
use crate::event::Event;
use crate::request::change::LoginOptions;
use crate::request::state::Change;
use crate::request::visit::{Held, Visit, new_id};
#[cfg(feature = "flask")]
use crate::session::UserKey;
use crate::session::{RememberToken, Session, SessionEnd};
use crate::stored::Returned;
use crate::token::Verified;
use crate::user::AuthUser;

/// The remember token that the browser holds as far as this request knows.
pub(super) enum Remembered {
    Nothing,
    Bad,
    Expired(RememberToken),
    Token(Verified<RememberToken>),
    /// One of an application before, and whose.
    #[cfg(feature = "flask")]
    Legacy(UserKey),
}

impl<U: AuthUser> Visit<'_, U> {
    pub(super) fn remember_held(&self) -> Remembered {
        let known = self.login.lock().known.clone();
        match known {
            Some(known) => match known.remember {
                Some(value) => Remembered::Token(Verified { value, key: 0 }),
                None => Remembered::Nothing,
            },
            None => match self.remember_cookie() {
                #[cfg(feature = "flask")]
                Held::Legacy(user) => match self.remember_known() {
                    Some(value) => Remembered::Token(Verified { value, key: 0 }),
                    None => Remembered::Legacy(user),
                },
                Held::Good(verified) => Remembered::Token(verified),
                Held::Bad(_) => Remembered::Bad,
                Held::Expired(token) => Remembered::Expired(token),
                Held::Absent | Held::Replaced(_) | Held::Gone(..) => Remembered::Nothing,
            },
        }
    }

    /// The token that a change earlier in this request has left.
    pub(super) fn remember_known(&self) -> Option<RememberToken> {
        let login = self.login.lock();
        match &login.known {
            Some(known) => known.remember.clone(),
            None => login.changes.in_place_of_legacy().cloned(),
        }
    }

    /// What was decided about the cookie earlier in this request.
    fn remember_change(&self) -> Change {
        self.login.lock().changes.remember.clone()
    }

    /// A new token if it was asked for. Otherwise one of the same user stays:
    /// logging in again to be fresh does not mean to be forgotten.
    pub(super) async fn remember_at_login(
        &self,
        session: &Session,
        held: &Remembered,
        user: &U,
        options: &LoginOptions,
    ) -> Result<(Option<RememberToken>, Change), LoginError> {
        let Some(duration) = options.remember else {
            return self.remember_still(session, held, user).await;
        };

        let duration = duration.unwrap_or(self.settings().remember_for);
        if !is_usable_duration(duration) {
            return Err(LoginError::new(LoginErrorKind::Duration));
        }
        #[cfg(feature = "flask")]
        if let Some(change) = self.new_legacy_token(session, duration)? {
            return Ok((None, change));
        }
        let token = self.new_token(session, duration)?;
        let change = self.set_remember(&token)?;
        Ok((Some(token), change))
    }

    /// The token that the browser holds, if it is this user's.
    async fn remember_still(
        &self,
        session: &Session,
        held: &Remembered,
        user: &U,
    ) -> Result<(Option<RememberToken>, Change), LoginError> {
        let Verified { value: token, key } = match held {
            Remembered::Nothing => return Ok((None, self.unless_written())),
            #[cfg(feature = "flask")]
            Remembered::Legacy(user) if *user == session.user => {
                return Ok((None, self.remember_change()));
            }
            #[cfg(feature = "flask")]
            Remembered::Legacy(_) => return Ok((None, Change::Remove(None))),
            Remembered::Bad | Remembered::Expired(_) => return Ok((None, Change::Remove(None))),
            Remembered::Token(verified) if !self.is_of(verified, session, user) => {
                return Ok((None, Change::Remove(None)));
            }
            Remembered::Token(verified) => verified,
        };

        if !self.may_stay(token).await? {
            return Ok((None, Change::Remove(None)));
        }
        let token = RememberToken {
            auth_hash: session.auth_hash,
            ..token.clone()
        };
        // What this request has restored has brought a newer one already. It goes on with
        // this login, whatever becomes of what it has come of.
        let change = match self.remember_change() {
            Change::Keep if *key != 0 => self.set_remember(&token)?,
            change => change.of(None),
        };
        Ok((Some(token), change))
    }

    /// The same; a token of an application before that an earlier login in this request
    /// has written is of nobody knows whom.
    fn unless_written(&self) -> Change {
        match self.remember_change() {
            Change::Set(_) => Change::Remove(None),
            change => change,
        }
    }

    /// Whether the store, if there is one, knows the token as one that counts.
    async fn may_stay(&self, token: &RememberToken) -> Result<bool, LoginError> {
        let Some(stored) = self.stored() else {
            return Ok(true);
        };
        let found = Box::pin(stored.look_at(token, &self.client())).await?;
        if let Returned::Stolen = found {
            self.tell(&Event::TokenStolen {
                user: (&token.user).into(),
            });
        }
        Ok(matches!(found, Returned::Already))
    }

    /// A token for the time that the old one had left.
    pub(super) fn remember_at_renewal(
        &self,
        session: &Session,
        held: &Remembered,
        before: &U,
    ) -> Result<(Option<RememberToken>, Change), LoginError> {
        match held {
            Remembered::Token(verified) if self.is_of(verified, session, before) => {
                let token = RememberToken {
                    id: new_id()?,
                    secret: self.new_secret()?,
                    issued: self.now,
                    auth_hash: session.auth_hash,
                    ..verified.value.clone()
                };
                let change = self.set_remember(&token)?;
                Ok((Some(token), change))
            }
            Remembered::Token(_) | Remembered::Bad | Remembered::Expired(_) => {
                Ok((None, Change::Remove(None)))
            }
            Remembered::Nothing => Ok((None, self.remember_change())),
            // It knows nothing of the auth hash, neither the old nor the new one.
            #[cfg(feature = "flask")]
            Remembered::Legacy(_) => Ok((None, self.remember_change())),
        }
    }

    /// Ends the token that the browser held, if it does not keep it.
    pub(super) async fn retire_remembered(&self, held: &Remembered, new: Option<&RememberToken>) {
        if let Remembered::Token(Verified { value: old, .. }) | Remembered::Expired(old) = held
            && new.is_none_or(|new| new.id != old.id)
        {
            self.retire_remember(old);
            // What fails is in the log: this browser has another token, or none.
            let _ = self.end_stored_token(old, SessionEnd::Superseded).await;
        }
        #[cfg(feature = "flask")]
        self.close_legacy();
    }

    /// Ends the token in whose place this login has a newer one, if it has.
    pub(super) fn renew_remembered(&self, held: &Remembered, new: Option<&RememberToken>) {
        match (held, new) {
            (Remembered::Token(old), Some(new)) => self.renew_remember(&old.value, new),
            (Remembered::Token(old), None) => self.retire_remember(&old.value),
            (Remembered::Nothing | Remembered::Bad | Remembered::Expired(_), _) => {}
            #[cfg(feature = "flask")]
            (Remembered::Legacy(_), _) => {}
        }
    }

    /// Whether the token is this session's user's, as `user` is now: an older
    /// password made others, which must not come back to life.
    pub(super) fn is_of(
        &self,
        token: &Verified<RememberToken>,
        session: &Session,
        user: &U,
    ) -> bool {
        token.value.user == session.user && self.is_current(&token.value.auth_hash, token.key, user)
    }
}
