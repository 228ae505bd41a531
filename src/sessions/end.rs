//! The end of sessions.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{EncodedId, StoreKey};
use crate::session::{RememberToken, SessionChange, SessionEnd, SessionId, SessionToken};
use crate::sessions::row::Row;
use crate::sessions::{LoadedSession, Sessions, TRIES, broken, failed, seconds};
use crate::store::{SessionStore, StoredSession};

/// Longer than a browser waits for an answer.
pub(crate) const IN_FLIGHT: Duration = Duration::from_secs(600);

/// A session that a token names, whatever that token is worth.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) id: SessionId,
    pub(crate) user: EncodedId,
    /// When the last copy of the token stops counting by itself.
    pub(super) until: Timestamp,
}

impl Sessions {
    /// The session that a session token names.
    pub(crate) fn named(&self, token: &SessionToken, now: Timestamp) -> Named {
        let last_copy = token.carried.as_ref().map(|carried| {
            let session = self.limits.last_copy(&carried.session, now);
            // The remember token may have restored it once more, until just now.
            let restored = now.plus(self.limits.lifetime);
            let until = carried.remember_until;
            until.map_or(session, |until| session.max(until).max(restored))
        });
        Named {
            id: token.id,
            user: token.user.clone(),
            until: last_copy.unwrap_or(now),
        }
    }

    /// The session that a remember token names.
    pub(crate) fn named_by_remember(&self, token: &RememberToken, now: Timestamp) -> Named {
        // A session that it has restored may last longer.
        let restored = now.plus(self.limits.lifetime);
        Named {
            id: token.id,
            user: token.user.clone(),
            until: token.expires.max(restored),
        }
    }

    /// The session that a request has found.
    pub(crate) fn named_by(&self, session: &LoadedSession, now: Timestamp) -> Named {
        Named {
            id: session.id,
            user: session.user.clone(),
            until: session.record.last_copy(&self.limits, now),
        }
    }

    /// Ends these sessions. One that cannot be ended does not keep the others.
    pub(crate) async fn end_all(
        &self,
        named: &[Named],
        why: SessionEnd,
        now: Timestamp,
    ) -> Result<(), LoginError> {
        let mut ended = Ok(());
        for named in named {
            ended = self.end(named, why, now).await.and(ended);
        }
        ended
    }

    /// Ends a session, with its sockets: its record is deleted.
    pub(crate) async fn end(
        &self,
        named: &Named,
        why: SessionEnd,
        now: Timestamp,
    ) -> Result<(), LoginError> {
        let (key, user) = (StoreKey::of_id(named.id), self.user(&named.user));
        if let Some(store) = self.store.as_deref() {
            self.delete(store, key, user, named.until, now).await?;
        }
        let ledger_key = self.ledger_key(named.id);
        let until = named.until.max(now.plus(IN_FLIGHT));
        self.ledger.end(ledger_key, user, why, until, now);
        self.announce(&SessionChange::Ended { key, user, why });
        Ok(())
    }

    /// Deletes a record, or keeps its end where copies of a cookie from a time without a
    /// store could have it created again.
    pub(super) async fn delete(
        &self,
        store: &dyn SessionStore,
        key: StoreKey,
        user: StoreKey,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), LoginError> {
        if key.predates_store() {
            let until = until.max(now.plus(IN_FLIGHT));
            return self.bury(store, key, user, seconds(until)).await;
        }
        store.delete(&key).await.map(drop).map_err(failed)
    }

    /// Puts a row that says so in the place of a session that has ended.
    pub(super) async fn bury(
        &self,
        store: &dyn SessionStore,
        key: StoreKey,
        user: StoreKey,
        until: i64,
    ) -> Result<(), LoginError> {
        for _ in 0..TRIES {
            let found = store.load(&key).await.map_err(failed)?;
            let is_there = found.is_some();
            let mut stored = found.unwrap_or(StoredSession {
                key,
                user,
                expires: until,
                revision: 0,
                value: Row::Ended.write(),
            });
            if is_there && matches!(Row::read(&stored.value), Some(Row::Ended)) {
                return Ok(());
            }
            stored.expires = stored.expires.max(until);
            stored.value = Row::Ended.write();
            let is_written = if is_there {
                store.save(&stored).await
            } else {
                store.create(&stored).await
            };
            if is_written.map_err(failed)? {
                return Ok(());
            }
        }
        Err(broken())
    }
}
