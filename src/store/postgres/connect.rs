//! How a store comes to its connections, and its tables.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Error, Executor, PgConnection, PgPool};

use crate::store::StoreResult;
use crate::store::sql::{ACQUIRE_TIMEOUT, within};

/// How many the pool has at most.
const CONNECTIONS: u32 = 10;

const MIGRATION: &str = include_str!("migration.sql");

/// Where an account may use the tables, it does not need the right to make them.
const IS_MIGRATED: &str = "SELECT to_regclass('rocket_login_sessions') IS NOT NULL \
    AND to_regclass('rocket_login_sessions_user') IS NOT NULL \
    AND to_regclass('rocket_login_sessions_expires') IS NOT NULL \
    AND to_regclass('rocket_login_counters') IS NOT NULL \
    AND to_regclass('rocket_login_counters_expires') IS NOT NULL";

/// Less than a call waits: the server is to give up first, since what it goes on with
/// after that is done for nobody.
const STATEMENT_TIMEOUT: &str = "SET statement_timeout = '4s'";

/// What `sqlx` reads from a URL. It logs others, with their values.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// A pool, once the tables are there.
pub(super) async fn connect(url: &str) -> StoreResult<PgPool> {
    check(url)?;
    let options = PgConnectOptions::from_str(url)?;
    within(async {
        // A pool keeps the reason of a failure to itself.
        let mut connection = PgConnection::connect_with(&options).await?;
        migrate(&mut connection).await?;
        connection.close().await
    })
    .await?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // It would be a second round trip of each request.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(STATEMENT_TIMEOUT).await.map(drop) })
        });
    Ok(pool.connect_lazy_with(options))
}

/// Makes the tables where they are missing.
pub(super) async fn migrate(connection: &mut PgConnection) -> Result<(), Error> {
    let query = sqlx::query_scalar(IS_MIGRATED);
    let is_migrated: bool = query.fetch_one(&mut *connection).await?;
    if !is_migrated {
        // Several statements in one message are one transaction.
        connection.execute(MIGRATION).await?;
    }
    Ok(())
}

/// Names nothing of the URL, which may be a part of its password.
fn check(url: &str) -> StoreResult<()> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err("the URL does not start with postgres://".into());
    }
    let url = url.split('#').next().unwrap_or_default();
    let (_, query) = url.split_once('?').unwrap_or_default();
    let mut names = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default());
    let is_known = |name: &str| {
        let is_option = name.starts_with("options[") || name.starts_with("options%5B");
        name.is_empty() || is_option || PARAMETERS.contains(&name)
    };
    if names.all(is_known) {
        Ok(())
    } else {
        Err("the URL has a parameter after its `?` that is not known".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_is_not_known_is_refused_and_not_shown() {
        for url in [
            "postgres://db/app",
            "postgresql://db/app?sslmode=require&application_name=app",
            "postgres://db/app?options[search_path]=app",
            "postgres://db/app?options%5Bsearch_path%5D=app#hunter2",
        ] {
            check(url).unwrap();
        }
        for url in [
            "postgres://db/app?pasword=hunter2",
            "postgres://db/app?sslmode=require&hunter2=",
            "postgres://db/app?optionshunter2=1",
            "hunter2://db/app",
        ] {
            let error = check(url).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
