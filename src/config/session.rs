//! The settings of the session, with their defaults.

use std::time::Duration;

use serde::Deserialize;

use crate::config::store_url::StoreUrl;
use crate::config::values::{self, DAY, StoreKind};

/// The settings of the session itself: the table `[default.login.session]`.
///
/// # Example
///
/// ```toml
/// [default.login.session]
/// permanent = true
/// lifetime = "30 days"
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// The name of the session cookie. _(default: `"session"` behind the same prefix)_
    pub cookie_name: Option<String>,
    /// Whether sessions outlive the browser. _(default: `false`)_
    pub permanent: bool,
    /// The time after which every session ends. _(default: `"14 days"`)_
    #[serde(deserialize_with = "values::duration")]
    pub lifetime: Duration,
    /// The time without a request after which a session ends that is not permanent.
    /// _(default: `"2 hours"`)_
    #[serde(deserialize_with = "values::duration")]
    pub idle_timeout: Duration,
    /// The place of sessions: `"cookie"`, `"memory"`, `"sqlite"`, `"postgres"` or
    /// `"redis"`, of which the last three are features. _(default: `"cookie"`)_
    pub store: StoreKind,
    /// The address of the store, such as `"sqlite://sessions.db"`,
    /// `"postgres://user:password@host/database"` or `"redis://host/0"`. Required
    /// by those three. _(default: none)_
    pub url: Option<StoreUrl>,
    /// The name under which a store keeps this application's users apart from those of
    /// another one in the same database. _(default: the name of the table)_
    pub namespace: Option<String>,
    /// How many sessions one user may have: a login too many ends the oldest. Sessions that
    /// know another auth hash do not count. It needs a store.
    /// _(default: 1,000, which is the most in any case)_
    pub max_per_user: Option<usize>,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            cookie_name: None,
            permanent: false,
            lifetime: DAY * 14,
            idle_timeout: Duration::from_secs(2 * 60 * 60),
            store: StoreKind::Cookie,
            url: None,
            namespace: None,
            max_per_user: None,
        }
    }
}
