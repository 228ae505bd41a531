//! Keys for one purpose each, derived from the secret.

use std::fmt;

use hkdf::{Hkdf, InvalidLength};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::session::Digest;
use crate::token::memo::Memo;
use crate::token::{Home, KeyAge, Memos, Purpose};

/// Bound into every key, so that another application with the same secret
/// makes other tokens, and so does another version of the format.
const SALT: &[u8] = b"rocket_login/1";

/// A prepared key that signs one sort of thing.
#[derive(Clone)]
pub(crate) struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// HKDF-SHA256 of the secret; purpose and kind are length-prefixed, so that
    /// no two pairs of them ask for the same key.
    fn derive(secret: &[u8], purpose: &str, realm: &str) -> Result<Self, InvalidLength> {
        let mut info = Vec::with_capacity(16 + purpose.len() + realm.len());
        for part in [purpose, realm] {
            info.extend_from_slice(&(part.len() as u64).to_be_bytes());
            info.extend_from_slice(part.as_bytes());
        }

        let mut okm = [0; 64];
        Hkdf::<Sha256>::new(Some(SALT), secret).expand(&info, &mut okm)?;
        Ok(Self(Hmac::new(&okm.into())))
    }

    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        self.0
            .clone()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Compares in a time that does not depend on where the two differ.
    pub(crate) fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        let expected = self.0.clone().chain_update(message);
        expected.verify_slice(mac).is_ok()
    }

    fn digest(&self, message: &[u8]) -> Digest {
        let mut digest = [0; 16];
        let mac = self.mac(message);
        digest.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        Digest(digest)
    }
}

/// All keys that are derived from one secret for one realm.
pub(crate) struct KeySet {
    session: MacKey,
    /// Apart from the one before: a store has what this key signs.
    stored_session: MacKey,
    remember: MacKey,
    stored_remember: MacKey,
    identifier: DigestKey,
    auth_hash: DigestKey,
    agent: MacKey,
    legacy: MacKey,
}

/// A key whose digests are wanted again and again.
struct DigestKey {
    key: MacKey,
    last: Memo<Digest>,
}

impl DigestKey {
    fn new(key: MacKey) -> Self {
        let last = Memo::new();
        Self { key, last }
    }

    fn digest(&self, message: &[u8]) -> Digest {
        let digest = || Some(self.key.digest(message));
        let known = self.last.get_or(message, digest);
        known.unwrap_or_else(|| self.key.digest(message))
    }
}

impl KeySet {
    fn derive(secret: &[u8], realm: &str) -> Result<Self, InvalidLength> {
        let key = |purpose| MacKey::derive(secret, purpose, realm);
        Ok(Self {
            session: key("session")?,
            stored_session: key("stored session")?,
            remember: key("remember")?,
            stored_remember: key("stored remember")?,
            identifier: DigestKey::new(key("identifier")?),
            auth_hash: DigestKey::new(key("auth hash")?),
            agent: key("agent")?,
            legacy: key("legacy")?,
        })
    }

    /// The key that signs tokens of this purpose, kept in this home.
    pub(super) fn signing(&self, purpose: Purpose, home: Home) -> &MacKey {
        match (purpose, home) {
            (Purpose::Session, Home::Cookie) => &self.session,
            (Purpose::Session, Home::Store) => &self.stored_session,
            (Purpose::Remember, Home::Cookie) => &self.remember,
            (Purpose::Remember, Home::Store) => &self.stored_remember,
        }
    }

    /// Digests the user agent that a remember token is given to.
    pub(crate) fn agent(&self, user_agent: Option<&str>) -> Digest {
        match user_agent {
            Some(text) => self.agent.digest(&[b"1", text.as_bytes()].concat()),
            None => self.agent.digest(b"0"),
        }
    }

    /// Digests a token of another application, with the browser that sends it.
    pub(crate) fn legacy(&self, token: &str, browser: Digest, context: &[u8]) -> Digest {
        let length = (context.len() as u64).to_be_bytes();
        let message = [&length, context, &browser.0[..], token.as_bytes()].concat();
        self.legacy.digest(&message)
    }

    pub(crate) fn identifier(&self, identifier: &[u8]) -> Digest {
        self.identifier.digest(identifier)
    }

    pub(crate) fn auth_hash(&self, auth_hash: &[u8]) -> Digest {
        self.auth_hash.digest(auth_hash)
    }
}

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
        let previous = previous
            .into_iter()
            .map(|secret| KeySet::derive(secret, realm))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            current: KeySet::derive(secret, realm)?,
            previous,
            memos: Memos::new(),
        })
    }

    pub(super) fn memos(&self) -> &Memos {
        &self.memos
    }

    pub(crate) fn current(&self) -> &KeySet {
        &self.current
    }

    /// Whether a digest of this auth hash was made under one of the keys.
    pub(crate) fn is_auth_hash(&self, digest: &Digest, auth_hash: &[u8]) -> bool {
        let is_it = |keys: &KeySet| digest.matches(&keys.auth_hash(auth_hash));
        self.sets().any(is_it)
    }

    /// Whether a digest of this identifier was made under one of the keys.
    pub(crate) fn is_identifier(&self, digest: &Digest, identifier: &[u8]) -> bool {
        let is_it = |keys: &KeySet| digest.matches(&keys.identifier(identifier));
        self.sets().any(is_it)
    }

    /// Whether a digest of this user agent was made under one of the keys.
    pub(crate) fn is_agent(&self, digest: &Digest, user_agent: Option<&str>) -> bool {
        let is_it = |keys: &KeySet| digest.matches(&keys.agent(user_agent));
        self.sets().any(is_it)
    }

    /// The keys, the current ones first, each with its age.
    pub(super) fn aged(&self) -> impl Iterator<Item = (KeyAge, &KeySet)> {
        let previous = self.previous.iter().map(|keys| (KeyAge::Previous, keys));
        std::iter::once((KeyAge::Current, &self.current)).chain(previous)
    }

    fn sets(&self) -> impl Iterator<Item = &KeySet> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(..)")
    }
}
