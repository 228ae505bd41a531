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

use crate::token::key::MacKey;

/// The first byte of every payload.
pub(super) const VERSION: u8 = 1;

/// Nothing longer is looked at: browsers do not keep longer cookies.
const MAX_LEN: usize = 4096;

const MAC_LEN: usize = 32;

pub(super) fn seal(key: &MacKey, payload: &[u8]) -> String {
    let mac = key.mac(payload);
    BASE64_URL_SAFE_NO_PAD.encode([payload, &mac].concat())
}

/// The payload and the position of the key that signed it.
pub(super) fn open<'k, I>(keys: I, text: &str) -> Option<(Vec<u8>, usize)>
where
    I: Iterator<Item = &'k MacKey>,
{
    if text.len() > MAX_LEN {
        return None;
    }

    let mut payload = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let mac = payload.split_off(payload.len().checked_sub(MAC_LEN)?);
    if payload.first() != Some(&VERSION) {
        return None;
    }

    let key = keys
        .into_iter()
        .position(|key| key.verify(&payload, &mac))?;
    Some((payload, key))
}
