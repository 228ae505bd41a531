//! One request as one manager sees it: the cookies it brought, what they are
//! worth, and the cookies it could take home.

use std::time::Duration;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::config::Settings;
use crate::error::{LoginError, LoginErrorKind};
use crate::event::{Event, Refused};
use crate::manager::LoginManager;
use crate::request::facts;
use crate::request::head::{Cookies, Head};
use crate::request::state::{Change, NewCookie, RequestLogin};
use crate::rules::Seen;
use crate::rules::expiry::{self, Age};
#[cfg(feature = "flask")]
use crate::session::UserKey;
use crate::session::{Digest, How, RememberToken, Secret, Session, Stay, TokenId};
use crate::token::{KeySet, Token, Verified};
use crate::user::AuthUser;

/// Browsers keep no cookie whose name and value are longer.
const MAX_COOKIE: usize = 4096;

pub(crate) struct Visit<'r, U: AuthUser> {
    pub(crate) manager: &'r LoginManager<U>,
    pub(crate) request: &'r Request<'r>,
    pub(crate) head: Head<'r>,
    pub(crate) cookies: Cookies<'r>,
    pub(crate) login: &'r RequestLogin<U>,
    pub(crate) now: Timestamp,
    /// How often users have changed so far.
    #[cfg(feature = "ws")]
    pub(crate) changes: u64,
}

/// What a cookie of ours turned out to be.
pub(crate) enum Held<T> {
    Absent,
    /// To be removed.
    Bad(Refused),
    /// To be removed as well, unless a login takes its place in the meantime.
    Expired(T),
    /// Replaced meanwhile: the browser may already hold the newer cookie.
    Replaced(T),
    /// No longer in the store: to be removed, unless a login takes its place in the
    /// meantime.
    Gone(T, Refused),
    Good(Verified<T>),
    /// A remember token of an application before, and whose.
    #[cfg(feature = "flask")]
    Legacy(UserKey),
}

impl<T> Held<T> {
    /// What a cookie of ours says, whether it was replaced since or not.
    pub(crate) fn readable(self) -> Option<T> {
        match self {
            Self::Good(verified) => Some(verified.value),
            Self::Replaced(value) => Some(value),
            Self::Absent | Self::Bad(_) | Self::Expired(_) | Self::Gone(..) => None,
            #[cfg(feature = "flask")]
            Self::Legacy(_) => None,
        }
    }

    /// The same, and what a cookie said that has expired.
    pub(crate) fn readable_or_expired(self) -> Option<T> {
        match self {
            Self::Expired(value) => Some(value),
            other => other.readable(),
        }
    }
}

impl<'r, U: AuthUser> Visit<'r, U> {
    pub(crate) fn new(manager: &'r LoginManager<U>, request: &'r Request<'_>) -> Self {
        let head = Head::of(request);
        Self {
            manager,
            request,
            cookies: Cookies::of(request, &head, &manager.kind.settings.cookies),
            head,
            login: RequestLogin::of(request),
            now: manager.kind.clock.now(),
            #[cfg(feature = "ws")]
            changes: manager.kind.sockets.changes(),
        }
    }

