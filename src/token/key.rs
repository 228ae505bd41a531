//! Keys for one purpose each, derived from the secret.

use std::fmt;

use hkdf::{Hkdf, InvalidLength};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::session::{Digest, Secret, TokenId};
use crate::token::Memos;
use crate::token::memo::Memo;

/// Bound into every key, so that another application with the same secret
/// makes other tokens, and so does another version of the format.
const SALT: &[u8] = b"rocket_login/1";

/// A prepared key that signs one sort of thing.
#[derive(Clone)]
pub(crate) struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// HKDF-SHA256 of the secret; purpose and kind are length-prefixed, so that
    /// no two pairs of them ask for the same key.
    fn derive(secret: &[u8], purpose: &str, kind: &str) -> Result<Self, InvalidLength> {
        let mut info = Vec::with_capacity(16 + purpose.len() + kind.len());
        for part in [purpose, kind] {
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

/// All that is derived from one secret for one kind of users.
pub(crate) struct KeySet {
    session: MacKey,
    /// Apart: what is signed with it, a store has seen.
    stored_session: MacKey,
    remember: MacKey,
    stored_remember: MacKey,
    series: MacKey,
    identifier: DigestKey,
    auth_hash: DigestKey,
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
    fn derive(secret: &[u8], kind: &str) -> Result<Self, InvalidLength> {
        let key = |purpose| MacKey::derive(secret, purpose, kind);
        Ok(Self {
            session: key("session")?,
            stored_session: key("stored session")?,
            remember: key("remember")?,
            stored_remember: key("stored remember")?,
            series: key("series")?,
            identifier: DigestKey::new(key("identifier")?),
            auth_hash: DigestKey::new(key("auth hash")?),
        })
    }

    pub(crate) fn session(&self) -> &MacKey {
        &self.session
    }

    pub(crate) fn stored_session(&self) -> &MacKey {
        &self.stored_session
    }

    pub(crate) fn remember(&self) -> &MacKey {
        &self.remember
    }

    pub(crate) fn stored_remember(&self) -> &MacKey {
        &self.stored_remember
    }

    /// The secret that follows this one in its series: whoever has the keys comes to
    /// the same, so that requests which come at once are answered alike.
    pub(crate) fn next_secret(&self, series: TokenId, secret: Secret) -> Secret {
        Secret(self.of_series(b"secret", series, secret))
    }

    /// The id of the session that begins with this secret.
    pub(crate) fn session_of(&self, series: TokenId, secret: Secret) -> TokenId {
        TokenId(self.of_series(b"session", series, secret))
    }

    /// By what is known what has come of a token of another application in one browser.
    #[cfg(feature = "flask")]
    pub(crate) fn of_legacy(&self, token: &str, browser: Digest) -> TokenId {
        let message = [b"legacy", &browser.0[..], token.as_bytes()].concat();
        TokenId(self.series.digest(&message).0)
    }

    fn of_series(&self, what: &[u8], series: TokenId, secret: Secret) -> [u8; 16] {
        let message = [what, &series.0, &secret.0].concat();
        self.series.digest(&message).0
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
    pub(crate) fn new<'a, I>(kind: &str, secret: &[u8], previous: I) -> Result<Self, InvalidLength>
    where
        I: IntoIterator<Item = &'a [u8]>,
    {
        let previous = previous
            .into_iter()
            .map(|secret| KeySet::derive(secret, kind))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            current: KeySet::derive(secret, kind)?,
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

    /// The keys that vouched for a verified token.
    pub(crate) fn set(&self, key: usize) -> &KeySet {
        self.sets().nth(key).unwrap_or(&self.current)
    }

    pub(crate) fn sets(&self) -> impl Iterator<Item = &KeySet> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(..)")
    }
}
