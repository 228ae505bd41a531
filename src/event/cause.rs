//! Why and how: the particulars of events.

use std::fmt;

/// What session protection did to a session.
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
    /// It is no longer fresh.
    FreshnessTaken,
    /// It has ended, and the remember token with it.
    Ended,
}

/// The two tokens of a login.
///
/// ```rust
/// use rocket_login::TokenKind;
///
/// fn name(token: TokenKind) -> String {
///     token.to_string()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// The session token.
    Session,
    /// The remember token.
    Remember,
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
    /// It is no token that one of the keys has signed for this purpose and type
    /// of user ids.
    Forged,
    /// Two cookies of one name count, of two users.
    Ambiguous,
    /// Its time is over, or has not come.
    Expired,
    /// It was logged out, or ended from elsewhere.
    Ended,
    /// A newer token of the same session has superseded it.
    Superseded,
    /// The user's auth hash is another one than the session knows.
    AuthHashChanged,
    /// There is no such user any more.
    UserGone,
    /// The user is not active.
    Inactive,
}

impl Refused {
    pub(super) fn is_suspicious(self) -> bool {
        matches!(self, Self::Forged | Self::Ambiguous)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FreshnessTaken => "no longer fresh",
            Self::Ended => "session ended",
        })
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session => "session token",
            Self::Remember => "remember token",
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
