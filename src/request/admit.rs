//! From a session whose token counts to its user: auth hash, protection, activity.

use std::sync::Arc;

use crate::error::Reason;
use crate::event::{Effect, Event, Refused};
use crate::request::authenticate::{Mode, NoLogin};
use crate::request::callback::unavailable;
use crate::request::candidate::Candidate;
use crate::request::cookie;
use crate::request::pending::{Authenticated, CookieChange, Effects};
use crate::request::tokens;
use crate::request::visit::Visit;
use crate::rules::protection::Verdict;
use crate::session::{SessionEnd, SessionToken};
use crate::sessions::{LoadedSession, Noted, Notes, Standing};
use crate::token::KeyAge;
use crate::user::AuthUser;

pub(super) async fn admit<U: AuthUser>(
    visit: &Visit<'_, U>,
    found: &mut Candidate<SessionToken>,
    mode: Mode,
    effects: &mut Effects,
) -> Result<Authenticated<U>, NoLogin<U>> {
    let cx = &visit.cx;
    let changes = visit.changes(&found.session.user);
    let Some(user) = visit.load(&found.session.user).await? else {
        found.suspend(cx, Refused::UserGone, effects);
        return Err(NoLogin::Refused(Reason::NotLoggedIn));
    };
    let record = &found.session.record.session;
    if !cx
        .realm
        .keys
        .is_auth_hash(&record.auth_hash, &user.session_auth_hash())
    {
        found.suspend(cx, Refused::AuthHashChanged, effects);
        let suspended = visit.authenticated(user, found.session.clone(), changes);
        return Err(NoLogin::Suspended(Box::new(suspended)));
    }
    if !user.is_active() && !record.forced {
        found.suspend(cx, Refused::Inactive, effects);
        return Err(NoLogin::Refused(Reason::Inactive));
    }
    let is_same = cx.is_identifier(&record.identifier);
    let is_superseded = found.session.standing == Standing::Joined;
    let level = cx.settings().protection_level;
    let is_stale = match level.verdict(record.permanent, is_same, is_superseded) {
        Verdict::Keep => false,
        Verdict::TakeFreshness => true,
        Verdict::Absent => return Err(NoLogin::Absent),
        Verdict::End => {
            let reason = Box::pin(end(visit, &found.session, mode, effects)).await;
            return Err(NoLogin::Refused(reason));
        }
    };
    let notes = found.notes(visit, &*user, is_stale, is_same);
    let limits = &cx.settings().limits;
    let is_worth_it = found.session.record.is_worth_noting(&notes, limits, cx.now);
    if mode == Mode::Active && (is_worth_it || found.is_to_be_signed(visit)) {
        if is_stale && record.fresh_since.is_some() && found.session.standing == Standing::Current {
            effects.tell([protected(visit, &found.session, Effect::FreshnessTaken)]);
        }
        Box::pin(note(visit, found, &notes, effects)).await?;
    } else if is_stale {
        found.take_freshness();
    }
    Ok(visit.authenticated(user, found.session.clone(), changes))
}

/// Has the session's home learn what this page says of it.
async fn note<U: AuthUser>(
    visit: &Visit<'_, U>,
    found: &mut Candidate<SessionToken>,
    notes: &Notes,
    effects: &mut Effects,
) -> Result<(), NoLogin<U>> {
    let cx = &visit.cx;
    let sessions = &cx.realm.sessions;
    let noted = sessions
        .note(Arc::make_mut(&mut found.session), notes, cx.now)
        .await;
    let noted = noted.map_err(unavailable)?;
    if noted == Noted::Ended {
        return Err(NoLogin::Refused(Reason::NotLoggedIn));
    }
    let is_current = found.session.standing == Standing::Current;
    if is_current && (noted == Noted::Carried || found.is_to_be_signed(visit)) {
        effects.cookies.session = cookie::session(cx, &found.session);
    }
    if is_current
        && found.signed.key == KeyAge::Previous
        && let Some(mut token) = tokens::remember_of(cx, found.session.id)
        && token.key == KeyAge::Previous
    {
        token.value.auth_hash = found.session.record.session.auth_hash;
        effects.cookies.remember = cookie::remember_token(cx, &token.value);
    }
    if notes.is_stale {
        found.take_freshness();
    }
    Ok(())
}

/// Ends a session that turned up in another browser, with its remember token.
async fn end<U: AuthUser>(
    visit: &Visit<'_, U>,
    session: &LoadedSession,
    mode: Mode,
    effects: &mut Effects,
) -> Reason {
    let cx = &visit.cx;
    if mode == Mode::LookOnly {
        return Reason::NotLoggedIn;
    }
    let named = cx.realm.sessions.named_by(session, cx.now);
    let ended = cx.realm.sessions.end(&named, SessionEnd::Protected, cx.now);
    if let Err(error) = ended.await {
        return unavailable(error);
    }
    effects.tell([protected(visit, session, Effect::Ended)]);
    effects.cookies.session = CookieChange::Remove;
    effects.cookies.remember = CookieChange::remove_if(!cx.cookies.remember.is_empty());
    Reason::NotLoggedIn
}

fn protected<U: AuthUser>(visit: &Visit<'_, U>, session: &LoadedSession, effect: Effect) -> Event {
    Event::Protected {
        user: (&session.user).into(),
        level: visit.cx.settings().protection_level,
        effect,
    }
}
