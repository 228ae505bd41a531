//! What sockets, streams and other nodes are told of a session.

use crate::session::{Digest, SessionEnd, StoreKey};

/// A change that ends something which was open for long.
#[derive(Debug, Clone)]
pub(crate) enum SessionChange {
    Ended {
        key: StoreKey,
        user: StoreKey,
        why: SessionEnd,
    },
    /// The auth hash of a user has changed. All sessions of the user end but the one that
    /// was renewed, which knows the new hash.
    AuthChanged {
        user: StoreKey,
        renewed: Option<(StoreKey, Digest)>,
    },
}
