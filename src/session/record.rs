//! The two records that tokens carry: nothing in here is free-form.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::clock::Timestamp;
use crate::session::UserKey;

/// The random name of one session, or of one remember token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TokenId(pub(crate) [u8; 16]);

impl TokenId {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }
}

/// A digest of these parts, in 128 bits, which no others have.
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

/// A keyed hash, cut to 128 bits, of something that must be recognised later.
#[derive(Clone, Copy)]
pub(crate) struct Digest(pub(crate) [u8; 16]);

impl Digest {
    /// Whether both are the same, in a time that tells nothing about where they differ.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        let number = |digest: &Self| u128::from_ne_bytes(digest.0);
        number(self).ct_eq(&number(other)).into()
    }
}

/// What a remember token in a store proves itself with: another one at each use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) [u8; 16]);

impl Secret {
    /// That of a token which was made when there was no store.
    pub(crate) const NONE: Self = Self([0; 16]);

    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        TokenId::random().map(|id| Self(id.0))
    }

    /// By what a store recognises it.
    pub(crate) fn digest(self) -> [u8; 16] {
        digest(&[b"remember secret", &self.0])
    }
}

/// Somebody who is logged in, in one browser.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: TokenId,
    pub(crate) user: UserKey,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) last_seen: Timestamp,
    /// When the person last proved who they are; `None` once that is in doubt.
    pub(crate) fresh_since: Option<Timestamp>,
    pub(crate) permanent: bool,
    /// Whether a remember token began this session.
    pub(crate) restored: bool,
    /// Whether the login was forced for a user who was not active.
    pub(crate) forced: bool,
    pub(crate) identifier: Digest,
    pub(crate) auth_hash: Digest,
}

/// What a browser keeps to begin a session without a login.
#[derive(Clone, Debug)]
pub(crate) struct RememberToken {
    /// With a store the name of a series of tokens, of which one is good.
    pub(crate) id: TokenId,
    pub(crate) secret: Secret,
    pub(crate) user: UserKey,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) auth_hash: Digest,
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenId(..)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}
