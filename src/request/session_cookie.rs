//! The session cookie as a source of identity: its session, user, auth hash and protection.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::{LoginError, Reason};
use crate::event::{Effect, Event, Refused, TokenKind};
use crate::request::context::{Context, Visit};
use crate::request::cookies;
use crate::request::load::{self, unavailable};
use crate::request::pending::{Authenticated, Effects, NoLogin};
use crate::request::tokens::{self, Candidate, Naming};
use crate::rules::Seen;
use crate::rules::protection::Verdict;
use crate::session::{Generation, SessionEnd, SessionToken};
use crate::sessions::{self, LoadedSession, Noted, Notes, Standing};
use crate::token::{KeyAge, Signed};
use crate::user::AuthUser;

pub(super) async fn authenticate<U: AuthUser>(
    visit: &mut Visit<'_, U>,
) -> Result<Authenticated<U>, NoLogin<U>> {
    let mut found = match find_local(visit) {
        Some(found) => found,
        None => Box::pin(tokens::find(visit)).await?,
    };
    match &mut found {
        Some(found) => accept(visit, found).await,
        None => Err(NoLogin::Absent),
    }
}

impl Naming for SessionToken {
    async fn find(
        cx: &Context<'_>,
        signed: &Signed<Self>,
    ) -> Result<Result<LoadedSession, Refused>, LoginError> {
        sessions::find(&cx.realm.sessions, signed, cx.now).await
    }

    /// Prefers the session that was begun last.
    fn order(candidate: &Candidate<Self>) -> (Timestamp, Generation) {
        let session = &candidate.session;
        (session.record.session.begun, session.presented)
    }
}

/// Finds the session of the one cookie where there is no store, as most requests have it.
/// Returns `None` where there are more cookies, or a store.
fn find_local<U: AuthUser>(visit: &mut Visit<'_, U>) -> Option<Option<Candidate<SessionToken>>> {
    let cx = &visit.cx;
    let text = match Seen::only(cx.cookies.session.iter()) {
        Seen::Absent => return Some(None),
        Seen::Once(text) => text,
        Seen::Ambiguous => return None,
    };
    let why = match tokens::open_for::<_, U>(cx, text) {
        None => Refused::Forged,
        Some(signed) => match sessions::find_local(&cx.realm.sessions, &signed.value, cx.now)? {
            Ok(session) => {
                let session = Arc::new(session);
                return Some(Some(Candidate { signed, session }));
            }
            Err(why) => why,
        },
    };
    visit.effects.refuse(TokenKind::Session, why, text);
    Some(None)
}

/// Accepts a session for its user, unless protection takes it.
async fn accept<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    found: &mut Candidate<SessionToken>,
) -> Result<Authenticated<U>, NoLogin<U>> {
    let changes = visit.cx.changes(&found.session.user);
    let user = load::user(visit, &found.session.user).await?;
    let (cx, record) = (&visit.cx, &found.session.record.session);
    let user = match load::judge(&cx.realm.keys, &record.auth_hash, record.forced, user) {
        Ok(user) => user,
        Err((why, user)) => {
            found.suspend(visit, why);
            let suspended = user.map(|user| NoLogin::Suspended(found.session.clone(), user));
            return Err(suspended.unwrap_or_else(|| NoLogin::Refused(why.into())));
        }
    };
    let is_same = cx.is_identifier(&record.identifier);
    let is_superseded = found.session.standing == Standing::Joined;
    let level = cx.settings().protection_level;
    let is_stale = match level.verdict(record.permanent, is_same, is_superseded) {
        Verdict::Keep => false,
        Verdict::TakeFreshness => true,
        Verdict::Absent => return Err(NoLogin::Absent),
        Verdict::End => return Box::pin(end(visit, &found.session)).await,
    };
    let notes = notes(cx, found, &*user, is_stale, is_same);
    let limits = &cx.settings().limits;
    let is_news = found.session.record.is_worth_noting(&notes, limits, cx.now);
    let is_written = visit.may_write && (is_news || is_to_be_signed(cx, found));
    // If protection takes the freshness, another event tells.
    if !is_same && !takes_freshness(&found.session, is_stale) {
        tell_elsewhere(&visit.cx, &mut visit.effects, &found.session);
    }
    if is_written {
        Box::pin(note(visit, found, &notes)).await?;
    }
    if is_stale && found.session.record.session.fresh_since.is_some() {
        // The record may still be fresh, for another browser.
        Arc::make_mut(&mut found.session).record.session.fresh_since = None;
    }
    Ok(visit.cx.authenticated(user, found.session.clone(), changes))
}

