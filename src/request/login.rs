//! Logging a user in.

use std::sync::Arc;
use std::time::Duration;

use rocket::request::Request;

use crate::config::is_usable_duration;
use crate::error::{LoginError, LoginErrorKind};
use crate::event::{ClaimedName, Event};
use crate::manager::LoginManager;
use crate::request::candidate::MOST;
use crate::request::pending::{CookieChange, PendingCookies};
use crate::request::tokens;
use crate::request::visit::Visit;
use crate::request::{cookie, legacy, restore};
use crate::rules::expiry;
use crate::session::{Digest, EncodedId, RememberToken, Session};
use crate::sessions::{LoadedSession, Named, NewLogin, Redemption, Remember, is_suspended_under};
use crate::user::AuthUser;

/// How a user is to be logged in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginOptions {
    /// For how long, or `None` for not at all; the setting's duration if unset.
    pub(crate) remember: Option<Option<Duration>>,
    pub(crate) fresh: bool,
    pub(crate) permanent: Option<bool>,
    pub(crate) force: bool,
}

impl LoginOptions {
    pub(super) const PLAIN: Self = Self {
        remember: None,
        fresh: true,
        permanent: None,
        force: false,
    };
}

pub(crate) async fn login<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
    options: &LoginOptions,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    let _gate = visit.enter_to_change().await?;
    let key = encoded_id(user)?;
    if !user.is_active() && !options.force {
        let user = (&key).into();
        visit.cx.emit(&Event::LoginRefused { user });
        return Err(LoginError::new(LoginErrorKind::Inactive));
    }
    cookie::check_length(&visit.cx, &key)?;
    let remember_for = remember_for(&visit, options)?;

    let session = new_session(&visit, user, options);
    let written =
        remember_for.and_then(|duration| legacy::new_token(&visit, &key, &session, duration));
    let remember = match remember_for {
        Some(_) if written.is_some() => None,
        Some(duration) => {
            let expires = visit.cx.now.whole().plus(duration);
            Some(Remember::new(visit.cx.agent(), expires, visit.cx.now))
        }
        None => taken_over(&visit, &key, user, &session.auth_hash).await?,
    };
    let loaded = begin(&visit, user, key, (session, remember)).await?;
    let event = Event::LoggedIn {
        user: (&loaded.user).into(),
        remember: remember_for.is_some(),
        fresh: options.fresh,
        forced: loaded.record.session.forced,
    };
    settle(&visit, loaded, written);
    visit.cx.emit(&event);
    Ok(())
}

fn remember_for<U: AuthUser>(
    visit: &Visit<'_, U>,
    options: &LoginOptions,
) -> Result<Option<Duration>, LoginError> {
    let duration = options.remember;
    let duration = duration.map(|given| given.unwrap_or(visit.cx.settings().remember_for));
    if duration.is_some_and(|duration| !is_usable_duration(duration)) {
        return Err(LoginError::new(LoginErrorKind::Duration));
    }
    Ok(duration)
}

fn new_session<U: AuthUser>(visit: &Visit<'_, U>, user: &U, options: &LoginOptions) -> Session {
    let cx = &visit.cx;
    let auth_hash = cx.keys().auth_hash(&user.session_auth_hash());
    Session {
        fresh_since: options.fresh.then_some(cx.now.whole()),
        permanent: options.permanent.unwrap_or(cx.settings().permanent),
        restored: false,
        forced: !user.is_active(),
        ..restore::blank(visit, auth_hash)
    }
}

