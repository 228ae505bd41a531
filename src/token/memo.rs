//! Results of slow functions, kept for the inputs that came last.
//!
//! A browser sends the same cookie with dozens of requests, from the same address, and its
//! user has the same auth hash. A signature and a digest depend on the input and the key
//! alone: neither has to be computed anew.

use std::hint::black_box;
use std::iter;
use std::sync::Mutex;

use crate::lock::lock;

/// How many results are kept, at a few hundred bytes each.
const SLOTS: usize = 4096;

/// Longer inputs are rare, and must not fill the memory.
const MAX_INPUT: usize = 1024;

/// The last results, one in each slot. A newer result takes the place of an older one.
pub(crate) struct Memo<V>(Box<[Slot<V>]>);

type Slot<V> = Mutex<Option<Box<Entry<V>>>>;

struct Entry<V> {
    input: Box<[u8]>,
    value: V,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self(iter::repeat_with(Slot::default).take(SLOTS).collect())
    }
}

impl<V: Clone> Memo<V> {
    /// Returns the value of `input`, computed unless it is known.
    ///
    /// `None` is not kept: an input that is refused is computed each time.
    pub(super) fn get_or(&self, input: &[u8], compute: impl FnOnce() -> Option<V>) -> Option<V> {
        let Some(slot) = self.slot(input) else {
            return compute();
        };
        if let Some(entry) = &*lock(slot)
            && is_same(&entry.input, input)
        {
            return Some(entry.value.clone());
        }
        let value = compute()?;
        *lock(slot) = Some(Box::new(Entry {
            input: input.into(),
            value: value.clone(),
        }));
        Some(value)
    }

    /// An input that was chosen to share a slot has another result computed anew. That is
    /// all that it achieves.
    fn slot(&self, input: &[u8]) -> Option<&Slot<V>> {
        let at = usize::try_from(fold(input)).ok()? % SLOTS;
        self.0.get(at).filter(|_| input.len() <= MAX_INPUT)
    }
}

/// Folds all bytes into one number, which differs for inputs that were not chosen to clash.
fn fold(input: &[u8]) -> u64 {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let mix = |folded: u64, word: u64| (folded.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, _) = input.as_chunks();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    mix(words.fold(input.len() as u64, mix), last_word(input)) >> 32
}

/// Compares two inputs in a time that tells nothing about where they differ: one of them
/// may be the cookie of another browser.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ((words, _), (other_words, _)) = (one.as_chunks(), other.as_chunks());
    let differ = |one: &[u8; 8], other| u64::from_le_bytes(*one) ^ u64::from_le_bytes(other);
    let words = words.iter().zip(other_words);
    let words = words.fold(0, |all, (one, other)| all | differ(one, *other));
    one.len() == other.len() && black_box(words | (last_word(one) ^ last_word(other))) == 0
}

/// Returns the last eight bytes, or all bytes of a shorter input.
fn last_word(input: &[u8]) -> u64 {
    match input.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => input
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_computed_once() {
        let memo = Memo::default();
        assert_eq!(memo.get_or(b"one", || Some(1)), Some(1));
        assert_eq!(memo.get_or(b"one", || panic!("computed again")), Some(1));
        assert_eq!(memo.get_or(b"two", || Some(2)), Some(2));
    }

    #[test]
    fn no_result_is_not_kept() {
        let memo = Memo::default();
        assert_eq!(memo.get_or(b"one", || None), None::<i32>);
        assert_eq!(memo.get_or(b"one", || Some(1)), Some(1));
    }

    #[test]
    fn inputs_that_share_a_slot_take_turns() {
        let memo = Memo::default();
        let slot = fold(b"0") % SLOTS as u64;
        let inputs = (1..).map(|number: u32| number.to_string());
        let twin = inputs
            .map(String::into_bytes)
            .find(|input| fold(input) % SLOTS as u64 == slot);
        let twin = twin.unwrap();
        assert_eq!(memo.get_or(b"0", || Some(0)), Some(0));
        assert_eq!(memo.get_or(&twin, || Some(1)), Some(1));
        assert_eq!(memo.get_or(b"0", || Some(2)), Some(2));
    }

    #[test]
    fn long_inputs_are_computed_each_time() {
        let memo = Memo::default();
        let input = [7; MAX_INPUT + 1];
        assert_eq!(memo.get_or(&input, || Some(1)), Some(1));
        assert_eq!(memo.get_or(&input, || Some(2)), Some(2));
        assert_eq!(memo.get_or(&input[1..], || Some(3)), Some(3));
        assert_eq!(memo.get_or(&input[1..], || Some(4)), Some(3));
    }

    #[test]
    fn inputs_that_differ_anywhere_are_not_the_same() {
        let input = [1; 20];
        for at in 0..input.len() {
            let mut other = input;
            other[at] = 2;
            assert!(!is_same(&input, &other));
            assert_ne!(fold(&input), fold(&other));
            assert!(!is_same(&input, &input[..at]));
        }
        assert!(is_same(&input, &input) && is_same(b"", b""));
    }
}
