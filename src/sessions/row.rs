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
use crate::session::{Client, Session};
use crate::sessions::fields::{Fields, Numbers, exactly};
use crate::sessions::generation::Chain;
use crate::sessions::record::Record;
use crate::sessions::remember::Remember;

const VERSION: u8 = 1;

const ENDED: u8 = 1;
const STARTED: u8 = 2;
const SESSION: u8 = 3;
const CHAIN: u8 = 4;
const REMEMBER: u8 = 5;
const ADDRESS: u8 = 6;
const AGENT: u8 = 7;
const END: [u8; 3] = [0xff, 0, 0];

/// Flags of a record beside those of its session.
const CONFIRMED: u8 = 8;
const LEGACY: u8 = 16;
const ALL: u8 = 31;

/// The value of a row.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    Live(Box<Record>),
    /// The end is kept: a copy of a token could have the record created again.
    Ended,
}

impl Row {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut value = vec![VERSION];
        match self {
            Self::Live(record) => write(&mut value, record),
            Self::Ended => field(&mut value, ENDED, &[]),
        }
        value.extend_from_slice(&END);
        value
    }

    /// Reads a value; `None` if it is of another version, or damaged.
    pub(crate) fn read(value: &[u8]) -> Option<Self> {
        let (&VERSION, fields) = value.split_first()? else {
            return None;
        };
        let fields = fields.strip_suffix(&END)?;
        if fields == [ENDED, 0, 0] {
            return Some(Self::Ended);
        }
        let mut fields = Fields::new(fields);
        let record = Record {
            started: exactly(fields.take(STARTED)?, Numbers::time)?,
            ..session(fields.take(SESSION)?)?
        };
        let record = Record {
            chain: exactly(fields.take(CHAIN)?, Numbers::chain)?,
            remember: match fields.take(REMEMBER) {
                Some(bytes) => Some(exactly(bytes, remember)?),
                None => None,
            },
            client: client(fields.take(ADDRESS), fields.take(AGENT))?,
            unknown: fields.rest(AGENT)?,
            ..record
        };
        Some(Self::Live(Box::new(record)))
    }
}

fn write(value: &mut Vec<u8>, record: &Record) {
    let session = &record.session;
    let flag = |set, bit| if set { bit } else { 0 };
    let flags =
        session.flags() | flag(record.is_confirmed, CONFIRMED) | flag(record.is_legacy, LEGACY);
    let fresh_since = session.fresh_since.unwrap_or(Timestamp::from_secs(0));
    let times = [
        session.begun,
        session.expires,
        session.last_seen,
        fresh_since,
    ];
    let mut bytes = vec![flags];
    times
        .iter()
        .for_each(|time| number(&mut bytes, time.as_millis()));
    bytes.extend_from_slice(&session.identifier.0);
    bytes.extend_from_slice(&session.auth_hash.0);
    field(value, STARTED, &record.started.as_millis().to_be_bytes());
    field(value, SESSION, &bytes);
    field(value, CHAIN, &chain(&record.chain));
    if let Some(remember) = &record.remember {
        let mut bytes = chain(&remember.chain);
        number(&mut bytes, remember.expires.as_millis());
        bytes.push(u8::from(remember.is_settled));
        bytes.extend_from_slice(&remember.agent.0);
        field(value, REMEMBER, &bytes);
    }
    match record.client.address {
        Some(IpAddr::V4(address)) => field(value, ADDRESS, &address.octets()),
        Some(IpAddr::V6(address)) => field(value, ADDRESS, &address.octets()),
        None => {}
    }
    if let Some(agent) = &record.client.user_agent {
        field(value, AGENT, agent.as_bytes());
    }
    value.extend_from_slice(&record.unknown);
}

/// Appends a field. Every field of ours is far shorter than its length allows.
fn field(value: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    value.push(tag);
    value.extend_from_slice(&length.to_be_bytes());
    value.extend_from_slice(bytes);
}

fn number(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend_from_slice(&number.to_be_bytes());
}

fn chain(chain: &Chain) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(41);
    number(&mut bytes, chain.current.as_millis());
    number(&mut bytes, chain.floor.as_millis());
    bytes
}

/// A record of which the session alone is known.
fn session(bytes: &[u8]) -> Option<Record> {
    exactly(bytes, |numbers| {
        let flags = numbers.byte().filter(|flags| flags & !ALL == 0)?;
        let session = Session {
            begun: numbers.time()?,
            expires: numbers.time()?,
            last_seen: numbers.time()?,
            fresh_since: numbers
                .time()
                .map(|time| (time.as_millis() != 0).then_some(time))?,
            permanent: flags & Session::PERMANENT != 0,
            restored: flags & Session::RESTORED != 0,
            forced: flags & Session::FORCED != 0,
            identifier: numbers.digest()?,
            auth_hash: numbers.digest()?,
        };
        Some(Record {
            is_confirmed: flags & CONFIRMED != 0,
            is_legacy: flags & LEGACY != 0,
            ..Record::new(session, None, Client::default(), Timestamp::from_secs(0))
        })
    })
}

fn remember(numbers: &mut Numbers<'_>) -> Option<Remember> {
    Some(Remember {
        chain: numbers.chain()?,
        expires: numbers.time()?,
        is_settled: match numbers.byte()? {
            0 => false,
            1 => true,
            _ => return None,
        },
        agent: numbers.digest()?,
    })
}

fn client(address: Option<&[u8]>, agent: Option<&[u8]>) -> Option<Client> {
    let ip = |bytes: &[u8]| {
        let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
        v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
            .ok()
    };
    let text = |bytes: &[u8]| str::from_utf8(bytes).map(Into::into).ok();
    Some(Client {
        address: match address {
            Some(bytes) => Some(ip(bytes)?),
            None => None,
        },
        user_agent: match agent {
            Some(bytes) => Some(text(bytes)?),
            None => None,
        },
    })
}
