//! What a store has to do that counts.

use std::time::{SystemTime, UNIX_EPOCH};

use rocket::futures::future::join_all;

use crate::store::{SessionStore, StoreKey};
use crate::testing::store::{RIVALS, Suite, said, session};

/// For how long a counter is to last, in seconds: long enough for the suite.
const A_WHILE: i64 = 300;

impl<S: SessionStore + ?Sized> Suite<'_, S> {
    /// Checks the counters, if the store has any.
    pub(super) async fn counts(&self) {
        // An engine with a clock of its own would forget others at once.
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0));
        let first = said("count", self.0.count(&key(1), now, now + A_WHILE).await);
        if first.is_none() {
            return;
        }
        assert_eq!(first, Some(1), "`count`: a new counter");
        self.counts_apart(now).await;
        self.counts_many_at_once(now).await;
        self.counts_no_sessions(now).await;
        self.forgets_counters(now).await;
        self.begins_again().await;
        self.sweeps_counters().await;
        for number in 1..=5 {
            self.end(number, now + A_WHILE).await;
        }
    }

    async fn counts_apart(&self, now: i64) {
        for (number, expected) in [(1, 2), (2, 1), (1, 3), (2, 2), (1, 4)] {
            let counted = self.count(number, now, now + A_WHILE).await;
            assert_eq!(counted, expected, "`count`: not one after another by key");
        }
        // The end is neither late nor early.
        let last = self.count(2, now + A_WHILE - 1, now + 2 * A_WHILE).await;
        assert_eq!(last, 3, "`count`: a counter whose time is not over");
        let again = self.count(2, now + A_WHILE, now + 2 * A_WHILE).await;
        assert_eq!(again, 1, "`count`: a counter whose time is over");
        let longer = self.count(2, now + A_WHILE, now + 2 * A_WHILE).await;
        assert_eq!(longer, 2, "`count`: a counter that has begun again");
        self.end(2, now + 2 * A_WHILE).await;
    }

    async fn counts_many_at_once(&self, now: i64) {
        let counts = (0..RIVALS).map(|_| self.count(3, now, now + A_WHILE));
        let mut counted = join_all(counts).await;
        counted.sort_unstable();
        let is_each_once = counted.into_iter().eq((1..).take(RIVALS));
        assert!(is_each_once, "`count`: many at once get different numbers");
    }

    async fn counts_no_sessions(&self, now: i64) {
        let mut kept = session(4, 4);
        self.count(4, now, now + A_WHILE).await;
        self.is_gone(&kept, "a counter is no session").await;
        self.create(&kept, true, "a session with a counter's key")
            .await;
        let counted = self.count(4, now, now + A_WHILE).await;
        assert_eq!(counted, 2, "`count`: there is a session with the same key");
        self.is(&kept, "a session with a counter's key").await;
        self.save(&kept, true, "a session with a counter's key")
            .await;
        kept.revision += 1;
        self.delete(&kept, true, "a session with a counter's key")
            .await;
        let deleted = said("delete_of_user", self.0.delete_of_user(&kept.user).await);
        assert_eq!(deleted, 0, "`delete_of_user`: a counter is no session");
        let counted = self.count(4, now, now + A_WHILE).await;
        assert_eq!(
            counted, 3,
            "`count`: a session with the same key was deleted"
        );
    }

    /// Those whose time is not over stay.
    async fn forgets_counters(&self, now: i64) {
        self.count(5, now, now + A_WHILE).await;
        let deleted = said("delete_expired", self.0.delete_expired(now, 10).await);
        assert_eq!(deleted, 0, "`delete_expired`: a counter that goes on");
        let counted = self.count(5, now, now + A_WHILE).await;
        assert_eq!(counted, 2, "`count`: a counter that goes on");
    }

    /// By a clock of the store's own, these are over from the beginning.
    async fn begins_again(&self) {
        for (now, until, expected) in [(10, 20, 1), (15, 90, 2), (20, 30, 1), (29, 90, 2)] {
            let counted = self.count(6, now, until).await;
            let is_right = counted == expected || counted == 1;
            assert!(is_right, "`count`: the end of a counter has moved");
        }
        let counted = self.count(6, 30, 40).await;
        assert_eq!(counted, 1, "`count`: a counter whose time is over");
        self.end(6, 40).await;
    }

    async fn sweeps_counters(&self) {
        for number in [6, 7, 8] {
            self.count(number, 10, 20).await;
        }
        let mut deleted = 0;
        // Each at most two: none is left for the last.
        for most in [2, 2, 0] {
            let some = said("delete_expired", self.0.delete_expired(20, 2).await);
            assert!(some <= most, "`delete_expired`: more than the limit");
            deleted += some;
        }
        assert!(deleted <= 3, "`delete_expired`: more than there were");
        if deleted == 3 {
            // Had one stayed, it would go on at this time.
            let counted = self.count(6, 10, 20).await;
            assert_eq!(counted, 1, "`count`: a counter that was deleted");
        }
        for number in [6, 7, 8] {
            self.end(number, 20).await;
        }
    }

    async fn count(&self, number: u8, now: i64, until: i64) -> u64 {
        let counted = said("count", self.0.count(&key(number), now, until).await);
        match counted {
            Some(counted) => counted,
            None => panic!("`count`: a store that counts has not counted"),
        }
    }

    /// Ends a counter whose time is over by `now`, so that the store forgets it.
    async fn end(&self, number: u8, now: i64) {
        let counted = self.count(number, now, 0).await;
        assert_eq!(counted, 1, "`count`: a counter whose time is over");
        said("delete_expired", self.0.delete_expired(0, 10).await);
    }
}

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}
