//! The database of accounts: opened at launch, with the examples in it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use rocket::fairing::{self, AdHoc};
use rocket::serde::Deserialize;
use rocket::{Build, Rocket};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

use super::accounts::{Accounts, EXAMPLES, STAFF};

/// The table `[default.demo]`.
#[derive(Deserialize, Default)]
#[serde(crate = "rocket::serde", deny_unknown_fields)]
struct Settings {
    /// A file that outlives the demo, and that several of them can share.
    database: Option<PathBuf>,
}

pub(crate) fn fairing() -> AdHoc {
    AdHoc::try_on_ignite("Accounts", |rocket| Box::pin(open(rocket)))
}

async fn open(rocket: Rocket<Build>) -> fairing::Result {
    let settings = match rocket.figment().contains("demo") {
        true => rocket.figment().extract_inner("demo"),
        false => Ok(Settings::default()),
    };
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => {
            rocket::config::pretty_print_error(error);
            return Err(rocket);
        }
    };
    match connect(&settings).await {
        Ok(pool) => Ok(rocket.manage(Accounts::new(pool))),
        Err(error) => {
            rocket::error!("The database of accounts cannot be opened: {error}.");
            Err(rocket)
        }
    }
}

async fn connect(settings: &Settings) -> sqlx::Result<SqlitePool> {
    let pool = match &settings.database {
        Some(file) => {
            let options = SqliteConnectOptions::new()
                .filename(file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .busy_timeout(Duration::from_secs(5));
            SqlitePoolOptions::new().connect_with(options).await?
        }
        // Each connection to memory has a database of its own: there must be one, and it must stay.
        None => {
            let options = SqliteConnectOptions::from_str("sqlite::memory:")?;
            let pool = SqlitePoolOptions::new().max_connections(1);
            let pool = pool.idle_timeout(None).max_lifetime(None);
            pool.connect_with(options).await?
        }
    };
    fill(&pool).await?;
    Ok(pool)
}

/// Accounts in a file stay as they are.
async fn fill(pool: &SqlitePool) -> sqlx::Result<()> {
    create(pool).await?;
    for (id, name, hash, active) in EXAMPLES {
        let added = sqlx::query("INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(name)
            .bind(hash)
            .bind(active)
            .execute(pool)
            .await?;
        // Not another user who may have got the id meanwhile.
        if added.rows_affected() == 1 && STAFF.contains(&id) {
            sqlx::query("INSERT OR IGNORE INTO staff VALUES (?)")
                .bind(id)
                .execute(pool)
                .await?;
        }
    }
    Ok(())
}

async fn create(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS accounts (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            password_hash TEXT NOT NULL,
            active BOOLEAN NOT NULL
        )",
    )
    .execute(pool)
    .await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS staff (
            account INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE
        )",
    )
    .execute(pool)
    .await?;
    Ok(())
}
