//! Reading the fields of a row.

use crate::clock::Timestamp;
use crate::session::{Bytes, Digest, Generation};
use crate::sessions::generation::Chain;

/// The fields that are left to read.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(fields: &'a [u8]) -> Self {
        Self(fields)
    }

    /// Takes the next field if it has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (_, bytes, rest) = Self::next(self.0).filter(|(next, ..)| *next == tag)?;
        self.0 = rest;
        Some(bytes)
    }

    /// The fields after the last known tag, if each is whole and in order.
    pub(super) fn rest(self, mut last: u8) -> Option<Vec<u8>> {
        let mut left = self.0;
        while !left.is_empty() {
            let (tag, _, rest) = Self::next(left)?;
            if tag <= last || tag == u8::MAX {
                return None;
            }
            (left, last) = (rest, tag);
        }
        Some(self.0.to_vec())
    }

    fn next(fields: &'a [u8]) -> Option<(u8, &'a [u8], &'a [u8])> {
        let ([tag, high, low], rest) = fields.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (bytes, rest) = rest.split_at_checked(length)?;
        Some((*tag, bytes, rest))
    }
}

/// The bytes of one field.
pub(super) struct Numbers<'a>(Bytes<'a>);

impl Numbers<'_> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.0.array().map(|[byte]| byte)
    }

    pub(super) fn time(&mut self) -> Option<Timestamp> {
        self.0
            .array()
            .map(u64::from_be_bytes)
            .map(Timestamp::from_millis)
    }

    fn generation(&mut self) -> Option<Generation> {
        let millis = self.0.array().map(u64::from_be_bytes)?;
        let generation = Generation::from_millis(millis);
        (generation.as_millis() == millis).then_some(generation)
    }

    pub(super) fn chain(&mut self) -> Option<Chain> {
        let (current, floor) = (self.generation()?, self.generation()?);
        Some(Chain { current, floor })
    }

    pub(super) fn digest(&mut self) -> Option<Digest> {
        self.0.array().map(Digest)
    }
}

/// Reads a field of which nothing is left over.
pub(super) fn exactly<'a, T>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Numbers<'a>) -> Option<T>,
) -> Option<T> {
    let mut numbers = Numbers(Bytes(bytes));
    let value = read(&mut numbers)?;
    numbers.0.0.is_empty().then_some(value)
}
