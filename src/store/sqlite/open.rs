//! How a file comes to its tables.

use std::time::Duration;

use rocket::tokio::time::sleep;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Error, Executor, SqliteConnection};

/// How long to wait until a file is asked for again that several launch with.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

const MIGRATION: &str = include_str!("migration.sql");

/// Makes the file and the tables.
pub(super) async fn prepare(options: &SqliteConnectOptions) -> Result<(), Error> {
    loop {
        match prepare_once(options).await {
            // SQLite does not wait for a lock that it needs to switch to a WAL.
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
    migrate(&mut connection).await?;
    connection.close().await
}

/// Makes the tables where they are missing.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    connection.execute(MIGRATION).await?;
    Ok(())
}

fn is_busy(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    let code = code.and_then(|code| code.parse::<u32>().ok());
    // `SQLITE_BUSY`; what is above the lowest byte says why.
    code.is_some_and(|code| code & 0xff == 5)
}
