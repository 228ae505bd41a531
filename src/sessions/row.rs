//! How a record is written in a store.
//!
//! ```abnf
//! value   = version *field end
//! version = %x01
//! field   = tag length *OCTET
//! tag     = OCTET           ; each at most once, in ascending order
//! length  = 2OCTET          ; big endian
//! end     = %xff %x00 %x00  ; a value that was cut off has none
//! ```
//!
//! | tag | field |
//! | --- | --- |
//! | 1 | the session has ended: no other field |
//! | 2 | when the login was |
//! | 3 | the session |
//! | 4 | the generations of the session token |
//! | 5 | the remember part |
//! | 6 | the address: 4 or 16 bytes |
//! | 7 | the user agent |
//! | 8, 9, 10 | kept for the impersonator, the device key and the proved factors |
//!
//! A node passes on the fields that it does not know.

use std::net::IpAddr;

use crate::clock::Timestamp;
use crate::session::{Client, Digest, Generation, Session, array, optional};
use crate::sessions::generation::Generations;
use crate::sessions::record::Record;
use crate::sessions::remember::Remember;

const VERSION: u8 = 1;

const LOGGED_IN_AT: u8 = 2;
const SESSION: u8 = 3;
const GENERATIONS: u8 = 4;
const REMEMBER: u8 = 5;
const ADDRESS: u8 = 6;
const AGENT: u8 = 7;
const END: [u8; 3] = [0xff, 0, 0];

/// The value of a session that has ended.
pub(super) const TOMBSTONE: [u8; 7] = [VERSION, 1, 0, 0, 0xff, 0, 0];

/// Flags of a record beside those of its session.
const CONFIRMED: u8 = 8;
const LEGACY: u8 = 16;
const ELSEWHERE: u8 = 32;
const ALL: u8 = 63;

/// The value of a row.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    Live(Box<Record>),
    /// The end is kept: a copy of a token could have the record created again.
    Ended,
}

impl Row {
    #[cfg(any(test, fuzzing))]
    pub(crate) fn write(&self) -> Vec<u8> {
        match self {
            Self::Live(record) => live(record),
            Self::Ended => TOMBSTONE.to_vec(),
        }
    }

    /// Reads a value; `None` if it is of another version, or damaged.
    pub(crate) fn read(value: &[u8]) -> Option<Self> {
        if value == TOMBSTONE {
            return Some(Self::Ended);
        }
        let (&VERSION, fields) = value.split_first()? else {
            return None;
        };
        let mut fields = fields.strip_suffix(&END)?;
        let fields = &mut fields;
        let logged_in_at = whole(take(fields, LOGGED_IN_AT)?, time)?;
        let (session, flags) = whole(take(fields, SESSION)?, session)?;
        Some(Self::Live(Box::new(Record {
            logged_in_at,
            session,
            is_confirmed: flags & CONFIRMED != 0,
            is_legacy: flags & LEGACY != 0,
            was_elsewhere: flags & ELSEWHERE != 0,
            generations: whole(take(fields, GENERATIONS)?, generations)?,
            remember: optional(take(fields, REMEMBER), |bytes| whole(bytes, remember))?,
            client: Client {
                address: optional(take(fields, ADDRESS), address)?,
                user_agent: optional(take(fields, AGENT), text)?,
            },
            unknown: rest(fields, AGENT)?,
        })))
    }
}

