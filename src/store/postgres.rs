//! Sessions in PostgreSQL.

mod connect;

use std::fmt;
use std::sync::Arc;

use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::{Connection, Error, PgConnection, PgPool, Postgres};

use crate::store::sql::{self, Checkout, Engine};
use crate::store::{Listener, SessionStore, StoreResult};

/// A [`SessionStore`](crate::store::SessionStore) in PostgreSQL, version 12 or later: for any number of nodes. It
/// needs the feature `postgres`.
///
/// ```toml
/// [default.login]
/// redirect_to = "login_page"
/// session.store = "postgres"
/// session.url = "postgres://app:password@db.example.com/app?sslmode=verify-full"
/// ```
///
/// # The tables
///
/// They are made where one of them or their indexes is missing, each time a store is made;
/// the first line has nodes that launch at once wait for each other:
///
/// ```sql
#[doc = include_str!("postgres/migration.sql")]
/// ```
///
/// An application that may not make tables has another account run this, also where only
/// `rocket_login_counters` is missing. It needs the
/// rights to `SELECT`, `INSERT`, `UPDATE` and `DELETE` in both. Expired rows are deleted
/// every minute, by one node at a time.
///
/// # Durability
///
/// What was answered is on the disk of the server, unless `synchronous_commit` is
/// `off` there: then a crash may undo the last moments, and a session that was ended
/// is there again until it expires. The same goes for a standby that takes over and is
/// replicated asynchronously.
///
/// A server that restarts ends all connections. The first request after that finds
/// out and takes another; nobody sees an error unless they ask while the server is
/// down. A change whose connection breaks before its answer is an error, but may have
/// been made.
///
/// # What it needs
///
/// Each node has up to 10 connections for its requests, and one more to listen to
/// other nodes. A proxy between must pool sessions: `LISTEN` does not work through one
/// that pools transactions or statements, such as `pgbouncer` with `pool_mode =
/// transaction`.
///
/// Connections are encrypted with the feature `tls` only. With `?sslmode=verify-full`
/// in the URL the server's certificate must be valid and for its name; with
/// `?sslmode=require` any certificate will do, which keeps out who only listens.
/// Without either, a connection is encrypted if the server offers it. `&sslrootcert=`
/// names a file with the authorities to trust in place of the system's.
///
/// Whoever may read the table learns no cookie from it, but what sessions hold; whoever
/// may write it can bring sessions back that have ended. Whoever may connect to the
/// database hears what nodes tell each other, which names sessions and users by digest,
/// and can say the like. That ends sockets, and keeps sessions from being restored or
/// confirmed for ten minutes, but ends no session. Give the right to connect to no other
/// account.
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects to the server that a URL names, and makes the tables there.
    ///
    /// The store has a pool of 10 connections. A call waits up to 3 seconds for one of
    /// them, and up to 5 seconds in all.
    ///
    /// # Errors
    ///
    /// If the URL is none of PostgreSQL's, or has a parameter that is not known; if the
    /// server cannot be reached or refuses; if the tables cannot be made; or if that
    /// takes more than 5 seconds. No error shows the password.
    ///
    /// # Example
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{PostgresStore, StoreResult};
    ///
    /// async fn store() -> StoreResult<PostgresStore> {
    ///     PostgresStore::connect("postgres://app:password@localhost/app").await
    /// }
    /// ```
    pub async fn connect(url: &str) -> StoreResult<Self> {
        let pool = connect::connect(url).await?;
        Ok(Self { pool })
    }

    /// A store in a database that the application has a pool for, with its settings;
    /// makes the tables.
    ///
    /// `test_before_acquire(false)` spares each request a round trip: the store finds
    /// out by itself that a connection is dead. A `statement_timeout` of 4 seconds, in
    /// `after_connect`, keeps the server from going on with what nobody waits for.
    ///
    /// # Errors
    ///
    /// If the tables are not made within 5 seconds.
    ///
    /// # Example
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{PostgresStore, StoreResult};
    /// use sqlx::PgPool;
    ///
    /// async fn store(pool: &PgPool) -> StoreResult<PostgresStore> {
    ///     PostgresStore::with_pool(pool.clone()).await
    /// }
    /// ```
    pub async fn with_pool(pool: PgPool) -> StoreResult<Self> {
        sql::migrate(Self { pool }).await
    }
}

impl Engine for PostgresStore {
    type Database = Postgres;

    /// One node sweeps at a time: the others say that they have found nothing. `ARRAY` has the
    /// limit applied once, whatever plan the server makes.
    fn delete_expired(table: &str) -> String {
        format!(
            "WITH turn AS MATERIALIZED \
            (SELECT pg_try_advisory_xact_lock(1919709031, 2) AS is_ours) \
            DELETE FROM {table} WHERE key = ANY (ARRAY( \
            SELECT key FROM {table} \
            WHERE expires <= $1 AND (SELECT is_ours FROM turn) \
            ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1"
        )
    }

    fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Takes a connection that has just answered, and throws dead ones away. After a restart of
    /// the server all are dead that the pool has kept.
    async fn writer(&self) -> Result<Checkout<'_, Postgres>, Error> {
        let mut left = self.pool.options().get_max_connections();
        loop {
            let mut checkout = Checkout::of(&self.pool, None).await?;
            match checkout.connection.ping().await {
                Ok(()) => return Ok(checkout),
                Err(error) if left == 0 => return Err(error),
                Err(_) => left -= 1,
            }
        }
    }

    async fn migrate(connection: &mut PgConnection) -> Result<(), Error> {
        connect::migrate(connection).await
    }

    fn is_lost(error: &Error) -> bool {
        match error {
            Error::Io(_) | Error::Protocol(_) | Error::Tls(_) => true,
            Error::Database(error) => {
                let error = error.try_downcast_ref::<PgDatabaseError>();
                let severity = error.map(PgDatabaseError::severity);
                matches!(severity, Some(PgSeverity::Fatal | PgSeverity::Panic))
            }
            _ => false,
        }
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        let query = sqlx::query("SELECT pg_notify($1, $2)");
        sql::write(self, query.bind(connect::CHANNEL).bind(message))
            .await
            .map(drop)
    }

    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        connect::listen(&self.pool, hear).await
    }
}

pub(super) async fn open(url: &str) -> StoreResult<Arc<dyn SessionStore>> {
    Ok(Arc::new(PostgresStore::connect(url).await?))
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
