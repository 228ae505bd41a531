//! In what shape a store is given things, and gives them back.

use std::fmt;

use crate::store::StoreKey;

/// What a node hears that listens to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'m> {
    /// From now on nothing is missed; something may have been before.
    Listening,
    /// What some node has published.
    Message(&'m str),
}

/// A session as a store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// By what it is found.
    pub key: StoreKey,
    /// Whose it is.
    pub user: StoreKey,
    /// When its time is over, in seconds since 1970.
    pub expires: i64,
    /// How often it was saved.
    pub revision: i64,
    /// What it is, in a form that only the crate reads.
    pub value: Vec<u8>,
}

impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession")
            .field("expires", &self.expires)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}
