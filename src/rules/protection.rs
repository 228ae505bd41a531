//! What a changed identifier does to a session.

use serde::Deserialize;

/// What happens when a session turns up with another identifier: from another
/// address, or in another browser.
///
/// | | session is permanent | session is not permanent |
/// | --- | --- | --- |
/// | `Off` | nothing | nothing |
/// | `Basic` | no longer fresh | no longer fresh |
/// | `Strong` | no longer fresh | the session ends, with its remember token |
///
/// With a store, `Strong` also ends the session of a remember token that two clients use.
///
/// # Example
///
/// ```rust
/// use rocket_login::{Config, ProtectionLevel};
///
/// let mut config = Config::new("login_page", "a secret of at least thirty-two bytes");
/// assert_eq!(config.protection_level, ProtectionLevel::Basic);
/// config.protection_level = ProtectionLevel::Strong;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtectionLevel {
    /// The identifier is not looked at.
    Off,
    /// The session goes on, but is no longer fresh. The default.
    #[default]
    Basic,
    /// A session that is not permanent ends, and with it the remember token.
    Strong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    TakeFreshness,
    End,
}

impl ProtectionLevel {
    pub(crate) fn verdict(self, permanent: bool, same_identifier: bool) -> Verdict {
        match (self, permanent, same_identifier) {
            (Self::Off, _, _) | (_, _, true) => Verdict::Keep,
            (Self::Strong, false, false) => Verdict::End,
            (Self::Basic | Self::Strong, _, false) => Verdict::TakeFreshness,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_levels_holds() {
        use ProtectionLevel::{Basic, Off, Strong};
        use Verdict::{End, Keep, TakeFreshness};

        for (level, permanent, changed) in [
            (Off, true, Keep),
            (Off, false, Keep),
            (Basic, true, TakeFreshness),
            (Basic, false, TakeFreshness),
            (Strong, true, TakeFreshness),
            (Strong, false, End),
        ] {
            assert_eq!(level.verdict(permanent, false), changed);
            assert_eq!(level.verdict(permanent, true), Keep);
        }
    }
}
