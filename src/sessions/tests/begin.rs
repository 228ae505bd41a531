//! The times of logins, and the records that a login leaves no room for.

use std::sync::atomic::AtomicU64;

use super::*;
use crate::session::StoreKey;
use crate::sessions::access::Listed;
use crate::sessions::begin::{login_time, surplus};

/// A record that began and was seen then, with a mark that tests know it by.
fn listed(mark: u8, begun: u64, seen: u64) -> Listed {
    let mut record = record_of(begun);
    record.session.last_seen = Timestamp::from_secs(seen);
    Listed {
        key: StoreKey::from_bytes([mark; 16]),
        record,
    }
}

/// Says of every session that this process has not seen it.
fn unseen(_: &StoreKey) -> Option<Timestamp> {
    None
}

fn marks(surplus: &[Listed]) -> Vec<u8> {
    let mark = |listed: &Listed| listed.key.as_bytes().first().copied();
    surplus.iter().filter_map(mark).collect()
}

/// The record of the new login.
fn new(is_legacy: bool) -> Record {
    Record {
        is_legacy,
        ..record_of(BEGUN)
    }
}

#[test]
fn past_max_per_user_the_oldest_goes_and_suspended_ones_are_not_counted() {
    let all = || vec![listed(1, 30, 30), listed(2, 10, 90), listed(3, 20, 20)];
    let none = |_: &Record| false;
    assert_eq!(
        marks(&surplus(all(), &new(false), None, &none, &unseen)),
        [0; 0]
    );
    assert_eq!(
        marks(&surplus(all(), &new(false), Some(4), &none, &unseen)),
        [0; 0]
    );
    assert_eq!(
        marks(&surplus(all(), &new(false), Some(2), &none, &unseen)),
        [2, 3]
    );
    let first = |record: &Record| record.session.begun == Timestamp::from_secs(10);
    assert_eq!(
        marks(&surplus(all(), &new(false), Some(2), &first, &unseen)),
        [3]
    );
}

#[test]
fn past_a_thousand_suspended_ones_go_and_then_the_ones_not_seen_for_longest() {
    let mut all: Vec<_> = (0..998).map(|at| listed(9, 50, 5000 + at)).collect();
    all.extend([listed(1, 40, 400), listed(2, 30, 300), listed(3, 20, 9000)]);
    let third = |record: &Record| record.session.begun == Timestamp::from_secs(20);
    assert_eq!(
        marks(&surplus(all, &new(false), None, &third, &unseen)),
        [3, 2]
    );
}

#[test]
fn past_a_thousand_a_session_that_is_in_use_stays() {
    // All of them were noted in the second of their login.
    let all = || (0..=1000).map(|mark| listed(if mark == 7 { 7 } else { 9 }, 50, 50));
    for seen in [50, 60] {
        let seen = |key: &StoreKey| (key.as_bytes()[0] == 7).then(|| at(seen));
        let none = |_: &Record| false;
        let gone = marks(&surplus(all().collect(), &new(false), None, &none, &seen));
        assert_eq!(gone, [9, 9]);
    }
    // Nor does one go that was used on another node, as its record says.
    let mut all: Vec<_> = all().collect();
    all[7].record.session.last_seen = at(51);
    let none = |_: &Record| false;
    assert_eq!(
        marks(&surplus(all, &new(false), None, &none, &unseen)),
        [9, 9]
    );
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
    assert_eq!(
        marks(&surplus(
            twenty().collect(),
            &new(true),
            None,
            &none,
            &unseen
        )),
        [1]
    );
    assert_eq!(
        marks(&surplus(
            twenty().collect(),
            &new(false),
            None,
            &none,
            &unseen
        )),
        [0; 0]
    );
    let mut all: Vec<_> = (0..980).map(|at| listed(99, 50, at)).collect();
    all.extend(twenty());
    assert_eq!(marks(&surplus(all, &new(false), None, &none, &unseen)), [1]);
}

#[test]
fn logins_of_one_millisecond_get_times_in_order() {
    let last = AtomicU64::default();
    let next = |millis| login_time(&last, Timestamp::from_millis(millis)).as_millis();
    let got = [
        95_000, 95_000, 95_001, 95_000, 95_010, 95_009, 34_000, 34_000,
    ]
    .map(next);
    let rising = [95_000, 95_001, 95_002, 95_003, 95_010, 95_011];
    assert_eq!(got[..6], rising);
    // The clock was set back by more than a minute.
    assert_eq!(got[6..], [34_000, 34_001]);
    let many: Vec<_> = (0..5000).map(|_| next(34_000)).collect();
    assert!(many.is_sorted_by(|one, other| one < other));
}
