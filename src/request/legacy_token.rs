//! The remember token of Flask-Login or Starlette-Login as a source of identity.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::LegacyTokens;
use crate::error::{LoginError, Reason};
use crate::event::{Event, Refused, TokenKind};
use crate::legacy::{open_token, seal_token};
use crate::request::context::{Context, Visit};
use crate::request::cookies::{CookieChange, MAX_COOKIE, NewCookie, PendingCookies};
use crate::request::headers::MOST_TOKENS;
use crate::request::legacy_session;
use crate::request::load::{self, unavailable};
use crate::request::pending::Resolution;
use crate::session::{EncodedId, Generation, Session, SessionId};
use crate::sessions::{
    self, IN_FLIGHT, LoadedSession, Named, NewLogin, Standing, is_suspended_under,
};
use crate::user::AuthUser;

/// Reads the tokens of a request with their users: each once, and at most [`MOST_TOKENS`].
pub(super) fn tokens<'r, U: AuthUser>(visit: &Visit<'r, U>) -> Vec<(&'r str, EncodedId)> {
    let mut tokens: Vec<(&'r str, EncodedId)> = Vec::new();
    for text in visit.cx.cookies.remember.iter() {
        let is_new = tokens.len() < MOST_TOKENS && tokens.iter().all(|(known, _)| *known != text);
        if is_new && let Some(user) = user_of(visit, text) {
            tokens.push((text, user));
        }
    }
    tokens
}

/// Reads the user of a token, if the text is a token of the other application.
pub(super) fn user_of<U: AuthUser>(visit: &Visit<'_, U>, text: &str) -> Option<EncodedId> {
    let keys = visit.cx.realm.legacy.as_ref()?;
    let is_on = visit.cx.settings().legacy_remember_tokens != LegacyTokens::Off;
    let id = is_on.then(|| open_token(keys, text))??;
    visit.manager.legacy_ids.key(&id)
}

/// Begins a session with a token. Requests at once meet in one record.
pub(super) async fn authenticate<U: AuthUser>(visit: &mut Visit<'_, U>) -> Resolution<U> {
    let token = tokens(visit).into_iter().next();
    let (text, key) = token.ok_or(Reason::NotLoggedIn)?;
    // Starlette-Login has no way to remove the cookie, and says so in its session.
    if legacy_session::has_left(visit) {
        let effects = &mut visit.effects;
        effects.refuse(TokenKind::Remember, Refused::Ended, text);
        return Err(Reason::NotLoggedIn);
    }
    // A session of this crate would outlive a logout there: the token is for later.
    if let Some((key, _)) = legacy_session::open(visit)
        && load::user(visit, &key).await?.is_some()
    {
        return Err(Reason::NotLoggedIn);
    }
    let changes = visit.cx.changes(&key);
    let why = match load::user(visit, &key).await? {
        Some(user) if user.is_active() => return accept(visit, (text, key), user, changes).await,
        Some(_) => Refused::Inactive,
        None => Refused::UserGone,
    };
    visit.effects.refuse(TokenKind::Remember, why, text);
    Err(why.into())
}

/// Begins the session of a token. While that is blocked, or nothing may be written, the user
/// is logged in for this request alone.
async fn accept<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    (text, key): (&str, EncodedId),
    user: Arc<U>,
    changes: u64,
) -> Resolution<U> {
    let cx = &visit.cx;
    if visit.may_write
        && let Some(session) = begin(cx, text, &key, &*user).await?
    {
        visit.effects.cookies = PendingCookies::of(cx.realm, &session, cx.now);
        // A session that was joined has been told already.
        if session.standing == Standing::Current {
            let user = (&session.user).into();
            visit.effects.tell(Event::Restored { user });
        }
        return Ok(cx.authenticated(user, Arc::new(session), changes));
    }
    let found = legacy_session::for_this_request(user, key, cx.now, true);
    Ok(found)
}

