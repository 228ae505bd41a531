//! What a request says of which there should be one.

/// A cookie or a header of one name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    #[default]
    Absent,
    Once(&'a str),
    /// It is there, but cannot be told which value is meant.
    Unclear,
}

impl<'a> Seen<'a> {
    /// With one more value.
    pub(crate) fn and(self, value: &'a str) -> Self {
        match self {
            Self::Absent => Self::Once(value),
            Self::Once(_) | Self::Unclear => Self::Unclear,
        }
    }

    /// The one value, if there is no other.
    pub(crate) fn only(values: impl Iterator<Item = &'a str>) -> Self {
        values.fold(Self::Absent, Self::and)
    }
}
