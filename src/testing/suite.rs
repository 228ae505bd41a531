//! The contract of a store, as a test for every store.

mod counters;
mod users;

use rocket::futures::future::join_all;

use crate::store::{SessionStore, StoreKey, StoreResult, StoredSession};

/// How many requests save or count at once.
const RIVALS: usize = 16;

/// Checks that a store does what [`SessionStore`] asks of it: call it in a test of the store.
///
/// The store must be empty, and is left empty. A test of a database needs a table of its own.
/// Counters are checked if the store has any.
///
/// # Panics
///
/// If the store does anything else, or fails. The message names the method and the case.
///
/// # Example
///
/// ```rust
/// use rocket_login::{store::MemoryStore, testing::store_suite};
///
/// # rocket::tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// store_suite(&MemoryStore::default()).await;
/// # });
/// ```
pub async fn store_suite<S: SessionStore + ?Sized>(store: &S) {
    let suite = Suite(store);
    suite.comes_back().await;
    suite.never_overwrites().await;
    suite.never_resurrects().await;
    suite.has_one_winner().await;
    users::check(&suite).await;
    suite.lists_no_more_than_asked().await;
    suite.forgets_in_batches().await;
    counters::check(&suite).await;
}

struct Suite<'s, S: ?Sized>(&'s S);

