//! The remember token of Flask-Login and Starlette-Login.
//!
//! ```abnf
//! token  = id "|" digest       ; as the cookie's value it may be in quotes
//! id     = 1*CHAR              ; what `str()` makes of the user's id; may hold "|"
//! digest = 128( %x30-39 / %x61-66 )
//!                              ; HMAC-SHA512 of the id in UTF-8
//! ```
//!
//! It is the same for every browser, and good until the key changes.

use std::fmt::Write;

use hmac::Mac;

use crate::legacy::{LegacyKeys, MAX_LEN, quoting};

const DIGEST_LEN: usize = 64;

impl LegacyKeys {
    /// The id of the user whose token this is, as text.
    pub(crate) fn open_token(&self, cookie: &str) -> Option<String> {
        if cookie.len() > MAX_LEN {
            return None;
        }
        quoting::readings(cookie).find_map(|token| self.user_of(&token))
    }

    fn user_of(&self, token: &str) -> Option<String> {
        let (id, digest) = token.rsplit_once('|')?;
        let digest = bytes(digest)?;
        let is_right = |mac: hmac::Hmac<sha2::Sha512>| mac.verify_slice(&digest).is_ok();
        let mut macs = self.spellings().map(|key| key.of_remember(id));
        (!id.is_empty() && macs.any(is_right)).then(|| id.into())
    }

    /// The cookie's value for this user; `None` if the originals would not both read it.
    pub(crate) fn seal_token(&self, id: &str) -> Option<String> {
        let mac = self.spellings().next()?.of_remember(id).finalize();
        let mut token = format!("{id}|");
        for byte in mac.into_bytes() {
            write!(token, "{byte:02x}").ok()?;
        }
        quoting::write(&token).filter(|value| !id.is_empty() && value.len() <= MAX_LEN)
    }
}

/// The bytes of a digest in its one spelling.
fn bytes(hex: &str) -> Option<[u8; DIGEST_LEN]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = hex.as_bytes().as_chunks();
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    let bytes: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    bytes.try_into().ok().filter(|_| rest.is_empty())
}