/// Writes the value of a record.
pub(super) fn live(record: &Record) -> Vec<u8> {
    let session = &record.session;
    let flag = |set, bit| if set { bit } else { 0 };
    let flags = session.flags()
        | flag(record.is_confirmed, CONFIRMED)
        | flag(record.is_legacy, LEGACY)
        | flag(record.was_elsewhere, ELSEWHERE);
    let fresh_since = session.fresh_since.unwrap_or(Timestamp::from_secs(0));
    let (begun, expires, seen) = (session.begun, session.expires, session.last_seen);
    let times = [begun, expires, seen, fresh_since].map(|time| time.as_millis().to_be_bytes());
    let digests = [session.identifier.0, session.auth_hash.0];
    let session = [&[flags], times.as_flattened(), digests.as_flattened()].concat();
    let mut value = vec![VERSION];
    let logged_in_at = record.logged_in_at.as_millis().to_be_bytes();
    field(&mut value, LOGGED_IN_AT, &logged_in_at);
    field(&mut value, SESSION, &session);
    let generations = both(&record.generations);
    field(&mut value, GENERATIONS, generations.as_flattened());
    if let Some(remember) = &record.remember {
        let generations = both(&remember.generations);
        let expires = remember.expires.as_millis().to_be_bytes();
        let bytes = [
            generations.as_flattened(),
            &expires,
            &[u8::from(remember.is_settled)],
            &remember.agent.0,
        ];
        field(&mut value, REMEMBER, &bytes.concat());
    }
    match record.client.address {
        Some(IpAddr::V4(v4)) => field(&mut value, ADDRESS, &v4.octets()),
        Some(IpAddr::V6(v6)) => field(&mut value, ADDRESS, &v6.octets()),
        None => {}
    }
    if let Some(agent) = &record.client.user_agent {
        field(&mut value, AGENT, agent.as_bytes());
    }
    value.extend_from_slice(&record.unknown);
    value.extend_from_slice(&END);
    value
}

/// Appends a field. Every field of ours is far shorter than its length allows.
fn field(value: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    value.push(tag);
    value.extend_from_slice(&length.to_be_bytes());
    value.extend_from_slice(bytes);
}

fn both(of: &Generations) -> [[u8; 8]; 2] {
    [of.current, of.floor].map(|generation| generation.as_millis().to_be_bytes())
}

/// Splits the first field off: its tag, its bytes, and the fields after it.
fn split(fields: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let ([tag, high, low], rest) = fields.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let (bytes, rest) = rest.split_at_checked(length)?;
    Some((*tag, bytes, rest))
}

/// Takes the next field if it has this tag.
fn take<'a>(fields: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (_, bytes, rest) = split(fields).filter(|(next, ..)| *next == tag)?;
    *fields = rest;
    Some(bytes)
}

/// Returns the fields after the last known tag, if each is whole and in order.
fn rest(fields: &[u8], mut last: u8) -> Option<Vec<u8>> {
    let mut left = fields;
    while !left.is_empty() {
        let (tag, _, rest) = split(left)?;
        if tag <= last || tag == u8::MAX {
            return None;
        }
        (left, last) = (rest, tag);
    }
    Some(fields.to_vec())
}

/// Reads a field of which nothing is left over.
fn whole<T>(field: &[u8], read: fn(&mut &[u8]) -> Option<T>) -> Option<T> {
    let mut bytes = field;
    read(&mut bytes).filter(|_| bytes.is_empty())
}

fn time(bytes: &mut &[u8]) -> Option<Timestamp> {
    let millis = array(bytes).map(u64::from_be_bytes)?;
    Some(Timestamp::from_millis(millis))
}

fn generations(bytes: &mut &[u8]) -> Option<Generations> {
    let mut generation = || {
        let millis = array(bytes).map(u64::from_be_bytes)?;
        let generation = Generation::from_millis(millis);
        (generation.as_millis() == millis).then_some(generation)
    };
    let (current, floor) = (generation()?, generation()?);
    Some(Generations { current, floor })
}

/// Reads a session and the flags of its record.
fn session(bytes: &mut &[u8]) -> Option<(Session, u8)> {
    let [flags] = array(bytes).filter(|[flags]| flags & !ALL == 0)?;
    let session = Session {
        begun: time(bytes)?,
        expires: time(bytes)?,
        last_seen: time(bytes)?,
        fresh_since: Some(time(bytes)?).filter(|time| time.as_millis() != 0),
        permanent: flags & Session::PERMANENT != 0,
        restored: flags & Session::RESTORED != 0,
        forced: flags & Session::FORCED != 0,
        identifier: Digest(array(bytes)?),
        auth_hash: Digest(array(bytes)?),
    };
    Some((session, flags))
}

fn remember(bytes: &mut &[u8]) -> Option<Remember> {
    Some(Remember {
        generations: generations(bytes)?,
        expires: time(bytes)?,
        is_settled: match array(bytes)? {
            [0] => false,
            [1] => true,
            _ => return None,
        },
        agent: Digest(array(bytes)?),
    })
}

fn text(bytes: &[u8]) -> Option<String> {
    str::from_utf8(bytes).ok().map(Into::into)
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    v4.or_else(|| <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from))
}
