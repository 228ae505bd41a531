//! Sessions in Redis.

mod link;
mod operations;
mod record;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;

use std::fmt;
use std::sync::Arc;

use redis::Client;

use crate::store::{SessionStore, StoreResult};
use link::{Link, check, failed};
use record::Names;

/// What the names of all keys begin with.
const PREFIX: &str = "rocket_login";

/// A [`SessionStore`](crate::store::SessionStore) in Redis 6.2 or later, or what
/// speaks like it, such as Valkey: for several nodes, with the feature `redis`.
///
/// ```toml
/// [default.login]
/// session.store = "redis"
/// session.url = "redis://app:password@10.0.0.7:6379/0"
/// ```
///
/// Or in code, for what the URL cannot say:
///
/// ```rust,no_run
/// # use rocket_login::{AuthUser, LoginFairing};
/// use rocket_login::store::{RedisStore, StoreResult};
///
/// # async fn with_redis<U: AuthUser>(fairing: LoginFairing<U>) -> StoreResult<LoginFairing<U>> {
/// let store = RedisStore::connect("redis://10.0.0.7").await?.with_prefix("shop");
/// Ok(fairing.session_store(store))
/// # }
/// ```
///
/// All go through one connection, and a node that listens to others has another.
/// Every operation but `publish` is one round trip, and atomic: a command or a
/// script. `publish` asks first whether the connection is alive.
///
/// # What it keeps
///
/// With the default prefix:
///
/// * `{rocket_login}:s:` and the key of a session: a hash of `user`, `expires`,
///   `revision` and `value`;
/// * `{rocket_login}:u:` and the key of a user: a sorted set of their sessions'
///   keys;
/// * `{rocket_login}:c:` and the key of a counter: a hash of `count` and `expires`;
/// * `{rocket_login}:signals`: the channel that nodes tell each other on whose
///   sessions have ended. Channels are those of the server, whatever the database:
///   applications that share a server need prefixes of their own.
///
/// # Time
///
/// What expires is forgotten by the server, by its own clock, a minute after
/// its time: the clocks of the nodes decide whether a session or a counter is over. Those must
/// not be behind the server's by more than that minute, or both end early.
/// `delete_expired` has nothing to do and says zero.
///
/// # What is lost
///
/// A session that is lost is a user who is logged out; the end of a session that
/// is lost is worse, since the session is back. So set `appendonly yes`. With
/// `appendfsync everysec` a crash of the machine loses the last second or two, and one
/// of the server alone nothing; with `always` neither does. Without a file, or with
/// snapshots only, a restart brings sessions back that have ended since the snapshot.
///
/// Where the last use of a remember token is lost, its browser comes back with a token
/// ahead of the record. It counts, is not fresh, and the record follows it.
///
/// A replica is behind by some moments. After a failover to one what was written in these
/// is lost, as above, and a connection to a replica can read but not write, which is
/// an error; the next attempt connects anew. `min-replicas-to-write` makes such a loss
/// rarer. Never give the address of a replica.
///
/// # Memory
///
/// Set `maxmemory-policy noeviction`: a server that is full refuses new logins then,
/// which is an error, and reads go on. Any other policy has it throw away what is
/// used least or ends first. If it is a session, somebody is logged out. If it
/// is the set of a user, their sessions go on but are no longer found by
/// it: they are missing in lists, and **"log out everywhere" does not reach them**, until
/// each is next saved. A warning at launch says so.
///
/// # Redis Cluster
///
/// The braces put all keys into one slot, thus on one node of a cluster, which is no
/// sharding; and of a cluster this asks only the node of the URL. Use one server with
/// replicas, and an address that follows the primary.
///
/// # Security
///
/// Whoever reads the server's data cannot log in with it, but learns what a session
/// says of its user's address and browser. Whoever writes can make any session of
/// somebody another's, or bring one back: keep other applications out, with a user
/// of its own:
///
/// ```text
/// ACL SETUSER app on >password ~{rocket_login}:* &{rocket_login}:signals
///     +ping +info +hmget +hget +hset +exists +del +expireat +time
///     +zadd +zrem +zrange +zremrangebyscore +evalsha +script|load
///     +publish +subscribe
/// ```
///
/// Without `+info` the version and the policy are not looked at. A database other than 0
/// needs `+select`, and `?protocol=resp3` needs `+hello`. `rediss://` encrypts the
/// connection and checks the server's certificate against those that the system
/// trusts; it needs the feature `tls`. Without it the password and all else can be read
/// on the way.
///
/// The password in a URL is in no error and no `Debug`.
///
/// # Errors
///
/// An operation fails if the server cannot be reached, does not answer within three
/// seconds, refuses, or holds something that no store has written there. No session
/// is ever taken for another's, and none for missing because of an error.
///
/// What fails because the connection was lost or the server is just starting is tried
/// again for a second, so that a restart is hardly noticed. What was written by the
/// first try counts as written by the second. Only `delete` and `delete_of_user` may
/// say too little then: `false`, or 0, if the first has deleted everything already.
/// `count` may have counted twice then.
/// `publish` is not tried again once its message may have been heard. After an error
/// a write may have been done, or may yet be.
pub struct RedisStore {
    link: Link,
    names: Names,
}

