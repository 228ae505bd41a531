//! How a file is asked.

use sqlx::query::{Query, QueryScalar};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Error, Sqlite};

use crate::store::sql::{self, Lease, within};
use crate::store::sqlite::SqliteStore;
use crate::store::{StoreKey, StoreResult, StoredSession};

impl SqliteStore {
    /// Reads sessions by key or by user.
    pub(super) async fn sessions(
        &self,
        statement: &str,
        key: &StoreKey,
        limit: usize,
    ) -> StoreResult<Vec<StoredSession>> {
        let rows = within(async {
            let mut lease = Lease::of(&self.pool).await?;
            let query = sqlx::query(statement)
                .bind(key.as_bytes().as_slice())
                .bind(sql::to_limit(limit));
            let rows = query.fetch_all(lease.connection()).await;
            lease.end();
            rows
        });
        rows.await?.iter().map(sql::session).collect()
    }

    /// Changes one row, and gives the number that it has then.
    pub(super) async fn change_one<'q>(
        &self,
        query: QueryScalar<'q, Sqlite, i64, SqliteArguments<'q>>,
    ) -> StoreResult<i64> {
        within(async {
            let _turn = self.writer.lock().await;
            let mut lease = Lease::of(&self.pool).await?;
            // All rows: the first one alone comes before the change is committed.
            let done = query.fetch_all(lease.connection()).await;
            lease.end();
            done?.pop().ok_or(Error::RowNotFound)
        })
        .await
    }

    /// Changes rows, and says how many.
    pub(super) async fn change<'q>(
        &self,
        query: Query<'q, Sqlite, SqliteArguments<'q>>,
    ) -> StoreResult<u64> {
        within(async {
            let _turn = self.writer.lock().await;
            let mut lease = Lease::of(&self.pool).await?;
            let done = query.execute(lease.connection()).await;
            lease.end();
            Ok(done?.rows_affected())
        })
        .await
    }
}
