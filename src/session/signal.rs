//! What becomes of sessions, told to whoever serves them for longer than a
//! request takes.

use crate::clock::Timestamp;
use crate::session::{Digest, SessionEnd, TokenId, UserKey};

/// Something that happened to sessions.
#[derive(Debug, Clone)]
// Nobody listens without sockets.
#[cfg_attr(not(feature = "ws"), allow(dead_code))]
pub(crate) enum Signal {
    /// A session came to its end, or a remember token with all that it restored.
    Ended { id: TokenId, why: SessionEnd },
    /// A session was ended by somebody who knows its digest alone.
    Revoked { user: UserKey, digest: [u8; 16] },
    /// A session or a remember token goes on under another id.
    Rotated { from: TokenId, to: TokenId },
    /// A request extended a session.
    Extended { id: TokenId, until: Timestamp },
    /// A session knows of the user's new auth hash.
    Renewed { id: TokenId, auth_hash: Digest },
    /// The auth hash of a user changed: their sessions end, but the one that was
    /// renewed with it.
    AuthChanged { user: UserKey, but: Option<TokenId> },
}

#[cfg_attr(not(feature = "ws"), allow(dead_code))]
impl Signal {
    /// Whether it may concern sessions of the same user that nobody knows of yet,
    /// or not by their ids.
    pub(crate) fn is_about_a_user(&self) -> bool {
        match self {
            Self::Ended { why, .. } => why.is_about_the_user(),
            Self::AuthChanged { .. } | Self::Revoked { .. } => true,
            Self::Rotated { .. } | Self::Extended { .. } | Self::Renewed { .. } => false,
        }
    }
}

/// Where signals go: to the sockets of this process, and of others if they share
/// a store.
pub(crate) trait Signals: Send + Sync {
    fn send(&self, signal: &Signal);
}

/// Nobody listens.
impl Signals for () {
    fn send(&self, _: &Signal) {}
}
