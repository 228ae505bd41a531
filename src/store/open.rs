//! The store that the settings name.

use std::sync::Arc;

use crate::config::{StoreKind, StoreUrl};
#[cfg(feature = "postgres")]
use crate::store::PostgresStore;
#[cfg(feature = "redis")]
use crate::store::RedisStore;
#[cfg(feature = "sqlite")]
use crate::store::SqliteStore;
use crate::store::{SessionStore, StoreResult};

/// Connects to the store at this address.
pub(crate) async fn open(kind: StoreKind, url: &StoreUrl) -> StoreResult<Arc<dyn SessionStore>> {
    match kind {
        #[cfg(feature = "sqlite")]
        StoreKind::Sqlite => Ok(Arc::new(SqliteStore::connect(url.reveal()).await?)),
        #[cfg(feature = "postgres")]
        StoreKind::Postgres => Ok(Arc::new(PostgresStore::connect(url.reveal()).await?)),
        #[cfg(feature = "redis")]
        StoreKind::Redis => Ok(Arc::new(RedisStore::connect(url.reveal()).await?)),
        _ => {
            let _ = url;
            let feature = format!("{kind:?}").to_ascii_lowercase();
            Err(format!(
                "it needs the feature `{feature}` of rocket_login, which Cargo.toml does not name"
            )
            .into())
        }
    }
}
