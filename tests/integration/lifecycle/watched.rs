//! A store in memory that counts rows and calls, gives way to other requests, and fails at one
//! write.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rocket_login::store::{MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession};

use super::pause;

/// Whether a write that fails was done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Before,
    After,
}

#[derive(Default)]
pub(super) struct Watched {
    store: MemoryStore,
    is_restless: bool,
    keys: Mutex<BTreeSet<StoreKey>>,
    reads: AtomicUsize,
    writes: AtomicUsize,
    /// How many writes go well before one fails.
    fault: Mutex<Option<(usize, Fault)>>,
    has_failed: AtomicBool,
}

impl Watched {
    /// One that lets other requests go first, sometimes.
    pub(super) fn restless() -> Self {
        Self {
            is_restless: true,
            ..Self::default()
        }
    }

    /// The `number`th write from now on fails.
    pub(super) fn fail_at(&self, number: usize, fault: Fault) {
        *self.fault.lock().unwrap() = Some((number - 1, fault));
    }

    /// Fails no longer, and says whether it has failed.
    pub(super) fn heal(&self) -> bool {
        *self.fault.lock().unwrap() = None;
        self.has_failed.swap(false, Ordering::SeqCst)
    }

    /// How many reads of a row there were since the last call of this function.
    pub(super) fn take_reads(&self) -> usize {
        self.reads.swap(0, Ordering::SeqCst)
    }

    /// How many writes there were since the last call of this function.
    pub(super) fn take_writes(&self) -> usize {
        self.writes.swap(0, Ordering::SeqCst)
    }

    /// All rows that are left.
    pub(super) fn rows(&self) -> Vec<StoredSession> {
        let keys = self.keys.lock().unwrap().clone();
        rocket::async_test(async {
            let mut rows = Vec::new();
            for key in keys {
                rows.extend(self.store.load(&key).await.unwrap());
            }
            rows
        })
    }

    /// Puts other values into the rows, as another version of the crate would.
    pub(super) fn rewrite(&self, value: impl Fn(&StoredSession) -> Vec<u8>) {
        for mut row in self.rows() {
            row.value = value(&row);
            let saved = rocket::async_test(self.store.save(&row));
            assert!(saved.unwrap());
        }
    }

    async fn rest(&self) {
        if self.is_restless {
            pause().await;
        }
    }

    /// The fate of this write.
    fn next_fault(&self) -> Option<Fault> {
        let mut planned = self.fault.lock().unwrap();
        match *planned {
            Some((0, fault)) => {
                *planned = None;
                self.has_failed.store(true, Ordering::SeqCst);
                Some(fault)
            }
            Some((left, fault)) => {
                *planned = Some((left - 1, fault));
                None
            }
            None => None,
        }
    }

    async fn write<T>(&self, write: impl Future<Output = StoreResult<T>> + Send) -> StoreResult<T> {
        self.rest().await;
        self.writes.fetch_add(1, Ordering::SeqCst);
        let written = match self.next_fault() {
            None => write.await,
            Some(Fault::Before) => Err("the write has failed".into()),
            Some(Fault::After) => {
                write.await?;
                Err("the answer to the write was lost".into())
            }
        };
        self.rest().await;
        written
    }

    async fn read<T>(&self, read: impl Future<Output = StoreResult<T>> + Send) -> StoreResult<T> {
        self.rest().await;
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = read.await;
        self.rest().await;
        found
    }
}

#[rocket::async_trait]
impl SessionStore for Watched {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        self.keys.lock().unwrap().insert(session.key);
        self.write(self.store.create(session)).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.read(self.store.load(key)).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.write(self.store.save(session)).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.write(self.store.delete(key)).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.rest().await;
        self.store.of_user(user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.write(self.store.delete_of_user(user)).await
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        self.store.delete_expired(now, limit).await
    }
}
