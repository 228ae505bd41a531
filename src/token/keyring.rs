//! The keys of one realm, current and previous: tokens signed, verified and recognised.

use std::iter;

use hkdf::InvalidLength;

use crate::session::Digest;
use crate::token::format::{self, Memos, Signed, Token};
use crate::token::key::{Home, KeyAge, KeySet, MacKey};
use crate::token::known::KnownToken;

/// The current keys, which sign, and the previous ones, which only verify.
pub(crate) struct Keyring {
    current: KeySet,
    previous: Vec<KeySet>,
    memos: Memos,
}

impl Keyring {
    pub(crate) fn new<'a, I>(realm: &str, secret: &[u8], previous: I) -> Result<Self, InvalidLength>
    where
        I: IntoIterator<Item = &'a [u8]>,
    {
        let previous = previous.into_iter();
        let previous = previous.map(|secret| KeySet::derive(secret, realm));
        Ok(Self {
            current: KeySet::derive(secret, realm)?,
            previous: previous.collect::<Result<_, _>>()?,
            memos: Memos::default(),
        })
    }

    pub(crate) fn current(&self) -> &KeySet {
        &self.current
    }

    /// Writes the text of a token, signed with the current key.
    pub(crate) fn seal<T: Token>(&self, token: &T, home: Home) -> String {
        format::seal(self.current.signing(T::KIND, home), token.write())
    }

    /// Reads a token that one of the keys has signed for this home.
    pub(crate) fn open<T: Token>(&self, text: &str, home: Home) -> Option<Signed<T>> {
        let [cookie, store] = T::memos(&self.memos);
        let memo = if home == Home::Store { store } else { cookie };
        memo.get_or(text.as_bytes(), || self.verify(text, home))
    }

    /// Reads a token as [`open`](Self::open) does, and computes the signature each time.
    pub(crate) fn verify<T: Token>(&self, text: &str, home: Home) -> Option<Signed<T>> {
        let (payload, key) = self.payload(text, |keys| keys.signing(T::KIND, home))?;
        let value = T::parse(&payload, home)?;
        Some(Signed { value, key, home })
    }

    /// Writes the text of a token of a known browser.
    pub(crate) fn seal_known(&self, token: &KnownToken) -> String {
        format::seal(&self.current.known, token.write())
    }

    /// Reads a token of a known browser that one of the keys has signed.
    pub(crate) fn open_known(&self, text: &str) -> Option<KnownToken> {
        let (payload, _) = self.payload(text, |keys| &keys.known)?;
        KnownToken::parse(&payload)
    }

    /// Returns the payload of a text, and the age of the key that has signed it.
    fn payload(&self, text: &str, key: impl Fn(&KeySet) -> &MacKey) -> Option<(Vec<u8>, KeyAge)> {
        let (payload, mac) = format::split(text)?;
        let is_signed = |keys: &KeySet| key(keys).verify(&payload, &mac);
        let age = if is_signed(&self.current) {
            KeyAge::Current
        } else {
            self.previous.iter().find(|keys| is_signed(keys))?;
            KeyAge::Previous
        };
        Some((payload, age))
    }

    /// Whether this is the digest of this auth hash under one of the keys.
    pub(crate) fn is_auth_hash(&self, digest: &Digest, auth_hash: &[u8]) -> bool {
        self.is_digest(digest, |keys| keys.auth_hash(auth_hash))
    }

    /// Whether this is the digest of this identifier under one of the keys.
    pub(crate) fn is_identifier(&self, digest: &Digest, identifier: &[u8]) -> bool {
        self.is_digest(digest, |keys| keys.identifier(identifier))
    }

    /// Whether this is the digest of this user agent under one of the keys.
    pub(crate) fn is_agent(&self, digest: &Digest, user_agent: Option<&str>) -> bool {
        self.is_digest(digest, |keys| keys.agent(user_agent))
    }

    /// Whether this is the digest of this name under one of the keys.
    pub(crate) fn is_name(&self, digest: &Digest, name: &[u8]) -> bool {
        self.is_digest(digest, |keys| keys.name(name))
    }

    fn is_digest(&self, digest: &Digest, of: impl Fn(&KeySet) -> Digest) -> bool {
        let mut sets = iter::once(&self.current).chain(&self.previous);
        sets.any(|keys| digest.matches(&of(keys)))
    }
}

opaque! { Keyring }
