//! Connections to PostgreSQL: to read and write with, and to listen on.

use std::str::FromStr;
use std::time::Duration;

use rocket::tokio::time::timeout;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Connection, Error, Executor, PgConnection, PgPool, Row};

use crate::config::StoreUrl;
use crate::store::sql::{ACQUIRE_TIMEOUT, within};
use crate::store::{ChannelEvent, Listener, StoreResult};

/// How many connections the pool has at most.
const CONNECTIONS: u32 = 10;

const MIGRATION: &str = include_str!("migration.sql");

/// If an account may use the tables, it does not need the right to make them.
const IS_MIGRATED: &str = "SELECT to_regclass('rocket_login_sessions') IS NOT NULL \
    AND to_regclass('rocket_login_sessions_user') IS NOT NULL \
    AND to_regclass('rocket_login_sessions_expires') IS NOT NULL \
    AND to_regclass('rocket_login_counters') IS NOT NULL \
    AND to_regclass('rocket_login_counters_expires') IS NOT NULL";

/// Less than a call waits, so that the server gives up first. It would go on for a caller that
/// has left.
const STATEMENT_TIMEOUT: &str = "SET statement_timeout = '4s'";

/// The parameters that `sqlx` reads from a URL. It logs others, with their values.
const PARAMETERS: &str = "sslmode ssl-mode sslrootcert ssl-root-cert ssl-ca sslcert ssl-cert \
    sslkey ssl-key statement-cache-capacity host hostaddr port dbname user password \
    application_name options";

const SHARED: &str = "a proxy before PostgreSQL pools transactions, such as `pgbouncer` with \
    `pool_mode = transaction`: give the address of PostgreSQL itself, or of a proxy that pools \
    sessions (`pool_mode = session`)";

/// The channel on which nodes publish changes.
pub(super) const CHANNEL: &str = "rocket_login";

/// How long a connection may say nothing before it is asked whether it still lives.
const SILENCE: Duration = Duration::from_secs(5);

/// Makes the tables, and returns a pool.
pub(super) async fn connect(url: &str) -> StoreResult<PgPool> {
    check(url)?;
    // `pgbouncer` refuses connections that begin with this setting. No column is a float.
    let options = PgConnectOptions::from_str(url)?.extra_float_digits(None);
    within(async {
        // A pool keeps the reason of a failure to itself.
        let mut connection = connect_to_own_backend(&options).await?;
        migrate(&mut connection).await?;
        connection.close().await
    })
    .await?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // The test would be a second round trip of each request.
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

/// Connects. Refuses a proxy that gives each transaction another backend: otherwise two
/// connections never share a backend, and each keeps its own.
pub(super) async fn connect_to_own_backend(
    options: &PgConnectOptions,
) -> Result<PgConnection, Error> {
    let mut one = PgConnection::connect_with(options).await?;
    let mut other = PgConnection::connect_with(options).await?;
    let first = (backend(&mut one).await?, backend(&mut other).await?);
    let second = (backend(&mut one).await?, backend(&mut other).await?);
    other.close().await?;
    if first == second && first.0 != first.1 {
        Ok(one)
    } else {
        Err(Error::Configuration(SHARED.into()))
    }
}

/// Returns the process of the server that answers. It prepares no statement: a proxy may have given
/// one of the same name to the backend.
async fn backend(connection: &mut PgConnection) -> Result<i32, Error> {
    let row = connection.fetch_one("SELECT pg_backend_pid()").await?;
    row.try_get(0)
}

/// Refuses URLs with parameters that `sqlx` does not know. The error names nothing of the URL,
/// as any part of it may belong to the password.
fn check(url: &str) -> StoreResult<()> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err("the URL does not start with postgres://".into());
    }
    if let Some(why) = StoreUrl::from(url).flaw() {
        return Err(why.into());
    }
    let (_, query) = url.split_once('?').unwrap_or_default();
    let mut names = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default());
    let is_known = |name: &str| {
        let is_option = name.starts_with("options[") || name.starts_with("options%5B");
        name.is_empty() || is_option || PARAMETERS.split(' ').any(|known| known == name)
    };
    if names.all(is_known) {
        Ok(())
    } else {
        Err(
            "the URL has a parameter after its `?` that is not known. In a password write `%3F`"
                .into(),
        )
    }
}

/// Listens on a connection of its own. A connection that is held for good would be missing from
/// the pool.
pub(super) async fn listen(pool: &PgPool, hear: Listener<'_>) -> StoreResult<()> {
    let own = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(pool.connect_options().as_ref().clone());
    let mut listener = within(async {
        let mut listener = PgListener::connect_with(&own).await?;
        // A listener that reconnects by itself does not tell what was missed.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    })
    .await?;
    hear(ChannelEvent::Listening);
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(told))) => hear(ChannelEvent::Message(told.payload())),
            Ok(Ok(None)) => return Err("the connection to listen on was lost".into()),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => {
                let ping = within(async { sqlx::query("SELECT 1").execute(&mut listener).await });
                ping.await?;
            }
        }
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
            "postgres://db/app?options%5Bsearch_path%5D=app",
        ] {
            check(url).unwrap();
        }
        for url in [
            "postgres://db/app?pasword=hunter2",
            "postgres://db/app?sslmode=require&hunter2=",
            "postgres://db/app?optionshunter2=1",
            "hunter2://db/app",
            "postgres://app:hunter2#@db/app",
        ] {
            let error = check(url).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
