//! Sessions in SQLite.

mod ask;
mod open;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rocket::tokio::sync::Mutex;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::store::sql::{self, ACQUIRE_TIMEOUT, Lease, within};
use crate::store::{SessionStore, StoreKey, StoreResult, StoredSession};

/// How many read at once.
const CONNECTIONS: u32 = 5;

/// How long SQLite waits for writers of other processes. Less than a call: it is to
/// give up first, since what it goes on with after that is done for nobody.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);

macro_rules! delete_expired {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE key IN (SELECT key FROM ",
            $table,
            " WHERE expires <= $1 ORDER BY expires LIMIT $2)"
        )
    };
}

/// For sessions, and then for counters.
const DELETE_EXPIRED: [&str; 2] = [
    delete_expired!("rocket_login_sessions"),
    delete_expired!("rocket_login_counters"),
];

/// A [`SessionStore`] in a SQLite file: for the processes of one machine. It needs
/// the feature `sqlite`.
///
/// ```toml
/// [default.login]
/// redirect_to = "login_page"
/// session.store = "sqlite"
/// session.url = "sqlite://sessions.db"
/// ```
///
/// # The tables
///
/// They are made where they are missing, each time a store is made:
///
/// ```sql
#[doc = include_str!("sqlite/migration.sql")]
/// ```
///
/// What has expired is deleted from them every minute. The file does not get smaller
/// by that: the room is used again.
///
/// # Durability
///
/// A session that was kept outlives the process, however that ends. With
/// [`connect()`](Self::connect) the journal is a WAL and `synchronous` is `NORMAL`:
/// if the machine loses power, the last changes before that may be undone. A login
/// is lost then, and a session that was ended is there again until it expires. Who
/// cannot have that gives [`with_pool()`](Self::with_pool) a pool with `synchronous`
/// at `FULL`; each change waits for the disk then. A change that takes too long is an
/// error, but may have been made.
///
/// A backup of the running file is made with `VACUUM INTO` or `sqlite3 .backup`: a
/// copy of the file alone lacks what is in its `-wal`.
///
/// # What it needs
///
/// The file must be on a local disk: WAL does not work over a network file system,
/// and several machines need another store. Whoever may read the file learns no
/// cookie from it, but what sessions hold; whoever may write it can log in as anybody.
///
/// Processes share the file, but do not hear of each other: a socket of a session
/// that another process has ended is closed when its own process looks again.
///
/// Only one version of `libsqlite3-sys` may be in a build. `sqlx` 0.8.6 has 0.30, as
/// `rusqlite` 0.32 does and no other version; an application with another one, or
/// with the SQLite of `rocket_db_pools` 0.2 or `rocket_sync_db_pools` 0.1, leaves the
/// feature off and implements [`SessionStore`] with what it has.
pub struct SqliteStore {
    pool: SqlitePool,
    /// Who writes. SQLite has one writer at a time; others would poll for their turn
    /// and keep those connections from readers meanwhile.
    writer: Mutex<()>,
}

impl SqliteStore {
    /// Opens the file that a URL names, makes it if there is none, and makes the tables
    /// in it.
    ///
    /// The URL is `sqlite://` and a path, absolute or from where the process was
    /// started. The store has 5 connections; a call waits up to 4 seconds for
    /// another process that writes, and up to 5 seconds in all.
    ///
    /// # Errors
    ///
    /// If that is not done within 5 seconds; or if the URL names a database in memory,
    /// since each connection would have one of its own: that is what `session.store =
    /// "memory"` is for.
    ///
    /// # Example
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{SqliteStore, StoreResult};
    ///
    /// async fn store() -> StoreResult<SqliteStore> {
    ///     SqliteStore::connect("sqlite:///var/lib/app/sessions.db").await
    /// }
    /// ```
    pub async fn connect(url: &str) -> StoreResult<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT);
        // A pool keeps the reason of a failure to itself.
        within(open::prepare(&options)).await?;
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false);
        Ok(Self::over(pool.connect_lazy_with(options)))
    }

    /// A store in a database that the application has a pool for, with its settings;
    /// makes the tables.
    ///
    /// A pool of a database in memory needs exactly one connection that is never
    /// replaced; that is for tests.
    ///
    /// # Errors
    ///
    /// If the tables are not made within 5 seconds.
    ///
    /// # Example
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{SqliteStore, StoreResult};
    /// use sqlx::SqlitePool;
    ///
    /// async fn store(pool: &SqlitePool) -> StoreResult<SqliteStore> {
    ///     SqliteStore::with_pool(pool.clone()).await
    /// }
    /// ```
    pub async fn with_pool(pool: SqlitePool) -> StoreResult<Self> {
        let store = Self::over(pool);
        within(async {
            let mut lease = Lease::of(&store.pool).await?;
            let made = open::migrate(lease.connection()).await;
            lease.end();
            made
        })
        .await?;
        Ok(store)
    }

    fn over(pool: SqlitePool) -> Self {
        Self {
            pool,
            writer: Mutex::default(),
        }
    }
}

#[rocket::async_trait]
impl SessionStore for SqliteStore {
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
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
