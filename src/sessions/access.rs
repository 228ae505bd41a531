//! Reading and changing the row of one session.

use crate::clock::Timestamp;
use crate::error::{BoxError, LoginError, LoginErrorKind};
use crate::session::{EncodedId, StoreKey};
use crate::sessions::row::Row;
use crate::sessions::{LoadedSession, Record, Sessions};
use crate::store::{SessionStore, StoredSession};

/// How often a record is read again that another request has changed meanwhile.
pub(super) const TRIES: usize = 32;

/// A decision about a record.
pub(super) enum Decision<T> {
    /// The record has changed.
    Write(T),
    Keep(T),
}

impl Sessions {
    /// Reads a record; `None` if there is none of this user that can be read.
    pub(super) async fn load(
        &self,
        store: &dyn SessionStore,
        key: StoreKey,
        user: &EncodedId,
    ) -> Result<Option<(Row, i64)>, LoginError> {
        let found = store.load(&key).await.map_err(failed)?;
        let found = found.filter(|stored| stored.user == self.user(user));
        Ok(found.and_then(|stored| Some((read(&stored)?, stored.revision))))
    }

    /// Writes a record, unless another request was faster.
    pub(super) async fn put(
        &self,
        store: &dyn SessionStore,
        session: &mut LoadedSession,
        record: Record,
    ) -> Result<bool, LoginError> {
        let expires = record.end(&self.limits);
        let row = Row::Live(Box::new(record));
        let stored = StoredSession {
            key: StoreKey::of_id(session.id),
            user: self.user(&session.user),
            expires: seconds(expires),
            revision: session.revision.unwrap_or(0),
            value: row.write(),
        };
        let is_written = match session.revision {
            Some(_) => store.save(&stored).await,
            None => store.create(&stored).await,
        };
        let is_written = is_written.map_err(failed)?;
        if let (true, Row::Live(record)) = (is_written, row) {
            session.record = *record;
            session.revision = Some(session.revision.map_or(0, |revision| revision + 1));
        }
        Ok(is_written)
    }

    /// Changes a record by compare-and-swap. A request that was overtaken reads the record
    /// again and decides anew. `None` if the session has ended meanwhile.
    ///
    /// Without a store the decision is taken once, and the token carries what has changed.
    pub(super) async fn change<T>(
        &self,
        session: &mut LoadedSession,
        mut decide: impl FnMut(&mut Record) -> Decision<T>,
    ) -> Result<Option<T>, LoginError> {
        let Some(store) = self.store.as_deref() else {
            return Ok(Some(match decide(&mut session.record) {
                Decision::Write(done) | Decision::Keep(done) => done,
            }));
        };
        for _ in 0..TRIES {
            let mut record = session.record.clone();
            match decide(&mut record) {
                Decision::Keep(done) => return Ok(Some(done)),
                Decision::Write(done) => {
                    if self.put(store, session, record).await? {
                        return Ok(Some(done));
                    }
                }
            }
            let key = StoreKey::of_id(session.id);
            match self.load(store, key, &session.user).await? {
                Some((Row::Live(record), revision)) => {
                    (session.record, session.revision) = (*record, Some(revision));
                }
                Some((Row::Ended, _)) | None => return Ok(None),
            }
        }
        Err(broken())
    }
}

/// Reads the value of a row, and tells the log of one that cannot be read.
pub(super) fn read(stored: &StoredSession) -> Option<Row> {
    let row = Row::read(&stored.value);
    if row.is_none() {
        rocket::warn!("A session in the store cannot be read, and counts as absent:");
        rocket::warn_!("it is damaged, or a newer version has written it.");
    }
    row
}

pub(super) fn seconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

pub(super) fn failed(error: BoxError) -> LoginError {
    LoginError::caused(LoginErrorKind::Unavailable, error)
}

/// The store breaks the contract of `SessionStore`.
pub(super) fn broken() -> LoginError {
    failed("the session store does not keep what it was given".into())
}