impl<S: SessionStore + ?Sized> Suite<'_, S> {
    async fn comes_back(&self) {
        for (number, length) in [(1, 0), (2, 1), (3, 64 * 1024)] {
            let mut kept = session(number, 1);
            kept.value = (0..length).map(|at: usize| at.to_le_bytes()[0]).collect();
            kept.expires = i64::from(u32::MAX) * 100;
            self.create(&kept, true, "a new session").await;
            self.is(&kept, "a new session").await;
            self.delete(&kept, true, "a new session").await;
            self.delete(&kept, false, "a deleted session").await;
            self.is_gone(&kept, "a deleted session").await;
        }
    }

    async fn never_overwrites(&self) {
        let mut kept = session(1, 1);
        self.create(&kept, true, "a new session").await;
        self.create(&session(1, 2), false, "a taken key").await;
        self.is(&kept, "the first of two sessions").await;
        kept.value = b"saved".to_vec();
        kept.expires += 100;
        self.save(&kept, true, "a session as it was found").await;
        kept.revision += 1;
        self.is(&kept, "a saved session").await;
        for revision in [kept.revision - 1, kept.revision + 1] {
            let mut other = kept.clone();
            other.revision = revision;
            other.value = b"lost".to_vec();
            self.save(&other, false, "another revision").await;
        }
        self.is(&kept, "a session of another revision").await;
        self.delete(&kept, true, "a saved session").await;
    }

    async fn never_resurrects(&self) {
        let kept = session(1, 1);
        self.save(&kept, false, "a session that never was").await;
        self.create(&kept, true, "a new session").await;
        self.delete(&kept, true, "a new session").await;
        self.save(&kept, false, "a deleted session").await;
        self.is_gone(&kept, "a session saved after its end").await;
        self.lists(1, &[], "a deleted session").await;
    }

    async fn has_one_winner(&self) {
        let mut kept = session(1, 1);
        self.create(&kept, true, "a new session").await;
        for round in 0..4 {
            let rivals = (0..RIVALS).map(|rival| {
                let mut mine = kept.clone();
                mine.value = vec![round, rival.to_le_bytes()[0]];
                async move { said("save", self.0.save(&mine).await).then_some(mine.value) }
            });
            let mut winners = join_all(rivals).await.into_iter().flatten();
            match (winners.next(), winners.next()) {
                (Some(winner), None) => kept.value = winner,
                _ => panic!("`save`: of many at once exactly one must win"),
            }
            kept.revision += 1;
            self.is(&kept, "the session that has won").await;
        }
        self.delete(&kept, true, "a saved session").await;
    }

    async fn lists_no_more_than_asked(&self) {
        let all = [1, 2, 3].map(|number| session(number, 1));
        self.fill(&all).await;
        for (limit, expected) in [(0, 0), (2, 2), (3, 3), (usize::MAX, 3)] {
            let mut listed = self.of_user(1, limit).await;
            let are_theirs = listed.iter().all(|kept| all.contains(kept));
            assert!(are_theirs, "`of_user`: not the user's");
            listed.dedup();
            assert_eq!(listed.len(), expected, "`of_user`: not as many as asked");
        }
        self.clear(&all).await;
    }

    async fn forgets_in_batches(&self) {
        let mut all = [1, 2, 3, 4, 5, 6].map(|number| session(number, 1));
        for (kept, expires) in all.iter_mut().zip([10, 11, 12, 12, 12]) {
            kept.expires = expires;
        }
        self.fill(&all).await;
        let [over @ .., staying] = &all;
        // Four times at most two are enough for five. None is left for the last.
        self.sweep(12, &[2, 2, 2, 0]).await;
        for kept in over {
            self.is_gone(kept, "an expired session").await;
        }
        self.is(staying, "a session that has not expired").await;
        self.lists(1, &all[5..], "expired sessions").await;
        // A store with a clock of its own keeps the session, which has not expired by that clock.
        if self.sweep(staying.expires, &[1]).await == 0 {
            said("delete", self.0.delete(&staying.key).await);
        }
        self.is_gone(staying, "a session that expires now").await;
    }

    async fn fill(&self, sessions: &[StoredSession]) {
        for session in sessions {
            self.create(session, true, "a new session").await;
        }
    }

    async fn clear(&self, sessions: &[StoredSession]) {
        for session in sessions {
            self.delete(session, true, "a session").await;
        }
    }

    async fn create(&self, session: &StoredSession, expected: bool, what: &str) {
        must("create", self.0.create(session).await, expected, what);
    }

    async fn is(&self, expected: &StoredSession, what: &str) {
        let found = self.0.load(&expected.key).await;
        must("load", found, Some(expected.clone()), what);
    }

    async fn is_gone(&self, session: &StoredSession, what: &str) {
        must("load", self.0.load(&session.key).await, None, what);
    }

    async fn save(&self, session: &StoredSession, expected: bool, what: &str) {
        must("save", self.0.save(session).await, expected, what);
    }

    async fn delete(&self, session: &StoredSession, expected: bool, what: &str) {
        must("delete", self.0.delete(&session.key).await, expected, what);
    }

    async fn lists(&self, user: u8, expected: &[StoredSession], what: &str) {
        let listed = self.of_user(user, 100).await;
        assert!(listed == expected, "`of_user`: {what}");
    }

    /// Lists the sessions of a user in the order of their keys.
    async fn of_user(&self, user: u8, limit: usize) -> Vec<StoredSession> {
        let mut listed = said("of_user", self.0.of_user(&key(user), limit).await);
        listed.sort_by_key(|kept| kept.key);
        listed
    }

    async fn delete_of_user(&self, user: u8, expected: usize) {
        let deleted = self.0.delete_of_user(&key(user)).await;
        must("delete_of_user", deleted, expected, "the number");
    }

    /// Deletes what has expired, two at a time, and returns how many.
    async fn sweep(&self, now: i64, most: &[usize]) -> usize {
        let mut all = 0;
        for most in most {
            let deleted = said("delete_expired", self.0.delete_expired(now, 2).await);
            assert!(deleted <= *most, "`delete_expired`: more than the limit");
            all += deleted;
        }
        all
    }
}

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

fn session(number: u8, user: u8) -> StoredSession {
    StoredSession {
        key: key(number),
        user: key(user),
        expires: 2_000_000_000,
        revision: 0,
        value: vec![number, user],
    }
}

/// Ends the suite unless a method has given the expected answer.
fn must<T: PartialEq>(method: &str, result: StoreResult<T>, expected: T, what: &str) {
    assert!(said(method, result) == expected, "`{method}`: {what}");
}

/// Returns the answer of a method. A failure ends the suite.
fn said<T>(method: &str, result: StoreResult<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("`{method}` failed: {error}"),
    }
}
