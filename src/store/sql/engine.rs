//! The differences between SQLite and PostgreSQL, and the connections to both.

use std::future::pending;
use std::time::Duration;

use rocket::tokio::spawn;
use rocket::tokio::sync::MutexGuard;
use rocket::tokio::time::timeout;
use sqlx::pool::PoolConnection;
use sqlx::{Database, Error, Pool};

use crate::store::{Listener, StoreResult};

/// How long a call may take, the wait for a connection included. A request must not hang with
/// its database.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long a call waits for a connection of a pool that a store has made.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// The differences between the two engines. Every engine is a [`SessionStore`].
pub trait Engine: Send + Sync + 'static {
    type Database: Database;

    /// Returns the statement that deletes at most $2 rows of a table with `expires` <= $1, and
    /// returns a row for each.
    fn delete_expired(table: &str) -> String;

    fn pool(&self) -> &Pool<Self::Database>;

    /// Takes a connection to write with. A write is sent once at most, so the connection must
    /// be known to be alive.
    fn writer(&self) -> impl Future<Output = Result<Checkout<'_, Self::Database>, Error>> + Send;

    /// Makes the tables where they are missing.
    fn migrate(
        connection: &mut <Self::Database as Database>::Connection,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Tells whether a read failed because its connection was dead.
    fn is_lost(_error: &Error) -> bool {
        false
    }

    fn publish(&self, _message: &str) -> impl Future<Output = StoreResult<()>> + Send {
        async { Ok(()) }
    }

    fn listen(&self, _hear: Listener<'_>) -> impl Future<Output = StoreResult<()>> + Send {
        pending()
    }
}

/// A connection out of a pool. It goes back only when its answer has come. After a deadline, or
/// if its future was dropped, it is closed: the next user would wait for that answer.
pub struct Checkout<'s, D: Database> {
    pub(in crate::store) connection: PoolConnection<D>,
    /// The turn to write, where an engine has one writer at a time.
    _turn: Option<MutexGuard<'s, ()>>,
}

impl<'s, D: Database> Checkout<'s, D> {
    pub(in crate::store) async fn of(
        pool: &Pool<D>,
        _turn: Option<MutexGuard<'s, ()>>,
    ) -> Result<Self, Error> {
        let mut connection = pool.acquire().await?;
        connection.close_on_drop();
        Ok(Self { connection, _turn })
    }

    /// Gives the connection back.
    pub(in crate::store) fn end(mut self) {
        // The pool tests the connection first, and by itself waits for that as long as the
        // system does. Without a deadline a host that is gone for good would keep the places of
        // its connections for a quarter of an hour.
        spawn(timeout(DEADLINE, self.connection.return_to_pool()));
    }
}

/// Waits for a database, with a deadline.
pub(in crate::store) async fn within<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> StoreResult<T> {
    match timeout(DEADLINE, work).await {
        Ok(done) => Ok(done?),
        Err(_) => {
            let seconds = DEADLINE.as_secs();
            Err(format!("the database has not answered within {seconds} seconds").into())
        }
    }
}
