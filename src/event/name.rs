//! The name that somebody claimed when they tried to log in.

use std::fmt;

/// The name, as it was typed, of somebody who did not get in.
///
/// `Debug` does not show it: people type their password into the wrong field.
///
/// # Example
///
/// ```rust
/// use rocket_login::Event;
///
/// fn tries_the_admin(event: &Event) -> bool {
///     matches!(event, Event::LoginFailed { name, .. } if name.as_str() == "admin")
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimedName(String);

impl ClaimedName {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name. Whoever sent it chose it: it may be of any length, and no name at all.
    ///
    /// ```rust
    /// # use rocket_login::ClaimedName;
    /// fn is_blank(name: &ClaimedName) -> bool {
    ///     name.as_str().trim().is_empty()
    /// }
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClaimedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimedName(..)")
    }
}
