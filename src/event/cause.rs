//! Why and how: the particulars of events.

use std::fmt;

use crate::rules::protection::Verdict;
use crate::session::SessionEnd;

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
    /// The cookie is there twice.
    Ambiguous,
    /// Its time is over, or has not come.
    Expired,
    /// It was logged out, or ended from elsewhere.
    Ended,
    /// A newer one has taken its place.
    Replaced,
    /// The user's auth hash has changed since.
    AuthHashChanged,
    /// There is no such user any more.
    UserGone,
    /// The user is not active.
    Inactive,
}

impl Effect {
    /// What a verdict did to a session that was fresh, or was not.
    pub(crate) fn of(verdict: Verdict, was_fresh: bool) -> Option<Self> {
        match verdict {
            Verdict::TakeFreshness if was_fresh => Some(Self::FreshnessTaken),
            Verdict::Keep | Verdict::TakeFreshness => None,
            Verdict::End => Some(Self::Ended),
        }
    }
}

impl Refused {
    pub(super) fn is_suspicious(self) -> bool {
        matches!(self, Self::Forged | Self::Ambiguous)
    }
}

impl From<SessionEnd> for Refused {
    fn from(end: SessionEnd) -> Self {
        match end {
            SessionEnd::LoggedOut
            | SessionEnd::Protected
            | SessionEnd::Revoked
            | SessionEnd::Shutdown => Self::Ended,
            SessionEnd::Superseded => Self::Replaced,
            SessionEnd::Expired => Self::Expired,
            SessionEnd::AuthHashChanged => Self::AuthHashChanged,
            SessionEnd::UserGone => Self::UserGone,
            SessionEnd::Inactive => Self::Inactive,
        }
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
            Self::Ambiguous => "there twice",
            Self::Expired => "expired",
            Self::Ended => "logged out or ended elsewhere",
            Self::Replaced => "replaced by a newer one",
            Self::AuthHashChanged => "auth hash changed",
            Self::UserGone => "no such user",
            Self::Inactive => "user not active",
        })
    }
}