/// Begins the session of a token in this browser. Returns `None` while that is blocked.
async fn begin<U: AuthUser>(
    cx: &Context<'_>,
    text: &str,
    key: &EncodedId,
    user: &U,
) -> Result<Option<LoadedSession>, Reason> {
    let (settings, sessions) = (cx.settings(), &cx.realm.sessions);
    let hash = user.session_auth_hash();
    let is_replaced = settings.legacy_remember_tokens == LegacyTokens::Replace;
    let new = NewLogin {
        user: key.clone(),
        session: cx.restored_session(cx.keys().auth_hash(&hash)),
        remember: is_replaced.then(|| cx.new_remember(cx.now.plus(settings.cookie_duration))),
        client: cx.client(),
        is_suspended: &is_suspended_under(&cx.realm.keys, &hash),
    };
    let (id, block) = (id_at(cx, text, cx.now), block_of(cx, text));
    let begun = sessions::begin_legacy(sessions, id, block, new, cx.now).await;
    begun.map_err(unavailable)
}

/// Returns the id of the session that a token begins in this browser in this minute.
fn id_at(cx: &Context<'_>, text: &str, time: Timestamp) -> SessionId {
    let minute = (time.as_secs() / 60).to_be_bytes();
    let digest = cx.keys().legacy(text, cx.identifier(), &minute);
    SessionId::new(digest.0, cx.realm.sessions.store.is_some())
}

/// Returns the name under which a token is blocked in this browser.
fn block_of(cx: &Context<'_>, text: &str) -> SessionId {
    SessionId::new(cx.keys().legacy(text, cx.identifier(), b"block").0, true)
}

/// Returns when the remember token expires that this response would put in the place of
/// one of the other application.
pub(super) fn remembered_until<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
) -> Option<Timestamp> {
    let login = visit.login.lock();
    let session = login.resolution.as_ref()?.as_ref().ok()?.by.session()?;
    let is_own = session.record.is_legacy && session.user == *user;
    let is_new = is_own && !login.cookies.remember.is_kept();
    let remember = session.record.remember.as_ref().filter(|_| is_new)?;
    Some(remember.expires)
}

/// Keeps the tokens of this request from beginning a session for ten minutes: after a
/// logout or a login, requests with them may still be under way.
pub(super) async fn block<U: AuthUser>(visit: &Visit<'_, U>) -> Result<(), LoginError> {
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    for (text, user) in tokens(visit) {
        sessions::block(sessions, block_of(cx, text), &user, cx.now).await?;
    }
    Ok(())
}

/// Returns the sessions that requests under way may have begun with the tokens of this one.
pub(super) fn named<U: AuthUser>(visit: &Visit<'_, U>) -> Vec<Named> {
    let cx = &visit.cx;
    let until = cx.now.plus(cx.realm.sessions.limits.lifetime);
    let mut named = Vec::new();
    for (text, user) in tokens(visit) {
        named.extend((0..=IN_FLIGHT.as_secs() / 60).map(|ago| {
            let time = cx.now.as_secs().saturating_sub(60 * ago);
            let id = id_at(cx, text, Timestamp::from_secs(time));
            Named::new(id, &user, until)
        }));
    }
    named
}

/// Writes the token that both applications read, if the settings say so.
///
/// The token brings back the user that it names, active or not. None is written beside a
/// session that says that its user has logged out.
pub(super) fn new<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
    session: &Session,
    duration: Duration,
) -> Option<CookieChange> {
    let (cx, keys) = (&visit.cx, visit.cx.realm.legacy.as_ref()?);
    let is_written = cx.settings().legacy_remember_tokens == LegacyTokens::Write;
    if !is_written || session.forced || legacy_session::has_left(visit) {
        return None;
    }
    let value = seal_token(keys, &visit.manager.legacy_ids.text(user)?)?;
    // A token that is too long for a cookie is not written.
    let fits = cx.settings().remember_cookie.len() + value.len() <= MAX_COOKIE;
    fits.then(|| {
        CookieChange::Set(Box::new(NewCookie {
            id: SessionId([0; 16]),
            kind: TokenKind::Remember,
            generation: Generation::first(cx.now),
            value,
            max_age: Some(duration),
        }))
    })
}
