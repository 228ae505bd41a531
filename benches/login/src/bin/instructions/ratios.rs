//! The ratios, as they are counted and as they are committed.

use std::collections::BTreeMap;
use std::fs;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ratios.txt");

/// By how much a ratio may be larger than the committed one.
const TOLERANCE: f64 = 1.05;

pub(crate) struct Ratios(BTreeMap<String, f64>);

impl Ratios {
    pub(crate) fn of<'w>(ratios: impl Iterator<Item = (&'w str, f64)>) -> Self {
        Self(ratios.map(|(what, ratio)| (what.into(), ratio)).collect())
    }

    /// One in a line, behind its name.
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(FILE).expect(FILE);
        let line = |line: &str| {
            let (what, ratio) = line.split_once(' ')?;
            Some((what.to_string(), ratio.trim().parse().ok()?))
        };
        Self(text.lines().map(|text| line(text).expect(text)).collect())
    }

    pub(crate) fn write(&self) {
        let line = |(what, ratio): (&String, &f64)| format!("{what} {ratio:.3}\n");
        let text: String = self.0.iter().map(line).collect();
        fs::write(FILE, text).expect(FILE);
    }

    pub(crate) fn are_no_worse_than(&self, committed: &Self) -> bool {
        let mut are_fine = true;
        for (what, ratio) in &self.0 {
            match committed.0.get(what) {
                Some(limit) if *ratio <= limit * TOLERANCE => {}
                Some(limit) => {
                    eprintln!("{what} takes more than it did: {ratio:.3} instead of {limit:.3}");
                    are_fine = false;
                }
                None => {
                    eprintln!("{what} has no committed ratio: scripts/instructions --write");
                    are_fine = false;
                }
            }
        }
        are_fine
    }
}
