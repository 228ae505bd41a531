//! How templates write a time: in UTC, since a server does not know where its readers are.

// What the macro makes of a filter is public.
#![allow(unreachable_pub)]

use askama::{Result, Values, filter_fn};
use rocket::time::{OffsetDateTime, UtcOffset};

/// For people: `3 February 2026, 04:05 UTC`.
#[filter_fn]
pub fn readable(time: OffsetDateTime, _: &dyn Values) -> Result<String> {
    let time = time.to_offset(UtcOffset::UTC);
    let (day, month, year) = (time.day(), time.month(), time.year());
    let (hour, minute) = (time.hour(), time.minute());
    Ok(format!("{day} {month} {year}, {hour:02}:{minute:02} UTC"))
}

/// For programs: `2026-02-03T04:05:06Z`.
#[filter_fn]
pub fn datetime(time: OffsetDateTime, _: &dyn Values) -> Result<String> {
    let time = time.to_offset(UtcOffset::UTC);
    let (date, hour) = (time.date(), time.hour());
    let (minute, second) = (time.minute(), time.second());
    Ok(format!("{date}T{hour:02}:{minute:02}:{second:02}Z"))
}