/// The remember part that the browser has already, if its token counts and is this user's:
/// logging in again to be fresh does not mean to be forgotten.
async fn taken_over<U: AuthUser>(
    visit: &Visit<'_, U>,
    key: &EncodedId,
    user: &U,
    auth_hash: &Digest,
) -> Result<Option<Remember>, LoginError> {
    let (cx, keys) = (&visit.cx, &visit.cx.realm.keys);
    let remember = |expires| Remember::new(cx.agent(), expires, cx.now);
    if let Some(decided) = visit.login.lock().decided.clone() {
        let kept = decided.filter(|session| session.user == *key);
        let kept = kept.and_then(|session| session.record.remember.clone());
        return Ok(kept.map(|kept| remember(kept.expires)));
    }
    if let Some(expires) = legacy::remembered_until(visit, key) {
        return Ok(Some(remember(expires)));
    }
    let texts = cx.cookies.remember.iter();
    let signed = texts.filter_map(|text| tokens::open_for::<RememberToken, U>(cx, text));
    for signed in signed.take(MOST) {
        let token = &signed.value;
        // An older password has made other tokens, which must not come back to life.
        let is_current = keys.is_auth_hash(&token.auth_hash, &user.session_auth_hash());
        let is_over = expiry::remember_token_is_over(token, cx.now);
        if token.user != *key || is_over || !is_current {
            continue;
        }
        let blank = restore::blank(visit, *auth_hash);
        let agent = |digest: &Digest| keys.is_agent(digest, cx.head.user_agent);
        let sessions = &cx.realm.sessions;
        let Some(found) = sessions.find_remembered(&signed, &blank, cx.now).await? else {
            continue;
        };
        match found.record.redeem(token.generation, agent, cx.now) {
            Some(Redemption::Reused) => {
                if let Some(event) = restore::news_of_reuse(visit, &signed, &found) {
                    cx.emit(&event);
                }
            }
            Some(_) => return Ok(Some(remember(token.expires))),
            None => {}
        }
    }
    Ok(None)
}

async fn begin<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &U,
    key: EncodedId,
    (session, remember): (Session, Option<Remember>),
) -> Result<LoadedSession, LoginError> {
    let (cx, hash) = (&visit.cx, user.session_auth_hash());
    let is_suspended = is_suspended_under(&cx.realm.keys, &hash);
    let new = NewLogin {
        user: key,
        session,
        remember,
        client: cx.client(),
        is_suspended: &is_suspended,
    };
    let replaced = named(visit);
    legacy::block(visit).await?;
    cx.realm.sessions.begin(new, &replaced, cx.now).await
}

/// The sessions that end with the login of this browser: those that the request's tokens
/// name, and the one that an earlier login in this request has begun.
pub(super) fn named<U: AuthUser>(visit: &Visit<'_, U>) -> Vec<Named> {
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    let mut named = tokens::named(cx);
    let decided = visit.login.lock().decided.clone().flatten();
    let decided = decided.map(|session| sessions.named_by(&session, cx.now));
    named.extend(decided);
    named.extend(legacy::named(visit));
    named
}

/// The login is certain: the response will carry its cookies.
fn settle<U: AuthUser>(
    visit: &Visit<'_, U>,
    session: LoadedSession,
    written: Option<CookieChange>,
) {
    let cx = &visit.cx;
    let mut cookies = PendingCookies {
        session: cookie::session(cx, &session),
        remember: written.unwrap_or_else(|| cookie::remember(cx, &session)),
        removes_twins: true,
    };
    let was_set = !visit.login.lock().cookies.remember.is_kept();
    let is_over = tokens::brings_remember(cx) || legacy::is_of_other(visit, &session.user);
    if cookies.remember.is_kept() && (was_set || is_over) {
        // The login that the cookie was of has ended.
        cookies.remember = CookieChange::Remove;
    }
    decide(visit, Some(session), cookies);
}

/// Keeps what a handler has decided; the user is to be loaded anew.
pub(super) fn decide<U: AuthUser>(
    visit: &Visit<'_, U>,
    session: Option<LoadedSession>,
    cookies: PendingCookies,
) {
    let mut login = visit.login.lock();
    login.decided = Some(session.map(Arc::new));
    login.resolution = None;
    login.cookies = cookies;
}

pub(super) fn encoded_id<U: AuthUser>(user: &U) -> Result<EncodedId, LoginError> {
    EncodedId::exact(&user.id()).map_err(|error| LoginError::caused(LoginErrorKind::UserId, error))
}

pub(crate) fn check_same_site<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    Visit::new(manager, request).own_sender()?;
    Ok(())
}

pub(crate) fn login_failed<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    name: &str,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    visit.own_sender()?;
    let name = ClaimedName::new(name);
    visit.cx.emit(&Event::LoginFailed { name });
    Ok(())
}

/// Whether a user may keep the session of this user key.
pub(super) fn check_user<U: AuthUser>(user: &U, key: &EncodedId) -> Result<(), LoginError> {
    if encoded_id(user)? != *key {
        return Err(LoginError::new(LoginErrorKind::OtherUser));
    }
    Ok(())
}
