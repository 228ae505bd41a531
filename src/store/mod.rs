//! Sessions on a server: where they lie, and in what shape.
//!
//! Without a store a session is what its signed cookie says, and a copy of the
//! cookie is as good as the cookie. With one the server has the last word:
//!
//! * a session that has ended is dead in every copy of its cookie, at once;
//! * [`Auth::sessions()`](crate::Auth::sessions) and
//!   [`LoginManager::sessions()`](crate::LoginManager::sessions) list where a user is
//!   logged in, and their sisters end one session, all others, or all;
//! * `session.max_per_user` has a login too many end the oldest;
//! * a request that asks who is logged in asks the store once, and writes at most
//!   once per half of `session.idle_timeout`; others do not ask;
//! * a store that fails is answered with 503, never with "not logged in".
//!
//! ```toml
//! [default.login]
//! redirect_to = "login_page"
//! session.store = "redis"
//! session.url = "redis://10.0.0.7"
//! session.max_per_user = 10
//! ```
//!
//! | `session.store` | feature | where sessions lie |
//! | --- | --- | --- |
//! | `"memory"` | | [`MemoryStore`]: in one process, until it ends |
//! | `"sqlite"` | `sqlite` | `SqliteStore`: in a file, for the processes of one machine |
//! | `"postgres"` | `postgres` | `PostgresStore`: for any number of nodes |
//! | `"redis"` | `redis` | `RedisStore`: for any number of nodes |
//!
//! The last three need `session.url`, and encrypt their connections with the feature
//! `tls`. A store that cannot be reached aborts the launch. In code,
//! [`session_store()`](crate::LoginFairing::session_store) takes one with a connection
//! that the application has already, or a [`SessionStore`] of its own.
//!
//! # Remember tokens
//!
//! With a store, a remember token is one of a series: each use brings the browser
//! another one, and the session knows its series.
//!
//! * A logout or a revocation ends the series as well: no copy of a remember cookie
//!   brings anybody back. A browser that has no session at the moment, but would come
//!   back with its token, is among a user's sessions and can be ended like them.
//! * One that was superseded is taken for 30 seconds more, since a browser may have
//!   sent several requests at once: they all get the same session and the same
//!   token. After that it is taken for stolen: the series and its sessions end, and
//!   [`Event::TokenStolen`](crate::Event::TokenStolen) says so. The clocks of nodes
//!   have to agree to some seconds.
//! * A browser is one row: with a session that its token begins, the one before ends.
//!
//! # Several nodes
//!
//! All nodes have the same `secret_key`. Through Redis and PostgreSQL they tell each
//! other what becomes of sessions, so that a socket on one node ends with a session
//! that another one has ended. A node that could not listen looks for the sessions of
//! all its sockets in the store as soon as it can, and every five minutes anyway.
//! Nodes that share a SQLite file do not hear each other: there a socket ends when
//! it is looked for, at its limit, or when `still_valid()` asks.
//!
//! # From cookies to a store
//!
//! Those who are logged in by cookies when a store is configured are taken in at their
//! next request, and their remember tokens are exchanged once. Until then the store
//! does not know them: they are neither listed nor ended by `revoke_all`, only by a
//! logout of their browser or a new auth hash. The way back logs everybody out. All
//! nodes change at once: one without the store takes its cookies for forged, and goes
//! on with those that were taken in.
//!
//! A record whose value cannot be read, because it is spoilt or a newer version of the
//! crate has written it, counts as none: its user logs in again. Where the engine
//! itself finds a record damaged, such as one without a field, that is an error: 503
//! for its user until it is deleted.
//!
//! When a user is deleted whose id another one may get, end their sessions with
//! [`revoke_all`](crate::LoginManager::revoke_all): they are good for nothing, but the
//! new user would see them in the list.

mod memory;
mod open;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
mod row;
mod series;
mod shared;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::error::Error;
use std::fmt;
use std::future::pending;

pub use crate::session::StoreKey;
pub use memory::MemoryStore;
pub(crate) use open::open;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
pub(crate) use row::{Client, Row, State};
pub(crate) use series::{Fate, Series, Worth};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

/// What a store gives back: an error of whatever type if it cannot say.
pub type StoreResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A place where sessions lie: a database, or the memory of one process.
///
/// The crate brings some; this is for those who have another. What a
/// session is, a store does not know: it keeps [`StoredSession`]s, finds them by
/// key and by user, and forgets them when their time is over. Every method is
/// atomic. `testing::store_suite` tells whether a store does all that well.
///
/// It is given to a login manager with
/// [`LoginFairing::session_store()`](crate::LoginFairing::session_store), an
/// `Arc` of it as well as the store itself.
///
/// # Errors
///
/// An error of any method means that it cannot be said or done at the moment; it may
/// have been done all the same. A store that waits for something else needs a deadline
/// of its own, after which it says so: nobody else has one. The
/// request is answered with 503 then, and nobody is taken for a stranger. The
/// error's text is logged.
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
///     async fn of_user(&self, user: &StoreKey) -> StoreResult<Vec<StoredSession>> {
///         let shelf = self.0.lock().await;
///         Ok(shelf.values().filter(|kept| kept.user == *user).cloned().collect())
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
    /// Keeps a new session; `false` if there is one with this key already, which
    /// stays as it is.
    async fn create(&self, session: &StoredSession) -> StoreResult<bool>;

    /// The session with this key, if there is one. One whose time is over may be
    /// found or not.
    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>>;

    /// Puts a session in the place of one with the same key and revision, and
    /// counts its revision up by one; `false` if there is none: what was deleted
    /// does not come back, and what somebody else has saved stays.
    async fn save(&self, session: &StoredSession) -> StoreResult<bool>;

    /// Forgets a session; `false` if there is none.
    async fn delete(&self, key: &StoreKey) -> StoreResult<bool>;

    /// All sessions of a user, in whatever order.
    async fn of_user(&self, user: &StoreKey) -> StoreResult<Vec<StoredSession>>;

    /// Forgets all sessions of a user, and says how many.
    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize>;

    /// Forgets at most `limit` sessions whose time is over, which is when `expires`
    /// is at most `now`, and says how many. What forgets by itself may say zero, and
    /// so may what is doing it for another node already. An engine with a clock of
    /// its own may keep what is over by `now` until its own clock says so.
    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize>;

    /// Tells all nodes that share the store, this one among them or not, of
    /// something: a text of at most 1000 bytes of visible ASCII.
    ///
    /// By itself it tells nobody, which is right for a store of one process.
    async fn publish(&self, message: &str) -> StoreResult<()> {
        let _ = message;
        Ok(())
    }

    /// Listens to what other nodes publish, until that fails: it is called again
    /// then. It hears [`Heard::Listening`] as soon as nothing more will be missed,
    /// and from then on each message, once at most and in the order of each sender.
    ///
    /// By itself it waits forever.
    async fn listen(&self, hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync)) -> StoreResult<()> {
        let _ = hear;
        pending().await
    }
}

/// What a node hears that listens to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'m> {
    /// From now on nothing is missed; something may have been before.
    Listening,
    /// What some node has published.
    Message(&'m str),
}

/// A session as a store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// By what it is found.
    pub key: StoreKey,
    /// Whose it is.
    pub user: StoreKey,
    /// When its time is over, in seconds since 1970.
    pub expires: i64,
    /// How often it was saved.
    pub revision: i64,
    /// What it is, in a form that only the crate reads.
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
