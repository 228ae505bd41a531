//! The cookies of a login: their values and lifetimes. Their attributes are in `response`.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::Settings;
use crate::error::{LoginError, LoginErrorKind};
use crate::realm::Realm;
use crate::session::{Carried, EncodedId, Generation, RememberToken, SessionId, SessionToken};
use crate::sessions::LoadedSession;
use crate::token::{Home, TokenKind};

/// Browsers keep no cookie whose name and value are longer.
pub(super) const MAX_COOKIE: usize = 4096;

/// The longest payload around a user id, with its signature.
const AROUND_USER: usize = 128;

/// The change of one cookie.
#[derive(Default)]
pub(crate) enum CookieChange {
    #[default]
    Keep,
    Set(Box<NewCookie>),
    Remove,
}

/// A cookie to be set, and the generation of the session that it is for.
pub(crate) struct NewCookie {
    pub(crate) id: SessionId,
    pub(crate) kind: TokenKind,
    pub(crate) generation: Generation,
    pub(crate) value: String,
    /// `None` for a cookie that ends with the browser.
    pub(crate) max_age: Option<Duration>,
}

/// The changes of both cookies that the response will carry.
#[derive(Default)]
pub(crate) struct PendingCookies {
    pub(crate) session: CookieChange,
    pub(crate) remember: CookieChange,
    /// Whether a login has begun or ended.
    pub(crate) changes_user: bool,
}

impl CookieChange {
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Removes a cookie that the request has brought.
    pub(super) fn remove_if(is_brought: bool) -> Self {
        if is_brought { Self::Remove } else { Self::Keep }
    }
}

impl PendingCookies {
    /// Removes both cookies, and their twins without a domain.
    pub(super) const REMOVED: Self = Self {
        session: CookieChange::Remove,
        remember: CookieChange::Remove,
        changes_user: true,
    };

    /// Sets both cookies to the present generations of a session.
    pub(super) fn of(realm: &Realm, session: &LoadedSession, now: Timestamp) -> Self {
        Self {
            session: session_cookie(realm, session, now),
            remember: remember_cookie(realm, session, now),
            changes_user: false,
        }
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.session.is_kept() && self.remember.is_kept()
    }
}

/// Sets the session cookie to the present generation.
pub(super) fn session_cookie(
    realm: &Realm,
    session: &LoadedSession,
    now: Timestamp,
) -> CookieChange {
    let (record, home) = (&session.record, realm.sessions.home());
    let expires = record.session.expires;
    let token = SessionToken {
        id: session.id,
        generation: record.generations.current,
        user: session.user.clone(),
        carried: (home == Home::Cookie).then(|| Carried {
            session: record.session.clone(),
            remember_until: record.remember.as_ref().map(|remember| remember.expires),
        }),
    };
    CookieChange::Set(Box::new(NewCookie {
        id: token.id,
        kind: TokenKind::Session,
        generation: token.generation,
        value: realm.keys.seal(&token, home),
        max_age: record.session.permanent.then(|| expires.since(now.whole())),
    }))
}

/// Sets the remember cookie to the present generation, if the session has one.
pub(super) fn remember_cookie(
    realm: &Realm,
    session: &LoadedSession,
    now: Timestamp,
) -> CookieChange {
    let record = &session.record;
    let Some(remember) = &record.remember else {
        return CookieChange::Keep;
    };
    let token = RememberToken {
        id: session.id,
        generation: remember.generations.current,
        user: session.user.clone(),
        issued: record.logged_in_at.min(now),
        expires: remember.expires,
        auth_hash: record.session.auth_hash,
    };
    remember_token(realm, &token, now)
}

/// Sets the remember cookie to this token.
pub(super) fn remember_token(realm: &Realm, token: &RememberToken, now: Timestamp) -> CookieChange {
    CookieChange::Set(Box::new(NewCookie {
        id: token.id,
        kind: TokenKind::Remember,
        generation: token.generation,
        value: realm.keys.seal(token, realm.sessions.home()),
        max_age: Some(token.expires.since(now.whole())),
    }))
}

/// Refuses a user id that is too long for a cookie.
pub(super) fn check_length(names: &Settings, user: &EncodedId) -> Result<(), LoginError> {
    let name = names.session_cookie.len().max(names.remember_cookie.len());
    let value = (AROUND_USER + user.as_bytes().len()).div_ceil(3) * 4;
    LoginError::unless(name + value <= MAX_COOKIE, LoginErrorKind::UserId)
}
