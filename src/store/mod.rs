//! Stores of sessions on a server, and the contract for a store of your own.
//!
//! Without a store the signed cookie carries the session, and a copy of the cookie is as good as
//! the cookie. With a store:
//!
//! * a session that has ended is dead in every copy of its cookie, at once;
//! * [`Auth::sessions()`](crate::Auth::sessions) and
//!   [`LoginManager::sessions()`](crate::LoginManager::sessions) list the sessions of a user. Other
//!   methods end one session, all others, or all;
//! * past `session.max_per_user` a login ends the oldest session. A user never has more than 1,000;
//! * a request that asks for the user reads the store once. It writes at most once per tenth of
//!   `session.idle_timeout`. Other requests do not use the store;
//! * if the store fails, the request is answered with 503, never with "not logged in".
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
//! The last three need `session.url`, and encrypt their connections with the feature `tls`. If the
//! store cannot be reached, the launch fails. In code,
//! [`session_store()`](crate::LoginFairing::session_store) takes a store over a connection that the
//! application has already.
//!
//! # A store of your own
//!
//! For another database, such as MongoDB, implement the trait [`SessionStore`]. It has an example.
//! `testing::store_suite` checks the store in a test, and
//! [`session_store()`](crate::LoginFairing::session_store) takes it.
//!
//! # Remember tokens
//!
//! One login is one session, and one record in the store, until the logout. A restore and a
//! confirmation keep its id. Session token and remember token each have a generation, and the
//! record names the present one. Each use of a remember token brings the browser the next
//! generation of both.
//!
//! * A logout or a revocation deletes the record: no copy of either cookie counts any more. The
//!   sessions of a user include those that only a remember token can restore.
//! * A superseded remember token counts for 30 seconds more, since a browser may have sent several
//!   requests at once: all get the same two tokens. After that it counts again for the same user
//!   agent, since a browser may have lost the answer. The superseded token stops counting when a
//!   browser shows the new token more than 60 seconds after the rotation. Any other use restores
//!   nothing, and
//!   [`Event::TokenReused`](crate::Event::TokenReused) tells of it. Under the protection
//!   level `strong` the session ends. The clocks of nodes have to agree to some seconds.
//! * A superseded session token counts for 30 seconds more, and is never fresh.
//!
//! # Sessions that are suspended
//!
//! A session is suspended while its user is not active or deleted, or has another auth hash. Its
//! record stays as it is. So a database that lags behind logs no user out. A user who is active
//! again has these sessions again. To prevent that, call
//! [`revoke_all`](crate::LoginManager::revoke_all) when an account is closed or deleted.
//!
//! # Several nodes
//!
//! All nodes have the same `secret_key`. Through Redis and PostgreSQL they publish ends of sessions
//! and changes of users. So a socket on one node ends with a session that another node has ended.
//! A node may miss messages. So it looks for the sessions of its sockets in the store after each
//! gap, and every five minutes. Nodes that share a SQLite file do not hear each other. There a
//! socket ends at that look, at its limit, or when `still_valid()` asks.
//!
//! # Several applications
//!
//! A store finds the users of one application by `session.namespace`, the table of settings
//! and their id. The namespace is the name of the table unless it is set: two applications
//! in one database need two.
//!
//! # From cookies to a store
//!
//! A session that began without a store is adopted at its next request, under its id, and a
//! remember token at its next use. Until then the store does not know it: it is not listed, and
//! `revoke_all` does not end it. A logout of its browser or a new auth hash does. The end of such
//! a session is kept as a row until the last copy of its cookies has expired. The way back logs
//! all users out. Change all nodes at once: a node without the store refuses cookies of the store,
//! and goes on with cookies that the store has adopted.
//!
//! # Records that are damaged or old
//!
//! A record whose value cannot be read counts as absent, and its user logs in again. The value may
//! be damaged, or written by a newer version of this crate. The engine itself may find a record
//! damaged, such as one without a field. Then requests of its user are answered with 503 until the
//! record is deleted.
//!
//! A store that is restored from a backup has sessions again that have ended since. A
//! token ahead of its record counts, and is not fresh.

mod memory;
#[cfg_attr(not(feature = "postgres"), path = "absent.rs")]
mod postgres;
#[cfg_attr(not(feature = "redis"), path = "absent.rs")]
mod redis;
mod session_store;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg_attr(not(feature = "sqlite"), path = "absent.rs")]
mod sqlite;

use std::sync::Arc;

use crate::config::{StoreKind, StoreUrl};

pub use crate::session::StoreKey;
pub use memory::MemoryStore;
pub use session_store::{ChannelEvent, Listener, SessionStore, StoreResult, StoredSession};

with_feature! { "postgres", pub use postgres::PostgresStore; }
with_feature! { "redis", pub use redis::RedisStore; }
with_feature! { "sqlite", pub use sqlite::SqliteStore; }

/// Opens the store that the settings name. Sessions in cookies need none.
pub(crate) async fn open(
    kind: StoreKind,
    url: Option<&StoreUrl>,
) -> StoreResult<Option<Arc<dyn SessionStore>>> {
    let url = url.map(StoreUrl::reveal).unwrap_or_default();
    let opened = match kind {
        StoreKind::Cookie => return Ok(None),
        StoreKind::Memory => Ok(Arc::new(MemoryStore::default()) as Arc<dyn SessionStore>),
        StoreKind::Sqlite => sqlite::open(url).await,
        StoreKind::Postgres => postgres::open(url).await,
        StoreKind::Redis => redis::open(url).await,
    };
    opened.map(Some)
}
