//! Sessions in Redis.

mod link;
mod operations;
mod record;
mod refusal;

use std::fmt;
use std::sync::Arc;

use redis::Client;

use crate::config::StoreUrl;
use crate::store::{SessionStore, StoreResult};
use link::{Link, check, failed};
use record::Names;

/// The default prefix of all keys.
const PREFIX: &str = "rocket_login";

/// A [`SessionStore`] in Redis 6.2 or later, or in a compatible server such as Valkey: for several
/// nodes. It needs the feature `redis`.
///
/// ```toml
/// [default.login]
/// session.store = "redis"
/// session.url = "redis://app:password@10.0.0.7:6379/0"
/// ```
///
/// Or in code, for options that no URL has:
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
/// All requests go through one connection. A node that listens to others has another. Every
/// operation is atomic, and one round trip: a command or a script. Only `publish` tests the
/// connection first.
///
/// # Keys
///
/// With the default prefix:
///
/// * `{rocket_login}:s:` and the key of a session: a hash of `user`, `expires`,
///   `revision` and `value`;
/// * `{rocket_login}:u:` and the key of a user: a sorted set of their sessions'
///   keys;
/// * `{rocket_login}:c:` and the key of a counter: a hash of `count` and `expires`;
/// * `{rocket_login}:signals`: the channel on which nodes publish ends of sessions. All databases of
///   a server share its channels: applications that share a server need prefixes of their own.
///
/// # Time
///
/// The clocks of the nodes decide whether a session or a counter has expired. The server deletes it
/// by its own clock, a minute later. The clocks of the nodes must not be behind by more than that
/// minute: sessions and counters would end early. `delete_expired` has nothing to do, and returns
/// zero.
///
/// # Durability
///
/// If the server loses a session, a user is logged out. If it loses the end of a session, the
/// session is back, which is worse. So set `appendonly yes`. With `appendfsync everysec` a crash of
/// the machine loses the last second or two, and a crash of the server alone loses nothing. With
/// `always` neither loses anything. Without a file, or with snapshots only, a restart brings
/// sessions back that have ended since the snapshot.
///
/// If the last use of a remember token is lost, its browser has a token ahead of the record. The
/// token counts, is not fresh, and the record follows it.
///
/// A replica is behind by some moments. A failover to a replica loses the writes of these moments,
/// as above. `min-replicas-to-write` makes such a loss rarer. If a server refuses a write because it
/// is a replica, the store connects again and repeats the write. So give an address that follows
/// the primary, and never that of a replica.
///
/// # Memory
///
/// Set `maxmemory-policy noeviction`. Then a full server refuses new logins, which is an error, and
/// reads go on. With any other policy a full server evicts keys. If it evicts a session, a user is
/// logged out. If it evicts the set of a user, their sessions go on, but are missing in lists until
/// each is next saved: **"log out everywhere" does not reach them**. The launch logs a warning.
///
/// # Redis Cluster
///
/// Redis Cluster is not supported. The braces put all keys into one slot, and so on one node
/// of a cluster. The store asks only the node of the URL. Use one server with replicas, and an
/// address that follows the primary.
///
/// # Security
///
/// A reader of the data cannot log in with it, but learns the addresses and browsers of users. A
/// writer can bring sessions back that have ended. Keep other applications out with a Redis user of
/// its own:
///
/// ```text
/// ACL SETUSER app on >password resetchannels ~{rocket_login}:* &{rocket_login}:signals
///     +ping +info +hmget +hget +hset +exists +del +expireat +time
///     +zadd +zrem +zrange +zremrangebyscore +evalsha +script|load
///     +publish +subscribe
/// ```
///
/// It is one line for `redis-cli`. `resetchannels` comes first: Redis 6.2 gives a new user all
/// channels. Without `+info` the launch checks neither version nor policy. A database other than 0
/// needs `+select`, and `?protocol=resp3` needs `+hello`. With the feature `tls`, `rediss://` encrypts the
/// connection, and checks the server's certificate against those that the system trusts. Without
/// encryption the network can read the password and everything else.
///
/// No error and no `Debug` shows the password of a URL.
///
/// # Errors
///
/// An operation fails if the server cannot be reached, refuses, or does not answer within three
/// seconds. It also fails if a key holds a value that no store has written. An error never makes a
/// session another user's, and never makes it missing.
///
/// If the connection was lost, or the server is starting or not the primary, an operation is tried
/// again for a second. So a restart is hardly noticed. If the first attempt has written a session,
/// the second counts as its write. `delete` and `delete_of_user` may then return `false` or 0, since
/// the first attempt has deleted everything. `count` may have counted twice. `publish` is not tried
/// again once other nodes may have its message. After an error a write may have been done, or may
/// yet be.
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
    /// If the address is wrong, or the server cannot be reached within some two seconds. If the
    /// server refuses the password, or is too old. If the address asks for TLS without the feature
    /// `tls`. The error gives the reason, without the password.
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
        if is_secure && !cfg!(feature = "tls") {
            return Err(
                "TLS needs the feature `tls` of rocket_login, which Cargo.toml does not name"
                    .into(),
            );
        }
        if let Some(why) = StoreUrl::from(url).flaw() {
            return Err(format!("Redis: {why}").into());
        }
        Self::with_client(Client::open(url).map_err(failed)?).await
    }

    /// Connects with a client of the crate `redis`, version 1, for options that no URL has:
    /// certificates, or how TCP is used.
    ///
    /// # Errors
    ///
    /// The same as of [`connect()`](Self::connect).
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
        // By itself `rustls` panics if the build has no implementation of cryptography, or several.
        #[cfg(feature = "tls")]
        if let redis::ConnectionAddr::TcpTls { .. } = client.get_connection_info().addr() {
            // An application that has chosen one keeps it.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let link = Link::new(client);
        check(&link).await?;
        let names = Names::new(PREFIX);
        Ok(Self { link, names })
    }

    /// Gives all keys another prefix: `{prefix}:…`, in place of `{rocket_login}:…`. So several
    /// applications can share one server. A store neither finds nor ends sessions under another
    /// prefix.
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
