//! The session cookies of Flask and of Starlette, as far as they are about logins.
//!
//! ```abnf
//! session   = signed           ; see `signature`
//! value     = flask / starlette
//! flask     = base64url        ; without padding: JSON
//!           / "." base64url    ; the same, compressed by zlib
//! starlette = base64           ; with padding: JSON
//! ```
//!
//! Which of the two it is, the signature says: their keys are derived in two ways.

use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::Deserialize;

use crate::clock::Timestamp;
#[cfg(any(test, fuzzing))]
use crate::legacy::signature;
use crate::legacy::signature::Signed;
use crate::legacy::{LegacyKeys, MAX_LEN, user};
use crate::rules::expiry::is_from_the_future;

/// No session about a login is larger than that, whatever it is compressed to.
const MAX_INFLATED: usize = 16 * 1024;

/// What a session of the application before says of its login.
pub(crate) struct LegacySession {
    /// Who is logged in, as text.
    pub(crate) user: Option<String>,
    /// When it was last written.
    pub(crate) signed: Timestamp,
    /// Whether a remember cookie beside it does not count: somebody has logged out, and the
    /// cookie is still there.
    pub(crate) forgets: bool,
}

#[derive(Deserialize)]
struct LoginKeys {
    #[serde(default, rename = "_user_id", deserialize_with = "user::untagged")]
    user: Option<String>,
    #[serde(default, rename = "_remember")]
    remember: serde_json::Value,
}

impl LegacyKeys {
    /// The session, if one of the keys has signed it, within this time.
    pub(crate) fn open_session(
        &self,
        cookie: &str,
        now: Timestamp,
        max_age: Duration,
    ) -> Option<LegacySession> {
        let session = self.read_session(cookie)?;
        let is_over =
            now >= session.signed.plus(max_age) || is_from_the_future(session.signed, now);
        (!is_over).then_some(session)
    }

    /// The session, if one of the keys has signed it, whenever that was.
    pub(crate) fn read_session(&self, cookie: &str) -> Option<LegacySession> {
        if cookie.len() > MAX_LEN {
            return None;
        }
        let signed = Signed::parse(cookie)?;
        let json = self.json(&signed)?;
        let keys: LoginKeys = serde_json::from_slice(&json).ok()?;
        Some(LegacySession {
            user: keys.user.filter(|user| !user.is_empty()),
            signed: signed.at,
            forgets: keys.remember == "clear",
        })
    }

    /// What Flask, and Starlette, would make of such a value.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn sign_sessions(&self, value: &str, at: Timestamp) -> Option<[String; 2]> {
        let key = self.spellings().next()?;
        let flask = signature::sign(value, at, |message| key.of_flask(message));
        let starlette = signature::sign(value, at, |message| key.of_starlette(message));
        Some([flask, starlette])
    }

    /// Nothing is decoded before it is known who has signed it.
    fn json(&self, signed: &Signed<'_>) -> Option<Vec<u8>> {
        let mut keys = self.spellings();
        keys.find_map(|key| {
            if signed.is_by(|message| key.of_flask(message)) {
                of_flask(signed.value)
            } else if signed.is_by(|message| key.of_starlette(message)) {
                BASE64_STANDARD.decode(signed.value).ok()
            } else {
                None
            }
        })
    }
}

fn of_flask(value: &str) -> Option<Vec<u8>> {
    match value.strip_prefix('.') {
        None => BASE64_URL_SAFE_NO_PAD.decode(value).ok(),
        Some(compressed) => {
            let compressed = BASE64_URL_SAFE_NO_PAD.decode(compressed).ok()?;
            decompress_to_vec_zlib_with_limit(&compressed, MAX_INFLATED).ok()
        }
    }
}
