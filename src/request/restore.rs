//! Restoring a session, once the user of its remember token is known.

use std::sync::Arc;

use crate::config::ProtectionLevel;
use crate::error::Reason;
use crate::event::Event;
use crate::request::authenticate::Mode;
use crate::request::callback::unavailable;
use crate::request::candidate::Candidate;
use crate::request::cookie;
use crate::request::pending::{CookieChange, Effects};
use crate::request::visit::Visit;
use crate::session::{Digest, RememberToken, Session, SessionEnd};
use crate::sessions::{LoadedSession, Redeemed, Redeeming, Restore};
use crate::token::{Home, KeyAge, Signed};
use crate::user::AuthUser;

/// The session that a restore begins.
pub(super) fn blank<U: AuthUser>(visit: &Visit<'_, U>, auth_hash: Digest) -> Session {
    let (cx, settings) = (&visit.cx, visit.cx.settings());
    let now = cx.now.whole();
    Session {
        begun: now,
        expires: now.plus(settings.limits.lifetime),
        last_seen: now,
        fresh_since: None,
        permanent: settings.permanent,
        restored: true,
        forced: false,
        identifier: cx.identifier(),
        auth_hash,
    }
}

/// Restores the session of a remember token, and sets what the response will set.
pub(super) async fn restore<U: AuthUser>(
    visit: &Visit<'_, U>,
    found: Candidate<RememberToken>,
    user: &U,
    mode: Mode,
    effects: &mut Effects,
) -> Result<LoadedSession, Reason> {
    let cx = &visit.cx;
    let Candidate { signed, session } = found;
    let mut session = Arc::unwrap_or_clone(session);
    let hash = user.session_auth_hash();
    let auth_hash = cx.keys().auth_hash(&hash);
    let is_auth_hash = |digest: &Digest| cx.realm.keys.is_auth_hash(digest, &hash);
    let agent = |digest: &Digest| cx.realm.keys.is_agent(digest, cx.head.user_agent);
    let redeeming = Redeeming {
        restore: Restore {
            presented: signed.value.generation,
            session: blank(visit, auth_hash),
            agent: cx.agent(),
            client: cx.client(),
        },
        is_same_agent: &agent,
        is_auth_hash: &is_auth_hash,
        may_write: mode == Mode::Active,
        is_strong: cx.settings().protection_level == ProtectionLevel::Strong,
    };
    // The loader may have taken its time.
    let now = cx.realm.clock.now();
    let redeemed = cx
        .realm
        .sessions
        .redeem(&mut session, &redeeming, now)
        .await;
    match redeemed.map_err(unavailable)? {
        Redeemed::Looked => {}
        Redeemed::Joined => set_cookies(visit, &signed, &session, effects),
        Redeemed::Restored => {
            set_cookies(visit, &signed, &session, effects);
            let user = (&session.user).into();
            effects.tell([Event::Restored { user }]);
        }
        Redeemed::Reused => return Err(reused(visit, &signed, &session, mode, effects).await),
        Redeemed::Ended => return Err(Reason::NotLoggedIn),
    }
    Ok(session)
}

/// Lets the response set the present generations. Without a store the remember token stays.
fn set_cookies<U: AuthUser>(
    visit: &Visit<'_, U>,
    signed: &Signed<RememberToken>,
    session: &LoadedSession,
    effects: &mut Effects,
) {
    let cx = &visit.cx;
    effects.cookies.session = cookie::session(cx, session);
    if cx.realm.sessions.home() == Home::Store {
        effects.cookies.remember = cookie::remember(cx, session);
    } else if signed.key == KeyAge::Previous {
        let token = RememberToken {
            auth_hash: session.record.session.auth_hash,
            ..signed.value.clone()
        };
        effects.cookies.remember = cookie::remember_token(cx, &token);
    }
}

/// Two clients have the token. It restores nothing; under `strong` the session ends.
async fn reused<U: AuthUser>(
    visit: &Visit<'_, U>,
    signed: &Signed<RememberToken>,
    session: &LoadedSession,
    mode: Mode,
    effects: &mut Effects,
) -> Reason {
    let cx = &visit.cx;
    let is_strong = cx.settings().protection_level == ProtectionLevel::Strong;
    if is_strong && mode == Mode::Active {
        let named = cx.realm.sessions.named_by(session, cx.now);
        let ended = cx.realm.sessions.end(&named, SessionEnd::Revoked, cx.now);
        if let Err(error) = ended.await {
            return unavailable(error);
        }
        effects.cookies.session = CookieChange::remove_if(!cx.cookies.session.is_empty());
        effects.cookies.remember = CookieChange::Remove;
    }
    // Nothing is told of a request that is to be repeated.
    effects.tell(news_of_reuse(visit, signed, session));
    Reason::NotLoggedIn
}

/// Tells of a reused token, the first time that this process sees it.
pub(super) fn news_of_reuse<U: AuthUser>(
    visit: &Visit<'_, U>,
    signed: &Signed<RememberToken>,
    session: &LoadedSession,
) -> Option<Event> {
    let generation = signed.value.generation.as_millis().to_be_bytes();
    let cause = [&session.id.0[..], &generation].concat();
    let is_news = visit.cx.realm.sessions.is_news(&cause);
    let user = (&session.user).into();
    is_news.then_some(Event::TokenReused { user })
}
