//! The room that one user has for sessions.

use crate::error::LoginError;
use crate::session::{SessionEnd, StoreKey};
use crate::sessions::list::Listed;
use crate::sessions::{LoadedSession, Named, Record, Sessions};

/// How many records a user has at most.
pub(super) const MOST: usize = 1000;

/// How many of them a token of Flask-Login or Starlette-Login has begun.
const MOST_LEGACY: usize = 20;

impl Sessions {
    /// Ends the sessions of a user that a new one leaves no room for.
    pub(super) async fn make_room(
        &self,
        new: &LoadedSession,
        replaced: &[Named],
        is_suspended: &(dyn Fn(&Record) -> bool + Sync),
    ) -> Result<(), LoginError> {
        let Some(store) = self.store.as_deref() else {
            return Ok(());
        };
        let mut listed = self.listed(store, &new.user).await?;
        let named = replaced.iter().map(|named| StoreKey::of_id(named.id));
        let apart: Vec<_> = named.chain([StoreKey::of_id(new.id)]).collect();
        listed.retain(|listed| !apart.contains(&listed.key));
        let owner = self.user(&new.user);
        let is_legacy = new.record.is_legacy;
        let mut surplus = surplus(listed, is_legacy, self.max_per_user, is_suspended);
        // Request A begins a session. Request B begins one. Each finds the other's in the
        // list. Result: the later one stays, and not both are ended.
        let own = (new.record.started, StoreKey::of_id(new.id));
        surplus.retain(|other| (other.record.started, other.key) < own);
        for surplus in surplus {
            let ended = self.end_listed(store, owner, &surplus, SessionEnd::Revoked);
            ended.await?;
        }
        Ok(())
    }
}

/// The records that are too many beside a new one.
///
/// Past the bounds those of another application's tokens go first, then suspended ones,
/// then the ones that were not seen for longest. Past `max_per_user` the oldest goes.
fn surplus(
    mut listed: Vec<Listed>,
    is_legacy: bool,
    max_per_user: Option<usize>,
    is_suspended: &dyn Fn(&Record) -> bool,
) -> Vec<Listed> {
    let of_legacy = |listed: &Listed| listed.record.is_legacy;
    let counts = |listed: &Listed| !is_suspended(&listed.record);
    listed.sort_by_key(|listed| {
        let last_seen = listed.record.session.last_seen;
        (!of_legacy(listed), counts(listed), last_seen)
    });
    let most = if is_legacy {
        MOST_LEGACY - 1
    } else {
        MOST_LEGACY
    };
    let mut surplus = take_past(&mut listed, most, of_legacy);
    surplus.extend(take_past(&mut listed, MOST - 1, |_| true));
    if let Some(max) = max_per_user {
        listed.sort_by_key(|listed| listed.record.started);
        surplus.extend(take_past(&mut listed, max.saturating_sub(1), counts));
    }
    surplus
}

/// Takes the first of these out, until no more than this many are left.
fn take_past(
    listed: &mut Vec<Listed>,
    most: usize,
    is_one: impl Fn(&Listed) -> bool,
) -> Vec<Listed> {
    let count = listed.iter().filter(|listed| is_one(listed)).count();
    let mut left = count.saturating_sub(most);
    let taken = listed.extract_if(.., |listed| {
        let is_taken = left > 0 && is_one(listed);
        left -= usize::from(is_taken);
        is_taken
    });
    taken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::sessions::tests::record_of;

    /// A record that began and was seen then, with a mark that tests know it by.
    fn listed(mark: u8, begun: u64, seen: u64) -> Listed {
        let mut record = record_of(begun);
        record.session.last_seen = Timestamp::from_secs(seen);
        Listed {
            key: StoreKey::from_bytes([mark; 16]),
            record,
        }
    }

    fn marks(surplus: &[Listed]) -> Vec<u8> {
        let mark = |listed: &Listed| listed.key.as_bytes().first().copied();
        surplus.iter().filter_map(mark).collect()
    }

    #[test]
    fn past_max_per_user_the_oldest_goes_and_suspended_ones_are_not_counted() {
        let all = || vec![listed(1, 30, 30), listed(2, 10, 90), listed(3, 20, 20)];
        let none = |_: &Record| false;
        assert_eq!(marks(&surplus(all(), false, None, &none)), [0; 0]);
        assert_eq!(marks(&surplus(all(), false, Some(4), &none)), [0; 0]);
        assert_eq!(marks(&surplus(all(), false, Some(2), &none)), [2, 3]);
        let first = |record: &Record| record.session.begun == Timestamp::from_secs(10);
        assert_eq!(marks(&surplus(all(), false, Some(2), &first)), [3]);
    }

    #[test]
    fn past_a_thousand_suspended_ones_go_and_then_the_ones_not_seen_for_longest() {
        let mut all: Vec<_> = (0..998).map(|at| listed(9, 50, 5000 + at)).collect();
        all.extend([listed(1, 40, 400), listed(2, 30, 300), listed(3, 20, 9000)]);
        let third = |record: &Record| record.session.begun == Timestamp::from_secs(20);
        assert_eq!(marks(&surplus(all, false, None, &third)), [3, 2]);
    }

    #[test]
    fn of_another_applications_tokens_twenty_stay_and_they_go_first() {
        let legacy = |mark, seen| {
            let mut listed = listed(mark, seen, seen);
            listed.record.is_legacy = true;
            listed
        };
        let none = |_: &Record| false;
        let twenty = || (1..=20).map(|mark| legacy(mark, u64::from(mark) + 100));
        assert_eq!(marks(&surplus(twenty().collect(), true, None, &none)), [1]);
        assert_eq!(
            marks(&surplus(twenty().collect(), false, None, &none)),
            [0; 0]
        );
        let mut all: Vec<_> = (0..980).map(|at| listed(99, 50, at)).collect();
        all.extend(twenty());
        assert_eq!(marks(&surplus(all, false, None, &none)), [1]);
    }
}