impl RedisStore {
    /// Connects to the server at this address: `redis://user:password@host:port/database`,
    /// the same with `rediss://` for TLS, or `unix:///path?user=…&pass=…&db=…`.
    ///
    /// # Errors
    ///
    /// If the address is wrong, the server cannot be reached within some two seconds,
    /// refuses the password or is too old, or if TLS is asked for without the
    /// feature `tls`. The error says which, without the password.
    ///
    /// # Example
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{RedisStore, StoreResult};
    ///
    /// # async fn open() -> StoreResult<RedisStore> {
    /// RedisStore::connect("redis://app:password@10.0.0.7").await
    /// # }
    /// ```
    pub async fn connect(url: &str) -> StoreResult<Self> {
        let is_secure = url.starts_with("rediss:") || url.starts_with("valkeys:");
        if is_secure && !tls::IS_THERE {
            return Err(
                "TLS needs the feature `tls` of rocket_login, which Cargo.toml does not name"
                    .into(),
            );
        }
        Self::with_client(Client::open(url).map_err(failed)?).await
    }

    /// Connects with a client of the crate `redis`, version 1, for what no URL
    /// says: certificates, or how TCP is used.
    ///
    /// # Errors
    ///
    /// As of [`connect()`](Self::connect).
    ///
    /// # Example
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{RedisStore, StoreResult};
    ///
    /// # async fn open() -> StoreResult<RedisStore> {
    /// let client = redis::Client::open(("10.0.0.7", 6379))?;
    /// RedisStore::with_client(client).await
    /// # }
    /// ```
    pub async fn with_client(client: Client) -> StoreResult<Self> {
        tls::provide_cryptography(&client);
        let link = Link::new(client);
        check(&link).await?;
        let names = Names::new(PREFIX);
        Ok(Self { link, names })
    }

    /// Other names for all that it keeps, so that several applications can use one
    /// server: `{prefix}:…`, in place of `{rocket_login}:…`. Sessions under another
    /// prefix are not found, and neither are those of other prefixes ended.
    ///
    /// ```rust,no_run
    /// use rocket_login::store::{RedisStore, StoreResult};
    ///
    /// # async fn open() -> StoreResult<RedisStore> {
    /// Ok(RedisStore::connect("redis://10.0.0.7").await?.with_prefix("shop"))
    /// # }
    /// ```
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.names = Names::new(prefix);
        self
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

pub(super) async fn open(url: &str) -> StoreResult<Arc<dyn SessionStore>> {
    Ok(Arc::new(RedisStore::connect(url).await?))
}
