//! The remember token where there is no store.
//!
//! ```abnf
//! payload   = version id issued expires auth-hash user
//! id        = 16OCTET
//! issued    = seconds
//! expires   = seconds
//! seconds   = 5OCTET           ; since 1970, big endian
//! auth-hash = 16OCTET
//! user      = length *OCTET    ; the encoded user id
//! length    = 2OCTET           ; big endian
//! ```

use crate::session::{RememberToken, Secret};
use crate::token::fields::{Reader, Writer};

pub(super) fn write(token: &RememberToken) -> Vec<u8> {
    Writer::new()
        .bytes(&token.id.0)
        .time(token.issued)
        .time(token.expires)
        .bytes(&token.auth_hash.0)
        .user(&token.user)
        .finish()
}

pub(super) fn parse(payload: &[u8]) -> Option<RememberToken> {
    let mut fields = Reader::new(payload)?;
    let token = RememberToken {
        id: fields.id()?,
        secret: Secret::NONE,
        issued: fields.time()?,
        expires: fields.time()?,
        auth_hash: fields.digest()?,
        user: fields.user()?,
    };
    fields.end(token)
}
