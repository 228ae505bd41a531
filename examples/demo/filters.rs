//! How templates write a time, in UTC, since a server does not know where its readers are; and a
//! browser, by what most of them have in their name.

// The macro makes a public filter.
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

// The first that fits: most browsers claim to be others as well.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("HeadlessChrome/", "Chrome without a screen"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// For people: `Firefox on Windows`. It is what the browser says, and may be anything.
#[filter_fn]
pub fn browser(agent: &str, _: &dyn Values) -> Result<String> {
    let first = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        let found = names.find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    Ok(match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser of another kind".into(),
    })
}
