//! Logins of an application before this one, which this one signs here as that would.

mod beside;
mod blocked;
mod changes;
mod records;
mod sessions;
mod text_ids;
mod tokens;
mod under_way;
mod written;

use std::time::SystemTime;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rocket_login::{Config, LegacyTokens};
use sha1::{Digest, Sha1};
use sha2::Sha512;

use crate::app::config;

pub(crate) const SECRET: &str = "short";

/// The name of the session cookie of the application before.
pub(crate) const FLASK: &str = "flask";

/// With remember tokens of the application before, and its sessions.
pub(crate) fn legacy(tokens: LegacyTokens) -> Config {
    Config {
        cookie_name: Some("remember_token".into()),
        legacy_remember_tokens: tokens,
        legacy_secret_key: Some(SECRET.into()),
        legacy_session_cookie: Some(FLASK.into()),
        ..config()
    }
}

/// A remember token of either application.
pub(crate) fn token(id: &str) -> String {
    token_by(SECRET, id)
}

pub(crate) fn token_by(secret: &str, id: &str) -> String {
    let mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(id).finalize().into_bytes();
    let digest: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{id}|{digest}")
}

/// A session of Flask that was written that many seconds ago.
pub(crate) fn flask(json: &str, ago: u64) -> String {
    let key = mac(SECRET.as_bytes(), b"cookie-session");
    signed(&key, &BASE64_URL_SAFE_NO_PAD.encode(json), ago)
}

/// A session of Starlette that was written that many seconds ago.
pub(crate) fn starlette(json: &str, ago: u64) -> String {
    let key = Sha1::digest(format!("itsdangerous.Signersigner{SECRET}"));
    signed(&key, &BASE64_STANDARD.encode(json), ago)
}

fn signed(key: &[u8], value: &str, ago: u64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let then = u32::try_from(now.unwrap().as_secs() - ago).unwrap();
    let time = BASE64_URL_SAFE_NO_PAD.encode(then.to_be_bytes());
    let message = format!("{value}.{time}");
    let mac = mac(key, message.as_bytes());
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha1>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}
