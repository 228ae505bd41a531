//! Stands in for each store whose feature is off.

// Where several features are off, this file stands in for each of them.
#![allow(clippy::duplicate_mod)]

use std::sync::Arc;

use crate::store::{SessionStore, StoreResult};

pub(super) async fn open(_: &str) -> StoreResult<Arc<dyn SessionStore>> {
    let (_, feature) = module_path!().rsplit_once("::").unwrap_or_default();
    let why = "of rocket_login, which Cargo.toml does not name";
    Err(format!("it needs the feature `{feature}` {why}").into())
}
