//! A store whose operations yield once before they act. A slow store yields once more
//! after that. So a schedule decides which request's turn comes next.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard};

use crate::session::StoreKey;
use crate::sessions::model::turn::Turn;
use crate::store::{SessionStore, StoreResult, StoredSession};

/// When an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    BeforeWrite,
    AfterWrite,
}

/// The rows of a store, and what the request that runs at the moment has seen of them.
#[derive(Clone, Default)]
struct Rows {
    rows: Vec<StoredSession>,
    /// Random keys in the order in which they turned up, so that runs can be compared.
    names: Vec<StoreKey>,
    seen: u64,
    operations: usize,
    /// Which of the next operations fails, and when.
    fault: Option<(usize, Fault)>,
    /// Whether its answers are under way for a turn, too.
    is_slow: bool,
}

/// The store of the model.
#[derive(Default)]
pub(super) struct Script(Mutex<Rows>);

impl Rows {
    fn name(&mut self, key: &StoreKey) -> usize {
        let known = self.names.iter().position(|name| name == key);
        known.unwrap_or_else(|| {
            self.names.push(*key);
            self.names.len() - 1
        })
    }

    fn place(&self, key: &StoreKey) -> Option<usize> {
        self.rows.iter().position(|row| row.key == *key)
    }

    fn act<T: Clone>(
        &mut self,
        operation: u8,
        act: impl FnOnce(&mut Self) -> T,
        digest: impl FnOnce(&mut Self, T) -> u64,
    ) -> StoreResult<T> {
        self.operations += 1;
        let fault = self.fault.filter(|(which, _)| which + 1 == self.operations);
        let fault = fault.map(|(_, fault)| fault);
        if fault == Some(Fault::BeforeWrite) {
            self.see(operation, ());
            return Err("the store fails before it acts".into());
        }
        let done = act(self);
        if fault == Some(Fault::AfterWrite) {
            self.see(operation, ());
            return Err("the store fails after it has acted".into());
        }
        let digest = digest(self, done.clone());
        self.see(operation, digest);
        Ok(done)
    }

    /// Adds to what the running request has seen.
    fn see(&mut self, operation: u8, result: impl Hash) {
        let mut hash = DefaultHasher::new();
        (self.seen, operation, result).hash(&mut hash);
        self.seen = hash.finish();
    }
}

impl Script {
    pub(super) fn fork(&self) -> Self {
        Self(Mutex::new(self.lock().clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap()
    }

    /// Has an operation fail: the next one is number 0.
    pub(super) fn fail(&self, which: usize, fault: Fault) {
        let mut inner = self.lock();
        inner.fault = Some((inner.operations + which, fault));
    }

    /// Lets other requests have their turn before the answer of an operation arrives.
    pub(super) fn slow_down(&self) {
        self.lock().is_slow = true;
    }

    pub(super) fn operations(&self) -> usize {
        self.lock().operations
    }

    pub(super) fn rows(&self) -> Vec<StoredSession> {
        self.lock().rows.clone()
    }

    /// Puts rows in the place of all that are there, as a backup does.
    pub(super) fn restore(&self, rows: Vec<StoredSession>) {
        self.lock().rows = rows;
    }

    pub(super) fn names(&self) -> Vec<StoreKey> {
        self.lock().names.clone()
    }

    /// Gives a key its name.
    pub(super) fn name(&self, key: &StoreKey) -> usize {
        self.lock().name(key)
    }

    /// Begins the turn of a request that has seen this, beside what this digest says.
    pub(super) fn enter(&self, seen: u64, beside: u64) {
        let mut inner = self.lock();
        inner.seen = seen;
        inner.see(0, beside);
    }

    /// Says what the request has seen by the end of its turn.
    pub(super) fn leave(&self) -> u64 {
        self.lock().seen
    }

    pub(super) fn digest(&self) -> u64 {
        let (inner, mut hash) = (self.lock(), DefaultHasher::new());
        for row in &inner.rows {
            let name = inner.names.iter().position(|name| *name == row.key);
            (name, row.expires, row.revision, &row.value).hash(&mut hash);
        }
        hash.finish()
    }

    async fn act<T: Clone + Send>(
        &self,
        operation: u8,
        act: impl FnOnce(&mut Rows) -> T + Send,
        digest: impl FnOnce(&mut Rows, T) -> u64 + Send,
    ) -> StoreResult<T> {
        Turn::next().await;
        let (done, is_slow) = {
            let inner = &mut *self.lock();
            (inner.act(operation, act, digest), inner.is_slow)
        };
        if is_slow {
            Turn::next().await;
        }
        done
    }
}

fn flag(_: &mut Rows, is_done: bool) -> u64 {
    is_done.into()
}

fn contents(inner: &mut Rows, rows: impl IntoIterator<Item = StoredSession>) -> u64 {
    let mut hash = DefaultHasher::new();
    for row in rows {
        (inner.name(&row.key), row.expires, row.revision, row.value).hash(&mut hash);
    }
    hash.finish()
}

#[rocket::async_trait]
impl SessionStore for Script {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let create = |inner: &mut Rows| {
            inner.name(&session.key);
            let is_new = inner.place(&session.key).is_none();
            if is_new {
                inner.rows.push(session.clone());
            }
            is_new
        };
        self.act(1, create, flag).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        let load = |inner: &mut Rows| inner.place(key).map(|place| inner.rows[place].clone());
        self.act(2, load, contents).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let save = |inner: &mut Rows| {
            let place = inner.place(&session.key);
            let place = place.filter(|place| inner.rows[*place].revision == session.revision);
            place.is_some_and(|place| {
                inner.rows[place] = session.clone();
                inner.rows[place].revision += 1;
                true
            })
        };
        self.act(3, save, flag).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        let delete = |inner: &mut Rows| {
            let place = inner.place(key);
            place.map(|place| inner.rows.remove(place)).is_some()
        };
        self.act(4, delete, flag).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let list = |inner: &mut Rows| {
            let own = inner.rows.iter().filter(|row| row.user == *user);
            own.take(limit).cloned().collect::<Vec<_>>()
        };
        self.act(5, list, contents).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let delete = |inner: &mut Rows| {
            let before = inner.rows.len();
            inner.rows.retain(|row| row.user != *user);
            before - inner.rows.len()
        };
        self.act(6, delete, |_, count| count as u64).await
    }

    async fn delete_expired(&self, _: i64, _: usize) -> StoreResult<usize> {
        Ok(0)
    }
}
