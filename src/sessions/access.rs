//! Reading and writing the rows of sessions. Without a store there are none, and a write
//! succeeds.

use crate::clock::Timestamp;
use crate::error::{BoxError, LoginError, LoginErrorKind};
use crate::session::{EncodedId, Generation, SessionId, StoreKey};
use crate::sessions::generation::Standing;
use crate::sessions::home::Sessions;
use crate::sessions::record::{Decision, Record};
use crate::sessions::row::{self, Row};
use crate::store::StoredSession;

/// How often a record is read again that another request has changed meanwhile.
pub(super) const TRIES: usize = 32;

/// How many records a user has at most.
pub(super) const MAX_RECORDS: usize = 1000;

/// A session as a token names it and as its home has it.
#[derive(Clone, Debug)]
pub(crate) struct LoadedSession {
    pub(crate) id: SessionId,
    pub(crate) user: EncodedId,
    pub(crate) record: Record,
    /// The generation of the session token that the browser has, or will have.
    pub(crate) presented: Generation,
    /// The standing of that token.
    pub(crate) standing: Standing,
    /// The revision of its row; `None` where there is none.
    pub(super) revision: Option<i64>,
}

impl LoadedSession {
    /// Returns a session with the present generation of its token.
    pub(crate) fn new(
        id: SessionId,
        user: &EncodedId,
        record: Record,
        revision: Option<i64>,
    ) -> Self {
        Self {
            id,
            user: user.clone(),
            presented: record.generations.current,
            standing: Standing::Current,
            record,
            revision,
        }
    }
}

/// A live record of a user, found in a list.
pub(super) struct Listed {
    pub(super) key: StoreKey,
    pub(super) record: Record,
}

/// Reads a row; `None` if there is none of this user that can be read.
pub(super) async fn load(
    sessions: &Sessions,
    key: StoreKey,
    user: &EncodedId,
) -> Result<Option<(Row, i64)>, LoginError> {
    let Some(store) = &sessions.store else {
        return Ok(None);
    };
    let found = store.load(&key).await.map_err(failed)?;
    Ok(found.and_then(|stored| {
        let row = read(&stored)?;
        let owner = match row {
            Row::Live(_) => sessions.user(user),
            Row::Ended => sessions.owner_of_ends(user),
        };
        (stored.user == owner).then_some((row, stored.revision))
    }))
}

/// Reads a live record.
pub(super) async fn load_live(
    sessions: &Sessions,
    key: StoreKey,
    user: &EncodedId,
) -> Result<Option<(Record, i64)>, LoginError> {
    Ok(match load(sessions, key, user).await? {
        Some((Row::Live(record), revision)) => Some((*record, revision)),
        Some((Row::Ended, _)) | None => None,
    })
}

/// Reads the live records of a user that have not expired. Parallel logins may have begun
/// some more than a user has at most.
pub(super) async fn listed(
    sessions: &Sessions,
    user: &EncodedId,
) -> Result<Vec<Listed>, LoginError> {
    let Some(store) = &sessions.store else {
        return Ok(Vec::new());
    };
    let (owner, now) = (sessions.user(user), seconds(sessions.clock.now()));
    let rows = store.of_user(&owner, MAX_RECORDS + 100).await;
    let mut rows = rows.map_err(failed)?;
    rows.retain(|row| row.expires > now);
    let listed = |row: &StoredSession| match read(row)? {
        Row::Live(record) => Some(Listed {
            key: row.key,
            record: *record,
        }),
        Row::Ended => None,
    };
    Ok(rows.iter().filter_map(listed).collect())
}

/// Writes a record, unless another request was faster.
pub(super) async fn put(
    sessions: &Sessions,
    session: &mut LoadedSession,
    record: Record,
) -> Result<bool, LoginError> {
    let stored = StoredSession {
        key: StoreKey::of_id(session.id),
        user: sessions.user(&session.user),
        expires: seconds(record.end(&sessions.limits)),
        revision: session.revision.unwrap_or(0),
        value: row::live(&record),
    };
    let is_written = write(sessions, &stored, session.revision.is_none()).await?;
    if is_written {
        session.record = record;
        session.revision = Some(session.revision.map_or(0, |revision| revision + 1));
    }
    Ok(is_written)
}

/// Changes a record by compare-and-swap. A request that was overtaken reads the record
/// again and decides anew. `None` if the session has ended meanwhile.
///
/// Without a store the decision is taken once, and the token carries what has changed.
pub(super) async fn change<T>(
    sessions: &Sessions,
    session: &mut LoadedSession,
    mut decide: impl FnMut(&mut Record) -> Decision<T>,
) -> Result<Option<T>, LoginError> {
    if sessions.store.is_none() {
        return Ok(Some(match decide(&mut session.record) {
            Decision::Write(done) | Decision::Keep(done) => done,
        }));
    }
    for _ in 0..TRIES {
        let mut record = session.record.clone();
        match decide(&mut record) {
            Decision::Keep(done) => return Ok(Some(done)),
            Decision::Write(done) => {
                if put(sessions, session, record).await? {
                    return Ok(Some(done));
                }
            }
        }
        let key = StoreKey::of_id(session.id);
        let Some((record, revision)) = load_live(sessions, key, &session.user).await? else {
            return Ok(None);
        };
        (session.record, session.revision) = (record, Some(revision));
    }
    Err(broken())
}

/// Creates a row, or saves it over the revision that was read. `false` if another request
/// was faster.
pub(super) async fn write(
    sessions: &Sessions,
    stored: &StoredSession,
    is_new: bool,
) -> Result<bool, LoginError> {
    let written = match &sessions.store {
        Some(store) if is_new => store.create(stored).await,
        Some(store) => store.save(stored).await,
        None => Ok(true),
    };
    written.map_err(failed)
}

/// Deletes a row.
pub(super) async fn delete_row(sessions: &Sessions, key: StoreKey) -> Result<(), LoginError> {
    match &sessions.store {
        Some(store) => store.delete(&key).await.map(drop).map_err(failed),
        None => Ok(()),
    }
}

/// Reads the value of a row. A value that cannot be read is logged.
fn read(stored: &StoredSession) -> Option<Row> {
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

/// Returns the error of a store that breaks the contract of `SessionStore`.
pub(super) fn broken() -> LoginError {
    failed("the session store does not keep what it was given".into())
}
