//! The address of a store, whose password is never shown.

use std::{fmt, iter};

use rocket::http::RawStr;
use serde::Deserialize;

use crate::config::quotes::{QUOTED, is_quoted};
use crate::config::shown::HIDDEN;
use crate::config::values::StoreKind;
use crate::rules::origin::{is_host, split_port};

/// Schemes whose path is the name of a database or of a file.
const WITH_PATH: [&str; 6] = [
    "postgres",
    "postgresql",
    "sqlite",
    "unix",
    "redis+unix",
    "valkey+unix",
];

/// Schemes of the crate `redis`.
const REDIS: [&str; 7] = [
    "redis",
    "rediss",
    "valkey",
    "valkeys",
    "unix",
    "redis+unix",
    "valkey+unix",
];

/// What stands between the parts of an address, and around them where a text quotes them.
const DELIMITERS: [char; 14] = [
    ':', '/', '?', '#', '@', '&', '=', ';', ',', ' ', '[', ']', '"', '\'',
];

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

    /// Returns why the address is none of this kind of store, or does not mean what it seems to.
    pub(super) fn misfit(&self, kind: StoreKind) -> Option<&'static str> {
        let own: &[&str] = match kind {
            StoreKind::Postgres => &["postgres", "postgresql"],
            StoreKind::Redis => &REDIS,
            _ => &["sqlite", "file"],
        };
        let of_file = || {
            let scheme = self.0.split_once(':');
            scheme.filter(|(scheme, _)| scheme.ends_with("unix"))
        };
        let is_own =
            |(scheme, _): (&str, &str)| own.iter().any(|it| scheme.eq_ignore_ascii_case(it));
        let scheme = self.0.split_once("://").or_else(of_file);
        if !is_quoted(&self.0) && !scheme.map_or(!kind.is_server(), is_own) {
            return Some(
                "it does not fit `session.store`: addresses begin with `sqlite://` for `sqlite`, \
                 `postgres://` for `postgres`, and `redis://`, `rediss://` or `unix://` for `redis`",
            );
        }
        if kind == StoreKind::Sqlite
            && [":memory:", "mode=memory"]
                .iter()
                .any(|it| self.0.contains(it))
        {
            return Some(
                "each connection would have a database of its own in memory: write `session.store = \"memory\"`",
            );
        }
        kind.is_server().then(|| self.flaw()).flatten()
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

    /// Returns whether a text of the engine repeats a part of the address that is not shown.
    pub(crate) fn is_told_by(&self, text: &str) -> bool {
        let (shown, text) = (self.shown(), text.to_ascii_lowercase());
        let decoded = RawStr::new(&self.0).percent_decode_lossy();
        let is_told = |part: &str| {
            // Shorter parts stand in every text by chance.
            part.len() > 2 && !shown.contains(part) && text.contains(&part.to_ascii_lowercase())
        };
        [self.0.as_str(), &decoded].into_iter().any(|url| {
            let (place, query) = url.split_once('?').unwrap_or((url, ""));
            let value = |pair| <str>::split_once(pair, '=').map_or(pair, |(_, value)| value);
            let values = query.split('&').map(value);
            let mut parts = iter::once(place).chain(values);
            parts.any(|part| part.split(DELIMITERS).any(is_told))
        })
    }

    /// Returns the address without its query, and without anything that may be a password.
    fn shown(&self) -> String {
        let is_scheme = |scheme: &str| scheme.chars().all(|c| c == '+' || c.is_alphanumeric());
        let Some((scheme, rest)) = self.0.split_once("://").filter(|(it, _)| is_scheme(it)) else {
            return HIDDEN.into();
        };
        let (user, place) = match rest.rsplit_once('@') {
            // The `?` may stand in the password, or begin the query.
            Some((user, _)) if user.contains('?') => return format!("{scheme}://{HIDDEN}"),
            Some((user, place)) => (user_shown(user), place),
            None => (String::new(), rest),
        };
        let place = place.split('?').next().unwrap_or_default();
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let (host, path) = (host_shown(host), path_shown(scheme, path));
        format!("{scheme}://{user}{host}{path}")
    }
}

fn user_shown(user: &str) -> String {
    let is_name = |name: &str| {
        name.chars()
            .all(|c| "-._".contains(c) || c.is_alphanumeric())
    };
    match user.split_once(':') {
        Some((name, password)) if is_name(name) && !password.is_empty() => {
            format!("{name}:{HIDDEN}@")
        }
        _ => format!("{HIDDEN}@"),
    }
}

fn host_shown(host: &str) -> String {
    let is_host = |host: &str| host.is_empty() || is_host(&host.to_ascii_lowercase());
    match split_port(host) {
        _ if is_host(host) => host.into(),
        (name, Some(_)) if is_host(name) => format!("{name}:{HIDDEN}"),
        _ => HIDDEN.into(),
    }
}

/// A word in the path of a Redis is no database, and may be a password.
fn path_shown<'a>(scheme: &str, path: &'a str) -> &'a str {
    let is_plain = |c: char| "/-._".contains(c) || c.is_alphanumeric();
    let is_number = path.chars().all(|c| c == '/' || c.is_ascii_digit());
    if is_number || WITH_PATH.contains(&scheme) && path.chars().all(is_plain) {
        path
    } else {
        "/***"
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
mod tests;
