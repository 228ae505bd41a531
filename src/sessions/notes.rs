//! The notes that a page takes of its session, and the changes that they bring to its record.

use crate::session::{Digest, Generation};

/// The notes that a page takes of its session.
#[derive(Clone, Debug)]
pub(crate) struct Notes {
    pub(crate) presented: Generation,
    /// Whether a store shows the user when a session was seen.
    pub(crate) is_listed: bool,
    /// Whether session protection takes the freshness.
    pub(crate) is_stale: bool,
    /// Whether the fingerprint differs, at any level of protection.
    pub(crate) is_elsewhere: bool,
    /// The generation of the remember token beside the session token.
    pub(crate) remember: Option<Generation>,
    /// Digests under the current key, where a previous one made those of the record.
    pub(crate) digests: Option<(Digest, Digest)>,
}

/// The changes that notes bring to a record.
#[derive(Default, PartialEq)]
pub(super) struct Changes {
    pub(super) is_seen: bool,
    pub(super) is_followed: bool,
    pub(super) loses_freshness: bool,
    pub(super) is_moved: bool,
    pub(super) is_settled: bool,
    pub(super) is_resigned: bool,
}
