//! The secret from which all keys are derived.

use std::fmt;

use figment::value::Value;
use serde::{Deserialize, Deserializer, de::Error};

/// The keys in our own examples and documentation, which everybody knows.
const KNOWN: [&str; 2] = [
    "an example key, never to be used for anything real",
    "a secret of at least thirty-two bytes",
];

/// A random key of 32 bytes has more in every usual spelling; one that was typed to have
/// something there has not.
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
    /// 256 random bits.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_long_enough(&self) -> bool {
        self.0.len() >= MIN_LEN
    }

    /// Whether it can be looked up.
    pub(crate) fn is_known(&self) -> bool {
        KNOWN.contains(&self.0.as_str())
    }

    /// Whether it is made of a few characters alone, as when a key is held down.
    pub(crate) fn is_monotonous(&self) -> bool {
        let distinct: std::collections::BTreeSet<_> = self.0.bytes().collect();
        distinct.len() < MIN_DISTINCT
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

/// By way of a `Value`: serde's own complaint about a wrong type would print
/// what it found.
impl<'de> Deserialize<'de> for SecretKey {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match <Value as Deserialize>::deserialize(input)? {
            Value::String(_, secret) => Ok(Self(secret)),
            _ => Err(D::Error::custom(
                "a secret key must be a text (not shown here)",
            )),
        }
    }
}

pub(super) fn list<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<SecretKey>, D::Error> {
    let text = |value| match value {
        Value::String(_, secret) => Some(SecretKey(secret)),
        _ => None,
    };
    let keys = match <Value as Deserialize>::deserialize(input)? {
        Value::Array(_, values) => values.into_iter().map(text).collect(),
        _ => None,
    };
    keys.ok_or_else(|| {
        D::Error::custom("previous secret keys must be a list of texts (not shown here)")
    })
}
