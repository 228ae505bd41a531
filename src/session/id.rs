//! The id of a session, and the digests that stand for ids and secrets.

use std::fmt;

use ctutils::CtEq;
use sha2::digest::consts::U16;
use sha2::{Digest as _, Sha256};

use crate::session::EncodedId;

/// The random id of one session, from the login to the logout.
///
/// One bit says whether there was a store when the id was drawn. Copies of a cookie from a
/// time without a store outlive the row, so the end of such a session is kept.
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
        let number = u128::from_be_bytes(bytes) & !1 | u128::from(has_store);
        Self(number.to_be_bytes())
    }

    /// Whether the id was drawn without a store.
    pub(crate) fn predates_store(self) -> bool {
        u128::from_be_bytes(self.0) & 1 == 0
    }
}

/// The random id under which the attempts of one browser at one name are counted.
#[derive(Clone, Copy)]
pub(crate) struct BrowserId(pub(crate) [u8; 16]);

impl BrowserId {
    /// Draws the id of a browser that was not known.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map(|()| Self(bytes))
    }
}

/// A keyed hash of a secret, cut to 128 bits, by which the secret is recognised.
#[derive(Clone, Copy)]
pub(crate) struct Digest(pub(crate) [u8; 16]);

impl Digest {
    /// Compares two digests in a time that tells nothing about where they differ.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        let number = |digest: &Self| u128::from_ne_bytes(digest.0);
        number(self).ct_eq(&number(other)).into()
    }
}

/// A digest under which a store files a session, or the sessions of a user.
///
/// It has 128 bits. A reader of the store cannot send it as a cookie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey([u8; 16]);

impl StoreKey {
    pub(crate) const FIRST: Self = Self([0; 16]);
    pub(crate) const LAST: Self = Self([0xff; 16]);

    /// Returns the key of a session. No other session has it, since the id is random.
    ///
    /// The key also tells whether the session began without a store.
    pub(crate) fn of_id(id: SessionId) -> Self {
        let digest = digest(&[b"session", &id.0]);
        Self(SessionId::new(digest, !id.predates_store()).0)
    }

    /// Whether the session under this key began without a store.
    pub(crate) fn predates_store(&self) -> bool {
        SessionId(self.0).predates_store()
    }

    /// Returns the key of a user of one realm.
    ///
    /// The digest is unkeyed: a change of secret keys loses no session of the user.
    pub(crate) fn of_user(namespace: &str, table: &str, user: &EncodedId) -> Self {
        let (namespace, table) = (namespace.as_bytes(), table.as_bytes());
        Self(digest(&[b"user", namespace, table, user.as_bytes()]))
    }

    /// Returns the key of a realm, by which nodes tell their messages apart.
    pub(crate) fn of_realm(namespace: &str, table: &str) -> Self {
        Self(digest(&[b"realm", namespace.as_bytes(), table.as_bytes()]))
    }

    /// Returns the key of a counter of one realm, which these parts name.
    pub(crate) fn of_counter(namespace: &str, table: &str, parts: [&[u8]; 3]) -> Self {
        let [word, place, begin] = parts;
        let (namespace, table) = (namespace.as_bytes(), table.as_bytes());
        Self(digest(&[b"attempts", namespace, table, word, place, begin]))
    }

    /// Reads a key as `LowerHex` writes it, in upper or lower case.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_hex)?;
        Some(Self(number.to_be_bytes()))
    }

    /// Returns the bytes, to be kept.
    ///
    /// ```rust
    /// use rocket_login::store::StoreKey;
    ///
    /// let key = StoreKey::from_bytes([7; 16]);
    /// assert_eq!(key.as_bytes(), &[7; 16]);
    /// ```
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Returns the key with these bytes.
    ///
    /// ```rust
    /// use rocket_login::store::StoreKey;
    ///
    /// fn read(column: &[u8]) -> Option<StoreKey> {
    ///     column.try_into().ok().map(StoreKey::from_bytes)
    /// }
    /// ```
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// Digests these parts, in 128 bits. Other parts have another digest.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let (half, _) = hash.finalize().split::<U16>();
    half.into()
}

opaque! { SessionId BrowserId Digest StoreKey }

impl fmt::LowerHex for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = StoreKey(*b"\x00\x01\x0a\xfe 012345678\xff\x80");
        let text = format!("{key:x}");
        assert_eq!(text.len(), 32);
        assert_eq!(StoreKey::from_hex(&text), Some(key));
        assert_eq!(StoreKey::from_hex(&text.to_uppercase()), Some(key));
        assert_eq!(StoreKey::from_bytes(*key.as_bytes()), key);
        assert!(!format!("{key:?}").contains(&text));
    }

    #[test]
    fn a_text_that_is_no_key_is_not_read() {
        let digits = "0123456789abcdef0123456789abcdef";
        let short = &digits[1..];
        for text in [
            "",
            short,
            &format!("{digits}0"),
            &format!("+{short}"),
            &format!("g{short}"),
        ] {
            assert_eq!(StoreKey::from_hex(text), None, "{text}");
        }
    }
}
