//! A map that finds its entries by a second key as well.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use crate::store::StoreKey;

/// Values by key. Each belongs to a group, and an index keeps the keys in the order of groups.
pub(super) struct Indexed<G, V> {
    entries: BTreeMap<StoreKey, (G, V)>,
    index: BTreeSet<(G, StoreKey)>,
}

impl<G: Copy + Ord, V> Indexed<G, V> {
    pub(super) fn insert(&mut self, key: StoreKey, group: G, value: V) {
        self.remove(&key);
        self.index.insert((group, key));
        self.entries.insert(key, (group, value));
    }

    /// Removes an entry, and tells whether there was one.
    pub(super) fn remove(&mut self, key: &StoreKey) -> bool {
        let removed = self.entries.remove(key);
        removed.is_some_and(|(group, _)| self.index.remove(&(group, *key)))
    }

    /// Returns the first group and the first key in it.
    pub(super) fn first(&self) -> Option<(G, StoreKey)> {
        self.index.first().copied()
    }

    /// Returns the keys of a group, at most `limit`.
    pub(super) fn of_group(&self, group: G, limit: usize) -> Vec<StoreKey> {
        let range = (group, StoreKey::FIRST)..=(group, StoreKey::LAST);
        let of_group = self.index.range(range).take(limit);
        of_group.map(|(_, key)| *key).collect()
    }
}

impl<G, V> Default for Indexed<G, V> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            index: BTreeSet::new(),
        }
    }
}

/// The entries, to read. Writes go through the index.
impl<G, V> Deref for Indexed<G, V> {
    type Target = BTreeMap<StoreKey, (G, V)>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}
