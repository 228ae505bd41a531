//! A copy of a ledger, and its digest, for the model test.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use crate::lock::lock;
use crate::sessions::ledger::{Entry, Fate, Ledger, LedgerKey};

impl Ledger {
    /// Copies the ledger: what happens to the copy does not happen to it.
    pub(in crate::sessions) fn fork(&self) -> Self {
        Self(Mutex::new(lock(&self.0).clone()))
    }

    /// Digests what is known of these sessions, under the names that their places are.
    pub(in crate::sessions) fn digest(&self, keys: &[LedgerKey]) -> u64 {
        let (inner, mut hash) = (lock(&self.0), DefaultHasher::new());
        for (name, key) in keys.iter().enumerate() {
            let Some(Entry { until, fate, .. }) = inner.entries.get(key) else {
                continue;
            };
            (name, until).hash(&mut hash);
            match fate {
                Fate::Ended(why) => why.hash(&mut hash),
                Fate::Rotated(rotated) => {
                    let generations = (rotated.session, rotated.floor, rotated.remember);
                    (generations, rotated.at).hash(&mut hash);
                }
            }
        }
        hash.finish()
    }
}
