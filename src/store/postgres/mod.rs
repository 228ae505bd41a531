//! Sessions in PostgreSQL.

mod ask;
mod connect;
mod listen;

use std::fmt;

use sqlx::PgPool;

use crate::store::sql::{self, within};
use crate::store::{Heard, SessionStore, StoreKey, StoreResult, StoredSession};

/// One node at a time: others say that they have found nothing. `ARRAY` has the limit
/// applied once, whatever plan the server makes.
macro_rules! delete_expired {
    ($table:literal) => {
        concat!(
            "WITH turn AS MATERIALIZED \
            (SELECT pg_try_advisory_xact_lock(1919709031, 2) AS is_ours) \
            DELETE FROM ",
            $table,
            " WHERE key = ANY (ARRAY( \
            SELECT key FROM ",
            $table,
            " \
            WHERE expires <= $1 AND (SELECT is_ours FROM turn) \
            ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED))"
        )
    };
}

/// For sessions, and then for counters.
const DELETE_EXPIRED: [&str; 2] = [
    delete_expired!("rocket_login_sessions"),
    delete_expired!("rocket_login_counters"),
];

const PUBLISH: &str = "SELECT pg_notify('rocket_login', $1)";

/// A [`SessionStore`] in PostgreSQL, version 12 or later: for any number of nodes. It
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
#[doc = include_str!("migration.sql")]
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
        let store = Self { pool };
        within(async {
            let mut lease = store.alive().await?;
            let made = connect::migrate(lease.connection()).await;
            lease.end();
            made
        })
        .await?;
        Ok(store)
    }
}

#[rocket::async_trait]
impl SessionStore for PostgresStore {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let query = sqlx::query(sql::CREATE)
            .bind(session.key.as_bytes().as_slice())
            .bind(session.user.as_bytes().as_slice())
            .bind(session.expires)
            .bind(session.revision)
            .bind(session.value.as_slice());
        Ok(self.change(query).await? > 0)
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        Ok(self.sessions(sql::LOAD, key, 1).await?.pop())
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let query = sqlx::query(sql::SAVE)
            .bind(session.user.as_bytes().as_slice())
            .bind(session.expires)
            .bind(session.value.as_slice())
            .bind(session.key.as_bytes().as_slice())
            .bind(session.revision);
        Ok(self.change(query).await? > 0)
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        let query = sqlx::query(sql::DELETE).bind(key.as_bytes().as_slice());
        Ok(self.change(query).await? > 0)
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.sessions(sql::OF_USER, user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let query = sqlx::query(sql::DELETE_OF_USER).bind(user.as_bytes().as_slice());
        Ok(sql::to_count(self.change(query).await?))
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        let mut deleted = 0;
        for statement in DELETE_EXPIRED {
            let limit = sql::to_limit(limit.saturating_sub(deleted));
            let query = sqlx::query(statement).bind(now).bind(limit);
            deleted += sql::to_count(self.change(query).await?);
        }
        Ok(deleted)
    }

    async fn count(&self, key: &StoreKey, now: i64, until: i64) -> StoreResult<Option<u64>> {
        let query = sqlx::query_scalar(sql::COUNT)
            .bind(key.as_bytes().as_slice())
            .bind(now)
            .bind(until);
        sql::counted(self.change_one(query).await?)
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        self.change(sqlx::query(PUBLISH).bind(message)).await?;
        Ok(())
    }

    async fn listen(&self, hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync)) -> StoreResult<()> {
        listen::listen(&self.pool, hear).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
