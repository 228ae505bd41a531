//! Sessions that go on: seen by a page, confirmed, or kept through a change of the
//! auth hash.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{Client, Digest, EncodedId, Generation, SessionChange, StoreKey};
use crate::sessions::access::{LoadedSession, change, listed};
use crate::sessions::end::end_listed;
use crate::sessions::generation::{Generations, Rotated, Standing};
use crate::sessions::home::Sessions;
use crate::sessions::ledger::Fate;
use crate::sessions::notes::Notes;
use crate::sessions::record::{Decision, Record};

/// The outcome of a page's notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// There was nothing to note, or the store has it.
    Kept,
    /// There is no store: the token has to carry what has changed.
    Carried,
    /// The session has ended meanwhile, or was renewed.
    Ended,
}

/// Has the session's home learn the notes of a page.
pub(crate) async fn note(
    sessions: &Sessions,
    session: &mut LoadedSession,
    notes: &Notes,
    now: Timestamp,
) -> Result<Noted, LoginError> {
    let mut is_changed = false;
    // A session from a time without a store is taken over, unless another request has
    // done so, or a logout has ended it.
    let mut is_taken_over = session.revision.is_none() && sessions.store.is_some();
    let decide = |record: &mut Record| {
        is_changed = record.note(notes, &sessions.limits, now);
        if std::mem::take(&mut is_taken_over) || is_changed {
            Decision::Write(())
        } else {
            Decision::Keep(())
        }
    };
    if change(sessions, session, decide).await?.is_none() {
        return Ok(Noted::Ended);
    }
    if sessions.store.is_some() {
        // Request A loads the record. Request B confirms. Request A reads the record
        // again. Result: the token of A is superseded, and must not be fresh.
        session.standing = session.record.generations.standing(session.presented, now);
        let is_out = session.standing == Standing::Superseded;
        return Ok(if is_out { Noted::Ended } else { Noted::Kept });
    }
    if is_changed {
        extend_sockets(sessions, session);
        return Ok(Noted::Carried);
    }
    Ok(Noted::Kept)
}

/// Makes a session fresh, for the person has proved who they are. `false` if it has
/// ended meanwhile, or was renewed beside this request.
pub(crate) async fn confirm(
    sessions: &Sessions,
    session: &mut LoadedSession,
    identifier: Digest,
    client: &Client,
    now: Timestamp,
) -> Result<bool, LoginError> {
    let Some(presented) = to_follow(sessions, session, now) else {
        return Ok(false);
    };
    let decide = |record: &mut Record| record.confirm(presented, identifier, client, now);
    let is_confirmed = change(sessions, session, decide).await? == Some(true);
    Ok(is_confirmed && goes_on(sessions, session, None, now))
}

/// Keeps a session through a change of the user's auth hash, which ends all others.
/// `false` if it has ended meanwhile.
pub(crate) async fn renew(
    sessions: &Sessions,
    session: &mut LoadedSession,
    auth_hash: Digest,
    now: Timestamp,
) -> Result<bool, LoginError> {
    let Some(presented) = to_follow(sessions, session, now) else {
        return Ok(false);
    };
    let decide = |record: &mut Record| record.renew(presented, auth_hash, now);
    let is_renewed = change(sessions, session, decide).await? == Some(true);
    if !is_renewed || !goes_on(sessions, session, Some(auth_hash), now) {
        return Ok(false);
    }
    let key = StoreKey::of_id(session.id);
    if let Err(error) = end_others(sessions, &session.user, key).await {
        // They know the old auth hash, and are suspended anyway.
        rocket::warn!("The other sessions of a user could not be deleted: {error}.");
    }
    sessions.announce(&SessionChange::AuthChanged {
        user: sessions.user(&session.user),
        renewed: Some((key, auth_hash)),
    });
    Ok(true)
}

async fn end_others(
    sessions: &Sessions,
    user: &EncodedId,
    staying: StoreKey,
) -> Result<(), LoginError> {
    let mut others = listed(sessions, user).await?;
    others.retain(|listed| listed.key != staying);
    end_listed(sessions, user, &others, None).await
}

/// Returns the generation that the next one follows. `None` if the presented token may not
/// go on. Without a store the ledger decides, and the record is what the token carries.
fn to_follow(
    sessions: &Sessions,
    session: &mut LoadedSession,
    now: Timestamp,
) -> Option<Generation> {
    let presented = session.presented;
    if sessions.store.is_some() {
        return Some(presented);
    }
    let newest = match sessions.fate(session.id, now) {
        None => presented,
        Some(Fate::Rotated(rotated))
            if rotated.standing(presented, now) != Standing::Superseded =>
        {
            presented.max(rotated.newest())
        }
        Some(_) => return None,
    };
    session.record.generations = Generations::only(newest);
    Some(newest)
}

/// Goes on with the new token: the rotation is certain. `false` if the session has ended in
/// this process.
fn goes_on(
    sessions: &Sessions,
    session: &mut LoadedSession,
    renewed: Option<Digest>,
    now: Timestamp,
) -> bool {
    session.standing = Standing::Current;
    let goes_on = supersede(sessions, session, renewed, now);
    session.presented = session.record.generations.current;
    extend_sockets(sessions, session);
    goes_on
}

fn extend_sockets(sessions: &Sessions, session: &LoadedSession) {
    let until = sessions.limits.end(&session.record.session);
    sessions.registry.extend(StoreKey::of_id(session.id), until);
}

/// Tells the ledger that the present generations supersede earlier ones; `false` if the
/// session has ended in this process.
///
/// Without a store, confirmations at once make several generations, and all of them
/// count. A renewal supersedes these as well.
pub(super) fn supersede(
    sessions: &Sessions,
    session: &LoadedSession,
    renewed: Option<Digest>,
    now: Timestamp,
) -> bool {
    let record = &session.record;
    let (made, remember) = (record.generations.current, record.remember.as_ref());
    let remember = remember.map(|remember| remember.generations.current.before());
    let is_alone = sessions.store.is_some() || renewed.is_some();
    let superseded = if is_alone {
        made.before()
    } else {
        session.presented
    };
    let rotated = Rotated {
        session: superseded,
        floor: if renewed.is_some() { made } else { superseded },
        remember: remember.unwrap_or(Generation::NONE),
        newest: made,
        renewed,
        at: now,
    };
    let key = sessions.ledger_key(session.id);
    let user = sessions.user(&session.user);
    let until = sessions.known_until(record.last_copy(&sessions.limits, now), now);
    sessions.ledger.supersede(key, user, rotated, until)
}
