//! The remember cookie as a source of identity: it brings a session back, never a fresh one.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::config::ProtectionLevel;
use crate::error::{LoginError, Reason};
use crate::event::{Event, Refused};
use crate::request::context::{Context, Visit};
use crate::request::cookies::{self, PendingCookies};
use crate::request::load::{self, unavailable};
use crate::request::pending::{Authenticated, Effects, NoLogin};
use crate::request::session_cookie::tell_elsewhere;
use crate::request::tokens::{self, Candidate, Naming};
use crate::rules::expiry;
use crate::session::{Digest, Generation, RememberToken, SessionEnd};
use crate::sessions::{self, LoadedSession, Outcome, Restore};
use crate::token::{Home, KeyAge, Signed};
use crate::user::AuthUser;

/// Restores a session. Beside a suspended session, this needs a token of the same user, who
/// has been loaded.
pub(super) async fn authenticate<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    beside: Option<(Arc<LoadedSession>, Arc<U>)>,
) -> Result<Authenticated<U>, NoLogin<U>> {
    let found = tokens::find::<RememberToken, U>(visit).await?;
    let found = found.ok_or(NoLogin::Absent)?;
    let token = &found.signed.value;
    let changes = visit.cx.changes(&token.user);
    let user = match beside {
        Some((session, user)) if session.user == token.user => Some(user),
        Some(_) => return Err(Reason::NotLoggedIn.into()),
        None => load::user(visit, &token.user).await?,
    };
    let (keys, record) = (&visit.cx.realm.keys, &found.session.record.session);
    let user = match load::judge(keys, &record.auth_hash, false, user) {
        Ok(user) => user,
        Err((why, _)) => {
            found.suspend(visit, why);
            return Err(NoLogin::Refused(why.into()));
        }
    };
    if !keys.is_auth_hash(&token.auth_hash, &user.session_auth_hash()) {
        // The session was renewed with a later hash, and goes on.
        found.refuse(visit, Refused::AuthHashChanged);
        return Err(Reason::NotLoggedIn.into());
    }
    let session = restore(visit, found, &*user).await?;
    Ok(visit.cx.authenticated(user, Arc::new(session), changes))
}

impl Naming for RememberToken {
    async fn find(
        cx: &Context<'_>,
        signed: &Signed<Self>,
    ) -> Result<Result<LoadedSession, Refused>, LoginError> {
        if expiry::remember_token_is_over(&signed.value, cx.now) {
            return Ok(Err(Refused::Expired));
        }
        let found = sessions::find_remembered(&cx.realm.sessions, signed).await?;
        Ok(found.ok_or(Refused::Ended))
    }

    /// Prefers the newest token.
    fn order(candidate: &Candidate<Self>) -> (Timestamp, Generation) {
        let token = &candidate.signed.value;
        (token.issued, token.generation)
    }
}

/// Restores the session of a token whose user counts.
async fn restore<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    found: Candidate<RememberToken>,
    user: &U,
) -> Result<LoadedSession, Reason> {
    let (cx, realm) = (&visit.cx, visit.cx.realm);
    let Candidate { signed, session } = found;
    let mut session = Arc::unwrap_or_clone(session);
    let hash = user.session_auth_hash();
    let restore = Restore {
        presented: signed.value.generation,
        session: cx.restored_session(cx.keys().auth_hash(&hash)),
        agent: cx.agent(),
        client: cx.client(),
        is_same_agent: &|digest: &Digest| realm.keys.is_agent(digest, cx.headers.user_agent),
        is_auth_hash: &|digest: &Digest| realm.keys.is_auth_hash(digest, &hash),
        may_write: visit.may_write,
        is_strong: cx.settings().protection_level == ProtectionLevel::Strong,
    };
    // The loader may have taken its time.
    let now = realm.clock.now();
    let outcome = sessions::restore(&realm.sessions, &mut session, &restore, now).await;
    match outcome.map_err(unavailable)? {
        Outcome::Looked => {}
        Outcome::Joined => {
            set_cookies(cx, &mut visit.effects, &signed, &session);
            if !cx.is_identifier(&session.record.session.identifier) {
                tell_elsewhere(cx, &mut visit.effects, &session);
            }
        }
        Outcome::Restored => {
            set_cookies(cx, &mut visit.effects, &signed, &session);
            let user = (&session.user).into();
            visit.effects.tell(Event::Restored { user });
        }
        Outcome::Reused => return reused(visit, &signed, &session).await,
        Outcome::Ended => return Err(Reason::NotLoggedIn),
    }
    Ok(session)
}

/// Lets the response set the present generations. Without a store the remember token stays.
fn set_cookies(
    cx: &Context<'_>,
    effects: &mut Effects,
    signed: &Signed<RememberToken>,
    session: &LoadedSession,
) {
    if cx.realm.sessions.home() == Home::Store {
        effects.cookies = PendingCookies::of(cx.realm, session, cx.now);
        return;
    }
    effects.cookies.session = cookies::session_cookie(cx.realm, session, cx.now);
    if signed.key == KeyAge::Previous {
        let mut token = signed.value.clone();
        token.auth_hash = session.record.session.auth_hash;
        effects.cookies.remember = cookies::remember_token(cx.realm, &token, cx.now);
    }
}

/// Handles a token that two clients use. It restores nothing. Under `strong` the session
/// ends.
async fn reused<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    signed: &Signed<RememberToken>,
    session: &LoadedSession,
) -> Result<LoadedSession, Reason> {
    if visit.may_write && visit.cx.settings().protection_level == ProtectionLevel::Strong {
        tokens::end(visit, session, SessionEnd::Revoked).await?;
    }
    tell_reuse(&mut visit.effects, signed);
    Err(Reason::NotLoggedIn)
}

/// Tells, the first time, that two clients use a token.
pub(super) fn tell_reuse(effects: &mut Effects, signed: &Signed<RememberToken>) {
    let token = &signed.value;
    let generation = token.generation.as_millis().to_be_bytes();
    let user = (&token.user).into();
    effects.tell_once(&[&token.id.0, &generation], Event::TokenReused { user });
}
