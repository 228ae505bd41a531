//! Ids of sessions and remember tokens that ended before they expired.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::session::TokenId;

/// How an id came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Logged out: whoever still sends it may be told to drop it.
    Closed,
    /// Replaced by a newer id, which the same browser may already hold: telling
    /// it to drop the cookie would drop the newer one.
    Replaced,
}

/// The ids that ended in this process, each until it would have expired.
///
/// Bounded: past the capacity the id that would expire first is forgotten.
#[derive(Debug)]
pub(crate) struct Ended {
    capacity: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    ids: HashMap<TokenId, Entry>,
    by_expiry: BTreeSet<(Timestamp, [u8; 16])>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    how: How,
    until: Timestamp,
    successor: Option<TokenId>,
}

impl Ended {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
        }
    }

    pub(crate) fn check(&self, id: TokenId) -> Option<How> {
        self.lock().ids.get(&id).map(|entry| entry.how)
    }

    /// Ends `id`, and whatever replaced it meanwhile in a parallel request.
    pub(crate) fn close(&self, id: TokenId, until: Timestamp, now: Timestamp) {
        let mut inner = self.lock();
        let mut next = Some(id);
        while let Some(id) = next {
            next = inner.ids.get(&id).and_then(|entry| entry.successor);
            inner.insert(id, How::Closed, until, None);
        }
        inner.shrink(self.capacity, now);
    }

    /// Ends `id` in favour of another one, whatever that is.
    pub(crate) fn retire(&self, id: TokenId, until: Timestamp, now: Timestamp) {
        let mut inner = self.lock();
        if !inner.ids.contains_key(&id) {
            inner.insert(id, How::Replaced, until, None);
            inner.shrink(self.capacity, now);
        }
    }

    /// Ends `id` in favour of `successor`, and says under which id to go on.
    ///
    /// If a parallel request was faster, that is the id which that one chose:
    /// two answers to one browser then agree. `None` if there is no going on.
    pub(crate) fn replace(
        &self,
        id: TokenId,
        successor: TokenId,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<TokenId> {
        let mut inner = self.lock();
        let Some(mut entry) = inner.ids.get(&id).copied() else {
            inner.insert(id, How::Replaced, until, Some(successor));
            inner.shrink(self.capacity, now);
            return Some(successor);
        };
        loop {
            let live = entry.successor.filter(|_| entry.how == How::Replaced)?;
            match inner.ids.get(&live) {
                Some(next) => entry = *next,
                None => return Some(live),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn insert(&mut self, id: TokenId, how: How, until: Timestamp, successor: Option<TokenId>) {
        let entry = Entry {
            how,
            until,
            successor,
        };
        if let Some(old) = self.ids.insert(id, entry) {
            self.by_expiry.remove(&(old.until, id.0));
        }
        self.by_expiry.insert((until, id.0));
    }

    fn shrink(&mut self, capacity: usize, now: Timestamp) {
        while let Some(&(until, id)) = self.by_expiry.first() {
            if until > now && self.ids.len() <= capacity {
                break;
            }
            self.by_expiry.pop_first();
            self.ids.remove(&TokenId(id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(100);
    const LATER: Timestamp = Timestamp::from_secs(200);

    fn id(byte: u8) -> TokenId {
        TokenId([byte; 16])
    }

    #[test]
    fn what_was_closed_stays_closed_until_it_would_have_expired() {
        let ended = Ended::with_capacity(8);
        ended.close(id(1), LATER, NOW);
        assert_eq!(ended.check(id(1)), Some(How::Closed));
        assert_eq!(ended.check(id(2)), None);

        ended.close(id(2), Timestamp::from_secs(300), LATER);
        assert_eq!(ended.check(id(1)), None);
    }

    #[test]
    fn a_closed_session_is_not_replaced_by_a_request_in_flight() {
        let ended = Ended::with_capacity(8);
        ended.close(id(1), LATER, NOW);
        assert_eq!(ended.replace(id(1), id(2), LATER, NOW), None);
        assert_eq!(ended.check(id(1)), Some(How::Closed));
        ended.retire(id(1), LATER, NOW);
        assert_eq!(ended.check(id(1)), Some(How::Closed));
    }

    #[test]
    fn closing_follows_what_replaced_the_session_meanwhile() {
        let ended = Ended::with_capacity(8);
        assert_eq!(ended.replace(id(1), id(2), LATER, NOW), Some(id(2)));
        assert_eq!(ended.replace(id(2), id(3), LATER, NOW), Some(id(3)));
        assert_eq!(ended.check(id(1)), Some(How::Replaced));
        ended.close(id(1), LATER, NOW);
        for byte in 1..=3 {
            assert_eq!(ended.check(id(byte)), Some(How::Closed));
        }
    }

    #[test]
    fn parallel_requests_go_on_under_one_id() {
        let ended = Ended::with_capacity(8);
        assert_eq!(ended.replace(id(1), id(2), LATER, NOW), Some(id(2)));
        assert_eq!(ended.replace(id(1), id(9), LATER, NOW), Some(id(2)));
        assert_eq!(ended.replace(id(2), id(3), LATER, NOW), Some(id(3)));
        assert_eq!(ended.replace(id(1), id(9), LATER, NOW), Some(id(3)));
        ended.close(id(3), LATER, NOW);
        assert_eq!(ended.replace(id(1), id(9), LATER, NOW), None);
    }

    #[test]
    fn what_a_new_login_retired_does_not_go_on() {
        let ended = Ended::with_capacity(8);
        ended.retire(id(1), LATER, NOW);
        assert_eq!(ended.check(id(1)), Some(How::Replaced));
        assert_eq!(ended.replace(id(1), id(2), LATER, NOW), None);
    }

    #[test]
    fn past_its_capacity_it_forgets_what_would_expire_first() {
        let ended = Ended::with_capacity(2);
        for byte in 1..=4 {
            ended.close(id(byte), Timestamp::from_secs(200 + u64::from(byte)), NOW);
        }
        let known = (1..=4).filter(|&byte| ended.check(id(byte)).is_some());
        assert_eq!(known.collect::<Vec<_>>(), [3, 4]);
    }
}
