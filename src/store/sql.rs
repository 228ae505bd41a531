//! What the stores in SQL databases have in common.

use std::time::Duration;

use rocket::tokio::spawn;
use rocket::tokio::time::timeout;
use sqlx::pool::PoolConnection;
use sqlx::{ColumnIndex, Database, Decode, Error, Pool, Row, Type};

use crate::store::{StoreKey, StoreResult, StoredSession};

/// How long a call may take, waiting for a connection included: a request is not to
/// hang with its database.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);

/// How long a call waits for a connection of a pool that a store has made.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

pub(super) const CREATE: &str = "INSERT INTO rocket_login_sessions \
    (key, user_key, expires, revision, value) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT DO NOTHING";

pub(super) const LOAD: &str = "SELECT key, user_key, expires, revision, value \
    FROM rocket_login_sessions WHERE key = $1 LIMIT $2";

pub(super) const SAVE: &str = "UPDATE rocket_login_sessions \
    SET user_key = $1, expires = $2, revision = revision + 1, value = $3 \
    WHERE key = $4 AND revision = $5";

pub(super) const DELETE: &str = "DELETE FROM rocket_login_sessions WHERE key = $1";

pub(super) const OF_USER: &str = "SELECT key, user_key, expires, revision, value \
    FROM rocket_login_sessions WHERE user_key = $1 LIMIT $2";

pub(super) const DELETE_OF_USER: &str = "DELETE FROM rocket_login_sessions WHERE user_key = $1";

/// Adds one to a counter, or begins it. Its time is over when `expires` is at most $2.
pub(super) const COUNT: &str = "INSERT INTO rocket_login_counters AS kept (key, count, expires) \
    VALUES ($1, 1, $3) ON CONFLICT (key) DO UPDATE SET \
    count = CASE WHEN kept.expires > $2 THEN kept.count + 1 ELSE 1 END, \
    expires = CASE WHEN kept.expires > $2 THEN kept.expires ELSE excluded.expires END \
    RETURNING count";

/// A connection out of a pool. It goes back only when its answer has come: after a
/// deadline, or a future that was dropped, the next one would wait for that answer.
pub(super) struct Lease<D: Database> {
    connection: PoolConnection<D>,
    has_ended: bool,
}

impl<D: Database> Lease<D> {
    pub(super) async fn of(pool: &Pool<D>) -> Result<Self, Error> {
        Ok(Self {
            connection: pool.acquire().await?,
            has_ended: false,
        })
    }

    pub(super) fn connection(&mut self) -> &mut D::Connection {
        &mut self.connection
    }

    /// Gives the connection back.
    pub(super) fn end(mut self) {
        self.has_ended = true;
        // The pool tests the connection first, and by itself waits for that as long
        // as the system does: without a deadline, a host that is gone for good would
        // keep the places of its connections for a quarter of an hour.
        spawn(timeout(DEADLINE, self.connection.return_to_pool()));
    }
}

impl<D: Database> Drop for Lease<D> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.connection.close_on_drop();
        }
    }
}

/// What comes of it, unless that takes too long.
pub(super) async fn within<T>(work: impl Future<Output = Result<T, Error>>) -> StoreResult<T> {
    match timeout(DEADLINE, work).await {
        Ok(done) => Ok(done?),
        Err(_) => {
            let seconds = DEADLINE.as_secs();
            Err(format!("the database has not answered within {seconds} seconds").into())
        }
    }
}

/// The session in a row of [`LOAD`] or [`OF_USER`].
pub(super) fn session<'r, R>(row: &'r R) -> StoreResult<StoredSession>
where
    R: Row,
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let read = || {
        Ok(StoredSession {
            key: key(column(row, 0)?)?,
            user: key(column(row, 1)?)?,
            expires: column(row, 2)?,
            revision: column(row, 3)?,
            value: column(row, 4)?,
        })
    };
    read()
        .map_err(|error: Error| format!("a row of rocket_login_sessions is spoilt: {error}").into())
}

/// The value of a counter, as [`COUNT`] gives it.
pub(super) fn counted(count: i64) -> StoreResult<Option<u64>> {
    let count = u64::try_from(count);
    count
        .map(Some)
        .map_err(|_| "a row of rocket_login_counters is spoilt".into())
}

/// By itself SQLite's `NULL` is a zero, or no bytes.
fn column<'r, R, T>(row: &'r R, index: usize) -> Result<T, Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    T: Decode<'r, R::Database> + Type<R::Database>,
{
    let value: Option<T> = row.try_get(index)?;
    value.ok_or_else(|| Error::Decode(format!("column {index} is NULL").into()))
}

fn key(column: Vec<u8>) -> Result<StoreKey, Error> {
    match <[u8; 16]>::try_from(column) {
        Ok(bytes) => Ok(StoreKey::from_bytes(bytes)),
        Err(_) => Err(Error::Decode("a key is not 16 bytes long".into())),
    }
}

/// A number of rows for a database to count.
pub(super) fn to_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A number of rows that a database has counted.
pub(super) fn to_count(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}
