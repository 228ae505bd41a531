//! Pure rules about time, identity and redirects: values in, a verdict out.

pub(crate) mod attempts;
pub(crate) mod audience;
pub(crate) mod client;
pub(crate) mod cookie_header;
pub(crate) mod cross_site;
pub(crate) mod expiry;
#[cfg(feature = "throttle")]
pub(crate) mod folded_name;
pub(crate) mod gate;
pub(crate) mod next;
pub(crate) mod origin;
pub(crate) mod protection;
pub(crate) mod public_base;

/// Whether this build has limits for attempts to log in.
pub(crate) const THROTTLES: bool = cfg!(feature = "throttle");

/// Returns whether a header that lists words has this one, in letters of any case.
pub(crate) fn names(list: &str, word: &str) -> bool {
    let mut words = list.split(',').map(str::trim);
    words.any(|listed| listed.eq_ignore_ascii_case(word))
}

/// The values of a header of which a request should have one at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    #[default]
    Absent,
    Once(&'a str),
    /// There are several values: no rule can choose one of them safely.
    Ambiguous,
}

impl<'a> Seen<'a> {
    /// Adds one more value.
    pub(crate) fn and(self, value: &'a str) -> Self {
        if self == Self::Absent {
            Self::Once(value)
        } else {
            Self::Ambiguous
        }
    }

    /// Counts the values.
    pub(crate) fn only(values: impl Iterator<Item = &'a str>) -> Self {
        values.fold(Self::Absent, Self::and)
    }
}
