//! Why a session came to its end.

use std::fmt;

/// Why a session has ended, as an open socket is told.
///
/// Its `Display` is the reason that the client gets with the close code, which is
/// 1008, or 1001 for a shutdown.
///
/// ```rust
/// use rocket_login::SessionEnd;
///
/// fn may_come_back_at_once(end: SessionEnd) -> bool {
///     end == SessionEnd::Replaced
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionEnd {
    /// It was logged out, in whatever tab.
    LoggedOut,
    /// Another login has taken its place in the same browser.
    Replaced,
    /// Its idle or its absolute limit was reached.
    Expired,
    /// The user's auth hash has changed.
    AuthHashChanged,
    /// There is no such user any more.
    UserGone,
    /// The user is not active.
    Inactive,
    /// It turned up in another browser, and protection is strong.
    Protected,
    /// It was ended from elsewhere: another device, an administrator, or a login
    /// too many of the same user.
    Revoked,
    /// It has not: the server is shutting down.
    Shutdown,
}

impl fmt::Display for SessionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LoggedOut => "logged out",
            Self::Replaced => "another login has taken its place",
            Self::Expired => "the session has expired",
            Self::AuthHashChanged => "the user's credentials have changed",
            Self::UserGone => "there is no such user any more",
            Self::Inactive => "the user is not active",
            Self::Protected => "the session turned up in another browser",
            Self::Revoked => "the session was ended elsewhere",
            Self::Shutdown => "the server is shutting down",
        })
    }
}
