//! Bytes to values and back: one written grammar a file.

mod fields;
mod key;
mod memo;
mod remember;
mod series;
mod session;
mod sign;
#[cfg(test)]
mod tests;

pub(crate) use key::{KeySet, Keyring};

use crate::session::{RememberToken, Secret, Session, TokenId, UserKey};
use memo::Memo;

/// The tokens that were verified last, apart for each purpose.
pub(crate) struct Memos {
    session: Memo<Verified<Session>>,
    stored_session: Memo<Verified<Session>>,
    remember: Memo<Verified<RememberToken>>,
    stored_remember: Memo<Verified<RememberToken>>,
}

impl Memos {
    fn new() -> Self {
        Self {
            session: Memo::new(),
            stored_session: Memo::new(),
            remember: Memo::new(),
            stored_remember: Memo::new(),
        }
    }
}

/// A value read from a token, and which key vouched for it: 0 is the current one.
#[derive(Clone)]
pub(crate) struct Verified<T> {
    pub(crate) value: T,
    pub(crate) key: usize,
}

/// Something that is written into a cookie, under a key of its own.
pub(crate) trait Token: Sized + Clone {
    fn key(keys: &KeySet) -> &key::MacKey;
    fn memo(memos: &Memos) -> &Memo<Verified<Self>>;
    fn write(&self) -> Vec<u8>;
    fn parse(payload: &[u8]) -> Option<Self>;
    fn id(&self) -> TokenId;
    fn user(&self) -> &UserKey;
}

/// A token that is written otherwise if a store knows of it.
pub(crate) trait StoredToken: Token {
    fn stored_key(keys: &KeySet) -> &key::MacKey;
    fn stored_memo(memos: &Memos) -> &Memo<Verified<Self>>;
    fn write_stored(&self) -> Vec<u8>;
    fn parse_stored(payload: &[u8]) -> Option<Self>;
}

impl Keyring {
    /// The token's text, signed with the current key.
    pub(crate) fn seal<T: Token>(&self, token: &T) -> String {
        sign::seal(T::key(self.current()), &token.write())
    }

    /// The value, if one of the keys signed exactly this text as such a token.
    pub(crate) fn open<T: Token>(&self, text: &str) -> Option<Verified<T>> {
        T::memo(self.memos()).get_or(text.as_bytes(), || self.verify(text))
    }

    /// The same, computed anew.
    pub(crate) fn verify<T: Token>(&self, text: &str) -> Option<Verified<T>> {
        let (payload, key) = sign::open(self.sets().map(T::key), text)?;
        let value = T::parse(&payload)?;
        Some(Verified { value, key })
    }

    /// The text of a token of which a store knows.
    pub(crate) fn seal_stored<T: StoredToken>(&self, token: &T) -> String {
        sign::seal(T::stored_key(self.current()), &token.write_stored())
    }

    /// The value, if one of the keys signed exactly this text as such a token of
    /// which a store knows.
    pub(crate) fn open_stored<T: StoredToken>(&self, text: &str) -> Option<Verified<T>> {
        T::stored_memo(self.memos()).get_or(text.as_bytes(), || {
            let (payload, key) = sign::open(self.sets().map(T::stored_key), text)?;
            let value = T::parse_stored(&payload)?;
            Some(Verified { value, key })
        })
    }
}

impl Token for Session {
    fn key(keys: &KeySet) -> &key::MacKey {
        keys.session()
    }

    fn memo(memos: &Memos) -> &Memo<Verified<Self>> {
        &memos.session
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

    fn memo(memos: &Memos) -> &Memo<Verified<Self>> {
        &memos.remember
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

impl StoredToken for Session {
    fn stored_key(keys: &KeySet) -> &key::MacKey {
        keys.stored_session()
    }

    fn stored_memo(memos: &Memos) -> &Memo<Verified<Self>> {
        &memos.stored_session
    }

    fn write_stored(&self) -> Vec<u8> {
        session::write(self)
    }

    fn parse_stored(payload: &[u8]) -> Option<Self> {
        session::parse(payload)
    }
}

impl StoredToken for RememberToken {
    fn stored_key(keys: &KeySet) -> &key::MacKey {
        keys.stored_remember()
    }

    fn stored_memo(memos: &Memos) -> &Memo<Verified<Self>> {
        &memos.stored_remember
    }

    fn write_stored(&self) -> Vec<u8> {
        series::write(self)
    }

    /// Without a secret it would be one that was made when there was no store.
    fn parse_stored(payload: &[u8]) -> Option<Self> {
        series::parse(payload).filter(|token| token.secret != Secret::NONE)
    }
}
