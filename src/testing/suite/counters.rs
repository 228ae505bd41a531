//! The checks of a store's counters.

use std::time::{SystemTime, UNIX_EPOCH};

use rocket::futures::future::join_all;

use crate::store::SessionStore;
use crate::testing::suite::{RIVALS, Suite, key, said, session};

/// How long a counter lasts, in seconds: longer than the suite takes.
const A_WHILE: i64 = 300;

/// How many are added while as many are taken away.
const BOTH: i64 = 16;

/// Checks the counters, if the store has any.
pub(super) async fn check<S: SessionStore + ?Sized>(suite: &Suite<'_, S>) {
    // An engine with a clock of its own would forget counters of another time at once.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0));
    let end = now + A_WHILE;
    let counters = Counters { suite, now, end };
    let first = suite.0.count(&key(1), 1, now, end).await;
    if let Some(first) = said("count", first) {
        assert_eq!(first, 1, "`count`: a new counter");
        counters.are_kept_apart().await;
        counters.count_many_at_once().await;
        counters.are_taken_back().await;
        counters.are_no_sessions().await;
        counters.outlive_a_sweep().await;
        counters.begin_again().await;
        counters.are_swept().await;
        counters.forget(&[1, 2, 3, 4, 5, 9], end + A_WHILE).await;
    }
}

struct Counters<'s, S: ?Sized> {
    suite: &'s Suite<'s, S>,
    now: i64,
    /// The end of most counters.
    end: i64,
}

impl<S: SessionStore + ?Sized> Counters<'_, S> {
    async fn are_kept_apart(&self) {
        for (number, expected) in [(1, 2), (2, 1), (1, 3), (2, 2), (1, 4)] {
            let counted = self.count(number, self.now, self.end).await;
            assert_eq!(counted, expected, "`count`: not one after another by key");
        }
        // The end is neither late nor early.
        for (now, expected, what) in [
            (self.end - 1, 3, "a counter whose time is not over"),
            (self.end, 1, "a counter whose time is over"),
            (self.end, 2, "a counter that has begun again"),
        ] {
            let counted = self.count(2, now, self.end + A_WHILE).await;
            assert_eq!(counted, expected, "`count`: {what}");
        }
    }

    async fn count_many_at_once(&self) {
        let counts = (0..RIVALS).map(|_| self.count(3, self.now, self.end));
        let mut counted = join_all(counts).await;
        counted.sort_unstable();
        let is_each_once = counted.into_iter().eq((1..).take(RIVALS));
        assert!(is_each_once, "`count`: many at once get different numbers");
    }

    async fn are_taken_back(&self) {
        let (now, end, last) = (self.now, self.end, self.end - 1);
        for (by, now, until, expected, what) in [
            (-1, now, last, 0, "taken from a counter that is absent"),
            (1, now, end, 1, "a counter that is new"),
            (2, last, end, 3, "a counter that taking has not begun"),
            (-1, now, last, 2, "taken from a counter"),
            (1, last, end, 3, "a counter whose end taking has moved"),
            (0, now, end, 3, "a counter that is only looked at"),
            (-5, now, end, 0, "more taken than there is"),
            (1, now, end, 1, "a counter that was empty"),
            (-1, end, end, 0, "taken from a counter whose time is over"),
            (
                BOTH,
                end,
                end + A_WHILE,
                BOTH,
                "a counter that begins again",
            ),
        ] {
            let counted = self.add(9, by, now, until).await;
            assert_eq!(i64::try_from(counted), Ok(expected), "`count`: {what}");
        }
        let add = |turn| self.add(9, turn % 2 * 2 - 1, self.end, self.end + A_WHILE);
        join_all((0..2 * BOTH).map(add)).await;
        let counted = self.add(9, 0, end, end).await;
        assert_eq!(
            i64::try_from(counted),
            Ok(BOTH),
            "`count`: added and taken at once"
        );
    }

    async fn are_no_sessions(&self) {
        let (suite, mut kept) = (self.suite, session(4, 4));
        self.goes_on(4, 1).await;
        suite.is_gone(&kept, "a counter is no session").await;
        suite.create(&kept, true, "the key of a counter").await;
        self.goes_on(4, 2).await;
        suite.is(&kept, "a session with a counter's key").await;
        suite.save(&kept, true, "the key of a counter").await;
        kept.revision += 1;
        suite.delete(&kept, true, "the key of a counter").await;
        suite.delete_of_user(4, 0).await;
        self.goes_on(4, 3).await;
    }

    async fn outlive_a_sweep(&self) {
        self.goes_on(5, 1).await;
        let deleted = self.suite.sweep(self.now, &[10]).await;
        assert_eq!(deleted, 0, "`delete_expired`: a counter that goes on");
        self.goes_on(5, 2).await;
    }

    /// Counts at times that are long over by a clock of the store's own.
    async fn begin_again(&self) {
        for (now, until, expected) in [(10, 20, 1), (15, 90, 2), (20, 30, 1), (29, 90, 2)] {
            let counted = self.count(6, now, until).await;
            let is_right = counted == expected || counted == 1;
            assert!(is_right, "`count`: the end of a counter has moved");
        }
        let counted = self.count(6, 30, 40).await;
        assert_eq!(counted, 1, "`count`: a counter whose time is over");
        self.forget(&[6], 40).await;
    }

    async fn are_swept(&self) {
        for number in [6, 7, 8] {
            self.count(number, 10, 20).await;
        }
        // Each sweep deletes two at most. None is left for the last.
        let deleted = self.suite.sweep(20, &[2, 2, 0]).await;
        assert!(deleted <= 3, "`delete_expired`: more than there were");
        if deleted == 3 {
            // A counter that was not deleted would go on at this time.
            let counted = self.count(6, 10, 20).await;
            assert_eq!(counted, 1, "`count`: a counter that was deleted");
        }
        self.forget(&[6, 7, 8], 20).await;
    }

    /// Counts beside sessions and sweeps.
    async fn goes_on(&self, number: u8, expected: u64) {
        let counted = self.count(number, self.now, self.end).await;
        assert_eq!(counted, expected, "`count`: a counter that goes on");
    }

    async fn count(&self, number: u8, now: i64, until: i64) -> u64 {
        self.add(number, 1, now, until).await
    }

    async fn add(&self, number: u8, by: i64, now: i64, until: i64) -> u64 {
        let counted = self.suite.0.count(&key(number), by, now, until).await;
        let Some(counted) = said("count", counted) else {
            panic!("`count`: a store that counts has not counted");
        };
        counted
    }

    /// Begins counters again whose time is over by `now`, and has the store forget them.
    async fn forget(&self, numbers: &[u8], now: i64) {
        for number in numbers {
            let counted = self.count(*number, now, 0).await;
            assert_eq!(counted, 1, "`count`: a counter whose time is over");
            said("delete_expired", self.suite.0.delete_expired(0, 10).await);
        }
    }
}
