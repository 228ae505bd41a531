//! The timestamp signature of itsdangerous.
//!
//! ```abnf
//! signed = value "." time "." mac
//! time   = base64url           ; without padding: seconds since 1970, big endian, at most
//!                              ; eight bytes
//! mac    = base64url           ; HMAC-SHA1 of what is before the last dot
//! ```

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

use crate::clock::Timestamp;

/// A text that says by whom and when it was signed; whether that is so is to be asked.
pub(super) struct Signed<'a> {
    /// What was signed.
    message: &'a str,
    mac: Vec<u8>,
    pub(super) value: &'a str,
    pub(super) at: Timestamp,
}

impl<'a> Signed<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (message, mac) = text.rsplit_once('.')?;
        let (value, time) = message.rsplit_once('.')?;
        let time = BASE64_URL_SAFE_NO_PAD.decode(time).ok()?;
        if time.is_empty() || time.len() > 8 {
            return None;
        }
        let secs = time
            .iter()
            .fold(0, |secs, byte| secs << 8 | u64::from(*byte));
        Some(Self {
            message,
            mac: BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?,
            value,
            at: Timestamp::from_secs(secs),
        })
    }

    /// Whether this key has signed it, in a time that does not depend on where the two differ.
    pub(super) fn is_by(&self, key: impl Fn(&str) -> Hmac<Sha1>) -> bool {
        key(self.message).verify_slice(&self.mac).is_ok()
    }
}

/// Signs as the originals do.
#[cfg(any(test, fuzzing))]
pub(super) fn sign(value: &str, at: Timestamp, key: impl Fn(&str) -> Hmac<Sha1>) -> String {
    let secs = at.as_secs().to_be_bytes();
    let zeros = secs.iter().take_while(|byte| **byte == 0).count();
    let time = secs.get(zeros..).unwrap_or_default();
    let message = format!("{value}.{}", BASE64_URL_SAFE_NO_PAD.encode(time));
    let mac = key(&message).finalize().into_bytes();
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
}
