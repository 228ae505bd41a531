//! The settings of limits for attempts to log in, with their defaults.

use std::time::Duration;

use figment::value::Value;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::config::values::{self, DAY};

/// The highest limit: with more there is none.
const MOST: u32 = 1_000_000;

const LIMIT: &str = "it must be a whole number from 1 to 1000000";

const WINDOW: &str = "it must be at least a second and at most a day, such as \"15 minutes\"";

/// The limits for attempts to log in: the table `[default.login.attempts]`. They need the
/// feature `throttle`, and count where a handler calls `Auth::attempt`.
///
/// # Example
///
/// ```toml
/// [default.login.attempts]
/// per_name = 5
/// window = "1 hour"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttemptsConfig {
    /// How many attempts each name has in one window. _(default: 10)_
    #[serde(deserialize_with = "limit")]
    pub per_name: u32,
    /// How many attempts each address has, or each IPv6 network (/64). _(default: 30)_
    #[serde(deserialize_with = "limit")]
    pub per_address: u32,
    /// How many attempts a browser has at a name under which a user has logged in there before.
    /// The two other limits do not apply to it. _(default: 10)_
    #[serde(deserialize_with = "limit")]
    pub per_browser: u32,
    /// The time after which attempts are counted anew. _(default: `"15 minutes"`)_
    #[serde(deserialize_with = "window")]
    pub window: Duration,
    /// How many attempts fail or are refused in one process, within a minute, until it tells
    /// [`Event::ManyAttempts`](crate::Event::ManyAttempts). _(default: 100)_
    #[serde(deserialize_with = "limit")]
    pub alarm: u32,
}

impl Default for AttemptsConfig {
    fn default() -> Self {
        Self {
            per_name: 10,
            per_address: 30,
            per_browser: 10,
            window: Duration::from_secs(15 * 60),
            alarm: 100,
        }
    }
}

impl AttemptsConfig {
    /// Returns the first value that makes no sense.
    pub(super) fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let limits = [
            ("attempts.per_name", self.per_name),
            ("attempts.per_address", self.per_address),
            ("attempts.per_browser", self.per_browser),
            ("attempts.alarm", self.alarm),
        ];
        let mut limits = limits.into_iter();
        let limit = limits.find(|(_, limit)| !is_limit(*limit));
        let is_long = !is_window(self.window);
        limit
            .map(|(key, _)| (key, LIMIT))
            .or_else(|| is_long.then_some(("attempts.window", WINDOW)))
    }
}

fn is_limit(limit: u32) -> bool {
    (1..=MOST).contains(&limit)
}

fn is_window(window: Duration) -> bool {
    window.as_secs() > 0 && window <= DAY
}

// By way of a `Value`: serde's own errors print the value, which may hold a password.
fn limit<'de, D: Deserializer<'de>>(input: D) -> Result<u32, D::Error> {
    let limit = match <Value as Deserialize>::deserialize(input)? {
        Value::Num(_, number) => {
            let unsigned = number.to_u128().and_then(|limit| limit.try_into().ok());
            let signed = || number.to_i128().and_then(|limit| limit.try_into().ok());
            unsigned.or_else(signed)
        }
        _ => None,
    };
    let limit = limit.filter(|limit| is_limit(*limit));
    limit.ok_or_else(|| D::Error::custom(LIMIT))
}

fn window<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    let window = values::duration(input).ok();
    let window = window.filter(|window| is_window(*window));
    window.ok_or_else(|| D::Error::custom(WINDOW))
}
