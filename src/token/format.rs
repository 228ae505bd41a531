//! The payloads of the tokens, side by side.
//!
//! ```abnf
//! session    = version flags id generation begun expires seen fresh remember
//!              identifier auth-hash user      ; where there is no store
//! stored     = version id generation user     ; a session that a store has
//! remember   = version id generation issued expires auth-hash user
//!
//! flags      = OCTET            ; 1 permanent, 2 restored, 4 forced, others never set
//! id         = 16OCTET
//! generation = 6OCTET           ; milliseconds since 1970, big endian
//! begun      = seconds
//! expires    = seconds
//! seen       = seconds
//! fresh      = seconds          ; 0 for a session that is not fresh
//! remember   = seconds          ; when the remember token expires, 0 if there is none
//! issued     = seconds
//! seconds    = 5OCTET           ; since 1970, big endian
//! identifier = 16OCTET
//! auth-hash  = 16OCTET
//! user       = length *OCTET    ; the encoded user id
//! length     = 2OCTET           ; big endian
//! ```

use crate::clock::Timestamp;
use crate::session::{Carried, RememberToken, Session, SessionToken};
use crate::token::fields::{Reader, Writer};

const FLAGS: u8 = Session::PERMANENT | Session::RESTORED | Session::FORCED;

pub(super) fn write_session(token: &SessionToken) -> Vec<u8> {
    let writer = Writer::new();
    let Some(Carried {
        session,
        remember_until,
    }) = &token.carried
    else {
        let writer = writer.id(token.id).generation(token.generation);
        return writer.user(&token.user).finish();
    };
    writer
        .byte(session.flags())
        .id(token.id)
        .generation(token.generation)
        .time(session.begun)
        .time(session.expires)
        .time(session.last_seen)
        .optional_time(session.fresh_since)
        .optional_time(*remember_until)
        .bytes(&session.identifier.0)
        .bytes(&session.auth_hash.0)
        .user(&token.user)
        .finish()
}

pub(super) fn parse_session(payload: &[u8]) -> Option<SessionToken> {
    let mut fields = Reader::new(payload)?;
    let flags = fields.byte()?;
    if flags & !FLAGS != 0 {
        return None;
    }
    let (id, generation) = (fields.id()?, fields.generation()?);
    let (begun, expires, last_seen) = (fields.time()?, fields.time()?, fields.time()?);
    let (fresh_since, remember_until) = (fields.optional_time()?, fields.optional_time()?);
    let session = Session {
        begun,
        expires,
        last_seen,
        fresh_since,
        permanent: flags & Session::PERMANENT != 0,
        restored: flags & Session::RESTORED != 0,
        forced: flags & Session::FORCED != 0,
        identifier: fields.digest()?,
        auth_hash: fields.digest()?,
    };
    let token = SessionToken {
        id,
        generation,
        user: fields.user()?,
        carried: Some(Carried {
            session,
            remember_until,
        }),
    };
    fields.end(token)
}

pub(super) fn parse_stored_session(payload: &[u8]) -> Option<SessionToken> {
    let mut fields = Reader::new(payload)?;
    let token = SessionToken {
        id: fields.id()?,
        generation: fields.generation()?,
        user: fields.user()?,
        carried: None,
    };
    fields.end(token)
}

pub(super) fn write_remember(token: &RememberToken) -> Vec<u8> {
    Writer::new()
        .id(token.id)
        .generation(token.generation)
        .time(token.issued)
        .time(token.expires)
        .bytes(&token.auth_hash.0)
        .user(&token.user)
        .finish()
}

pub(super) fn parse_remember(payload: &[u8]) -> Option<RememberToken> {
    let mut fields = Reader::new(payload)?;
    let token = RememberToken {
        id: fields.id()?,
        generation: fields.generation()?,
        issued: fields.time()?,
        expires: fields.time()?,
        auth_hash: fields.digest()?,
        user: fields.user()?,
    };
    fields.end(token)
}

/// Reads zero as no time.
pub(super) fn unless_zero(time: Timestamp) -> Option<Timestamp> {
    (time.as_secs() != 0).then_some(time)
}
