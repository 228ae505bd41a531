//! Bytes to values and back: one written grammar a file.

mod fields;
mod key;
mod remember;
mod session;
mod sign;
#[cfg(test)]
mod tests;

pub(crate) use key::{KeySet, Keyring};

use crate::session::{RememberToken, Session, TokenId, UserKey};

/// A value read from a token, and which key vouched for it: 0 is the current one.
pub(crate) struct Verified<T> {
    pub(crate) value: T,
    pub(crate) key: usize,
}

/// Something that is written into a cookie, under a key of its own.
pub(crate) trait Token: Sized {
    fn key(keys: &KeySet) -> &key::MacKey;
    fn write(&self) -> Vec<u8>;
    fn parse(payload: &[u8]) -> Option<Self>;
    fn id(&self) -> TokenId;
    fn user(&self) -> &UserKey;
}

impl Keyring {
    /// The token's text, signed with the current key.
    pub(crate) fn seal<T: Token>(&self, token: &T) -> String {
        sign::seal(T::key(self.current()), &token.write())
    }

    /// The value, if one of the keys signed exactly this text as such a token.
    pub(crate) fn open<T: Token>(&self, text: &str) -> Option<Verified<T>> {
        let (payload, key) = sign::open(self.sets().map(T::key), text)?;
        let value = T::parse(&payload)?;
        Some(Verified { value, key })
    }

    /// The text of a session that lies in a store.
    pub(crate) fn seal_stored(&self, session: &Session) -> String {
        sign::seal(self.current().stored_session(), &session.write())
    }

    /// The session, if one of the keys signed exactly this text as one that lies
    /// in a store.
    pub(crate) fn open_stored(&self, text: &str) -> Option<Verified<Session>> {
        let (payload, key) = sign::open(self.sets().map(KeySet::stored_session), text)?;
        let value = Session::parse(&payload)?;
        Some(Verified { value, key })
    }
}

impl Token for Session {
    fn key(keys: &KeySet) -> &key::MacKey {
        keys.session()
    }

    fn write(&self) -> Vec<u8> {
        session::write(self)
    }

    fn parse(payload: &[u8]) -> Option<Self> {
        session::parse(payload)
    }

    fn id(&self) -> TokenId {
        self.id
    }

    fn user(&self) -> &UserKey {
        &self.user
    }
}

impl Token for RememberToken {
    fn key(keys: &KeySet) -> &key::MacKey {
        keys.remember()
    }

    fn write(&self) -> Vec<u8> {
        remember::write(self)
    }

    fn parse(payload: &[u8]) -> Option<Self> {
        remember::parse(payload)
    }

    fn id(&self) -> TokenId {
        self.id
    }

    fn user(&self) -> &UserKey {
        &self.user
    }
}
