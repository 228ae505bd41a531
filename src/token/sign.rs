//! The envelope of every token.
//!
//! ```abnf
//! token   = base64url( payload mac )   ; RFC 4648 section 5, without padding,
//!                                      ; in the one canonical form
//! payload = version *OCTET             ; the grammar of the token
//! version = %x01
//! mac     = 32OCTET                    ; HMAC-SHA256 of the payload
//! ```
//!
//! The key of the MAC is derived for one version, purpose and kind of users:
//! a token of another purpose is no token here.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::token::KeyAge;
use crate::token::key::MacKey;

/// The first byte of every payload.
pub(super) const VERSION: u8 = 1;

/// Nothing longer is looked at: browsers do not keep longer cookies.
const MAX_LEN: usize = 4096;

const MAC_LEN: usize = 32;

pub(super) fn seal(key: &MacKey, mut payload: Vec<u8>) -> String {
    let mac = key.mac(&payload);
    payload.extend_from_slice(&mac);
    BASE64_URL_SAFE_NO_PAD.encode(payload)
}

/// The payload, and the age of the key that signed it.
pub(super) fn open<'k, I>(mut keys: I, text: &str) -> Option<(Vec<u8>, KeyAge)>
where
    I: Iterator<Item = (KeyAge, &'k MacKey)>,
{
    if text.len() > MAX_LEN {
        return None;
    }

    let mut decoded = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let end = decoded.len().checked_sub(MAC_LEN)?;
    let (payload, mac) = decoded.split_at(end);
    if payload.first() != Some(&VERSION) {
        return None;
    }

    let (age, _) = keys.find(|(_, key)| key.verify(payload, mac))?;
    decoded.truncate(end);
    Some((decoded, age))
}
