//! What a request says of which there should be one.

/// A cookie or a header of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    Absent,
    Once(&'a str),
    /// It is there, but cannot be told which value is meant.
    Unclear,
}

impl<'a> Seen<'a> {
    /// The one value, if there is no other.
    pub(crate) fn only(mut values: impl Iterator<Item = &'a str>) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => Self::Once(value),
            (Some(_), Some(_)) => Self::Unclear,
        }
    }
}
