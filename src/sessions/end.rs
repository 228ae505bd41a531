//! The end of sessions.

use std::cmp::Reverse;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::rules::expiry::Limits;
use crate::session::{EncodedId, StoreKey};
use crate::session::{RememberToken, SessionChange, SessionEnd, SessionId, SessionToken};
use crate::sessions::access::{Listed, LoadedSession, TRIES};
use crate::sessions::access::{broken, delete_row, failed, seconds, write};
use crate::sessions::home::{IN_FLIGHT, Sessions};
use crate::sessions::row;
use crate::store::StoredSession;

/// How many tombstones a user has at most.
const MAX_ENDS: usize = 1000;

/// A session that a token names, however little the token is worth.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) id: SessionId,
    pub(crate) user: EncodedId,
    /// When the last copy of the token stops counting by itself.
    until: Timestamp,
}

impl Named {
    /// Returns the session that a session token names.
    pub(crate) fn by_session_token(token: &SessionToken, limits: &Limits, now: Timestamp) -> Self {
        let until = token.carried.as_ref().map_or(now, |carried| {
            let session = limits.last_copy(&carried.session, now);
            // The remember token may have restored it once more, until just now.
            let restored = now.plus(limits.lifetime);
            let remember = carried.remember_until;
            remember.map_or(session, |until| session.max(until).max(restored))
        });
        Self::new(token.id, &token.user, until)
    }

    /// Returns the session that a remember token names.
    pub(crate) fn by_remember_token(
        token: &RememberToken,
        limits: &Limits,
        now: Timestamp,
    ) -> Self {
        // A session that it has restored may last longer.
        let restored = now.plus(limits.lifetime);
        Self::new(token.id, &token.user, token.expires.max(restored))
    }

    /// Returns the session that a request has found.
    pub(crate) fn found(session: &LoadedSession, limits: &Limits, now: Timestamp) -> Self {
        let until = session.record.last_copy(limits, now);
        Self::new(session.id, &session.user, until)
    }

    pub(crate) fn new(id: SessionId, user: &EncodedId, until: Timestamp) -> Self {
        let user = user.clone();
        Self { id, user, until }
    }
}

/// Ends these sessions. A session that cannot be ended does not keep the others.
pub(crate) async fn end_all(
    sessions: &Sessions,
    named: &[Named],
    why: SessionEnd,
) -> Result<(), LoginError> {
    let mut ended = Ok(());
    for named in named {
        ended = end(sessions, named, why).await.and(ended);
    }
    ended
}

/// Ends a session, with its sockets: its record is deleted.
pub(crate) async fn end(
    sessions: &Sessions,
    named: &Named,
    why: SessionEnd,
) -> Result<(), LoginError> {
    let (key, user) = (StoreKey::of_id(named.id), &named.user);
    delete(sessions, key, user, named.until).await?;
    let ledger_key = sessions.ledger_key(named.id);
    sessions.note_end(ledger_key, key, user, why, named.until);
    trim_ends(sessions, user, Some(key).filter(StoreKey::predates_store)).await
}

/// Ends sessions of a user that were found in a list. Without a reason their sockets are
/// told otherwise.
pub(super) async fn end_listed(
    sessions: &Sessions,
    user: &EncodedId,
    listed: &[Listed],
    why: Option<SessionEnd>,
) -> Result<(), LoginError> {
    for Listed { key, record } in listed {
        let last_copy = record.last_copy(&sessions.limits, sessions.clock.now());
        delete(sessions, *key, user, last_copy).await?;
        if let Some(why) = why {
            sessions.note_end(*key.as_bytes(), *key, user, why, last_copy);
        }
    }
    let mut keys = listed.iter().map(|listed| listed.key);
    let buried = keys.find(StoreKey::predates_store);
    trim_ends(sessions, user, buried).await
}

/// Deletes a record. Copies of a cookie from a time without a store could have the record
/// created again: there a tombstone stays until the last copy has expired.
async fn delete(
    sessions: &Sessions,
    key: StoreKey,
    user: &EncodedId,
    last_copy: Timestamp,
) -> Result<(), LoginError> {
    let Some(store) = &sessions.store else {
        return Ok(());
    };
    if !key.predates_store() {
        return delete_row(sessions, key).await;
    }
    let until = last_copy.max(sessions.clock.now().plus(IN_FLIGHT));
    for _ in 0..TRIES {
        let found = store.load(&key).await.map_err(failed)?;
        let found = found.as_ref();
        let (revision, expires) = found.map_or((0, 0), |row| (row.revision, row.expires));
        let tombstone = StoredSession {
            key,
            user: sessions.owner_of_ends(user),
            expires: expires.max(seconds(until)),
            revision,
            value: row::TOMBSTONE.to_vec(),
        };
        let is_there = found.is_some_and(|row| row.value == tombstone.value);
        if is_there || write(sessions, &tombstone, found.is_none()).await? {
            return Ok(());
        }
    }
    Err(broken())
}

/// Keeps the tombstones of a user few, once a new one was written.
async fn trim_ends(
    sessions: &Sessions,
    user: &EncodedId,
    newest: Option<StoreKey>,
) -> Result<(), LoginError> {
    match newest {
        Some(newest) => keep_few(sessions, &sessions.owner_of_ends(user), newest, MAX_ENDS).await,
        None => Ok(()),
    }
}

/// Deletes the rows of an owner that are too many: the first to expire go first, and the
/// newest one stays.
pub(super) async fn keep_few(
    sessions: &Sessions,
    owner: &StoreKey,
    newest: StoreKey,
    most: usize,
) -> Result<(), LoginError> {
    let Some(store) = &sessions.store else {
        return Ok(());
    };
    let mut rows = store.of_user(owner, most * 2).await.map_err(failed)?;
    rows.sort_by_key(|row| Reverse((row.key == newest, row.expires)));
    for surplus in rows.iter().skip(most) {
        store.delete(&surplus.key).await.map_err(failed)?;
    }
    Ok(())
}

/// Takes over what another node has announced.
pub(crate) fn hear(sessions: &Sessions, change: &SessionChange) {
    if let SessionChange::Ended { key, user, why } = change {
        let (ledger, now) = (&sessions.ledger, sessions.clock.now());
        let until = sessions.known_until(now, now);
        ledger.end(*key.as_bytes(), *user, *why, until, now);
    }
    sessions.registry.apply(change);
}

/// Ends the sockets of a session whose user is found to have changed. Nothing is
/// written, and other nodes find out for themselves.
pub(crate) fn end_sockets(sessions: &Sessions, session: &LoadedSession, why: SessionEnd) {
    let (key, user) = (StoreKey::of_id(session.id), sessions.user(&session.user));
    sessions.registry.end(key, user, why);
}
