//! Bytes to tokens and back: sealed, opened, and remembered for the next request.

mod fields;
mod format;
mod key;
mod memo;
mod sign;
#[cfg(test)]
mod tests;

pub(crate) use key::{KeySet, Keyring};

use crate::session::{EncodedId, RememberToken, SessionToken};
use memo::Memo;

/// What a token is for. Each purpose has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Session,
    Remember,
}

/// Where the session of a token lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// In the signed cookie itself.
    Cookie,
    /// In a store.
    Store,
}

/// Whether a key still signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAge {
    Current,
    /// One of `previous_secret_keys`: what it has signed is to be signed anew.
    Previous,
}

/// A value that one of the keys has signed.
#[derive(Clone)]
pub(crate) struct Signed<T> {
    pub(crate) value: T,
    pub(crate) key: KeyAge,
    /// The home of the session when the token was signed.
    pub(crate) home: Home,
}

/// The tokens that were verified last, apart for each purpose and home.
pub(crate) struct Memos {
    session: [Memo<Signed<SessionToken>>; 2],
    remember: [Memo<Signed<RememberToken>>; 2],
}

impl Memos {
    fn new() -> Self {
        Self {
            session: [Memo::new(), Memo::new()],
            remember: [Memo::new(), Memo::new()],
        }
    }
}

/// A value that is written into a cookie.
pub(crate) trait Token: Sized + Clone {
    const PURPOSE: Purpose;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2];
    fn write(&self) -> Vec<u8>;
    fn parse(payload: &[u8], home: Home) -> Option<Self>;
    fn user(&self) -> &EncodedId;
}

impl Keyring {
    /// Writes the token's text, signed with the current key.
    pub(crate) fn seal<T: Token>(&self, token: &T, home: Home) -> String {
        sign::seal(self.current().signing(T::PURPOSE, home), token.write())
    }

    /// Reads a token that one of the keys has signed for this home.
    pub(crate) fn open<T: Token>(&self, text: &str, home: Home) -> Option<Signed<T>> {
        let [cookie, store] = T::memos(self.memos());
        let memo = if home == Home::Store { store } else { cookie };
        memo.get_or(text.as_bytes(), || self.verify(text, home))
    }

    /// Reads the same, and computes the signature anew.
    pub(crate) fn verify<T: Token>(&self, text: &str, home: Home) -> Option<Signed<T>> {
        let keys = self.aged();
        let mut keys = keys.map(|(age, keys)| (age, keys.signing(T::PURPOSE, home)));
        let (payload, key) = sign::open(&mut keys, text)?;
        let value = T::parse(&payload, home)?;
        Some(Signed { value, key, home })
    }
}

impl Token for SessionToken {
    const PURPOSE: Purpose = Purpose::Session;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2] {
        &memos.session
    }

    fn write(&self) -> Vec<u8> {
        format::write_session(self)
    }

    fn parse(payload: &[u8], home: Home) -> Option<Self> {
        match home {
            Home::Cookie => format::parse_session(payload),
            Home::Store => format::parse_stored_session(payload),
        }
    }

    fn user(&self) -> &EncodedId {
        &self.user
    }
}

impl Token for RememberToken {
    const PURPOSE: Purpose = Purpose::Remember;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2] {
        &memos.remember
    }

    fn write(&self) -> Vec<u8> {
        format::write_remember(self)
    }

    fn parse(payload: &[u8], _: Home) -> Option<Self> {
        format::parse_remember(payload)
    }

    fn user(&self) -> &EncodedId {
        &self.user
    }
}
