//! Sessions in PostgreSQL.

mod connect;

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
/// A new store makes them if a table or an index is missing. With the first line nodes that launch
/// at once wait for each other:
///
/// ```sql
#[doc = include_str!("postgres/migration.sql")]
/// ```
///
/// If the application may not make tables, run this with another account, even if only
/// `rocket_login_counters` is missing. The application needs the rights to `SELECT`, `INSERT`,
/// `UPDATE` and `DELETE` in both. Expired rows are deleted every minute, by one node at a time.
///
/// # Durability
///
/// After its answer a change is on the disk of the server, unless `synchronous_commit` is `off`.
/// Then a crash may undo the last moments, and a session that had ended is back until it expires.
/// The same holds for a standby that takes over after asynchronous replication.
///
/// A restart of the server ends all connections. The next request notices that, and connects again.
/// Only requests while the server is down fail. A change whose connection breaks before its answer
/// is an error, but may have been made.
///
/// # What it needs
///
/// Each node has up to 10 connections for its requests, and one more to listen to other nodes. A
/// proxy must pool sessions. Neither prepared statements nor `LISTEN` work through a proxy that pools
/// transactions or statements, such as `pgbouncer` with `pool_mode = transaction`. A new store
/// refuses it: give the address of PostgreSQL itself, or of a pool with `pool_mode = session`.
///
/// Connections are encrypted with the feature `tls` only. With `?sslmode=verify-full`
/// in the URL the server's certificate must be valid and for its name. With
/// `?sslmode=require` any certificate will do: that stops an eavesdropper, but no impostor.
/// Without either, a connection is encrypted if the server offers it. `&sslrootcert=`
/// names a file with the authorities to trust in place of the system's.
///
/// A reader of the table learns no cookie from it, but where users were active. A writer can bring
/// sessions back that have ended. An account that may connect to the database can hear and send the
/// messages of nodes, which name sessions and users by digest. Such a message can end sockets, and
/// can keep a session from being restored or confirmed for ten minutes. It ends no session. Give the
/// right to connect to no other account.
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
    /// If the URL is not for PostgreSQL or has an unknown parameter. If the server cannot be reached
    /// or refuses. If a proxy pools transactions. If the tables cannot be made. If all of this takes more than 5 seconds. No error
    /// shows the password.
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

    /// Returns a store over the pool of an application, with the settings of the pool. Makes the
    /// tables if they are missing.
    ///
    /// Set `test_before_acquire(false)` to save each request a round trip: the store notices a dead
    /// connection by itself. Set a `statement_timeout` of 4 seconds in `after_connect`. Otherwise the
    /// server goes on with statements whose caller has left.
    ///
    /// # Errors
    ///
    /// If a proxy pools transactions, or if the tables are not made within 5 seconds.
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
        let options = pool.connect_options();
        sql::within(async {
            let connection = connect::connect_to_own_backend(&options).await?;
            connection.close().await
        })
        .await?;
        sql::migrate(Self { pool }).await
    }
}

impl Engine for PostgresStore {
    type Database = Postgres;

    /// One node sweeps at a time, and the others find nothing. With `ARRAY` the limit is applied
    /// once, under every plan of the server.
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
        let query = query.bind(connect::CHANNEL).bind(message);
        sql::write(self, query).await.map(drop)
    }

    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        connect::listen(&self.pool, hear).await
    }
}

pub(super) async fn open(url: &str) -> StoreResult<Arc<dyn SessionStore>> {
    Ok(Arc::new(PostgresStore::connect(url).await?))
}

opaque! { PostgresStore }
