//! Session protection: the verdict on a session that arrives with another fingerprint.

use serde::Deserialize;

/// The effect of a changed fingerprint on a session: a request comes from another address,
/// or from another browser.
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
    /// A changed fingerprint is told, and changes nothing.
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
    /// The token counts as absent, and its session goes on.
    Absent,
    End,
}

impl ProtectionLevel {
    /// Judges a session by the fingerprint of its request. A superseded token ends nothing.
    pub(crate) fn verdict(self, permanent: bool, is_same: bool, is_superseded: bool) -> Verdict {
        match (self, permanent, is_same) {
            (Self::Off, _, _) | (_, _, true) => Verdict::Keep,
            (Self::Strong, _, false) if is_superseded => Verdict::Absent,
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
        use Verdict::{Absent, End, Keep, TakeFreshness};

        for (level, permanent, changed, superseded) in [
            (Off, true, Keep, Keep),
            (Off, false, Keep, Keep),
            (Basic, true, TakeFreshness, TakeFreshness),
            (Basic, false, TakeFreshness, TakeFreshness),
            (Strong, true, TakeFreshness, Absent),
            (Strong, false, End, Absent),
        ] {
            assert_eq!(level.verdict(permanent, false, false), changed);
            assert_eq!(level.verdict(permanent, false, true), superseded);
            assert_eq!(level.verdict(permanent, true, false), Keep);
            assert_eq!(level.verdict(permanent, true, true), Keep);
        }
    }
}
