//! The session token.
//!
//! ```abnf
//! payload    = version flags id issued expires seen fresh identifier auth-hash user
//! flags      = OCTET            ; 1 permanent, 2 restored, 4 forced, others never set
//! id         = 16OCTET
//! issued     = seconds
//! expires    = seconds
//! seen       = seconds
//! fresh      = seconds          ; 0 for a session that is not fresh
//! seconds    = 5OCTET           ; since 1970, big endian
//! identifier = 16OCTET
//! auth-hash  = 16OCTET
//! user       = length *OCTET    ; the encoded user id
//! length     = 2OCTET           ; big endian
//! ```

use crate::clock::Timestamp;
use crate::session::Session;
use crate::token::fields::{Reader, Writer};

const PERMANENT: u8 = 1;
const RESTORED: u8 = 2;
const FORCED: u8 = 4;

pub(super) fn write(session: &Session) -> Vec<u8> {
    let flag = |set, bit| if set { bit } else { 0 };
    let flags = flag(session.permanent, PERMANENT)
        | flag(session.restored, RESTORED)
        | flag(session.forced, FORCED);

    Writer::new()
        .byte(flags)
        .bytes(&session.id.0)
        .time(session.issued)
        .time(session.expires)
        .time(session.last_seen)
        .time(session.fresh_since.unwrap_or(Timestamp::from_secs(0)))
        .bytes(&session.identifier.0)
        .bytes(&session.auth_hash.0)
        .user(&session.user)
        .finish()
}

pub(super) fn parse(payload: &[u8]) -> Option<Session> {
    let mut fields = Reader::new(payload)?;
    let flags = fields.byte()?;
    if flags & !(PERMANENT | RESTORED | FORCED) != 0 {
        return None;
    }

    let session = Session {
        permanent: flags & PERMANENT != 0,
        restored: flags & RESTORED != 0,
        forced: flags & FORCED != 0,
        id: fields.id()?,
        issued: fields.time()?,
        expires: fields.time()?,
        last_seen: fields.time()?,
        fresh_since: fields
            .time()
            .map(|time| (time.as_secs() != 0).then_some(time))?,
        identifier: fields.digest()?,
        auth_hash: fields.digest()?,
        user: fields.user()?,
    };
    fields.end(session)
}
