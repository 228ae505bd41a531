//! Counters in the memory of one process.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::StoreKey;

/// How many are kept at most.
pub(super) const CAPACITY: usize = 100_000;

#[derive(Default)]
pub(super) struct Counters {
    counters: BTreeMap<StoreKey, Counter>,
    by_end: BTreeSet<(i64, StoreKey)>,
}

struct Counter {
    count: u64,
    until: i64,
}

impl Counters {
    /// Adds one to a counter and returns its new value.
    pub(super) fn count(&mut self, key: &StoreKey, now: i64, until: i64) -> u64 {
        if let Some(counter) = self.counters.get_mut(key)
            && counter.until > now
        {
            counter.count = counter.count.saturating_add(1);
            return counter.count;
        }
        self.remove(key);
        // What makes room is never the new counter: it would not be counted at all.
        while self.counters.len() >= CAPACITY && self.remove_first(i64::MAX) {}
        self.by_end.insert((until, *key));
        self.counters.insert(*key, Counter { count: 1, until });
        1
    }

    /// Forgets at most `limit` counters whose end is at most `now`, and says how many.
    pub(super) fn sweep(&mut self, now: i64, limit: usize) -> usize {
        (0..limit).take_while(|_| self.remove_first(now)).count()
    }

    /// Forgets the counter that ends first, if its end is at most `now`.
    fn remove_first(&mut self, now: i64) -> bool {
        let first = self.by_end.first().copied();
        let Some((_, key)) = first.filter(|(until, _)| *until <= now) else {
            return false;
        };
        self.remove(&key);
        true
    }

    fn remove(&mut self, key: &StoreKey) {
        if let Some(counter) = self.counters.remove(key) {
            self.by_end.remove(&(counter.until, *key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> StoreKey {
        let number = u128::try_from(number).unwrap();
        StoreKey::from_bytes(number.to_be_bytes())
    }

    #[test]
    fn past_its_capacity_goes_what_ends_first() {
        let mut counters = Counters::default();
        for number in 0..CAPACITY {
            let until = 1000 + i64::try_from(number).unwrap();
            assert_eq!(counters.count(&key(number), 0, until), 1);
        }
        // The new one stays, although it ends before all others.
        let new = key(CAPACITY);
        assert_eq!(counters.count(&new, 0, 10), 1);
        assert_eq!(counters.count(&new, 0, 10), 2);
        assert_eq!(counters.count(&key(1), 0, 10), 2);
        assert_eq!(counters.counters.len(), CAPACITY);
        assert!(!counters.counters.contains_key(&key(0)));
        counters.count(&key(0), 0, 5000);
        assert!(!counters.counters.contains_key(&new));
        assert_eq!(counters.counters.len(), CAPACITY);
    }

    #[test]
    fn its_index_forgets_what_it_forgets() {
        let mut counters = Counters::default();
        for (now, until) in [(0, 10), (10, 20), (15, 30)] {
            counters.count(&key(1), now, until);
            counters.count(&key(2), now, until);
        }
        let ends: Vec<_> = counters.by_end.iter().map(|(until, _)| *until).collect();
        assert_eq!(ends, [20, 20]);
        assert_eq!(counters.sweep(19, 5), 0);
        assert_eq!(counters.sweep(20, 1), 1);
        assert_eq!(counters.sweep(20, 5), 1);
        assert!(counters.counters.is_empty() && counters.by_end.is_empty());
    }
}
