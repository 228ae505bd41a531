//! What every store has to do, whoever wrote it.

mod counters;

use rocket::futures::future::join_all;

use crate::store::{SessionStore, StoreKey, StoreResult, StoredSession};

/// How many try to save one session at once.
const RIVALS: usize = 16;

/// More sessions than a user ever has here.
const ENOUGH: usize = 100;

/// Tells whether a store does what [`SessionStore`] asks of it: for a test of its
/// own.
///
/// The store must be empty; it is left empty again. Counters are checked if it has any. A test of a database gives a
/// table of its own.
///
/// # Panics
///
/// If the store does anything else, or fails; the message says at what.
///
/// # Example
///
/// ```rust
/// use rocket_login::store::MemoryStore;
/// use rocket_login::testing::store_suite;
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
    suite.keeps_users_apart().await;
    suite.lists_no_more_than_asked().await;
    suite.forgets_a_user().await;
    suite.forgets_in_batches().await;
    suite.counts().await;
}

struct Suite<'s, S: ?Sized>(&'s S);

impl<S: SessionStore + ?Sized> Suite<'_, S> {
    async fn comes_back(&self) {
        for (number, length) in [(1, 0), (2, 1), (3, 64 * 1024)] {
            let mut kept = session(number, 1);
            kept.value = (0..length).map(|at: usize| at.to_le_bytes()[0]).collect();
            kept.expires = i64::from(u32::MAX) * 100;
            self.create(&kept, true, "a new session").await;
            self.is(&kept, "what was created").await;
            self.delete(&kept, true, "a session that is there").await;
            self.delete(&kept, false, "a session that was deleted")
                .await;
            self.is_gone(&kept, "what was deleted").await;
        }
    }

    async fn never_overwrites(&self) {
        let mut kept = session(1, 1);
        self.create(&kept, true, "a new session").await;
        let mut other = session(1, 2);
        other.value = b"another".to_vec();
        self.create(&other, false, "a key that is taken").await;
        self.is(&kept, "what was there before").await;

        kept.value = b"saved".to_vec();
        kept.expires += 100;
        self.save(&kept, true, "a session as it was found").await;
        kept.revision += 1;
        self.is(&kept, "what was saved").await;
        for revision in [kept.revision - 1, kept.revision + 1] {
            other = kept.clone();
            other.revision = revision;
            other.value = b"lost".to_vec();
            self.save(&other, false, "another revision").await;
        }
        self.is(&kept, "what somebody else has saved").await;
        self.delete(&kept, true, "a saved session").await;
    }

    async fn never_resurrects(&self) {
        let kept = session(1, 1);
        self.save(&kept, false, "a session that never was").await;
        self.create(&kept, true, "a new session").await;
        self.delete(&kept, true, "a new session").await;
        self.save(&kept, false, "a session that was deleted").await;
        self.is_gone(&kept, "what was saved after its end").await;
        let of_user = self.of_user(1).await;
        assert!(of_user.is_empty(), "`of_user`: what was deleted is listed");
    }

    async fn has_one_winner(&self) {
        let mut kept = session(1, 1);
        self.create(&kept, true, "a new session").await;
        for round in 0..4 {
            let rivals = (0..RIVALS).map(|rival| {
                let mut mine = kept.clone();
                mine.value = vec![round, rival.to_le_bytes()[0]];
                async move { (said("save", self.0.save(&mine).await), mine) }
            });
            let saved = join_all(rivals).await;
            let mut winners = saved.into_iter().filter(|(is_saved, _)| *is_saved);
            match (winners.next(), winners.next()) {
                (Some((_, winner)), None) => kept.value = winner.value,
                _ => panic!("`save`: of many at once exactly one must win"),
            }
            kept.revision += 1;
            self.is(&kept, "what the winner has saved").await;
        }
        self.delete(&kept, true, "a saved session").await;
    }

    async fn keeps_users_apart(&self) {
        let mut all = [session(1, 1), session(2, 1), session(3, 2)];
        // One byte less or more must not make it another's.
        all[2].user = StoreKey::from_bytes([0; 16]);
        for kept in &all {
            self.create(kept, true, "a new session").await;
        }
        let mut of_one = self.of_user(1).await;
        of_one.sort_by_key(|kept| kept.key);
        assert!(of_one == all[..2], "`of_user`: not exactly the user's");
        let nobody = self.of_user(9).await;
        assert!(nobody.is_empty(), "`of_user`: sessions of nobody");
        for kept in &all {
            self.delete(kept, true, "a session that is there").await;
        }
    }

    async fn lists_no_more_than_asked(&self) {
        let all = [1, 2, 3].map(|number| session(number, 1));
        for kept in &all {
            self.create(kept, true, "a new session").await;
        }
        let user = StoreKey::from_bytes([1; 16]);
        for (limit, expected) in [(0, 0), (2, 2), (3, 3), (usize::MAX, 3)] {
            let mut listed = said("of_user", self.0.of_user(&user, limit).await);
            let are_theirs = listed.iter().all(|kept| all.contains(kept));
            assert!(are_theirs, "`of_user`: not the user's");
            listed.sort_by_key(|kept| kept.key);
            listed.dedup();
            assert_eq!(listed.len(), expected, "`of_user`: not as many as asked");
        }
        for kept in &all {
            self.delete(kept, true, "a session that is there").await;
        }
    }

    async fn forgets_a_user(&self) {
        let all = [session(1, 1), session(2, 1), session(3, 2)];
        for kept in &all {
            self.create(kept, true, "a new session").await;
        }
        for count in [2, 0] {
            let user = StoreKey::from_bytes([1; 16]);
            let deleted = said("delete_of_user", self.0.delete_of_user(&user).await);
            assert_eq!(deleted, count, "`delete_of_user`: the wrong number");
        }
        self.is_gone(&all[0], "a session of a user without any")
            .await;
        self.is(&all[2], "another user's").await;
        self.delete(&all[2], true, "another user's").await;
    }

    async fn forgets_in_batches(&self) {
        let mut over = [1, 2, 3, 4, 5].map(|number| session(number, 1));
        let staying = session(6, 1);
        for (kept, expires) in over.iter_mut().zip([10, 11, 12, 12, 12]) {
            kept.expires = expires;
            self.create(kept, true, "a new session").await;
        }
        self.create(&staying, true, "a new session").await;
        // Four times at most two are enough for five; none is left for the last.
        for most in [2, 2, 2, 0] {
            let deleted = said("delete_expired", self.0.delete_expired(12, 2).await);
            assert!(deleted <= most, "`delete_expired`: more than the limit");
        }
        for kept in &over {
            self.is_gone(kept, "what has expired and was deleted").await;
        }
        self.is(&staying, "what has not expired").await;
        let left = self.of_user(1).await;
        assert_eq!(left.len(), 1, "`of_user`: expired sessions");
        let deleted = said(
            "delete_expired",
            self.0.delete_expired(staying.expires, 2).await,
        );
        assert!(deleted <= 1, "`delete_expired`: the wrong number");
        // By a clock of the store's own its time is not over.
        let is_kept = deleted == 0 && said("load", self.0.load(&staying.key).await).is_some();
        if is_kept {
            self.delete(&staying, true, "what has not expired").await;
        }
        self.is_gone(&staying, "what expires now").await;
    }

    async fn create(&self, session: &StoredSession, expected: bool, what: &str) {
        let created = said("create", self.0.create(session).await);
        assert_eq!(created, expected, "`create`: {what}");
    }

    async fn save(&self, session: &StoredSession, expected: bool, what: &str) {
        let saved = said("save", self.0.save(session).await);
        assert_eq!(saved, expected, "`save`: {what}");
    }

    async fn delete(&self, session: &StoredSession, expected: bool, what: &str) {
        let deleted = said("delete", self.0.delete(&session.key).await);
        assert_eq!(deleted, expected, "`delete`: {what}");
    }

    async fn of_user(&self, user: u8) -> Vec<StoredSession> {
        let user = StoreKey::from_bytes([user; 16]);
        said("of_user", self.0.of_user(&user, ENOUGH).await)
    }

    async fn is(&self, expected: &StoredSession, what: &str) {
        let found = said("load", self.0.load(&expected.key).await);
        assert!(found.as_ref() == Some(expected), "`load`: {what}");
    }

    async fn is_gone(&self, session: &StoredSession, what: &str) {
        let found = said("load", self.0.load(&session.key).await);
        assert!(found.is_none(), "`load`: {what}");
    }
}

fn session(key: u8, user: u8) -> StoredSession {
    StoredSession {
        key: StoreKey::from_bytes([key; 16]),
        user: StoreKey::from_bytes([user; 16]),
        expires: 2_000_000_000,
        revision: 0,
        value: vec![key, user],
    }
}

fn said<T>(method: &str, result: StoreResult<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("`{method}` failed: {error}"),
    }
}
