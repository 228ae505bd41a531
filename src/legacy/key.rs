//! The keys that both originals derive from their secret.

use std::fmt;

use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest as _, Sha1};
use sha2::Sha512;

/// What Flask's session cookie is salted with.
const FLASK: &[u8] = b"cookie-session";

/// What itsdangerous salts with where nobody says otherwise, as Starlette does not.
const STARLETTE: &[u8] = b"itsdangerous.Signersigner";

/// The keys of an application before this one.
pub(crate) struct LegacyKeys {
    secret: Vec<u8>,
    /// The first one signs.
    spellings: Vec<Spelling>,
}

/// One way to make bytes of the secret.
pub(super) struct Spelling {
    remember: Hmac<Sha512>,
    flask: Hmac<Sha1>,
    starlette: Hmac<Sha1>,
}

impl LegacyKeys {
    /// The originals make bytes of a text in Latin-1 for remember tokens, and in UTF-8 for
    /// sessions, and take bytes as they are: for a secret in ASCII it makes no difference,
    /// and for others both are tried.
    pub(crate) fn new(secret: &str) -> Result<Self, InvalidLength> {
        let latin = secret.chars().map(|char| u8::try_from(u32::from(char)));
        let latin = latin.collect::<Result<Vec<u8>, _>>().ok();
        let utf8 = Some(secret.as_bytes().to_vec()).filter(|utf8| latin.as_ref() != Some(utf8));
        let spellings = latin.into_iter().chain(utf8);
        Ok(Self {
            secret: secret.into(),
            spellings: spellings
                .map(|secret| Spelling::derive(&secret))
                .collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn spellings(&self) -> impl Iterator<Item = &Spelling> {
        self.spellings.iter()
    }

    /// Whether these are the keys of the same application.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}

impl Spelling {
    fn derive(secret: &[u8]) -> Result<Self, InvalidLength> {
        let flask = Hmac::<Sha1>::new_from_slice(secret)?.chain_update(FLASK);
        let starlette = Sha1::new().chain_update(STARLETTE).chain_update(secret);
        Ok(Self {
            remember: Hmac::new_from_slice(secret)?,
            flask: Hmac::new_from_slice(&flask.finalize().into_bytes())?,
            starlette: Hmac::new_from_slice(&starlette.finalize())?,
        })
    }

    /// What signs a remember token.
    pub(super) fn of_remember(&self, id: &str) -> Hmac<Sha512> {
        self.remember.clone().chain_update(id)
    }

    pub(super) fn of_flask(&self, text: &str) -> Hmac<Sha1> {
        self.flask.clone().chain_update(text)
    }

    pub(super) fn of_starlette(&self, text: &str) -> Hmac<Sha1> {
        self.starlette.clone().chain_update(text)
    }
}

impl fmt::Debug for LegacyKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyKeys(..)")
    }
}
