//! The contract of a store: a [`SessionStore`], and the sessions that it keeps.

use std::error::Error;
use std::fmt;
use std::future::pending;
use std::sync::Arc;

use crate::store::StoreKey;

/// The answer of a store, or an error of any type if the store cannot answer.
pub type StoreResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The function that a store calls for each [`ChannelEvent`].
pub type Listener<'l> = &'l (dyn Fn(ChannelEvent<'_>) + Send + Sync);

/// An event on the channel that all nodes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelEvent<'m> {
    /// From now on no message is missed. Messages may have been missed before.
    Listening,
    /// A node has published this message.
    Message(&'m str),
}

/// A session as a store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// The key of the session, unique in the store.
    pub key: StoreKey,
    /// The key of its user.
    pub user: StoreKey,
    /// The end of the session, in seconds since 1970.
    pub expires: i64,
    /// How often the session was saved.
    pub revision: i64,
    /// The record, in a form that only this crate reads.
    pub value: Vec<u8>,
}

impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession")
            .field("expires", &self.expires)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// A place for sessions: a database, or the memory of one process.
///
/// Implement it for a database that this crate has no store for. A store does not read sessions:
/// it keeps [`StoredSession`]s, finds them by key and by user, and deletes them after their end.
/// It may keep counters and pass on messages as well. Every method is atomic. Call
/// `testing::store_suite` in a test of the store: it checks all of this.
///
/// Give the store to a login manager with
/// [`LoginFairing::session_store()`](crate::LoginFairing::session_store), as itself or in an
/// `Arc`.
///
/// # Errors
///
/// An error means that a method cannot answer now. The method may have done its work all the same.
/// The request is answered with 503, and never taken for anonymous. The text of the error is
/// logged. A store that waits for a server needs a deadline of its own: its callers have none.
///
/// # Example
///
/// ```rust
/// use std::collections::HashMap;
///
/// use rocket::tokio::sync::Mutex;
/// use rocket_login::store::{SessionStore, StoreKey, StoreResult, StoredSession};
///
/// #[derive(Default)]
/// struct Shelf(Mutex<HashMap<StoreKey, StoredSession>>);
///
/// #[rocket::async_trait]
/// impl SessionStore for Shelf {
///     async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
///         let mut shelf = self.0.lock().await;
///         let is_new = !shelf.contains_key(&session.key);
///         if is_new {
///             shelf.insert(session.key, session.clone());
///         }
///         Ok(is_new)
///     }
///
///     async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
///         Ok(self.0.lock().await.get(key).cloned())
///     }
///
///     async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
///         let mut shelf = self.0.lock().await;
///         match shelf.get_mut(&session.key) {
///             Some(kept) if kept.revision == session.revision => {
///                 *kept = session.clone();
///                 kept.revision += 1;
///                 Ok(true)
///             }
///             _ => Ok(false),
///         }
///     }
///
///     async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
///         Ok(self.0.lock().await.remove(key).is_some())
///     }
///
///     async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
///         let shelf = self.0.lock().await;
///         let of_user = shelf.values().filter(|kept| kept.user == *user);
///         Ok(of_user.take(limit).cloned().collect())
///     }
///
///     async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
///         let mut shelf = self.0.lock().await;
///         let before = shelf.len();
///         shelf.retain(|_, kept| kept.user != *user);
///         Ok(before - shelf.len())
///     }
///
///     async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
///         let mut shelf = self.0.lock().await;
///         let over = shelf.values().filter(|kept| kept.expires <= now);
///         let keys: Vec<_> = over.take(limit).map(|kept| kept.key).collect();
///         keys.iter().for_each(|key| drop(shelf.remove(key)));
///         Ok(keys.len())
///     }
/// }
///
/// # rocket::tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
/// rocket_login::testing::store_suite(&Shelf::default()).await;
/// # });
/// ```
#[rocket::async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Adds a session. Returns `false` if there is one with this key, which stays as it is.
    async fn create(&self, session: &StoredSession) -> StoreResult<bool>;

    /// Returns the session with this key, if there is one. An expired session may be returned or
    /// not.
    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>>;

    /// Replaces the session with the same key and revision, and adds one to its revision. The user
    /// may be another one than before: from then on it is a session of the new user alone.
    ///
    /// Returns `false` if there is none: a deleted session does not come back, and a session that
    /// another request has saved stays as it is.
    async fn save(&self, session: &StoredSession) -> StoreResult<bool>;

    /// Deletes a session. Returns `false` if there is none.
    async fn delete(&self, key: &StoreKey) -> StoreResult<bool>;

    /// Lists the sessions of a user: at most `limit`, in any order. A user may have many more.
    /// The store reads about as many as it lists.
    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>>;

    /// Deletes all sessions of a user, and returns how many.
    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize>;

    /// Deletes at most `limit` expired sessions and counters, and returns how many.
    ///
    /// A session or counter has expired if its end is at most `now`. An engine with a clock of its
    /// own may keep it until that clock says so. A store may return zero if its engine deletes by
    /// itself, or if another node is deleting already.
    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize>;

    /// Adds a number to a counter and returns its new value. A negative number takes away, and
    /// stops at zero.
    ///
    /// A counter that is absent counts as zero. So does one whose end is at most `now`. A
    /// positive number begins it anew: it ends at `until`, in seconds since 1970. Later calls do
    /// not move that end. Other numbers leave it absent. At zero it may become absent. An engine with a clock of its own may
    /// forget a counter that has ended by that clock.
    ///
    /// Many calls at once get different values. No call is repeated: if an answer is lost, that
    /// is an error. Counters are no sessions: a counter and a session may have the same key.
    ///
    /// By default it returns `None`: this store does not count.
    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        let _ = (key, by, now, until);
        Ok(None)
    }

    /// Publishes a message to all nodes that share the store. This node may hear it or not. A
    /// message has at most 1000 bytes of visible ASCII.
    ///
    /// By default it does nothing, which is right for a store of one process.
    async fn publish(&self, message: &str) -> StoreResult<()> {
        let _ = message;
        Ok(())
    }

    /// Listens to the messages of other nodes until that fails, and is called again then.
    ///
    /// Call `hear` with [`ChannelEvent::Listening`] as soon as no more messages will be missed,
    /// then with each message. A message comes once at most. The messages of a node keep their
    /// order.
    ///
    /// By default it waits forever.
    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        let _ = hear;
        pending().await
    }
}

/// Implements the trait for a store that is shared: each method is that of the store.
macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        #[rocket::async_trait]
        impl<S: SessionStore + ?Sized> SessionStore for Arc<S> {$(
            async fn $method(&self, $($argument: $type),*) -> StoreResult<$result> {
                (**self).$method($($argument),*).await
            }
        )*}
    };
}

forward! {
    create(session: &StoredSession) -> bool;
    load(key: &StoreKey) -> Option<StoredSession>;
    save(session: &StoredSession) -> bool;
    delete(key: &StoreKey) -> bool;
    of_user(user: &StoreKey, limit: usize) -> Vec<StoredSession>;
    delete_of_user(user: &StoreKey) -> usize;
    delete_expired(now: i64, limit: usize) -> usize;
    count(key: &StoreKey, by: i64, now: i64, until: i64) -> Option<u64>;
    publish(message: &str) -> ();
    listen(hear: Listener<'_>) -> ();
}
