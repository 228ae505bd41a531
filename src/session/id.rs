//! The id of a session, and digests of what must be recognised later.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// The random name of one session, which it keeps from the login to the logout.
///
/// One of its bits says whether there was a store when it was drawn. Copies of a cookie
/// from a time without a store outlive the row, so the end of such a session is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SessionId(pub(crate) [u8; 16]);

impl SessionId {
    /// Draws the id of a session that begins with a store, or without one.
    pub(crate) fn random(has_store: bool) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self::new(bytes, has_store))
    }

    /// Makes an id of bytes that are as good as random.
    pub(crate) fn new(bytes: [u8; 16], has_store: bool) -> Self {
        let [rest @ .., last] = bytes;
        let mut id = [0; 16];
        id.iter_mut().zip(rest).for_each(|(to, from)| *to = from);
        if let Some(end) = id.last_mut() {
            *end = (last & !1) | u8::from(has_store);
        }
        Self(id)
    }

    /// Whether there was no store when it was drawn.
    pub(crate) fn predates_store(self) -> bool {
        let [.., last] = self.0;
        last & 1 == 0
    }
}

/// A keyed hash, cut to 128 bits, of something that must be recognised later.
#[derive(Clone, Copy)]
pub(crate) struct Digest(pub(crate) [u8; 16]);

impl Digest {
    /// Compares two digests in a time that tells nothing about where they differ.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        let number = |digest: &Self| u128::from_ne_bytes(digest.0);
        number(self).ct_eq(&number(other)).into()
    }
}

/// Digests these parts, in 128 bits. Other parts have another digest.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut digest = [0; 16];
    let bytes = digest.iter_mut().zip(hash.finalize());
    bytes.for_each(|(to, from)| *to = from);
    digest
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}
