//! The store that the settings name.

use std::sync::Arc;

use crate::config::{StoreKind, StoreUrl};
use crate::store::{MemoryStore, SessionStore, StoreResult, postgres, redis, sqlite};

/// Connects to the store at this address; without one, there is at most a store in memory.
pub(crate) async fn open(
    kind: StoreKind,
    url: Option<&StoreUrl>,
) -> StoreResult<Option<Arc<dyn SessionStore>>> {
    let url = url.map(StoreUrl::reveal).unwrap_or_default();
    let opened = match kind {
        StoreKind::Cookie => return Ok(None),
        StoreKind::Memory => Ok(Arc::new(MemoryStore::default()) as Arc<dyn SessionStore>),
        StoreKind::Sqlite => sqlite::open(url).await,
        StoreKind::Postgres => postgres::open(url).await,
        StoreKind::Redis => redis::open(url).await,
    };
    opened.map(Some)
}
