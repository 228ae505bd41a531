//! The connection to the server: one for all requests, and another when it is lost. The check of a
//! server at launch.

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, InfoDict, RedisResult, ServerErrorKind};
use redis::{Cmd, FromRedisValue, RedisError, ScriptInvocation, cmd};
use rocket::futures::future::{BoxFuture, FutureExt, Shared};
use rocket::tokio::time::{Instant, sleep, timeout};

use crate::lock::lock;
use crate::store::StoreResult;
use crate::store::redis::refusal::{is_of_the_connection, is_passing};

/// How long a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(2);

/// How long an answer may take. A server that writes to a slow disk takes up to two.
const ANSWER: Duration = Duration::from_secs(3);

/// How long a request may take, with all further attempts.
const WHOLE: Duration = Duration::from_secs(5);

/// How long a request is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait before the second attempt. The wait doubles before each further attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// How long to wait before an attempt at most.
const LAST_PAUSE: Duration = Duration::from_millis(200);

/// The first version that has all commands.
const OLDEST: (u32, u32) = (6, 2);

/// The connection, or the attempt to make it. All requests wait for one attempt together.
type Connecting = Shared<BoxFuture<'static, RedisResult<MultiplexedConnection>>>;

/// One connection for all requests. `ConnectionManager` would keep a connection whose answers do
/// not come. If the server has refused once, `ConnectionManager` fails forever.
pub(super) struct Link {
    pub(super) client: Client,
    current: Mutex<Connecting>,
}

/// A request to the server.
pub(super) enum Query<'r> {
    /// A command that may be sent twice.
    Command(Cmd),
    /// A command that may not: if its answer is lost, that is an error.
    Once(Cmd),
    /// A script. It may be sent twice.
    Script(ScriptInvocation<'r>),
    /// A script that may not.
    ScriptOnce(ScriptInvocation<'r>),
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        let current = Mutex::new(connect(client.clone()));
        Self { client, current }
    }

    /// Asks the server, and a few times again if the server is away, just starting, or no longer
    /// the primary.
    pub(super) async fn ask<T: FromRedisValue>(&self, query: Query<'_>) -> Result<T, String> {
        let answer = self.ask_twice(query).await;
        answer.map(|(value, _)| value).map_err(failed)
    }

    /// Asks the server. Tells as well whether an earlier attempt may have been carried out, whose
    /// answer was lost.
    pub(super) async fn ask_twice<T: FromRedisValue>(
        &self,
        query: Query<'_>,
    ) -> RedisResult<(T, bool)> {
        let answer = timeout(WHOLE, self.insist(query)).await;
        answer.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
    }

    async fn insist<T: FromRedisValue>(&self, query: Query<'_>) -> RedisResult<(T, bool)> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut may_be_second = false;
        loop {
            let connecting = lock(&self.current).clone();
            let connection = connecting.clone().await;
            let was_sent = connection.is_ok();
            let answer = match connection {
                Ok(connection) => query.send(connection).await,
                Err(error) => Err(error),
            };
            let error = match answer {
                Ok(value) => return Ok((value, may_be_second)),
                Err(error) => error,
            };
            if !was_sent || is_of_the_connection(&error) {
                self.renew(&connecting);
            }
            may_be_second |= was_sent && error.is_io_error();
            let may_be_sent =
                !may_be_second || !matches!(query, Query::Once(_) | Query::ScriptOnce(_));
            if !is_passing(&error) || !may_be_sent || start.elapsed() >= PATIENCE {
                return Err(error);
            }
            sleep(pause).await;
            pause = LAST_PAUSE.min(pause * 2);
        }
    }

    /// Connects again, unless another request has done so since.
    fn renew(&self, lost: &Connecting) {
        let mut current = lock(&self.current);
        if current.ptr_eq(lost) {
            *current = connect(self.client.clone());
        }
    }
}

impl Query<'_> {
    async fn send<T: FromRedisValue>(
        &self,
        mut connection: MultiplexedConnection,
    ) -> RedisResult<T> {
        match self {
            Self::Command(command) | Self::Once(command) => {
                command.query_async(&mut connection).await
            }
            Self::Script(script) | Self::ScriptOnce(script) => {
                script.invoke_async(&mut connection).await
            }
        }
    }
}

/// Returns the text of an error. It names Redis: a broken pipe may be that of any connection.
pub(super) fn failed(error: RedisError) -> String {
    format!("Redis: {error}")
}

fn connect(client: Client) -> Connecting {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(ANSWER));
    let connecting = async move {
        let connection = client.get_multiplexed_async_connection_with_config(&config);
        connection.await
    };
    connecting.boxed().shared()
}

/// Refuses a server that is too old, and warns of one that may evict sessions. An account that may
/// not send `INFO` goes unchecked.
pub(super) async fn check(link: &Link) -> StoreResult<()> {
    let info: InfoDict = match link.ask_twice(Query::Command(cmd("INFO"))).await {
        Ok((info, _)) => info,
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm) => return Ok(()),
        Err(error) => return Err(failed(error).into()),
    };
    let version: String = info.get("redis_version").unwrap_or_default();
    if number(&version).is_some_and(|version| version < OLDEST) {
        let (major, minor) = OLDEST;
        let version = version.escape_debug();
        return Err(format!("Redis {version} is too old: {major}.{minor} is needed").into());
    }
    if info.get("role").is_some_and(|role: String| role == "slave") {
        rocket::warn!("The address of Redis leads to a replica: logins will fail.");
        rocket::warn_!("Give `session.url` the address of the primary, or one that follows it.");
    }
    if may_evict(&info) {
        rocket::warn!("Redis evicts keys when its memory is full.");
        rocket::warn_!("Sessions are lost then, or are missing from the lists of their users.");
        rocket::warn_!("Set `maxmemory-policy noeviction`.");
    }
    Ok(())
}

/// Reads a version. A version that cannot be read may well be new.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Tells whether the server deletes keys that have not expired when its memory is full.
fn may_evict(info: &InfoDict) -> bool {
    let policy: Option<String> = info.get("maxmemory_policy");
    let is_bounded = info.get("maxmemory").is_some_and(|bytes: u64| bytes > 0);
    is_bounded && policy.is_some_and(|policy| policy != "noeviction")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        assert_eq!(number("7.0.15"), Some((7, 0)));
        assert!(number("6.0.16") < Some(OLDEST));
        assert!(number("10.0.0") > Some(OLDEST));
        assert_eq!(number("unstable"), None);
        assert_eq!(number(""), None);
    }

    #[test]
    fn only_a_bounded_server_evicts_keys() {
        let info = |bytes, policy| {
            let text = format!("maxmemory:{bytes}\r\nmaxmemory_policy:{policy}\r\n");
            InfoDict::new(&text)
        };
        assert!(may_evict(&info(100, "volatile-ttl")));
        assert!(!may_evict(&info(100, "noeviction")));
        assert!(!may_evict(&info(0, "allkeys-lru")));
        assert!(!may_evict(&InfoDict::new("")));
    }
}
