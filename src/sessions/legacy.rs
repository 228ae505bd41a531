//! Sessions that begin with a token of Flask-Login or Starlette-Login, which is the same in
//! every browser and never ends by itself.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{EncodedId, SessionEnd, SessionId, StoreKey};
use crate::sessions::access::{LoadedSession, delete_row, failed, load_live, seconds};
use crate::sessions::begin::{NewLogin, make_room, try_to_create};
use crate::sessions::end::keep_few;
use crate::sessions::generation::Standing;
use crate::sessions::home::{IN_FLIGHT, Sessions};
use crate::sessions::record::Record;
use crate::sessions::row;
use crate::store::StoredSession;

/// How many blocks a user has at most in a store: no browser has so many requests under way.
const MAX_BLOCKS: usize = 20;

/// Begins a session under this id, or joins the one that a request at once has begun.
/// `None` while the token is blocked in this browser.
///
/// Request A begins a session. Request B logs out: it blocks the token first, and ends
/// the session of the token then. Request A looks for the block after its begin. Result:
/// one of the two finds what the other has done.
pub(crate) async fn begin_legacy(
    sessions: &Sessions,
    id: SessionId,
    block: SessionId,
    new: NewLogin<'_>,
    now: Timestamp,
) -> Result<Option<LoadedSession>, LoginError> {
    if is_blocked(sessions, block, now).await? || sessions.end_of(id, now).is_some() {
        return Ok(None);
    }
    let record = Record {
        is_legacy: true,
        ..Record::new(new.session, new.remember, new.client, now)
    };
    let mut session = LoadedSession::new(id, &new.user, record, None);
    if !try_to_create(sessions, &mut session).await? {
        return join(sessions, session).await;
    }
    if is_blocked(sessions, block, now).await? {
        delete_row(sessions, StoreKey::of_id(id)).await?;
        return Ok(None);
    }
    make_room(sessions, &session, &[], new.is_suspended).await?;
    Ok(Some(session))
}

/// Joins a session that another request has created.
async fn join(
    sessions: &Sessions,
    mut session: LoadedSession,
) -> Result<Option<LoadedSession>, LoginError> {
    let key = StoreKey::of_id(session.id);
    let live = load_live(sessions, key, &session.user).await?;
    // A token must not profit from a confirmation by the person.
    let live = live.filter(|(record, _)| record.session.fresh_since.is_none());
    Ok(live.map(|(record, revision)| {
        session.presented = record.generations.current;
        session.standing = Standing::Joined;
        (session.record, session.revision) = (record, Some(revision));
        session
    }))
}

/// Keeps a token from beginning a session in a browser, for as long as a request with
/// it may be under way.
pub(crate) async fn block(
    sessions: &Sessions,
    block: SessionId,
    user: &EncodedId,
    now: Timestamp,
) -> Result<(), LoginError> {
    let until = now.plus(IN_FLIGHT);
    if let Some(store) = &sessions.store {
        let row = StoredSession {
            key: StoreKey::of_id(block),
            user: sessions.owner_of("blocks", user),
            expires: seconds(until),
            revision: 0,
            value: row::TOMBSTONE.to_vec(),
        };
        store.delete(&row.key).await.map_err(failed)?;
        store.create(&row).await.map_err(failed)?;
        keep_few(sessions, &row.user, row.key, MAX_BLOCKS).await?;
    }
    let (key, why) = (sessions.ledger_key(block), SessionEnd::Replaced);
    let ledger = &sessions.ledger;
    ledger.end(key, sessions.user(user), why, until, now);
    Ok(())
}

async fn is_blocked(
    sessions: &Sessions,
    block: SessionId,
    now: Timestamp,
) -> Result<bool, LoginError> {
    if sessions.end_of(block, now).is_some() {
        return Ok(true);
    }
    let Some(store) = &sessions.store else {
        return Ok(false);
    };
    let found = store.load(&StoreKey::of_id(block)).await.map_err(failed)?;
    Ok(found.is_some_and(|found| found.expires > seconds(now)))
}
