//! Logging a user in.

use std::sync::Arc;
use std::time::Duration;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::config::is_usable_duration;
use crate::error::{LoginError, LoginErrorKind};
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::context::{Context, Visit};
use crate::request::cookies::{self, CookieChange, PendingCookies};
use crate::request::headers::MOST_TOKENS;
use crate::request::load::{encoded_id, enter_to_change};
use crate::request::{cross_site, legacy_token, remember_cookie, tokens};
use crate::rules::cross_site::Allowed;
use crate::rules::expiry;
use crate::session::{Digest, EncodedId, RememberToken, Session};
use crate::sessions::{self, LoadedSession, NewLogin, RememberStanding, is_suspended_under};
use crate::user::AuthUser;

/// How a user is to be logged in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginOptions {
    /// For how long, or `None` for not at all; the setting's duration if unset.
    pub(crate) remember: Option<Option<Duration>>,
    pub(crate) fresh: bool,
    pub(crate) permanent: Option<bool>,
    pub(crate) force: bool,
    pub(crate) allowed: Allowed,
}

impl LoginOptions {
    pub(crate) const PLAIN: Self = Self {
        remember: None,
        fresh: true,
        permanent: None,
        force: false,
        allowed: Allowed::OwnPages,
    };
}

/// Begins a session. The sessions end that the request's tokens name.
pub(crate) async fn login<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
    options: &LoginOptions,
) -> Result<(), LoginError> {
    let mut visit = Visit::new(manager, request);
    cross_site::check_change(&visit.cx, options.allowed)?;
    let _gate = enter_to_change(&visit).await?;
    let key = encoded_id(user)?;
    if !user.is_active() && !options.force {
        let user = (&key).into();
        visit.cx.emit(&Event::LoginRefused { user });
        return Err(LoginError::new(LoginErrorKind::Inactive));
    }
    cookies::check_length(visit.cx.settings(), &key)?;
    let remember_for = remember_for(&visit.cx, options)?;
    let (session, written) = begin(&mut visit, user, key, (options, remember_for)).await?;
    visit.emit_events();
    let event = Event::LoggedIn {
        user: (&session.user).into(),
        remember: remember_for.is_some(),
        fresh: options.fresh,
        forced: session.record.session.forced,
    };
    settle(&visit, session, written);
    visit.cx.emit(&event);
    Ok(())
}

fn remember_for(cx: &Context<'_>, options: &LoginOptions) -> Result<Option<Duration>, LoginError> {
    let duration = options.remember;
    let duration = duration.map(|given| given.unwrap_or(cx.settings().cookie_duration));
    let is_usable = duration.is_none_or(is_usable_duration);
    LoginError::unless(is_usable, LoginErrorKind::Duration).map(|()| duration)
}

/// Begins the session. Returns the remember cookie as well, if it is a token of the other
/// application.
async fn begin<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    user: &U,
    key: EncodedId,
    (options, remember_for): (&LoginOptions, Option<Duration>),
) -> Result<(LoadedSession, Option<CookieChange>), LoginError> {
    let hash = user.session_auth_hash();
    if hash.is_empty() {
        visit.cx.realm.warn_of_empty_hash();
    }
    let brought = brought_until(visit, &key, &hash).await?;
    let (cx, realm) = (&visit.cx, visit.cx.realm);
    let session = new_session(cx, options, !user.is_active(), &hash);
    let written =
        remember_for.and_then(|duration| legacy_token::new(visit, &key, &session, duration));
    let until = match remember_for {
        Some(duration) => written.is_none().then(|| cx.now.plus(duration)),
        // A login again, to be fresh, does not mean to be forgotten.
        None => brought,
    };
    let new = NewLogin {
        user: key,
        session,
        remember: until.map(|until| cx.new_remember(until)),
        client: cx.client(),
        is_suspended: &is_suspended_under(&realm.keys, &hash),
    };
    let replaced = tokens::named(visit);
    legacy_token::block(visit).await?;
    let session = sessions::begin(&realm.sessions, new, &replaced, cx.now).await?;
    Ok((session, written))
}

/// Makes the session that a login begins.
pub(super) fn new_session(
    cx: &Context<'_>,
    options: &LoginOptions,
    is_forced: bool,
    auth_hash: &[u8],
) -> Session {
    Session {
        fresh_since: options.fresh.then_some(cx.now.whole()),
        permanent: options.permanent.unwrap_or(cx.settings().session.permanent),
        restored: false,
        forced: is_forced,
        ..cx.restored_session(cx.keys().auth_hash(auth_hash))
    }
}

/// Returns the expiry of the remember token that the browser has already, if the token
/// counts and is this user's. Tells of a token that two clients use.
async fn brought_until<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    key: &EncodedId,
    hash: &[u8],
) -> Result<Option<Timestamp>, LoginError> {
    let (cx, keys) = (&visit.cx, &visit.cx.realm.keys);
    if let Some(decided) = visit.login.lock().decided.clone() {
        let same = decided.filter(|session| session.user == *key);
        let remember = same.and_then(|session| session.record.remember.clone());
        return Ok(remember.map(|remember| remember.expires));
    }
    if let Some(expires) = legacy_token::remembered_until(visit, key) {
        return Ok(Some(expires));
    }
    let agent = |digest: &Digest| keys.is_agent(digest, cx.headers.user_agent);
    for signed in tokens::all::<RememberToken>(cx).take(MOST_TOKENS) {
        let token = &signed.value;
        // An older password has made other tokens, which must not come back to life.
        let is_current = token.user == *key && keys.is_auth_hash(&token.auth_hash, hash);
        if !is_current || expiry::remember_token_is_over(token, cx.now) {
            continue;
        }
        let found = sessions::find_remembered(&cx.realm.sessions, &signed).await?;
        let standing = found.and_then(|found| {
            found
                .record
                .remember_standing(token.generation, agent, cx.now)
        });
        match standing {
            Some(RememberStanding::Reused) => {
                remember_cookie::tell_reuse(&mut visit.effects, &signed)
            }
            Some(_) => return Ok(Some(token.expires)),
            None => {}
        }
    }
    Ok(None)
}

/// Keeps the login, whose cookies the response will carry.
fn settle<U: AuthUser>(
    visit: &Visit<'_, U>,
    session: LoadedSession,
    written: Option<CookieChange>,
) {
    let cx = &visit.cx;
    let mut cookies = PendingCookies {
        changes_user: true,
        ..PendingCookies::of(cx.realm, &session, cx.now)
    };
    if let Some(written) = written {
        cookies.remember = written;
    }
    let was_set = !visit.login.lock().cookies.remember.is_kept();
    let is_other = |(_, user): &(&str, EncodedId)| *user != session.user;
    let is_over = tokens::all::<RememberToken>(cx).next().is_some()
        || legacy_token::tokens(visit).iter().any(is_other);
    if cookies.remember.is_kept() && (was_set || is_over) {
        // The login that the cookie was of has ended.
        cookies.remember = CookieChange::Remove;
    }
    visit.login.decide(Some(Arc::new(session)), cookies);
}
