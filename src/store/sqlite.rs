//! Sessions in SQLite.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rocket::tokio::sync::Mutex;
use rocket::tokio::time::sleep;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Error, Executor, Sqlite, SqliteConnection, SqlitePool};

use crate::store::sql::{self, ACQUIRE_TIMEOUT, Checkout, Engine, within};
use crate::store::{SessionStore, StoreResult};

/// How many requests read at once.
const CONNECTIONS: u32 = 5;

/// How long SQLite waits for writers of other processes. Less than a call waits, so that SQLite
/// gives up first. It would go on for a caller that has left.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);

/// How long to wait before a busy file is asked for again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

const MIGRATION: &str = include_str!("sqlite/migration.sql");

/// A [`SessionStore`] in a SQLite file: for the processes of one machine. It needs the feature
/// `sqlite`.
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
/// A new store makes them if they are missing:
///
/// ```sql
#[doc = include_str!("sqlite/migration.sql")]
/// ```
///
/// Expired rows are deleted every minute. The file does not shrink: the room is used again.
///
/// # Durability
///
/// A written session outlives a crash of the process. With [`connect()`](Self::connect) the journal
/// is a WAL and `synchronous` is `NORMAL`: if the machine loses power, the last changes may be
/// undone. Then a login is lost, and a session that had ended is back until it expires. To rule
/// that out, give [`with_pool()`](Self::with_pool) a pool with `synchronous` at `FULL`. Each change
/// then waits for the disk. A change that takes too long is an error, but may have been made.
///
/// Make a backup of the running file with `VACUUM INTO` or `sqlite3 .backup`. A copy of the file
/// alone lacks the changes in its `-wal`.
///
/// # What it needs
///
/// The file must be on a local disk: WAL does not work over a network file system. Several
/// machines need another store. A reader of the file learns no cookie from it, but where users were
/// active. A writer of the file can bring sessions back that have ended.
///
/// Processes share the file, but do not hear each other. If another process ends a session, its
/// socket is closed when the process of the socket looks again.
///
/// Only one version of `libsqlite3-sys` may be in a build. `sqlx` 0.8.6 has 0.30, as `rusqlite`
/// 0.32 does and no other version. An application with another version, or with the SQLite of
/// `rocket_db_pools` 0.2 or `rocket_sync_db_pools` 0.1, leaves the feature off and implements [`SessionStore`] with what it has.
pub struct SqliteStore {
    pool: SqlitePool,
    /// The turn to write. SQLite has one writer at a time. Others would poll for their turn, and
    /// keep their connections from readers meanwhile.
    writer: Mutex<()>,
}

impl SqliteStore {
    /// Opens the file that a URL names. Makes the file and the tables if they are missing.
    ///
    /// The URL is `sqlite://` and a path, absolute or from where the process was
    /// started. The store has 5 connections. A call waits up to 4 seconds for another process that
    /// writes, and up to 5 seconds in all.
    ///
    /// # Errors
    ///
    /// If that takes more than 5 seconds, or if the URL names a database in memory. Each connection
    /// would have a database of its own there: use `session.store = "memory"`.
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
        within(prepare(&options)).await?;
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false);
        Ok(Self::over(pool.connect_lazy_with(options)))
    }

    /// Returns a store over the pool of an application, with the settings of the pool. Makes the
    /// tables if they are missing.
    ///
    /// A test may have a pool of a database in memory. Such a pool needs exactly one connection,
    /// which is never replaced.
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
        sql::migrate(Self::over(pool)).await
    }

    fn over(pool: SqlitePool) -> Self {
        Self {
            pool,
            writer: Mutex::default(),
        }
    }
}

impl Engine for SqliteStore {
    type Database = Sqlite;

    fn delete_expired(table: &str) -> String {
        format!(
            "DELETE FROM {table} WHERE key IN \
            (SELECT key FROM {table} WHERE expires <= $1 ORDER BY expires LIMIT $2) \
            RETURNING 1"
        )
    }

    fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    async fn writer(&self) -> Result<Checkout<'_, Sqlite>, Error> {
        let turn = self.writer.lock().await;
        Checkout::of(&self.pool, Some(turn)).await
    }

    async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
        connection.execute(MIGRATION).await.map(drop)
    }
}

/// Makes the file and the tables. Several processes may launch with one file, and SQLite does not
/// wait for the lock to switch to a WAL. So a busy file is asked for again.
async fn prepare(options: &SqliteConnectOptions) -> Result<(), Error> {
    loop {
        match prepare_once(options).await {
            Err(error) if is_busy(&error) => sleep(BUSY_PAUSE).await,
            done => return done,
        }
    }
}

async fn prepare_once(options: &SqliteConnectOptions) -> Result<(), Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let query = sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'");
    let file: Option<String> = query.fetch_one(&mut connection).await?;
    if file.is_none_or(|file| file.is_empty()) {
        let reason = "each connection would have a database of its own in memory: \
            name a file, or use session.store = \"memory\"";
        return Err(Error::Configuration(reason.into()));
    }
    SqliteStore::migrate(&mut connection).await?;
    connection.close().await
}

fn is_busy(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    let code = code.and_then(|code| code.parse::<u32>().ok());
    // `SQLITE_BUSY` is the lowest byte. The others tell the reason.
    code.is_some_and(|code| code & 0xff == 5)
}

pub(super) async fn open(url: &str) -> StoreResult<Arc<dyn SessionStore>> {
    Ok(Arc::new(SqliteStore::connect(url).await?))
}

opaque! { SqliteStore }
