//! The fields of the grammars: ids, generations, spans and digests.

use crate::clock::Timestamp;
use crate::session::{self, Digest, EncodedId, Generation};

/// Forty bits of seconds reach to the year 36812.
const LAST_SECOND: u64 = (1 << 40) - 1;

/// The payload so far, and the second of its generation.
pub(super) struct Writer {
    payload: Vec<u8>,
    second: u64,
}

impl Writer {
    pub(super) fn new(flags: Option<u8>, id: [u8; 16], generation: Generation) -> Self {
        let mut payload = Vec::with_capacity(128);
        payload.extend(flags);
        payload.extend_from_slice(&id);
        let [_, _, millis @ ..] = generation.as_millis().to_be_bytes();
        payload.extend_from_slice(&millis);
        let second = generation.made().as_secs();
        Self { payload, second }
    }

    pub(super) fn before(self, time: impl Into<Option<Timestamp>>) -> Self {
        let second = self.second;
        self.span(time.into(), |time| second.wrapping_sub(time))
    }

    pub(super) fn after(self, time: impl Into<Option<Timestamp>>) -> Self {
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

    pub(super) fn digest(mut self, digest: &Digest) -> Self {
        self.payload.extend_from_slice(&digest.0);
        self
    }

    pub(super) fn user(mut self, user: &EncodedId) -> Vec<u8> {
        self.payload.extend_from_slice(user.as_bytes());
        self.payload
    }
}

/// The fields that are left to read, and the second of the generation that was read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    second: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(payload: &'a [u8]) -> Self {
        Self {
            rest: payload,
            second: 0,
        }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        session::array(&mut self.rest)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn generation(&mut self) -> Option<Generation> {
        let [a, b, c, d, e, f] = self.array()?;
        let millis = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let generation = Generation::from_millis(millis);
        self.second = generation.made().as_secs();
        Some(generation)
    }

    pub(super) fn before(&mut self) -> Option<Timestamp> {
        self.span().map(|span| at(self.second.wrapping_sub(span)))
    }

    pub(super) fn after(&mut self) -> Option<Timestamp> {
        self.span().map(|span| at(self.second.wrapping_add(span)))
    }

    /// Reads a span; `None` if it is too long, or could be written in fewer octets.
    fn span(&mut self) -> Option<u64> {
        let mut span = 0;
        for shift in (0..42).step_by(7) {
            let octet = self.byte()?;
            span |= u64::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                let is_shortest = octet != 0 || shift == 0;
                return (is_shortest && span <= LAST_SECOND).then_some(span);
            }
        }
        None
    }

    pub(super) fn digest(&mut self) -> Option<Digest> {
        self.array().map(Digest)
    }

    pub(super) fn user(self) -> EncodedId {
        EncodedId::from_bytes(self.rest)
    }
}

/// Returns the time of a second, modulo 2^40.
fn at(second: u64) -> Timestamp {
    Timestamp::from_secs(second & LAST_SECOND)
}
