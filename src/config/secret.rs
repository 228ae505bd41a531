//! The secret of all keys, which is never shown.

use std::collections::BTreeSet;
use std::fmt;

use figment::value::Value;
use serde::{Deserialize, Deserializer, de::Error};

use crate::config::quotes::{QUOTED, is_quoted};

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
        if is_quoted(&self.0) {
            return Some(QUOTED);
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
        D::Error::custom(
            "previous secret keys must be a list of texts (not shown here): write \
             `previous_secret_keys = [\"…\"]`",
        )
    })
}

fn text(value: Value) -> Option<SecretKey> {
    value.into_string().map(SecretKey)
}
