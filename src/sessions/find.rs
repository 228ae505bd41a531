//! Finding the session that a token names.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::event::Refused;
use crate::rules::expiry::is_from_the_future;
use crate::session::{EncodedId, Generation, RememberToken, SessionId, SessionToken, StoreKey};
use crate::sessions::access::{LoadedSession, load, load_live};
use crate::sessions::generation::Standing;
use crate::sessions::home::Sessions;
use crate::sessions::ledger::Fate;
use crate::sessions::record::Record;
use crate::sessions::row::Row;
use crate::token::{Home, Signed, TokenKind};

/// Finds the session of a token where there is no store, without waiting. `None` where
/// a store has to be asked.
pub(crate) fn find_local(
    sessions: &Sessions,
    token: &SessionToken,
    now: Timestamp,
) -> Option<Result<LoadedSession, Refused>> {
    let carried = token
        .carried
        .as_ref()
        .filter(|_| sessions.store.is_none())?;
    if sessions.limits.is_over(&carried.session, now)
        || is_from_the_future(token.generation.made().whole(), now)
    {
        return Some(Err(Refused::Expired));
    }
    let standing = match standing_here(sessions, token.id, token.generation, now) {
        None => return Some(Err(Refused::Ended)),
        Some(Standing::Superseded) => return Some(Err(Refused::Superseded)),
        Some(standing) => standing,
    };
    let record = Record::carried(carried, token.generation);
    let mut session = LoadedSession::new(token.id, &token.user, record, None);
    session.standing = standing;
    Some(Ok(session))
}

/// Returns the standing of a session token as this process knows it; `None` if the session
/// has ended here.
fn standing_here(
    sessions: &Sessions,
    id: SessionId,
    presented: Generation,
    now: Timestamp,
) -> Option<Standing> {
    match sessions.fate(id, now) {
        None => Some(Standing::Current),
        Some(Fate::Rotated(rotated)) => Some(rotated.standing(presented, now)),
        Some(Fate::Ended(_)) => None,
    }
}

/// Finds the session of a request once more. `None` if it no longer counts for the
/// generation that the request has.
///
/// A token that was superseded when the request came stays so: nothing makes it fresh.
pub(crate) async fn find_again(
    sessions: &Sessions,
    found: &LoadedSession,
    now: Timestamp,
) -> Result<Option<LoadedSession>, LoginError> {
    let mut session = found.clone();
    let key = StoreKey::of_id(found.id);
    let standing = match load(sessions, key, &found.user).await? {
        _ if sessions.store.is_none() => standing_here(sessions, found.id, found.presented, now),
        Some((Row::Live(record), revision)) => {
            (session.record, session.revision) = (*record, Some(revision));
            Some(session.record.generations.standing(found.presented, now))
        }
        // No page has taken it over yet from a time without a store.
        None if found.revision.is_none() => Some(found.standing),
        Some((Row::Ended, _)) | None => None,
    };
    let counts = standing.is_some_and(|standing| standing != Standing::Superseded)
        && !sessions.limits.is_over(&session.record.session, now);
    if let Some(standing) = standing.filter(|_| session.standing == Standing::Current) {
        session.standing = standing;
    }
    Ok(counts.then_some(session))
}

/// Finds the session of a token, in the store if there is one.
///
/// A session from a time without a store has no row at first. The first page that notes
/// something creates the row under the session's id, so that requests at once meet in it.
pub(crate) async fn find(
    sessions: &Sessions,
    signed: &Signed<SessionToken>,
    now: Timestamp,
) -> Result<Result<LoadedSession, Refused>, LoginError> {
    let token = &signed.value;
    if sessions.store.is_none() {
        return Ok(find_local(sessions, token, now).unwrap_or(Err(Refused::Ended)));
    }
    let key = StoreKey::of_id(token.id);
    let carried = token.carried.as_ref();
    let carried = carried.filter(|_| signed.home == Home::Cookie);
    let (record, revision) = match (load(sessions, key, &token.user).await?, carried) {
        (Some((Row::Live(record), revision)), _) => (*record, Some(revision)),
        (None, Some(carried)) => (Record::carried(carried, token.generation), None),
        (Some((Row::Ended, _)), _) | (None, None) => return Ok(Err(Refused::Ended)),
    };
    let mut session = LoadedSession::new(token.id, &token.user, record, revision);
    session.presented = token.generation;
    session.standing = session.record.generations.standing(token.generation, now);
    if sessions.limits.is_over(&session.record.session, now) {
        return Ok(Err(Refused::Expired));
    }
    if session.standing == Standing::Superseded {
        return Ok(Err(Refused::Superseded));
    }
    sessions.seen.insert(key, now.whole());
    Ok(Ok(session))
}

/// Finds the record of a remember token; `None` if it has ended.
pub(crate) async fn find_remembered(
    sessions: &Sessions,
    signed: &Signed<RememberToken>,
) -> Result<Option<LoadedSession>, LoginError> {
    let token = &signed.value;
    let found = load(sessions, StoreKey::of_id(token.id), &token.user).await?;
    let (record, revision) = match found {
        Some((Row::Live(record), revision)) => (*record, Some(revision)),
        None if signed.home == Home::Cookie
            && sessions.is_newest(token.id, TokenKind::Remember, token.generation) =>
        {
            (Record::remembered(token), None)
        }
        Some((Row::Ended, _)) | None => return Ok(None),
    };
    let session = LoadedSession::new(token.id, &token.user, record, revision);
    Ok(Some(session))
}

/// Reads when the session of a socket ends if no page extends it. `None` if it has
/// ended, or if there is no store.
pub(crate) async fn limit_of(
    sessions: &Sessions,
    key: StoreKey,
    user: &EncodedId,
) -> Result<Option<Timestamp>, LoginError> {
    let live = load_live(sessions, key, user).await?;
    Ok(live.map(|(record, _)| sessions.limits.end(&record.session)))
}
