//! Keys for one purpose each, derived from the secret.

use hkdf::{Hkdf, InvalidLength};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sha2::digest::consts::U16;

use crate::session::Digest;
use crate::token::memo::Memo;

/// Bound into every key. So another application with the same secret makes other tokens,
/// and another version of the grammars does.
pub(super) const VERSION: &[u8] = b"rocket_login/1";

/// The two tokens of a login.
///
/// ```rust
/// use rocket_login::TokenKind;
///
/// fn name(token: TokenKind) -> String {
///     token.to_string()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// The session token.
    Session,
    /// The remember token.
    Remember,
}

texts! { TokenKind:
    Session => "session token",
    Remember => "remember token",
}

/// The place of a token's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// The signed cookie itself.
    Cookie,
    /// A store.
    Store,
}

/// Whether a key still signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAge {
    Current,
    /// One of `previous_secret_keys`: its tokens are to be signed anew.
    Previous,
}

/// A prepared key that signs one sort of thing.
#[derive(Clone)]
pub(crate) struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// Derives a key by HKDF-SHA256. A length precedes purpose and realm: no two pairs of
    /// them have the same key.
    pub(super) fn derive(
        version: &[u8],
        secret: &[u8],
        purpose: &str,
        realm: &str,
    ) -> Result<Self, InvalidLength> {
        let mut info = Vec::with_capacity(16 + purpose.len() + realm.len());
        for part in [purpose, realm] {
            info.extend_from_slice(&(part.len() as u64).to_be_bytes());
            info.extend_from_slice(part.as_bytes());
        }

        let mut okm = [0; 64];
        Hkdf::<Sha256>::new(Some(version), secret).expand(&info, &mut okm)?;
        Ok(Self(Hmac::new(&okm.into())))
    }

    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mac = self.0.clone().chain_update(message).finalize();
        mac.into_bytes().into()
    }

    /// Compares a MAC in a time that does not depend on where it differs.
    pub(crate) fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        let expected = self.0.clone().chain_update(message);
        expected.verify_slice(mac).is_ok()
    }

    fn digest(&self, message: &[u8]) -> Digest {
        let mac = self.0.clone().chain_update(message).finalize();
        let (half, _) = mac.into_bytes().split::<U16>();
        Digest(half.into())
    }
}

/// All keys that are derived from one secret for one realm.
pub(crate) struct KeySet {
    session: MacKey,
    stored_session: MacKey,
    remember: MacKey,
    stored_remember: MacKey,
    identifier: DigestKey,
    auth_hash: DigestKey,
    agent: MacKey,
    legacy: MacKey,
    name: MacKey,
    attempts: MacKey,
    pub(super) known: MacKey,
}

/// A key whose last digests are kept.
pub(super) struct DigestKey {
    key: MacKey,
    last: Memo<Digest>,
}

impl DigestKey {
    fn digest(&self, message: &[u8]) -> Digest {
        let digest = || Some(self.key.digest(message));
        let known = self.last.get_or(message, digest);
        known.unwrap_or_else(|| self.key.digest(message))
    }
}

impl KeySet {
    pub(super) fn derive(secret: &[u8], realm: &str) -> Result<Self, InvalidLength> {
        let key = |purpose| MacKey::derive(VERSION, secret, purpose, realm);
        let digest_key = |purpose| {
            let last = Memo::default();
            key(purpose).map(|key| DigestKey { key, last })
        };
        Ok(Self {
            session: key("session")?,
            stored_session: key("stored session")?,
            remember: key("remember")?,
            stored_remember: key("stored remember")?,
            identifier: digest_key("identifier")?,
            auth_hash: digest_key("auth hash")?,
            agent: key("agent")?,
            legacy: key("legacy")?,
            name: key("name")?,
            attempts: key("attempts")?,
            known: key("known")?,
        })
    }

    /// Returns the key for tokens of this kind and home.
    pub(super) fn signing(&self, kind: TokenKind, home: Home) -> &MacKey {
        match (kind, home) {
            (TokenKind::Session, Home::Cookie) => &self.session,
            (TokenKind::Session, Home::Store) => &self.stored_session,
            (TokenKind::Remember, Home::Cookie) => &self.remember,
            (TokenKind::Remember, Home::Store) => &self.stored_remember,
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

    /// Digests the name with which a browser has logged in.
    pub(crate) fn name(&self, name: &[u8]) -> Digest {
        self.name.digest(name)
    }

    /// Digests a folded name or an address, to count its attempts to log in.
    pub(crate) fn attempts(&self, of: &[u8]) -> Digest {
        self.attempts.digest(of)
    }

    pub(crate) fn identifier(&self, identifier: &[u8]) -> Digest {
        self.identifier.digest(identifier)
    }

    pub(crate) fn auth_hash(&self, auth_hash: &[u8]) -> Digest {
        self.auth_hash.digest(auth_hash)
    }
}
