//! The remember token of Flask-Login or Starlette-Login as a source of identity.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::LegacyTokens;
use crate::error::{LoginError, Reason};
use crate::event::{Event, Refused, TokenKind};
use crate::legacy::{open_token, seal_token};
use crate::request::authenticate::Mode;
use crate::request::callback::unavailable;
use crate::request::candidate::MOST;
use crate::request::pending::Resolution;
use crate::request::pending::{AuthMethod, Authenticated, CookieChange, Effects, NewCookie};
use crate::request::visit::Visit;
use crate::request::{cookie, legacy_session, restore};
use crate::session::{EncodedId, Generation, Session, SessionId};
use crate::sessions::{LoadedSession, Named, NewLogin, Remember, Standing, is_suspended_under};
use crate::token::Purpose;
use crate::user::AuthUser;

/// For how many minutes a request with a token may be under way.
const MINUTES: u64 = 10;

/// A token of the other application, and its user.
struct LegacyToken<'r> {
    text: &'r str,
    user: EncodedId,
}

/// Reads the tokens of a request: each once, and no more than [`MOST`].
fn tokens<'v, U: AuthUser>(visit: &'v Visit<'_, U>) -> impl Iterator<Item = LegacyToken<'v>> {
    let mut tokens: Vec<LegacyToken<'v>> = Vec::new();
    for text in visit.cx.cookies.remember.iter() {
        let is_new = tokens.len() < MOST && tokens.iter().all(|token| token.text != text);
        if is_new && let Some(token) = read(visit, text) {
            tokens.push(token);
        }
    }
    tokens.into_iter()
}

fn read<'v, U: AuthUser>(visit: &Visit<'_, U>, text: &'v str) -> Option<LegacyToken<'v>> {
    let keys = visit.cx.realm.legacy.as_ref()?;
    let is_on = visit.cx.settings().legacy_tokens != LegacyTokens::Off;
    let id = is_on.then(|| open_token(keys, text))??;
    let user = visit.manager.legacy_ids.key(&id)?;
    Some(LegacyToken { text, user })
}

/// Whether a cookie is a token of the other application.
pub(super) fn is_token<U: AuthUser>(visit: &Visit<'_, U>, text: &str) -> bool {
    read(visit, text).is_some()
}

/// Whether the remember cookie is a token of another user than this one.
pub(super) fn is_of_other<U: AuthUser>(visit: &Visit<'_, U>, user: &EncodedId) -> bool {
    tokens(visit).any(|token| token.user != *user)
}

/// Begins a session with a token. Requests at once meet in one record.
pub(super) async fn by_token<U: AuthUser>(
    visit: &Visit<'_, U>,
    is_alone: bool,
    mode: Mode,
    effects: &mut Effects,
) -> Resolution<U> {
    let Some(token) = tokens(visit).next().filter(|_| is_alone) else {
        return Err(Reason::NotLoggedIn);
    };
    let refusal = |why| visit.cx.refusal(TokenKind::Remember, why, token.text);
    // Starlette-Login has no way to remove the cookie, and says so in its session.
    if legacy_session::has_left(visit) {
        effects.tell(refusal(Refused::Ended));
        return Err(Reason::NotLoggedIn);
    }
    if legacy_session::is_in(visit).await? {
        // A session of ours would outlive a logout there: the token is for later.
        return Err(Reason::NotLoggedIn);
    }
    let changes = visit.changes(&token.user);
    let Some(user) = visit.load(&token.user).await? else {
        effects.tell(refusal(Refused::UserGone));
        return Err(Reason::NotLoggedIn);
    };
    if !user.is_active() {
        effects.tell(refusal(Refused::Inactive));
        return Err(Reason::Inactive);
    }
    if mode == Mode::Active
        && let Some(session) = begin(visit, &token, &user).await?
    {
        set_cookies(visit, &session, effects);
        return Ok(visit.authenticated(user, session, changes));
    }
    Ok(for_this_request(user, token.user, visit.cx.now, true))
}

/// A user who is known now, by a session that no cookie of ours will name.
pub(super) fn for_this_request<U>(
    user: Arc<U>,
    key: EncodedId,
    since: Timestamp,
    is_restored: bool,
) -> Authenticated<U> {
    let by = AuthMethod::Legacy {
        user: key,
        since,
        is_restored,
    };
    Authenticated {
        user,
        by,
        fresh: false,
        changes: 0,
    }
}

