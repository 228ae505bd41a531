//! The fields that the grammars are made of.

use crate::clock::Timestamp;
use crate::session::{Bytes, Digest, EncodedId, Generation, SessionId};
use crate::token::format::unless_zero;
use crate::token::sign::VERSION;

/// Five bytes of seconds reach to the year 36812.
const MAX_SECS: u64 = (1 << 40) - 1;

pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new() -> Self {
        let mut bytes = Vec::with_capacity(144);
        bytes.push(VERSION);
        Self(bytes)
    }

    pub(super) fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn id(self, id: SessionId) -> Self {
        self.bytes(&id.0)
    }

    pub(super) fn generation(self, generation: Generation) -> Self {
        let [_, _, rest @ ..] = generation.as_millis().to_be_bytes();
        self.bytes(&rest)
    }

    pub(super) fn optional_time(self, time: Option<Timestamp>) -> Self {
        self.time(time.unwrap_or(Timestamp::from_secs(0)))
    }

    pub(super) fn time(self, time: Timestamp) -> Self {
        let [_, _, _, rest @ ..] = time.as_secs().min(MAX_SECS).to_be_bytes();
        self.bytes(&rest)
    }

    /// An id too long for its length is cut, and then too long for a cookie
    /// anyway: whoever writes tokens checks their length.
    pub(super) fn user(self, user: &EncodedId) -> Self {
        let length = u16::try_from(user.as_bytes().len()).unwrap_or(u16::MAX);
        self.bytes(&length.to_be_bytes()).bytes(user.as_bytes())
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

pub(super) struct Reader<'a>(Bytes<'a>);

impl<'a> Reader<'a> {
    /// `None` if the payload is of another version.
    pub(super) fn new(payload: &'a [u8]) -> Option<Self> {
        let (&version, fields) = payload.split_first()?;
        (version == VERSION).then_some(Self(Bytes(fields)))
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.0.array().map(|[byte]| byte)
    }

    pub(super) fn id(&mut self) -> Option<SessionId> {
        self.0.array().map(SessionId)
    }

    pub(super) fn generation(&mut self) -> Option<Generation> {
        let [a, b, c, d, e, f] = self.0.array()?;
        let millis = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        Some(Generation::from_millis(millis))
    }

    pub(super) fn optional_time(&mut self) -> Option<Option<Timestamp>> {
        self.time().map(unless_zero)
    }

    pub(super) fn digest(&mut self) -> Option<Digest> {
        self.0.array().map(Digest)
    }

    pub(super) fn time(&mut self) -> Option<Timestamp> {
        let [a, b, c, d, e] = self.0.array()?;
        let secs = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
        Some(Timestamp::from_secs(secs))
    }

    pub(super) fn user(&mut self) -> Option<EncodedId> {
        let length = u16::from_be_bytes(self.0.array()?);
        self.0.take(length.into()).map(EncodedId::from_bytes)
    }

    /// `None` if anything is left over: there is one spelling of a token.
    pub(super) fn end<T>(self, value: T) -> Option<T> {
        self.0.0.is_empty().then_some(value)
    }
}
