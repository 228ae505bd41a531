//! Sessions on a server: where they lie, and in what shape.
//!
//! Without a store the signed cookie carries the session, and a copy of the
//! cookie is as good as the cookie. With one the server has the last word:
//!
//! * a session that has ended is dead in every copy of its cookie, at once;
//! * [`Auth::sessions()`](crate::Auth::sessions) and
//!   [`LoginManager::sessions()`](crate::LoginManager::sessions) list where a user is
//!   logged in, and their sisters end one session, all others, or all;
//! * `session.max_per_user` has a login too many end the oldest; a user has at most 1,000
//!   in any case;
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
//! One login is one session, and one record in the store, from the login to the logout: a
//! restore and a confirmation keep its id. Session token and remember token each have a
//! generation, and the record says which is the present one. Each use of a remember token
//! brings the browser the next generation of both.
//!
//! * A logout or a revocation deletes the record: no copy of either cookie counts any
//!   more. A browser that has no session at the moment, but would come
//!   back with its token, is among a user's sessions and can be ended like them.
//! * A superseded remember token counts for 30 seconds more, since a browser may have
//!   sent several requests at once: they all get the same two tokens. After that it counts
//!   again for the same user agent, until its successor was shown more than 60 seconds after
//!   its making: a browser may have lost the answer. Any other use restores nothing, and
//!   [`Event::TokenReused`](crate::Event::TokenReused) tells of it. Under the protection
//!   level `strong` the session ends. The clocks of nodes have to agree to some seconds.
//! * A superseded session token counts for 30 seconds more, and is never fresh.
//!
//! # Sessions that are suspended
//!
//! While a user is not active, is deleted, or has another auth hash than a session knows,
//! the session does not count, and its record stays as it is. So a database that lags
//! behind logs no user out. A user who is active again has these sessions again: call
//! [`revoke_all`](crate::LoginManager::revoke_all) when an account is closed or deleted, if
//! that must not be.
//!
//! # Several nodes
//!
//! All nodes have the same `secret_key`. Through Redis and PostgreSQL they tell each
//! other of ends and of changes of users, so that a socket on one node ends with a session
//! that another one has ended. A node that could not listen looks for the sessions of
//! all its sockets in the store as soon as it can, and every five minutes anyway.
//! Nodes that share a SQLite file do not hear each other: there a socket ends when
//! it is looked for, at its limit, or when `still_valid()` asks.
//!
//! # Several applications
//!
//! A store finds the users of one application by `session.namespace`, the table of settings
//! and their id. The namespace is the name of the table unless it is set: two applications
//! in one database need two.
//!
//! # From cookies to a store
//!
//! Sessions of a time before the store are taken over at their
//! next request, under their id, and remember tokens at their next use. Until then the store
//! does not know them: they are neither listed nor ended by `revoke_all`, only by a
//! logout of their browser or a new auth hash. The end of such a session is kept as a row
//! until the last copy of its cookies has expired. The way back logs everybody out. All
//! nodes change at once: one without the store takes its cookies for forged, and goes
//! on with those that were taken over.
//!
//! A record whose value cannot be read, because it is spoilt or a newer version of the
//! crate has written it, counts as absent: its user logs in again. Where the engine
//! itself finds a record damaged, such as one without a field, that is an error: 503
//! for its user until it is deleted.
//!
//! A store that is restored from a backup has sessions again that have ended since. A
//! token ahead of its record counts, and is not fresh.

mod memory;
mod open;
#[cfg_attr(not(feature = "postgres"), path = "absent.rs")]
mod postgres;
#[cfg_attr(not(feature = "redis"), path = "absent.rs")]
mod redis;
mod shape;
mod shared;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg_attr(not(feature = "sqlite"), path = "absent.rs")]
mod sqlite;

use std::error::Error;
use std::future::pending;

pub use crate::session::StoreKey;
pub use memory::MemoryStore;
pub(crate) use open::open;
pub use shape::{Heard, StoredSession};

with_feature! { "postgres", pub use postgres::PostgresStore; }
with_feature! { "redis", pub use redis::RedisStore; }
with_feature! { "sqlite", pub use sqlite::SqliteStore; }

/// What a store gives back: an error of whatever type if it cannot say.
pub type StoreResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A place where sessions lie: a database, or the memory of one process.
///
/// The crate brings some; this is for those who have another. What a
/// session is, a store does not know: it keeps [`StoredSession`]s, finds them by
/// key and by user, and forgets them when their time is over. It may keep counters as
/// well. Every method is atomic. `testing::store_suite` tells whether a store does all that well.
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

    /// Lists the sessions of a user: at most `limit`, in any order. A user may have many
    /// more; the store reads about as many as it lists.
    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>>;

    /// Forgets all sessions of a user, and says how many.
    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize>;

    /// Forgets at most `limit` sessions and counters whose time is over, and says how many.
    /// That is when `expires`, or the end of a counter, is at most `now`. What forgets by
    /// itself may say zero, and so may what is doing it for another node already. An engine
    /// with a clock of its own may keep what is over by `now` until its own clock says so.
    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize>;

    /// Adds one to a counter and returns its new value, which is 1 for a new counter.
    ///
    /// A new counter ends at `until`, in seconds since 1970. Later calls do not move that
    /// end. A counter whose end is at most `now` begins at 1 again, with this `until`. An
    /// engine with a clock of its own may forget what is over by that clock.
    ///
    /// Many calls at once get different numbers. A number may be left out where an answer
    /// was lost. Counters are no sessions: a counter and a session may have the same key.
    ///
    /// By itself it returns `None`: this store does not count.
    async fn count(&self, key: &StoreKey, now: i64, until: i64) -> StoreResult<Option<u64>> {
        let _ = (key, now, until);
        Ok(None)
    }

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
