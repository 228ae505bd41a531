//! The grammars of the tokens, side by side.
//!
//! ```abnf
//! token      = base64url( payload mac )   ; RFC 4648 section 5, without padding
//! payload    = session / stored / remember
//! mac        = 32OCTET          ; HMAC-SHA256 of the payload
//!
//! session    = flags id generation begun expires seen [fresh] [remembered]
//!              identifier auth-hash user  ; where there is no store
//! stored     = id generation user         ; a session that a store has
//! remember   = id generation issued expires auth-hash user
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
//! auth-hash  = 16OCTET
//! user       = *OCTET           ; the encoded user id, up to the end
//! ```
//!
//! A payload does not name its version, purpose, home or realm: each of these has another key.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::clock::Timestamp;
use crate::session::{
    Bytes, Carried, Digest, EncodedId, Generation, RememberToken, Session, SessionId, SessionToken,
};
use crate::token::key::{Home, KeyAge, MacKey, Purpose};
use crate::token::memo::Memo;

/// Browsers keep no longer cookies.
const MAX_LEN: usize = 4096;

const MAC_LEN: usize = 32;

/// Forty bits of seconds reach to the year 36812.
const LAST_SECOND: u64 = (1 << 40) - 1;

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
    const PURPOSE: Purpose;

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
    const PURPOSE: Purpose = Purpose::Session;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2] {
        &memos.session
    }

    fn write(&self) -> Vec<u8> {
        let Some(carried) = &self.carried else {
            return Writer::new(None, self.id, self.generation).user(&self.user);
        };
        let (session, remembered) = (&carried.session, carried.remember_until);
        let fresh = session.fresh_since.map_or(0, |_| FRESH);
        let flags = session.flags() | fresh | remembered.map_or(0, |_| REMEMBERED);
        Writer::new(Some(flags), self.id, self.generation)
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
            Home::Cookie => Some(fields.flags()?),
            Home::Store => None,
        };
        Some(Self {
            id: SessionId(fields.rest.array()?),
            generation: fields.generation()?,
            carried: match flags {
                Some(flags) => Some(fields.carried(flags)?),
                None => None,
            },
            user: fields.user(),
        })
    }

    fn user(&self) -> &EncodedId {
        &self.user
    }
}

impl Token for RememberToken {
    const PURPOSE: Purpose = Purpose::Remember;

    fn memos(memos: &Memos) -> &[Memo<Signed<Self>>; 2] {
        &memos.remember
    }

    fn write(&self) -> Vec<u8> {
        Writer::new(None, self.id, self.generation)
            .before(self.issued)
            .after(self.expires)
            .digest(&self.auth_hash)
            .user(&self.user)
    }

    fn parse(payload: &[u8], _: Home) -> Option<Self> {
        let mut fields = Reader::new(payload);
        Some(Self {
            id: SessionId(fields.rest.array()?),
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

/// The payload so far, and the second of its generation.
struct Writer {
    payload: Vec<u8>,
    second: u64,
}

impl Writer {
    fn new(flags: Option<u8>, id: SessionId, generation: Generation) -> Self {
        let mut payload = Vec::with_capacity(128);
        payload.extend(flags);
        payload.extend_from_slice(&id.0);
        let [_, _, millis @ ..] = generation.as_millis().to_be_bytes();
        payload.extend_from_slice(&millis);
        let second = generation.made().as_secs();
        Self { payload, second }
    }

    fn before(self, time: impl Into<Option<Timestamp>>) -> Self {
        let second = self.second;
        self.span(time.into(), |time| second.wrapping_sub(time))
    }

    fn after(self, time: impl Into<Option<Timestamp>>) -> Self {
        let second = self.second;
        self.span(time.into(), |time| time.wrapping_sub(second))
    }

    /// Writes nothing where there is no time. A time past the last second is that second.
    fn span(mut self, time: Option<Timestamp>, span: impl FnOnce(u64) -> u64) -> Self {
        let Some(time) = time else { return self };
        let mut rest = span(time.as_secs().min(LAST_SECOND)) & LAST_SECOND;
        while rest > 0x7f {
            let [low, ..] = rest.to_le_bytes();
            self.payload.push(low | 0x80);
            rest >>= 7;
        }
        self.payload.extend(u8::try_from(rest));
        self
    }

    fn digest(mut self, digest: &Digest) -> Self {
        self.payload.extend_from_slice(&digest.0);
        self
    }

    fn user(mut self, user: &EncodedId) -> Vec<u8> {
        self.payload.extend_from_slice(user.as_bytes());
        self.payload
    }
}

/// The fields that are left to read, and the second of the generation that was read.
struct Reader<'a> {
    rest: Bytes<'a>,
    second: u64,
}

impl<'a> Reader<'a> {
    fn new(payload: &'a [u8]) -> Self {
        let (rest, second) = (Bytes(payload), 0);
        Self { rest, second }
    }

    fn flags(&mut self) -> Option<u8> {
        let [flags] = self.rest.array()?;
        (flags & !FLAGS == 0).then_some(flags)
    }

    fn generation(&mut self) -> Option<Generation> {
        let [a, b, c, d, e, f] = self.rest.array()?;
        let millis = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let generation = Generation::from_millis(millis);
        self.second = generation.made().as_secs();
        Some(generation)
    }

    /// Reads the session that the token itself carries.
    fn carried(&mut self, flags: u8) -> Option<Carried> {
        let has = |flag| flags & flag != 0;
        let (begun, expires, last_seen) = (self.before()?, self.after()?, self.after()?);
        let fresh_since = if has(FRESH) {
            Some(self.before()?)
        } else {
            None
        };
        let remember_until = if has(REMEMBERED) {
            Some(self.after()?)
        } else {
            None
        };
        let session = Session {
            begun,
            expires,
            last_seen,
            fresh_since,
            permanent: has(Session::PERMANENT),
            restored: has(Session::RESTORED),
            forced: has(Session::FORCED),
            identifier: self.digest()?,
            auth_hash: self.digest()?,
        };
        Some(Carried {
            session,
            remember_until,
        })
    }

    fn before(&mut self) -> Option<Timestamp> {
        let span = self.span()?;
        Some(Timestamp::from_secs(
            self.second.wrapping_sub(span) & LAST_SECOND,
        ))
    }

    fn after(&mut self) -> Option<Timestamp> {
        let span = self.span()?;
        Some(Timestamp::from_secs(
            self.second.wrapping_add(span) & LAST_SECOND,
        ))
    }

    /// Reads a span; `None` if it is too long, or could be written in fewer octets.
    fn span(&mut self) -> Option<u64> {
        let mut span = 0;
        for shift in (0..42).step_by(7) {
            let [octet] = self.rest.array()?;
            span |= u64::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                let is_shortest = octet != 0 || shift == 0;
                return (is_shortest && span <= LAST_SECOND).then_some(span);
            }
        }
        None
    }

    fn digest(&mut self) -> Option<Digest> {
        self.rest.array().map(Digest)
    }

    fn user(self) -> EncodedId {
        EncodedId::from_bytes(self.rest.0)
    }
}
