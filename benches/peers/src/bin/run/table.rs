//! The figures as a table: µs of processor time per request, each as its median over the
//! rounds and as what a quiet machine shows.

use crate::contender::PLAIN;
use crate::rounds::Entry;
use crate::stats::{differences, median, quantile, quiet};

const MICRO: f64 = 1000.0;

pub(crate) fn print(entries: &[Entry]) {
    println!("\nProcessor time of a request in µs: median over the rounds, tenth percentile.\n");
    println!(
        "{:24}{:>7}{:>15}{:>15}{:>15}{:>15}{:>15}",
        "", "cookie", "request", "above open", "same headers", "above plain", "its open"
    );
    for entry in entries {
        println!("{}", row(entry, entries));
    }
    println!(
        "\nUnder load a server ran {:.0} % of the time, and {:.0} % somebody else had its processor.",
        percent(entries, |entry| &entry.running),
        percent(entries, |entry| &entry.waiting),
    );
    let plain = protected(entries, PLAIN);
    for name in ["rocket_login", "rocket_login_memory"] {
        if let (Some(plain), Some(login)) = (plain, protected(entries, name)) {
            let above = differences(login, plain);
            println!(
                "{name} above {PLAIN}: {:.2} µs, the middle half of the rounds from {:.2} to {:.2}",
                median(&above) / MICRO,
                quantile(&above, 0.25) / MICRO,
                quantile(&above, 0.75) / MICRO,
            );
        }
    }
}

fn row(entry: &Entry, entries: &[Entry]) -> String {
    let contender = entry.contender;
    let Some(open) = find(entries, contender.framework).map(|entry| &entry.framework) else {
        return contender.name.into();
    };
    if contender.is_baseline() {
        return format!(
            "{:24}{:>7}{}",
            contender.name,
            "",
            pair(median(open), quiet(open))
        );
    }
    let plain = match contender.framework {
        "rocket" => protected(entries, PLAIN).map(|plain| above(&entry.protected, plain)),
        _ => None,
    };
    format!(
        "{:24}{:>7}{}{}{}{:>15}{}",
        contender.name,
        entry.cookies.length(),
        pair(median(&entry.protected), quiet(&entry.protected)),
        above(&entry.protected, open),
        above(&entry.protected, &entry.framework),
        plain.unwrap_or_default(),
        above(&entry.open, &entry.framework),
    )
}

/// Of the differences the median, since a round disturbs both sides alike; but for a quiet
/// machine the difference of the percentiles, since a low difference may as well come of a
/// disturbance of what is subtracted.
fn above(these: &[f64], those: &[f64]) -> String {
    pair(
        median(&differences(these, those)),
        quiet(these) - quiet(those),
    )
}

fn pair(median: f64, quiet: f64) -> String {
    format!("{:>8.2}{:>7.2}", median / MICRO, quiet / MICRO)
}

fn find<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.contender.name == name)
}

fn protected<'e>(entries: &'e [Entry], name: &str) -> Option<&'e [f64]> {
    find(entries, name).map(|entry| &entry.protected[..])
}

fn percent(entries: &[Entry], of: impl Fn(&Entry) -> &Vec<f64>) -> f64 {
    let all: Vec<_> = entries.iter().flat_map(of).copied().collect();
    100.0 * median(&all)
}
