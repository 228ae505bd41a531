//! The session cookies of Flask and of Starlette, as far as they are about logins.
//!
//! ```abnf
//! session   = value "." time "." mac        ; the signature of itsdangerous
//! value     = flask / starlette
//! flask     = base64url        ; without padding: JSON
//!           / "." base64url    ; the same, compressed by zlib
//! starlette = base64           ; with padding: JSON
//! time      = base64url        ; without padding: seconds since 1970, big endian, at most
//!                              ; eight bytes
//! mac       = base64url        ; without padding: HMAC-SHA1 of all before the last dot
//! ```
//!
//! The signature tells Flask from Starlette: they derive their keys in two ways.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::Deserialize;
use serde_json::Value;
use sha1::Sha1;

use crate::clock::Timestamp;
use crate::legacy::{LegacyKeys, LegacySession, MAX_LEN};

/// The largest session that is inflated: a cookie of 4 kB holds no larger one about a login.
const MAX_INFLATED: usize = 16 * 1024;

/// The tag of a UUID in Flask's JSON.
const UUID: &str = " u";

#[derive(Deserialize)]
struct LoginKeys {
    #[serde(default, rename = "_user_id")]
    user: Value,
    #[serde(default, rename = "_remember")]
    remember: Value,
}

/// Reads a session cookie that one of the keys has signed, however long ago.
pub(crate) fn open_session(keys: &LegacyKeys, cookie: &str) -> Option<LegacySession> {
    if cookie.len() > MAX_LEN {
        return None;
    }
    let (message, mac) = cookie.rsplit_once('.')?;
    let (value, time) = message.rsplit_once('.')?;
    let signed = time_of(time)?;
    let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
    // Nothing is decoded before its signature is known to be right.
    let is_by = |key: &Hmac<Sha1>| key.clone().chain_update(message).verify_slice(&mac).is_ok();
    let mut spellings = keys.spellings.iter();
    let json = spellings.find_map(|key| {
        if is_by(&key.flask) {
            of_flask(value)
        } else if is_by(&key.starlette) {
            BASE64_STANDARD.decode(value).ok()
        } else {
            None
        }
    });
    let keys: LoginKeys = serde_json::from_slice(&json?).ok()?;
    Some(LegacySession {
        user: Some(text_of(&keys.user)?).filter(|user| !user.is_empty()),
        signed,
        forgets: keys.remember == "clear",
    })
}

fn time_of(text: &str) -> Option<Timestamp> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let secs = bytes
        .iter()
        .fold(0, |secs, byte| secs << 8 | u64::from(*byte));
    (1..=8)
        .contains(&bytes.len())
        .then(|| Timestamp::from_secs(secs))
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

/// Reads the user id in a session: a text, a whole number, or a UUID as Flask tags it. The
/// text is empty if there is no user, and `None` if the value is no id.
fn text_of(id: &Value) -> Option<String> {
    match id {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => {
            let unsigned = number.as_u64().map(|number| number.to_string());
            unsigned.or_else(|| Some(number.as_i64()?.to_string()))
        }
        Value::Object(tagged) if tagged.len() == 1 => hyphenated(tagged.get(UUID)?.as_str()?),
        _ => None,
    }
}

/// Writes a UUID as Python's `str()` does.
fn hyphenated(hex: &str) -> Option<String> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hex.len() != 32 || !hex.bytes().all(is_hex) {
        return None;
    }
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    let groups = groups.map(|group| hex.get(group).unwrap_or_default());
    Some(groups.join("-"))
}

/// Signs a value as Flask, and as Starlette does.
#[cfg(any(test, fuzzing))]
pub(crate) fn sign_sessions(keys: &LegacyKeys, value: &str, at: Timestamp) -> Option<[String; 2]> {
    let secs = at.as_secs().to_be_bytes();
    let zeros = secs.iter().take_while(|byte| **byte == 0).count();
    let time = secs.get(zeros..).unwrap_or_default();
    let message = format!("{value}.{}", BASE64_URL_SAFE_NO_PAD.encode(time));
    let key = keys.spellings.first()?;
    Some([&key.flask, &key.starlette].map(|key| {
        let mac = key.clone().chain_update(&message).finalize().into_bytes();
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
    }))
}
