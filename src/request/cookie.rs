//! The cookies of a session, as they are about to be set.

use crate::error::{LoginError, LoginErrorKind};
use crate::request::context::Context;
use crate::request::pending::{CookieChange, NewCookie};
use crate::session::{Carried, EncodedId, RememberToken, SessionToken};
use crate::sessions::LoadedSession;
use crate::token::{Home, Purpose};

/// Browsers keep no cookie whose name and value are longer.
const MAX_COOKIE: usize = 4096;

/// The longest payload around a user id, with its signature.
const AROUND_USER: usize = 128;

/// Sets the session cookie to the present generation.
pub(super) fn session(cx: &Context<'_>, session: &LoadedSession) -> CookieChange {
    let record = &session.record;
    let home = cx.realm.sessions.home();
    let token = SessionToken {
        id: session.id,
        generation: record.chain.current,
        user: session.user.clone(),
        carried: (home == Home::Cookie).then(|| Carried {
            session: record.session.clone(),
            remember_until: record.remember.as_ref().map(|remember| remember.expires),
        }),
    };
    let expires = record.session.expires;
    CookieChange::Set(Box::new(NewCookie {
        id: session.id,
        purpose: Purpose::Session,
        generation: token.generation,
        value: cx.realm.keys.seal(&token, home),
        max_age: record
            .session
            .permanent
            .then(|| expires.since(cx.now.whole())),
    }))
}

/// Sets the remember cookie to the present generation, if the session has one.
pub(super) fn remember(cx: &Context<'_>, session: &LoadedSession) -> CookieChange {
    let record = &session.record;
    let Some(remember) = &record.remember else {
        return CookieChange::Keep;
    };
    let token = RememberToken {
        id: session.id,
        generation: remember.chain.current,
        user: session.user.clone(),
        issued: record.started.min(cx.now),
        expires: remember.expires,
        auth_hash: record.session.auth_hash,
    };
    remember_token(cx, &token)
}

/// Sets the remember cookie to this token.
pub(super) fn remember_token(cx: &Context<'_>, token: &RememberToken) -> CookieChange {
    CookieChange::Set(Box::new(NewCookie {
        id: token.id,
        purpose: Purpose::Remember,
        generation: token.generation,
        value: cx.realm.keys.seal(token, cx.realm.sessions.home()),
        max_age: Some(token.expires.since(cx.now.whole())),
    }))
}

/// Refuses a user id that is too long for a cookie.
pub(super) fn check_length(cx: &Context<'_>, user: &EncodedId) -> Result<(), LoginError> {
    let names = &cx.settings().cookies;
    let name = names.session.len().max(names.remember.len());
    let value = (AROUND_USER + user.as_bytes().len()).div_ceil(3) * 4;
    if name + value > MAX_COOKIE {
        return Err(LoginError::new(LoginErrorKind::UserId));
    }
    Ok(())
}
