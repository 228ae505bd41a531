//! How the server is asked.

use sqlx::postgres::{PgArguments, PgDatabaseError, PgRow, PgSeverity};
use sqlx::query::{Query, QueryScalar};
use sqlx::{Connection, Error, Postgres};

use crate::store::postgres::PostgresStore;
use crate::store::sql::{self, Lease, within};
use crate::store::{StoreKey, StoreResult, StoredSession};

impl PostgresStore {
    /// A connection that has just answered. Dead ones are thrown away: after a restart
    /// of the server all are that the pool has kept.
    pub(super) async fn alive(&self) -> Result<Lease<Postgres>, Error> {
        let mut left = self.pool.options().get_max_connections();
        loop {
            let mut lease = Lease::of(&self.pool).await?;
            match lease.connection().ping().await {
                Ok(()) => return Ok(lease),
                Err(error) if left == 0 => return Err(error),
                Err(_) => left -= 1,
            }
        }
    }

    /// Reads, and does so again if the connection turns out to be dead: that costs
    /// nothing as long as none is.
    pub(super) async fn sessions(
        &self,
        statement: &str,
        key: &StoreKey,
        limit: usize,
    ) -> StoreResult<Vec<StoredSession>> {
        let ask = (statement, key, sql::to_limit(limit));
        let rows = within(async {
            let lease = Lease::of(&self.pool).await?;
            match rows(lease, ask).await {
                Err(error) if is_lost(&error) => rows(self.alive().await?, ask).await,
                read => read,
            }
        });
        rows.await?.iter().map(sql::session).collect()
    }

    /// Changes one row, and gives the number that it has then. It is done once at most.
    pub(super) async fn change_one<'q>(
        &self,
        query: QueryScalar<'q, Postgres, i64, PgArguments>,
    ) -> StoreResult<i64> {
        within(async {
            let mut lease = self.alive().await?;
            // All rows: the first one alone comes before the change is committed.
            let done = query.fetch_all(lease.connection()).await;
            lease.end();
            done?.pop().ok_or(Error::RowNotFound)
        })
        .await
    }

    /// Changes rows, and says how many. It is done once at most: that its connection is
    /// dead must turn out before.
    pub(super) async fn change<'q>(
        &self,
        query: Query<'q, Postgres, PgArguments>,
    ) -> StoreResult<u64> {
        within(async {
            let mut lease = self.alive().await?;
            let done = query.execute(lease.connection()).await;
            lease.end();
            Ok(done?.rows_affected())
        })
        .await
    }
}

async fn rows(
    mut lease: Lease<Postgres>,
    (statement, key, limit): (&str, &StoreKey, i64),
) -> Result<Vec<PgRow>, Error> {
    let query = sqlx::query(statement)
        .bind(key.as_bytes().as_slice())
        .bind(limit);
    let rows = query.fetch_all(lease.connection()).await;
    lease.end();
    rows
}

/// Whether it is the connection that has failed, and not what was asked of it.
fn is_lost(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Protocol(_) | Error::Tls(_) => true,
        Error::Database(error) => error
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic)),
        _ => false,
    }
}
