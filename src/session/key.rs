//! By what sessions are known to those who must not know their ids.

use std::fmt;

use crate::session::{EncodedId, SessionId, digest};

/// By what a store finds a session, or those of a user: a digest of 128 bits, since
/// whoever reads the store must not be able to send what it finds as a cookie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey([u8; 16]);

impl StoreKey {
    pub(crate) const FIRST: Self = Self([0; 16]);
    pub(crate) const LAST: Self = Self([0xff; 16]);

    /// The key of a session: its id is random, and no other session has it.
    ///
    /// The key, too, tells whether the session began without a store.
    pub(crate) fn of_id(id: SessionId) -> Self {
        let digest = digest(&[b"session", &id.0]);
        Self(SessionId::new(digest, !id.predates_store()).0)
    }

    /// Whether the session under this key began without a store.
    pub(crate) fn predates_store(&self) -> bool {
        SessionId(self.0).predates_store()
    }

    /// The key of a user of one realm.
    ///
    /// No key of ours is part of it: the user's sessions are found after a change of keys.
    pub(crate) fn of_user(namespace: &str, table: &str, user: &EncodedId) -> Self {
        let parts = [
            &b"user"[..],
            namespace.as_bytes(),
            table.as_bytes(),
            user.as_bytes(),
        ];
        Self(digest(&parts))
    }

    /// The key of a realm, by which nodes tell their messages apart.
    pub(crate) fn of_realm(namespace: &str, table: &str) -> Self {
        Self(digest(&[b"realm", namespace.as_bytes(), table.as_bytes()]))
    }

    /// The key that `LowerHex` has written, in whatever case.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok();
        let number = number.filter(|_| is_hex && text.len() == 32)?;
        Some(Self(number.to_be_bytes()))
    }

    /// Its bytes, to be kept.
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

    /// The key that was kept.
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

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(..)")
    }
}

impl fmt::LowerHex for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
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
    fn what_is_no_key_is_read_as_none() {
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
