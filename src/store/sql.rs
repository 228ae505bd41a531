//! Runs the statements that SQLite and PostgreSQL share.

mod engine;

use sqlx::query::Query;
use sqlx::{Database, Encode, Error, Executor, FromRow, IntoArguments, Type};

use crate::store::{Listener, SessionStore, StoreKey, StoreResult, StoredSession};
pub(super) use engine::{ACQUIRE_TIMEOUT, Checkout, Engine, within};

const CREATE: &str = "INSERT INTO rocket_login_sessions \
    (key, user_key, expires, revision, value) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT DO NOTHING RETURNING 1";

const LOAD: &str = "SELECT key, user_key, expires, revision, value \
    FROM rocket_login_sessions WHERE key = $1";

const SAVE: &str = "UPDATE rocket_login_sessions \
    SET user_key = $1, expires = $2, revision = revision + 1, value = $3 \
    WHERE key = $4 AND revision = $5 RETURNING 1";

const DELETE: &str = "DELETE FROM rocket_login_sessions WHERE key = $1 RETURNING 1";

const OF_USER: &str = "SELECT key, user_key, expires, revision, value \
    FROM rocket_login_sessions WHERE user_key = $1 LIMIT $2";

const DELETE_OF_USER: &str = "DELETE FROM rocket_login_sessions \
    WHERE user_key = $1 RETURNING 1";

/// Adds to a counter, or begins it. Its time is over when `expires` is at most $3.
const COUNT: &str = "INSERT INTO rocket_login_counters AS kept (key, count, expires) \
    VALUES ($1, $2, $4) ON CONFLICT (key) DO UPDATE SET \
    count = CASE WHEN kept.expires > $3 THEN kept.count ELSE 0 END + excluded.count, \
    expires = CASE WHEN kept.expires > $3 THEN kept.expires ELSE excluded.expires END \
    RETURNING count";

/// Takes $2, which is not positive, from a counter whose time is not over. At zero its time is
/// over.
const COUNT_BACK: &str = "UPDATE rocket_login_counters \
    SET count = CASE WHEN count + $2 > 0 THEN count + $2 ELSE 1 END, \
    expires = CASE WHEN count + $2 > 0 THEN expires ELSE 0 END \
    WHERE key = $1 AND expires > $3 \
    RETURNING CASE WHEN expires > 0 THEN count ELSE 0 END";

/// The columns of [`LOAD`] and [`OF_USER`]. Without `Option` SQLite's `NULL` would be read as a
/// zero, or as no bytes.
type SessionRow = (
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
);

/// The column of [`COUNT`] and [`COUNT_BACK`].
type CounterRow = (Option<i64>,);

type Arguments<'q, E> = <<E as Engine>::Database as Database>::Arguments<'q>;
type Connection<E> = <<E as Engine>::Database as Database>::Connection;
type Row<E> = <<E as Engine>::Database as Database>::Row;
type Statement<'q, E> = Query<'q, <E as Engine>::Database, Arguments<'q, E>>;

/// The tables that expire, in the order in which they are swept.
const TABLES: [&str; 2] = ["rocket_login_sessions", "rocket_login_counters"];