/// Ends a session that turned up in another browser.
async fn end<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    session: &LoadedSession,
) -> Result<Authenticated<U>, NoLogin<U>> {
    if visit.may_write {
        tokens::end(visit, session, SessionEnd::Protected).await?;
        let event = protected(&visit.cx, session, Effect::Ended);
        visit.effects.tell(event);
    }
    Err(NoLogin::Refused(Reason::NotLoggedIn))
}

/// Tells, once for each place, that a session is used with another identifier.
pub(super) fn tell_elsewhere(cx: &Context<'_>, effects: &mut Effects, session: &LoadedSession) {
    let user = (&session.user).into();
    let cause = [&session.id.0[..], &cx.identifier().0];
    effects.tell_once(&cause, Event::UsedElsewhere { user });
}

/// Returns whether protection takes the freshness of the record, and not of this request
/// alone.
fn takes_freshness(session: &LoadedSession, is_stale: bool) -> bool {
    let is_fresh = session.record.session.fresh_since.is_some();
    is_stale && is_fresh && session.standing == Standing::Current
}

fn protected(cx: &Context<'_>, session: &LoadedSession, effect: Effect) -> Event {
    Event::Protected {
        user: (&session.user).into(),
        level: cx.settings().protection_level,
        effect,
    }
}

/// Returns whether the cookie has to be signed anew: by the current key, or for the store
/// that has taken the session over.
fn is_to_be_signed(cx: &Context<'_>, found: &Candidate<SessionToken>) -> bool {
    found.signed.key == KeyAge::Previous || found.signed.home != cx.realm.sessions.home()
}

/// Collects the facts that this request adds to the record.
fn notes<U: AuthUser>(
    cx: &Context<'_>,
    found: &Candidate<SessionToken>,
    user: &U,
    is_stale: bool,
    is_same: bool,
) -> Notes {
    let record = &found.session.record;
    let remember = record.remember.as_ref();
    let is_open = remember.is_some_and(|remember| !remember.is_settled);
    let shown = is_open.then(|| tokens::remember_of(cx, found.session.id));
    let digests = (found.signed.key == KeyAge::Previous).then(|| {
        // A fingerprint that does not match goes on matching nothing.
        let known = record.session.identifier;
        let identifier = if is_same { cx.identifier() } else { known };
        (identifier, cx.keys().auth_hash(&user.session_auth_hash()))
    });
    Notes {
        presented: found.session.presented,
        is_listed: cx.realm.sessions.store.is_some(),
        is_stale,
        is_elsewhere: !is_same,
        remember: shown.flatten().map(|signed| signed.value.generation),
        digests,
    }
}

/// Adds the notes to the record, and signs the cookies anew that need it.
async fn note<U: AuthUser>(
    visit: &mut Visit<'_, U>,
    found: &mut Candidate<SessionToken>,
    notes: &Notes,
) -> Result<(), NoLogin<U>> {
    let (cx, realm) = (&visit.cx, visit.cx.realm);
    if takes_freshness(&found.session, notes.is_stale) {
        let event = protected(cx, &found.session, Effect::FreshnessTaken);
        visit.effects.tell(event);
    }
    let session = Arc::make_mut(&mut found.session);
    let noted = sessions::note(&realm.sessions, session, notes, cx.now).await;
    let noted = noted.map_err(unavailable)?;
    if noted == Noted::Ended {
        return Err(NoLogin::Refused(Reason::NotLoggedIn));
    }
    if found.session.standing != Standing::Current {
        return Ok(());
    }
    if noted == Noted::Carried || is_to_be_signed(cx, found) {
        visit.effects.cookies.session = cookies::session_cookie(realm, &found.session, cx.now);
    }
    if found.signed.key == KeyAge::Previous
        && let Some(mut token) = tokens::remember_of(cx, found.session.id)
        && token.key == KeyAge::Previous
    {
        token.value.auth_hash = found.session.record.session.auth_hash;
        visit.effects.cookies.remember = cookies::remember_token(realm, &token.value, cx.now);
    }
    Ok(())
}
