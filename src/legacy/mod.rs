//! The grammars of Flask-Login, of Starlette-Login and of the sessions beneath them.
//!
//! These tokens say neither their purpose nor their expiry. So their keys serve nothing
//! else, and this crate takes a token for a login only as the settings allow.

mod login;
mod remember_token;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use login::{LegacyIds, LegacySession};
pub(crate) use remember_token::{open_token, seal_token};
pub(crate) use session::open_session;
#[cfg(any(test, fuzzing))]
pub(crate) use session::sign_sessions;

use std::fmt;

use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest as _, Sha1};
use sha2::Sha512;

/// Whether this build reads the logins of other applications.
pub(crate) const IS_THERE: bool = true;

/// The longest cookie that is read: browsers do not keep longer ones.
const MAX_LEN: usize = 4096;

/// The salt of Flask's session cookie.
const FLASK: &[u8] = b"cookie-session";

/// The default salt of itsdangerous, which Starlette keeps.
const STARLETTE: &[u8] = b"itsdangerous.Signersigner";

/// The keys of an application before this one.
pub(crate) struct LegacyKeys {
    secret: Vec<u8>,
    /// The keys for each spelling of the secret. The first spelling signs.
    spellings: Vec<Spelling>,
}

/// The keys derived from one spelling of the secret in bytes.
struct Spelling {
    remember: Hmac<Sha512>,
    flask: Hmac<Sha1>,
    starlette: Hmac<Sha1>,
}

impl LegacyKeys {
    /// Derives the keys.
    ///
    /// The originals encode a secret text in Latin-1 for remember tokens, and in UTF-8 for
    /// sessions. They use secret bytes as they are. For a secret in ASCII all of this is the
    /// same. For any other secret both spellings are tried.
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

    /// Returns whether these are the keys of the same application.
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

    /// Returns the digest in the remember token of a user id, in hexadecimal.
    fn digest(&self, id: &str) -> String {
        let mac = self.remember.clone().chain_update(id).finalize();
        let mac = mac.into_bytes();
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for LegacyKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyKeys(..)")
    }
}
