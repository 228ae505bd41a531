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
mod session_store;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg_attr(not(feature = "sqlite"), path = "absent.rs")]
mod sqlite;

pub use crate::session::StoreKey;
pub use memory::MemoryStore;
pub(crate) use open::open;
pub use session_store::{ChannelEvent, Listener, SessionStore, StoreResult, StoredSession};

with_feature! { "postgres", pub use postgres::PostgresStore; }
with_feature! { "redis", pub use redis::RedisStore; }
with_feature! { "sqlite", pub use sqlite::SqliteStore; }
