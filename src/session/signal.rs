//! What becomes of sessions, told to whoever serves them for longer than a
//! request takes, in this process and on other nodes.

use crate::clock::Timestamp;
use crate::session::{Digest, SessionEnd, StoreKey, TokenId};

/// Something that happened to sessions, or to remember tokens and all that they
/// have restored.
#[derive(Debug, Clone)]
// Nobody listens without sockets.
#[cfg_attr(not(feature = "ws"), allow(dead_code))]
pub(crate) enum Signal {
    Ended {
        key: StoreKey,
        why: SessionEnd,
    },
    /// It goes on under another id, which is known here alone.
    Rotated {
        from: StoreKey,
        to: StoreKey,
        id: Option<TokenId>,
    },
    /// A request extended it.
    Extended {
        key: StoreKey,
        until: Timestamp,
    },
    /// It knows of the user's new auth hash.
    Renewed {
        key: StoreKey,
        auth_hash: Digest,
    },
    /// The auth hash of a user changed: their sessions end, but the one that was
    /// renewed with it.
    AuthChanged {
        user: StoreKey,
        but: Option<StoreKey>,
    },
}

#[cfg_attr(not(feature = "ws"), allow(dead_code))]
impl Signal {
    pub(crate) fn ended(id: TokenId, why: SessionEnd) -> Self {
        let key = StoreKey::of_id(id);
        Self::Ended { key, why }
    }

    pub(crate) fn rotated(from: TokenId, to: TokenId) -> Self {
        Self::Rotated {
            from: StoreKey::of_id(from),
            to: StoreKey::of_id(to),
            id: Some(to),
        }
    }

    /// Whether it may concern sessions that nobody knows of yet under this key.
    pub(crate) fn is_about_a_user(&self) -> bool {
        match self {
            Self::Ended { why, .. } => why.is_about_the_user() || *why == SessionEnd::Revoked,
            Self::AuthChanged { .. } => true,
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