    pub(crate) fn settings(&self) -> &'r Settings {
        &self.manager.kind.settings
    }

    pub(crate) fn keys(&self) -> &'r KeySet {
        self.manager.kind.keys.current()
    }

    pub(crate) fn tell(&self, event: &Event) {
        self.manager.kind.tell(event, self.request);
    }

    pub(crate) fn session_cookie(&self) -> Held<Session> {
        let keys = &self.manager.kind.keys;
        let is_over = |session: &Session| self.is_over(session);
        self.unless_ended(self.read(self.cookies.session, |text| keys.open(text), is_over))
    }

    /// Whether a session has reached one of its limits.
    pub(super) fn is_over(&self, session: &Session) -> bool {
        self.settings().limits.session(session, self.now) == Age::Over
    }

    pub(crate) fn remember_cookie(&self) -> Held<RememberToken> {
        self.unless_ended(self.read_remember())
    }

    /// The remember token to be ended by a logout. With a store, one that has ended here
    /// may not have ended there.
    pub(super) fn remember_claim(&self) -> Option<RememberToken> {
        match self.manager.kind.store {
            Some(_) => self.read_remember().readable(),
            None => self.remember_cookie().readable(),
        }
    }

    fn read_remember(&self) -> Held<RememberToken> {
        let kind = &self.manager.kind;
        let open = |text: &str| match &kind.store {
            // The one is from before there was a store, and counts once.
            Some(_) => kind.keys.open_stored(text).or_else(|| kind.keys.open(text)),
            None => kind.keys.open(text),
        };
        let is_over = |token: &RememberToken| expiry::remember_token_is_over(token, self.now);
        let held = self.read(self.cookies.remember, open, is_over);
        #[cfg(feature = "flask")]
        let held = self.or_legacy(held);
        held
    }

    fn unless_ended<T: Token>(&self, held: Held<T>) -> Held<T> {
        match held {
            Held::Good(token) => match self.manager.kind.how_ended(token.value.id()) {
                Some(How::Closed) => Held::Bad(Refused::Ended),
                Some(How::Replaced) => Held::Replaced(token.value),
                None => Held::Good(token),
            },
            other => other,
        }
    }

    /// What a cookie says by itself.
    pub(super) fn read<T: Token>(
        &self,
        seen: Seen<'_>,
        open: impl Fn(&str) -> Option<Verified<T>>,
        is_over: impl Fn(&T) -> bool,
    ) -> Held<T> {
        let text = match seen {
            Seen::Absent => return Held::Absent,
            Seen::Unclear => return Held::Bad(Refused::Ambiguous),
            Seen::Once(text) => text,
        };
        match open(text) {
            Some(token) if is_over(&token.value) => Held::Expired(token.value),
            Some(token) if token.value.user().decode::<U::Id>().is_none() => {
                Held::Bad(Refused::Forged)
            }
            Some(token) => Held::Good(token),
            None => Held::Bad(Refused::Forged),
        }
    }

    /// The digest of what this browser is recognised by, under one of the keys.
    pub(crate) fn identifier(&self, keys: &KeySet) -> Digest {
        match &self.manager.identify {
            Some(identify) => keys.identifier(&identify(self.request)),
            None => {
                let identifier = facts::identifier(self.request, &self.head, self.settings());
                keys.identifier(identifier.as_bytes())
            }
        }
    }

    /// The digest of the user's auth hash as it is now, under the current key.
    pub(crate) fn auth_hash(&self, user: &U) -> Digest {
        self.keys().auth_hash(&user.session_auth_hash())
    }

    /// Whether a digest that this key made is of the user's auth hash as it is now.
    pub(crate) fn is_current(&self, auth_hash: &Digest, key: usize, user: &U) -> bool {
        let keys = self.manager.kind.keys.set(key);
        auth_hash.matches(&keys.auth_hash(&user.session_auth_hash()))
    }

    /// The same for a digest that another node may have made, under a key that is the
    /// current one there.
    #[cfg(feature = "ws")]
    pub(crate) fn is_current_anywhere(&self, auth_hash: &Digest, user: &U) -> bool {
        let hash = user.session_auth_hash();
        let mut sets = self.manager.kind.keys.sets();
        sets.any(|keys| auth_hash.matches(&keys.auth_hash(&hash)))
    }

    /// A new remember token beside this session.
    pub(crate) fn new_token(
        &self,
        session: &Session,
        duration: Duration,
    ) -> Result<RememberToken, LoginError> {
        Ok(RememberToken {
            id: new_id()?,
            secret: self.new_secret()?,
            user: session.user.clone(),
            issued: self.now,
            expires: self.now.plus(duration),
            auth_hash: session.auth_hash,
        })
    }

    /// What a new remember token proves itself with, if there is a store.
    pub(super) fn new_secret(&self) -> Result<Secret, LoginError> {
        match self.manager.kind.store {
            Some(_) => Secret::random().map_err(no_randomness),
            None => Ok(Secret::NONE),
        }
    }

    /// Room for a new session of this browser.
    pub(crate) fn stay(&self) -> Result<Stay, LoginError> {
        Ok(Stay {
            id: new_id()?,
            now: self.now,
            lifetime: self.settings().limits.lifetime,
            identifier: self.identifier(self.keys()),
        })
    }

    pub(crate) fn set_session(&self, session: &Session) -> Result<Change, LoginError> {
        let max_age = session.permanent.then(|| session.expires.since(self.now));
        let kind = &self.manager.kind;
        let value = match kind.store {
            Some(_) => kind.keys.seal_stored(session),
            None => kind.keys.seal(session),
        };
        set(&self.settings().cookies.session, session.id, value, max_age)
    }

    pub(crate) fn set_remember(&self, token: &RememberToken) -> Result<Change, LoginError> {
        let max_age = Some(token.expires.since(self.now));
        let keys = &self.manager.kind.keys;
        let value = match token.secret {
            Secret::NONE => keys.seal(token),
            _ => keys.seal_stored(token),
        };
        set(&self.settings().cookies.remember, token.id, value, max_age)
    }
}

pub(super) fn set(
    name: &str,
    id: TokenId,
    value: String,
    max_age: Option<Duration>,
) -> Result<Change, LoginError> {
    match name.len() + value.len() <= MAX_COOKIE {
        true => Ok(Change::Set(Box::new(NewCookie {
            id,
            origin: None,
            value,
            max_age,
        }))),
        false => Err(LoginError::new(LoginErrorKind::UserId)),
    }
}

pub(crate) fn new_id() -> Result<TokenId, LoginError> {
    TokenId::random().map_err(no_randomness)
}

fn no_randomness(error: getrandom::Error) -> LoginError {
    LoginError::caused(LoginErrorKind::Unavailable, error)
}
