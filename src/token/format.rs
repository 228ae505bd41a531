//! The grammars of the tokens, side by side.
//!
//! ```abnf
//! token      = base64url( payload mac )   ; RFC 4648 section 5, without padding
//! payload    = session / stored / remember / known
//! mac        = 32OCTET          ; HMAC-SHA256 of the payload
//!
//! session    = flags id generation begun expires seen [fresh] [remembered]
//!              identifier auth-hash user  ; where there is no store
//! stored     = id generation user         ; a session that a store has
//! remember   = id generation issued expires auth-hash user
//! known      = id generation name auth-hash user  ; `id` is the browser's
//!
//! flags      = OCTET            ; 1 permanent, 2 restored, 4 forced, 8 with `fresh`,
//!                               ; 16 with `remembered`, others never set
//! id         = 16OCTET
//! generation = 6OCTET           ; milliseconds since 1970, big endian
//! begun      = before
//! expires    = after
//! seen       = after
//! fresh      = before           ; absent in a session that is not fresh
//! remembered = after            ; when the remember token beside it expires
//! issued     = before
//! before     = span             ; from the time to the second of the generation
//! after      = span             ; from the second of the generation to the time
//! span       = *5%x80-FF %x00-7F
//!                               ; seconds modulo 2^40, seven bits an octet, the lowest
//!                               ; bits first, in as few octets as possible
//! identifier = 16OCTET
//! name       = 16OCTET          ; digest of the name as typed
//! auth-hash  = 16OCTET
//! user       = *OCTET           ; the encoded user id, up to the end
//! ```
//!
//! A payload does not name its version, purpose, home or realm: each of these has another key.
//! A cookie of known browsers has several tokens, with `.` between two of them.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::session::optional;
use crate::session::{Carried, EncodedId, RememberToken, Session, SessionId, SessionToken};
use crate::token::fields::{Reader, Writer};
use crate::token::key::{Home, KeyAge, MacKey, TokenKind};
use crate::token::memo::Memo;

/// Browsers keep no longer cookies.
const MAX_LEN: usize = 4096;

const MAC_LEN: usize = 32;

const FRESH: u8 = 8;
const REMEMBERED: u8 = 16;
const FLAGS: u8 = Session::PERMANENT | Session::RESTORED | Session::FORCED | FRESH | REMEMBERED;

/// A value that one of the keys has signed.
#[derive(Clone)]
pub(crate) struct Signed<T> {
    pub(crate) value: T,
    pub(crate) key: KeyAge,
    /// The home of the session when the token was signed.
    pub(crate) home: Home,
}

/// The tokens that were verified last, apart for each type and home.
#[derive(Default)]
pub(crate) struct Memos {
    session: [Memo<Signed<SessionToken>>; 2],
    remember: [Memo<Signed<RememberToken>>; 2],
}

/// A value that is written into a cookie.
pub(crate) trait Token: Sized + Clone {
    const KIND: TokenKind;

    /// Returns the memos for tokens of this type, by home.
    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2];

    /// Writes the payload.
    fn write(&self) -> Vec<u8>;

    /// Reads a payload as [`write`](Self::write) writes it in this home.
    fn parse(payload: &[u8], home: Home) -> Option<Self>;

    fn user(&self) -> &EncodedId;
}

/// Writes the text of a token.
pub(super) fn seal(key: &MacKey, mut payload: Vec<u8>) -> String {
    let mac = key.mac(&payload);
    payload.extend_from_slice(&mac);
    BASE64_URL_SAFE_NO_PAD.encode(payload)
}

/// Splits the text of a token into its payload and its MAC.
pub(super) fn split(text: &str) -> Option<(Vec<u8>, [u8; MAC_LEN])> {
    if text.len() > MAX_LEN {
        return None;
    }
    let mut payload = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let mac = *payload.last_chunk()?;
    payload.truncate(payload.len() - MAC_LEN);
    Some((payload, mac))
}

impl Token for SessionToken {
    const KIND: TokenKind = TokenKind::Session;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2] {
        &memos.session
    }

    fn write(&self) -> Vec<u8> {
        let Some(carried) = &self.carried else {
            return Writer::new(None, self.id.0, self.generation).user(&self.user);
        };
        let (session, remembered) = (&carried.session, carried.remember_until);
        let fresh = session.fresh_since.map_or(0, |_| FRESH);
        let flags = session.flags() | fresh | remembered.map_or(0, |_| REMEMBERED);
        Writer::new(Some(flags), self.id.0, self.generation)
            .before(session.begun)
            .after(session.expires)
            .after(session.last_seen)
            .before(session.fresh_since)
            .after(remembered)
            .digest(&session.identifier)
            .digest(&session.auth_hash)
            .user(&self.user)
    }

    fn parse(payload: &[u8], home: Home) -> Option<Self> {
        let mut fields = Reader::new(payload);
        let flags = match home {
            Home::Cookie => Some(fields.byte().filter(|flags| flags & !FLAGS == 0)?),
            Home::Store => None,
        };
        Some(Self {
            id: SessionId(fields.array()?),
            generation: fields.generation()?,
            carried: optional(flags, |flags| carried(&mut fields, flags))?,
            user: fields.user(),
        })
    }

    fn user(&self) -> &EncodedId {
        &self.user
    }
}

impl Token for RememberToken {
    const KIND: TokenKind = TokenKind::Remember;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2] {
        &memos.remember
    }

    fn write(&self) -> Vec<u8> {
        Writer::new(None, self.id.0, self.generation)
            .before(self.issued)
            .after(self.expires)
            .digest(&self.auth_hash)
            .user(&self.user)
    }

    fn parse(payload: &[u8], _: Home) -> Option<Self> {
        let mut fields = Reader::new(payload);
        Some(Self {
            id: SessionId(fields.array()?),
            generation: fields.generation()?,
            issued: fields.before()?,
            expires: fields.after()?,
            auth_hash: fields.digest()?,
            user: fields.user(),
        })
    }

    fn user(&self) -> &EncodedId {
        &self.user
    }
}

/// Reads the session that the token itself carries.
fn carried(fields: &mut Reader<'_>, flags: u8) -> Option<Carried> {
    let has = |flag| flags & flag != 0;
    let (begun, expires, last_seen) = (fields.before()?, fields.after()?, fields.after()?);
    let fresh = has(FRESH).then_some(&mut *fields);
    let fresh_since = optional(fresh, Reader::before)?;
    let remembered = has(REMEMBERED).then_some(&mut *fields);
    let remember_until = optional(remembered, Reader::after)?;
    let session = Session {
        begun,
        expires,
        last_seen,
        fresh_since,
        permanent: has(Session::PERMANENT),
        restored: has(Session::RESTORED),
        forced: has(Session::FORCED),
        identifier: fields.digest()?,
        auth_hash: fields.digest()?,
    };
    Some(Carried {
        session,
        remember_until,
    })
}
