//! Events that are told once, however often a browser brings their cause.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// How many causes are remembered, at eight bytes each and some.
const CAPACITY: usize = 16_384;

/// The causes of events that this process has told.
#[derive(Default)]
pub(super) struct Told {
    seed: RandomState,
    causes: Mutex<HashSet<u64>>,
}

impl Told {
    /// Says whether a cause is new. Past the capacity all are forgotten, and told again.
    pub(super) fn is_news(&self, cause: &[u8]) -> bool {
        let cause = self.seed.hash_one(cause);
        let mut causes = self.causes.lock().unwrap_or_else(PoisonError::into_inner);
        if causes.len() >= CAPACITY {
            causes.clear();
        }
        causes.insert(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_news_once() {
        let told = Told::default();
        assert!(told.is_news(b"one"));
        assert!(!told.is_news(b"one"));
        assert!(told.is_news(b"two"));
    }

    #[test]
    fn the_room_is_bounded() {
        let told = Told::default();
        for number in 0..=CAPACITY {
            assert!(told.is_news(&number.to_be_bytes()));
        }
        assert!(told.causes.lock().unwrap().len() <= CAPACITY);
    }
}
