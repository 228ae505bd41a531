//! Values of settings as people write them: durations and choices.

use std::time::Duration;

use figment::value::{Num, Value};
use rocket::http::{Method, SameSite};
use serde::{Deserialize, Deserializer, de::Error};

use crate::config::shown::shown;

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest duration: a hundred years, which every calendar can add.
const LONGEST: Duration = DAY.saturating_mul(100 * 365);

/// How long a duration may be.
pub(super) const RANGE: &str = "it must be at least a second and at most a hundred years";

/// Whether a duration is at least a second and at most a hundred years.
pub(crate) fn is_usable_duration(duration: Duration) -> bool {
    duration.as_secs() > 0 && duration <= LONGEST
}

pub(super) fn duration<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    parse(<Value as Deserialize>::deserialize(input)?).map_err(|why| {
        D::Error::custom(format!(
            "not a duration such as \"15m\", \"365 days\" or whole seconds: {why}"
        ))
    })
}

pub(super) fn optional_duration<'de, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<Duration>, D::Error> {
    duration(input).map(Some)
}

fn parse(value: Value) -> Result<Duration, String> {
    let duration = match value {
        Value::String(_, text) => {
            humantime::parse_duration(&text).map_err(|error| error.to_string())?
        }
        Value::Num(_, number @ (Num::F32(_) | Num::F64(_))) => {
            return Err(format!("{number:?} is no whole number"));
        }
        Value::Num(_, number) => {
            let unsigned = number.to_u128().and_then(|secs| secs.try_into().ok());
            let signed = || number.to_i128().and_then(|secs| secs.try_into().ok());
            let secs = unsigned.or_else(signed).ok_or("it must not be negative")?;
            Duration::from_secs(secs)
        }
        _ => return Err("it is neither a text nor a number".into()),
    };
    Some(duration)
        .filter(|duration| is_usable_duration(*duration))
        .ok_or_else(|| RANGE.into())
}

pub(super) fn same_site<'de, D: Deserializer<'de>>(input: D) -> Result<SameSite, D::Error> {
    match String::deserialize(input)?.to_ascii_lowercase().as_str() {
        "strict" => Ok(SameSite::Strict),
        "lax" => Ok(SameSite::Lax),
        "none" => Ok(SameSite::None),
        other => Err(D::Error::custom(format!(
            "`{}` is none of `strict`, `lax` and `none`",
            shown(other)
        ))),
    }
}

pub(super) fn methods<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Method>, D::Error> {
    let words = Vec::<String>::deserialize(input)?;
    let method = |word: &String| {
        let method = word.to_ascii_uppercase().parse();
        method.map_err(|_| D::Error::custom(format!("`{}` is no HTTP method", shown(word))))
    };
    words.iter().map(method).collect()
}

/// The place where sessions live.
///
/// ```rust
/// use rocket_login::{SessionConfig, StoreKind};
///
/// assert_eq!(SessionConfig::default().store, StoreKind::Cookie);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreKind {
    /// In the signed cookie itself: nothing to install, any number of nodes.
    #[default]
    Cookie,
    /// In the memory of this process, until it ends: sessions can be listed and
    /// ended one by one.
    Memory,
    /// In a file, for the processes of one machine. It needs the feature `sqlite`.
    Sqlite,
    /// In a PostgreSQL database. It needs the feature `postgres`.
    Postgres,
    /// In a Redis. It needs the feature `redis`.
    Redis,
}

impl StoreKind {
    /// Returns what the address of such a store looks like, if it needs one.
    pub(super) fn address(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("sqlite://sessions.db"),
            Self::Postgres => Some("postgres://user:password@host/database"),
            Self::Redis => Some("redis://host/0"),
            Self::Cookie | Self::Memory => None,
        }
    }

    /// Whether it is a server, with an address that may hold a password.
    pub(super) fn is_server(self) -> bool {
        matches!(self, Self::Postgres | Self::Redis)
    }
}

// By way of a `Value`: serde's own errors print the value, which may hold a password.
impl<'de> Deserialize<'de> for StoreKind {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = <Value as Deserialize>::deserialize(input)?;
        let why = match value.as_str().unwrap_or_default() {
            "cookie" => return Ok(Self::Cookie),
            "memory" => return Ok(Self::Memory),
            "sqlite" => return Ok(Self::Sqlite),
            "postgres" => return Ok(Self::Postgres),
            "redis" => return Ok(Self::Redis),
            text if text.contains([':', '@', '/']) => {
                "this is an address: write `store = \"redis\"`, or the kind that it is, \
                 and `url = \"…\"`"
            }
            _ => "it is none of `cookie`, `memory`, `sqlite`, `postgres` and `redis`",
        };
        Err(D::Error::custom(why))
    }
}

/// The treatment of remember tokens of Flask-Login and Starlette-Login:
/// `legacy_remember_tokens`.
///
/// # Security
///
/// Such a token never expires, is the same in every browser, and outlives a change of the
/// password. The holder of a copy can log in until the key changes. [The guide](crate::guide::migrating) has more.
///
/// # Example
///
/// ```rust
/// use rocket_login::{Config, LegacyTokens};
///
/// let config = Config {
///     legacy_remember_tokens: LegacyTokens::Replace,
///     ..Config::new("login_page", "a secret of at least thirty-two bytes")
/// };
/// # assert_eq!(LegacyTokens::default(), LegacyTokens::Off);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LegacyTokens {
    /// They do not count here: `false`.
    #[default]
    Off,
    /// A token restores one login, and the browser gets a token of this crate in its
    /// place: `true`.
    Replace,
    /// A token restores logins and stays in the browser. A login writes such a token, too,
    /// so that the application before can read it: `"write"`.
    Write,
}

impl<'de> Deserialize<'de> for LegacyTokens {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match <Value as Deserialize>::deserialize(input)? {
            Value::Bool(_, false) => Ok(Self::Off),
            Value::Bool(_, true) => Ok(Self::Replace),
            Value::String(_, word) if word == "write" => Ok(Self::Write),
            // The value is not shown: it could be a key in the wrong line.
            _ => Err(D::Error::custom(
                "it is none of `false`, `true` and `\"write\"`",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(transparent)]
    struct Written(#[serde(deserialize_with = "duration")] Duration);

    #[test]
    fn texts_and_whole_seconds_are_durations() {
        for (value, secs) in [
            (Value::from("365 days"), 365 * 24 * 3600),
            (Value::from("15m"), 900),
            (Value::from("1h 30m"), 5400),
            (Value::from(90u8), 90),
            (Value::from(90i64), 90),
        ] {
            let written: Written = value.deserialize().unwrap();
            assert_eq!(written.0, Duration::from_secs(secs));
        }
    }

    #[test]
    fn other_values_are_refused() {
        for value in [
            Value::from(0u8),
            Value::from(-5i64),
            Value::from(i64::MIN),
            Value::from(u64::MAX),
            Value::from(1.5),
            Value::from("0s"),
            Value::from("500ms"),
            Value::from("-5m"),
            Value::from("soon"),
            Value::from(""),
            Value::from("15"),
            Value::from("101 years"),
            Value::from("99999999999999999999 years"),
            Value::from(true),
        ] {
            let error = value.deserialize::<Written>().unwrap_err().to_string();
            assert!(error.contains("365 days"), "{error}");
        }
    }
}
