//! The end of sessions.

use std::cmp::Reverse;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::rules::expiry::Limits;
use crate::session::{EncodedId, StoreKey};
use crate::session::{RememberToken, SessionChange, SessionEnd, SessionId, SessionToken};
use crate::sessions::access::{Listed, LoadedSession, TRIES, broken, failed, seconds, write};
use crate::sessions::home::{IN_FLIGHT, Sessions};
use crate::sessions::row::{self, Row};
use crate::store::{SessionStore, StoredSession};

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

    pub(super) fn new(id: SessionId, user: &EncodedId, until: Timestamp) -> Self {
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
    let (key, user) = (StoreKey::of_id(named.id), sessions.user(&named.user));
    if let Some(store) = sessions.store.as_deref() {
        delete(sessions, store, key, user, named.until).await?;
    }
    let ledger_key = sessions.ledger_key(named.id);
    sessions.note_end(ledger_key, key, user, why, named.until);
    Ok(())
}

/// Ends a session that was found in a list.
pub(super) async fn end_listed(
    sessions: &Sessions,
    store: &dyn SessionStore,
    user: StoreKey,
    listed: &Listed,
    why: SessionEnd,
) -> Result<(), LoginError> {
    let until = delete_listed(sessions, store, user, listed).await?;
    sessions.note_end(*listed.key.as_bytes(), listed.key, user, why, until);
    Ok(())
}

/// Deletes a record that was found in a list. Its sockets are told otherwise.
pub(super) async fn delete_listed(
    sessions: &Sessions,
    store: &dyn SessionStore,
    user: StoreKey,
    listed: &Listed,
) -> Result<Timestamp, LoginError> {
    let until = listed
        .record
        .last_copy(&sessions.limits, sessions.clock.now());
    delete(sessions, store, listed.key, user, until).await?;
    Ok(until)
}

/// Deletes a record, or keeps its end where copies of a cookie from a time without a
/// store could have it created again.
async fn delete(
    sessions: &Sessions,
    store: &dyn SessionStore,
    key: StoreKey,
    user: StoreKey,
    until: Timestamp,
) -> Result<(), LoginError> {
    if key.predates_store() {
        let until = until.max(sessions.clock.now().plus(IN_FLIGHT));
        return bury(store, key, user, seconds(until)).await;
    }
    store.delete(&key).await.map(drop).map_err(failed)
}

/// Puts a tombstone in the place of a session that has ended.
async fn bury(
    store: &dyn SessionStore,
    key: StoreKey,
    user: StoreKey,
    until: i64,
) -> Result<(), LoginError> {
    for _ in 0..TRIES {
        let found = store.load(&key).await.map_err(failed)?;
        if let Some(found) = &found
            && let Some(Row::Ended) = Row::read(&found.value)
        {
            return Ok(());
        }
        let tombstone = StoredSession {
            key,
            user,
            expires: found
                .as_ref()
                .map_or(until, |found| found.expires.max(until)),
            revision: found.as_ref().map_or(0, |found| found.revision),
            value: row::ended(),
        };
        if write(store, &tombstone, found.is_none()).await? {
            return Ok(());
        }
    }
    Err(broken())
}

/// Deletes the rows of an owner that are too many: the first to expire go first. The
/// newest row stays.
pub(super) async fn keep_few(
    store: &dyn SessionStore,
    owner: &StoreKey,
    most: usize,
    newest: StoreKey,
) -> Result<(), LoginError> {
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
        let now = sessions.clock.now();
        let until = sessions.known_until(now, now);
        sessions
            .ledger
            .end(*key.as_bytes(), *user, *why, until, now);
    }
    sessions.registry.apply(change);
}

/// Ends the sockets of a session whose user is found to have changed. Nothing is
/// written, and other nodes find out for themselves.
pub(crate) fn end_sockets(sessions: &Sessions, session: &LoadedSession, why: SessionEnd) {
    let (key, user) = (StoreKey::of_id(session.id), sessions.user(&session.user));
    sessions.registry.end(key, user, why);
}
