//! The details of events: effects, kinds of tokens, reasons, and names.

use std::fmt;

/// The effect of session protection on a session.
///
/// ```rust
/// use rocket_login::Effect;
///
/// fn is_serious(effect: Effect) -> bool {
///     effect == Effect::Ended
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The session is no longer fresh.
    FreshnessTaken,
    /// The session has ended, and its remember token with it.
    Ended,
}

/// Why a token does not count.
///
/// ```rust
/// use rocket_login::Refused;
///
/// fn is_suspicious(why: Refused) -> bool {
///     matches!(why, Refused::Forged | Refused::Ambiguous)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// None of the keys has signed the token for this purpose and type of user ids.
    Forged,
    /// Two cookies have this name, and both count, of two users.
    Ambiguous,
    /// The token has expired, or is from the future.
    Expired,
    /// The session was logged out or revoked.
    Ended,
    /// A newer token of the same session has superseded it.
    Superseded,
    /// The auth hash of the user differs from that of the session.
    AuthHashChanged,
    /// The user no longer exists.
    UserGone,
    /// The user is not active.
    Inactive,
}

/// The name that was typed at a login that failed.
///
/// `Debug` does not show it: users type their password into the wrong field.
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

    /// Returns the name. It comes from the client: it may have any length, and be no name at all.
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

opaque! { ClaimedName }

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FreshnessTaken => "no longer fresh",
            Self::Ended => "session ended",
        })
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forged => "not signed by us",
            Self::Ambiguous => "there twice, of two users",
            Self::Expired => "expired",
            Self::Ended => "logged out or ended elsewhere",
            Self::Superseded => "superseded by a newer one",
            Self::AuthHashChanged => "auth hash changed",
            Self::UserGone => "no such user",
            Self::Inactive => "user not active",
        })
    }
}
