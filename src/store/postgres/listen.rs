//! What nodes tell each other through the database.

use std::time::Duration;

use rocket::tokio::time::timeout;
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Error, PgPool};

use crate::store::sql::{ACQUIRE_TIMEOUT, within};
use crate::store::{Heard, StoreResult};

/// A connection that has said nothing for so long is asked whether it still lives.
const SILENCE: Duration = Duration::from_secs(5);

const CHANNEL: &str = "rocket_login";

/// Listens on a connection of its own: one that is held for good would be missing from
/// the pool.
pub(super) async fn listen(
    pool: &PgPool,
    hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync),
) -> StoreResult<()> {
    let own = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(pool.connect_options().as_ref().clone());
    let mut listener = within(async {
        let mut listener = PgListener::connect_with(&own).await?;
        // It would come back by itself, and nobody would know what was missed.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    })
    .await?;
    hear(Heard::Listening);
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(told))) => hear(Heard::Message(told.payload())),
            Ok(Ok(None)) => return Err("the connection to listen on was lost".into()),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => within(ping(&mut listener)).await?,
        }
    }
}

async fn ping(listener: &mut PgListener) -> Result<(), Error> {
    sqlx::query("SELECT 1").execute(listener).await?;
    Ok(())
}
