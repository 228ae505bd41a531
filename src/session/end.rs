//! The ends of sessions, as sockets, streams and other nodes learn of them.

use crate::session::{Digest, StoreKey};

/// Why the session of an open socket has ended.
///
/// Its `Display` is the reason that the client gets with the close code. The code is 1008,
/// or 1001 for a shutdown.
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
    /// A logout, in this tab or another one.
    LoggedOut,
    /// Another login has taken its place in the same browser.
    Replaced,
    /// The idle limit or the absolute limit was reached.
    Expired,
    /// The user's auth hash has changed.
    AuthHashChanged,
    /// There is no such user any more.
    UserGone,
    /// The user is not active.
    Inactive,
    /// The session was used in another browser, and the protection level is strong.
    Protected,
    /// The session was revoked: from another device, by an administrator, or by a login
    /// past the limit of sessions for one user.
    Revoked,
    /// The server is shutting down. The session itself goes on.
    Shutdown,
}

texts! { SessionEnd:
    LoggedOut => "logged out",
    Replaced => "another login has taken its place",
    Expired => "the session has expired",
    AuthHashChanged => "the user's credentials have changed",
    UserGone => "there is no such user any more",
    Inactive => "the user is not active",
    Protected => "the session turned up in another browser",
    Revoked => "the session was ended elsewhere",
    Shutdown => "the server is shutting down",
}

/// A change that ends sockets and streams.
#[derive(Debug, Clone)]
pub(crate) enum SessionChange {
    Ended {
        key: StoreKey,
        user: StoreKey,
        why: SessionEnd,
    },
    /// The auth hash of a user has changed. All sessions of the user end, but for the
    /// renewed one with its new auth hash.
    AuthChanged {
        user: StoreKey,
        renewed: Option<(StoreKey, Digest)>,
    },
}