#[rocket::async_trait]
impl<E: Engine> SessionStore for E
where
    for<'c> &'c mut Connection<E>: Executor<'c, Database = E::Database>,
    for<'q> Arguments<'q, E>: IntoArguments<'q, E::Database>,
    for<'q> &'q [u8]: Encode<'q, E::Database> + Type<E::Database>,
    for<'q> i64: Encode<'q, E::Database> + Type<E::Database>,
    SessionRow: for<'r> FromRow<'r, Row<E>>,
    CounterRow: for<'r> FromRow<'r, Row<E>>,
{
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let query = sqlx::query(CREATE)
            .bind(bytes(&session.key))
            .bind(bytes(&session.user))
            .bind(session.expires)
            .bind(session.revision)
            .bind(session.value.as_slice());
        Ok(!write(self, query).await?.is_empty())
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        let query = || sqlx::query(LOAD).bind(bytes(key));
        read(self, query).await?.first().map(session).transpose()
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let query = sqlx::query(SAVE)
            .bind(bytes(&session.user))
            .bind(session.expires)
            .bind(session.value.as_slice())
            .bind(bytes(&session.key))
            .bind(session.revision);
        Ok(!write(self, query).await?.is_empty())
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        let query = sqlx::query(DELETE).bind(bytes(key));
        Ok(!write(self, query).await?.is_empty())
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let query = || sqlx::query(OF_USER).bind(bytes(user)).bind(to_limit(limit));
        read(self, query).await?.iter().map(session).collect()
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let query = sqlx::query(DELETE_OF_USER).bind(bytes(user));
        Ok(write(self, query).await?.len())
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        let mut deleted = 0;
        for table in TABLES {
            let statement = E::delete_expired(table);
            let limit = to_limit(limit.saturating_sub(deleted));
            let query = sqlx::query(&statement).bind(now).bind(limit);
            deleted += write(self, query).await?.len();
        }
        Ok(deleted)
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        let statement = if by > 0 { COUNT } else { COUNT_BACK };
        let mut query = sqlx::query(statement).bind(bytes(key)).bind(by).bind(now);
        if by > 0 {
            query = query.bind(until);
        }
        let rows = write(self, query).await?;
        let Some(row) = rows.first() else {
            return Ok(Some(0));
        };
        let count = CounterRow::from_row(row)?.0.map(u64::try_from);
        match count {
            Some(Ok(count)) => Ok(Some(count)),
            _ => Err("a row of rocket_login_counters is spoilt".into()),
        }
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        Engine::publish(self, message).await
    }

    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        Engine::listen(self, hear).await
    }
}

/// Makes the tables of a store over the pool of an application.
pub(super) async fn migrate<E: Engine>(store: E) -> StoreResult<E> {
    within(async {
        let mut checkout = store.writer().await?;
        let made = E::migrate(&mut checkout.connection).await;
        checkout.end();
        made
    })
    .await?;
    Ok(store)
}

/// Reads rows. Reads once more if the connection turns out to be dead: a test before each read
/// would be a second round trip.
async fn read<'q, E: Engine>(
    store: &E,
    query: impl Fn() -> Statement<'q, E>,
) -> StoreResult<Vec<Row<E>>>
where
    for<'c> &'c mut Connection<E>: Executor<'c, Database = E::Database>,
    Arguments<'q, E>: IntoArguments<'q, E::Database>,
{
    within(async {
        match ask(Checkout::of(store.pool(), None).await?, query()).await {
            Err(error) if E::is_lost(&error) => ask(store.writer().await?, query()).await,
            rows => rows,
        }
    })
    .await
}

/// Writes rows. Returns one for each that was written.
pub(super) async fn write<'q, E: Engine>(
    store: &E,
    query: Statement<'q, E>,
) -> StoreResult<Vec<Row<E>>>
where
    for<'c> &'c mut Connection<E>: Executor<'c, Database = E::Database>,
    Arguments<'q, E>: IntoArguments<'q, E::Database>,
{
    within(async { ask(store.writer().await?, query).await }).await
}

/// Sends a statement. The answer is read to its end: the first row alone comes before the change
/// is committed.
async fn ask<'q, D: Database>(
    mut checkout: Checkout<'_, D>,
    query: Query<'q, D, D::Arguments<'q>>,
) -> Result<Vec<D::Row>, Error>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    D::Arguments<'q>: IntoArguments<'q, D>,
{
    let rows = query.fetch_all(&mut *checkout.connection).await;
    checkout.end();
    rows
}

/// Returns the session in a row of [`LOAD`] or [`OF_USER`].
fn session<R>(row: &R) -> StoreResult<StoredSession>
where
    SessionRow: for<'r> FromRow<'r, R>,
    R: sqlx::Row,
{
    let read = || {
        let (key, user, expires, revision, value) = SessionRow::from_row(row).ok()?;
        Some(StoredSession {
            key: StoreKey::from_bytes(key?.try_into().ok()?),
            user: StoreKey::from_bytes(user?.try_into().ok()?),
            expires: expires?,
            revision: revision?,
            value: value?,
        })
    };
    read().ok_or_else(|| "a row of rocket_login_sessions is spoilt".into())
}

fn bytes(key: &StoreKey) -> &[u8] {
    key.as_bytes()
}

/// Returns a number of rows for a database to count.
fn to_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
