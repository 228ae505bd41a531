//! The address of a store, whose password is never shown.

use std::fmt;

use serde::Deserialize;

use crate::config::quotes::{QUOTED, is_quoted};

/// The address of a store, which may hold a password: `session.url`.
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
    /// Returns the whole address, to connect with.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns why the address of a server does not mean what it seems to.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        if is_quoted(&self.0) {
            return Some(QUOTED);
        }
        let (scheme, rest) = self.0.split_once("://")?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = place.split_once('/').map(|(_, path)| path);
        // The name of a file may hold one. So may the value of a parameter.
        let is_file = scheme.ends_with("unix");
        let mut pairs = query.split('&');
        let is_cut = path.is_some_and(|path| !is_file && path.contains('@'))
            || pairs.any(|pair| {
                pair.split('=')
                    .next()
                    .is_some_and(|name| name.contains('@'))
            });
        (is_cut || rest.contains('#')).then_some(
            "its user name, password or path holds a `#`, `/`, `?` or `@` as it is: \
             write `%23`, `%2F`, `%3F` or `%40`",
        )
    }

    /// Returns the address without password, and without query, which may hold one as well.
    fn shown(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            let path = self.0.split('?').next();
            // A text with one of these may be more than a path: `host=db password=…`, say.
            let is_path = |path: &&str| !path.contains(['@', '=', ' ', ';']);
            return path.filter(is_path).unwrap_or("***").into();
        };
        let (user, place) = match rest.rsplit_once('@') {
            // The `?` may stand in the password, or begin the query.
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

    #[test]
    fn an_address_whose_password_ends_early_is_noticed() {
        for url in [
            "postgres://app:hun#ter2@db/app",
            "postgres://app:hun/ter2@db/app",
            "postgres://app:hun?ter2@db/app",
            "postgres://app:12#34@db/app",
            "postgres://app:12/34@db/app",
            "postgres://app:12?34@db/app",
            "postgres://app:h@n/ter2@db/app",
            "postgres://a/b:hunter2@db/app",
            "redis://:hun#ter2@db/0",
            "rediss://:hunter2/@db",
            "redis://db/0#hunter2",
        ] {
            assert!(
                StoreUrl::from(url).flaw().unwrap().contains("`%23`"),
                "{url}"
            );
        }
        for url in [
            "postgres://app:hun%23t%2Fr%3F2@db:5432/app?sslmode=require",
            "postgres://app:hunt@er2@db/app",
            "postgres://db/app?user=app@server&password=hunter2",
            "postgres:///app?host=/run/postgresql",
            "redis://:hunter2@db/0?protocol=resp3",
            "unix:///run/redis@1/socket?db=0",
            "sessions.db",
        ] {
            assert_eq!(StoreUrl::from(url).flaw(), None, "{url}");
        }
        assert_eq!(StoreUrl::from("\"redis://db\"").flaw(), Some(QUOTED));
    }
}
