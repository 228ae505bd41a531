//! The address of a store, which may hold a password.

use std::fmt;

use serde::Deserialize;

/// Where a store is to be found: `session.url`.
///
/// Neither its `Debug` nor its `Display` shows the password in it.
///
/// ```rust
/// use rocket_login::StoreUrl;
///
/// let url = StoreUrl::from("redis://app:hunter2@10.0.0.7/1?protocol=resp3");
/// assert_eq!(url.to_string(), "redis://app:***@10.0.0.7/1");
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct StoreUrl(String);

impl StoreUrl {
    /// The whole of it, for whoever connects.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Without the password, and without the query, which may hold one as well.
    fn shown(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            let path = self.0.split('?').next();
            // What holds one of these may be more than a path: `host=db password=…`, say.
            let is_path = |path: &&str| !path.contains(['@', '=', ' ', ';']);
            return path.filter(is_path).unwrap_or("***").into();
        };
        let (user, place) = match rest.rsplit_once('@') {
            // It may be a part of the password, or of the query: nobody can tell.
            Some((user, _)) if user.contains('?') => return format!("{scheme}://***"),
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        let place = place.split('?').next().unwrap_or_default();
        match user.map(|user| user.split_once(':')) {
            None => format!("{scheme}://{place}"),
            Some(None) => format!("{scheme}://***@{place}"),
            Some(Some((name, _))) => format!("{scheme}://{name}:***@{place}"),
        }
    }
}

impl From<&str> for StoreUrl {
    fn from(url: &str) -> Self {
        Self(url.into())
    }
}

impl From<String> for StoreUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_password_is_not_shown() {
        for (url, shown) in [
            ("redis://localhost", "redis://localhost"),
            ("redis://:hunter2@localhost/0", "redis://:***@localhost/0"),
            ("redis://hunter2@localhost", "redis://***@localhost"),
            ("postgres://a:hun/ter@2@db/app", "postgres://a:***@db/app"),
            ("postgres://a:hun?ter2@db/app", "postgres://***"),
            ("postgres://db/app?password=hunter2", "postgres://db/app"),
            ("postgres://db/app?password=hunt@er2", "postgres://***"),
            ("sqlite://sessions.db?mode=rwc", "sqlite://sessions.db"),
            ("sessions.db", "sessions.db"),
            ("a:hunter2@localhost", "***"),
            ("host=db password=hunter2", "***"),
            ("password=hunter2", "***"),
            ("Host=db;Password=hunter2", "***"),
        ] {
            let url = StoreUrl::from(url);
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), format!("StoreUrl({shown})"));
        }
    }
}
