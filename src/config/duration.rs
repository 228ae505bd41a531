//! Durations as people write them.

use std::time::Duration;

use figment::value::{Num, Value};
use serde::{Deserialize, Deserializer, de::Error};

/// Longer than anybody means, and short enough for every calendar.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Whether a duration is at least a second and at most a hundred years.
pub(crate) fn is_usable(duration: Duration) -> bool {
    duration.as_secs() > 0 && duration <= LONGEST
}

pub(super) fn required<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    parse(<Value as Deserialize>::deserialize(input)?).map_err(D::Error::custom)
}

pub(super) fn optional<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Duration>, D::Error> {
    required(input).map(Some)
}

fn parse(value: Value) -> Result<Duration, String> {
    let duration = match &value {
        Value::String(_, text) => {
            humantime::parse_duration(text).map_err(|error| error.to_string())
        }
        Value::Num(_, number @ (Num::F32(_) | Num::F64(_))) => {
            Err(format!("{number:?} is no whole number"))
        }
        Value::Num(_, number) => number
            .to_u128()
            .and_then(|secs| u64::try_from(secs).ok())
            .or_else(|| number.to_i128().and_then(|secs| u64::try_from(secs).ok()))
            .map(Duration::from_secs)
            .ok_or_else(|| "it must not be negative".into()),
        _ => Err("it is neither a text nor a number".into()),
    };

    duration
        .and_then(|duration| match is_usable(duration) {
            true => Ok(duration),
            false => Err("it must be at least a second and at most a hundred years".into()),
        })
        .map_err(|why| {
            format!("not a duration such as \"15m\", \"365 days\" or whole seconds: {why}")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_whole_seconds_are_durations() {
        for (value, secs) in [
            (Value::from("365 days"), 365 * 24 * 3600),
            (Value::from("15m"), 900),
            (Value::from("1h 30m"), 5400),
            (Value::from(90u8), 90),
            (Value::from(90i64), 90),
        ] {
            assert_eq!(parse(value), Ok(Duration::from_secs(secs)));
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
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
            let error = parse(value).unwrap_err();
            assert!(error.contains("365 days"), "{error}");
        }
    }
}