/// Begins the session of a token in this browser; `None` while that is blocked.
async fn begin<U: AuthUser>(
    visit: &Visit<'_, U>,
    token: &LegacyToken<'_>,
    user: &U,
) -> Result<Option<LoadedSession>, Reason> {
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    let hash = user.session_auth_hash();
    let session = restore::blank(visit, cx.keys().auth_hash(&hash));
    let expires = cx.now.plus(cx.settings().remember_for);
    let is_replaced = cx.settings().legacy_tokens == LegacyTokens::Replace;
    let remember = is_replaced.then(|| Remember::new(cx.agent(), expires, cx.now));
    let new = NewLogin {
        user: token.user.clone(),
        session,
        remember,
        client: cx.client(),
        is_suspended: &is_suspended_under(&cx.realm.keys, &hash),
    };
    let (id, block) = (id(visit, token, minute(cx.now)), block_of(visit, token));
    let begun = sessions.begin_legacy(id, block, new, cx.now).await;
    begun.map_err(unavailable)
}

fn minute(now: Timestamp) -> u64 {
    now.as_secs() / 60
}

/// The id of the session that a token begins in this browser at this minute.
fn id<U: AuthUser>(visit: &Visit<'_, U>, token: &LegacyToken<'_>, minute: u64) -> SessionId {
    let cx = &visit.cx;
    let digest = cx
        .keys()
        .legacy(token.text, cx.identifier(), &minute.to_be_bytes());
    SessionId::new(digest.0, cx.realm.sessions.store().is_some())
}

/// The name under which a token is blocked in this browser.
fn block_of<U: AuthUser>(visit: &Visit<'_, U>, token: &LegacyToken<'_>) -> SessionId {
    let cx = &visit.cx;
    let digest = cx.keys().legacy(token.text, cx.identifier(), b"block");
    SessionId::new(digest.0, true)
}

fn set_cookies<U: AuthUser>(visit: &Visit<'_, U>, session: &LoadedSession, effects: &mut Effects) {
    effects.cookies.session = cookie::session(&visit.cx, session);
    effects.cookies.remember = cookie::remember(&visit.cx, session);
    // One that was joined has been told already.
    if session.standing == Standing::Current {
        let user = (&session.user).into();
        effects.tell([Event::Restored { user }]);
    }
}

/// When the remember token expires that this response would put in the place of one of
/// the other application.
pub(super) fn remembered_until<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
) -> Option<Timestamp> {
    let login = visit.login.lock();
    let Some(Ok(found)) = &login.resolution else {
        return None;
    };
    let session = found.by.session()?;
    let is_own = session.record.is_legacy && session.user == *user;
    let is_new = is_own && !login.cookies.remember.is_kept();
    let remember = session.record.remember.as_ref().filter(|_| is_new)?;
    Some(remember.expires)
}

/// Keeps the tokens of this request from beginning a session for ten minutes: after a
/// logout or a login, requests with them may still be under way.
pub(super) async fn block<U: AuthUser>(visit: &Visit<'_, U>) -> Result<(), LoginError> {
    let (cx, sessions) = (&visit.cx, &visit.cx.realm.sessions);
    for token in tokens(visit) {
        let block = block_of(visit, &token);
        sessions.block(block, &token.user, cx.now).await?;
    }
    Ok(())
}

/// The sessions that requests under way may have begun with the tokens of this one.
pub(super) fn named<U: AuthUser>(visit: &Visit<'_, U>) -> Vec<Named> {
    let (cx, this) = (&visit.cx, minute(visit.cx.now));
    let minutes = (0..=MINUTES).map(|ago| this.saturating_sub(ago));
    let named = tokens(visit).flat_map(|token| {
        let minutes = minutes.clone();
        minutes.map(move |minute| {
            let id = id(visit, &token, minute);
            cx.realm.sessions.named_by_legacy(id, &token.user, cx.now)
        })
    });
    named.collect()
}

/// The token that both applications read, if this one is to write it and can.
///
/// It brings back the user that it names, active or not, and none beside a session that
/// says that its user has logged out.
pub(super) fn new_token<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
    session: &Session,
    duration: Duration,
) -> Option<CookieChange> {
    let (cx, keys) = (&visit.cx, visit.cx.realm.legacy.as_ref()?);
    let is_written = cx.settings().legacy_tokens == LegacyTokens::Write;
    if !is_written || session.forced || legacy_session::has_left(visit) {
        return None;
    }
    let text = visit.manager.legacy_ids.text(user)?;
    let value = seal_token(keys, &text)?;
    // A token that is too long for a cookie is not written.
    let fits = cx.settings().cookies.remember.len() + value.len() <= 4096;
    fits.then(|| {
        CookieChange::Set(Box::new(NewCookie {
            id: SessionId([0; 16]),
            purpose: Purpose::Remember,
            generation: Generation::first(cx.now),
            value,
            max_age: Some(duration),
        }))
    })
}
