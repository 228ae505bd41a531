//! Settings that are never shown: the secret of all keys, and the address of a store.

use std::collections::BTreeSet;
use std::fmt;

use figment::value::Value;
use serde::{Deserialize, Deserializer, de::Error};

/// The keys in the examples and the documentation of this crate, which are public.
const KNOWN: [&str; 2] = [
    "an example key, never to be used for anything real",
    "a secret of at least thirty-two bytes",
];

/// A random key of 32 bytes has more different characters in every usual spelling. A
/// placeholder such as `xxxx…` has fewer.
const MIN_DISTINCT: usize = 4;

/// The shortest secret, in bytes.
const MIN_LEN: usize = 32;

/// A secret of at least 32 bytes.
///
/// It is used as it is written: the UTF-8 bytes of the text. A good one is
/// random, for instance what `openssl rand -base64 32` prints. [The guide](crate::guide::keys) says how to
/// change it without logging anybody out.
///
/// # Security
///
/// `Debug` shows nothing of it, and neither does an error about it.
///
/// # Example
///
/// ```rust
/// use rocket_login::SecretKey;
///
/// let key = SecretKey::from("a secret of at least thirty-two bytes");
/// assert_eq!(format!("{key:?}"), "SecretKey(..)");
/// ```
#[derive(Clone)]
pub struct SecretKey(String);

impl SecretKey {
    /// Draws 256 random bits.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        let hex = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Self(hex.collect()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns why the key is no good: it is too short, or it is weak and the profile is
    /// not the debug profile.
    pub(super) fn flaw(&self, is_debug: bool) -> Option<&'static str> {
        if self.0.len() < MIN_LEN {
            return Some(
                "a secret key must have at least 32 bytes; \
                 `openssl rand -base64 32` prints a good one",
            );
        }
        self.weakness().filter(|_| !is_debug)
    }

    /// Returns why the key can be guessed, if it can.
    pub(super) fn weakness(&self) -> Option<&'static str> {
        let distinct: BTreeSet<_> = self.0.bytes().collect();
        if KNOWN.contains(&self.0.as_str()) {
            Some(
                "this key stands in the documentation of rocket_login and is public; \
                 `openssl rand -base64 32` prints a good one",
            )
        } else if distinct.len() < MIN_DISTINCT {
            Some(
                "this key has so few different characters that it can be guessed; \
                 `openssl rand -base64 32` prints a good one",
            )
        } else {
            None
        }
    }
}

impl From<String> for SecretKey {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl From<&str> for SecretKey {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

// By way of a `Value`: serde's own errors print the value, which may be a secret.
impl<'de> Deserialize<'de> for SecretKey {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let key = text(<Value as Deserialize>::deserialize(input)?);
        key.ok_or_else(|| D::Error::custom("a secret key must be a text (not shown here)"))
    }
}

pub(super) fn list<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<SecretKey>, D::Error> {
    let keys = match <Value as Deserialize>::deserialize(input)? {
        Value::Array(_, values) => values.into_iter().map(text).collect(),
        _ => None,
    };
    keys.ok_or_else(|| {
        D::Error::custom("previous secret keys must be a list of texts (not shown here)")
    })
}

fn text(value: Value) -> Option<SecretKey> {
    value.into_string().map(SecretKey)
}

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
}
