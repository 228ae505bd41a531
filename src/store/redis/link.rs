//! The connection to the server: one for all, and another when it is lost.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisResult, ServerErrorKind};
use redis::{Cmd, FromRedisValue, RedisError, ScriptInvocation};
use rocket::futures::future::{BoxFuture, FutureExt, Shared};
use rocket::tokio::time::{Instant, sleep, timeout};

/// How long it may take to connect.
pub(super) const CONNECT: Duration = Duration::from_secs(2);

/// How long an answer may take. A server that writes to a slow disk takes up to two.
const ANSWER: Duration = Duration::from_secs(3);

/// How long all of it may take, with everything that is tried again.
const WHOLE: Duration = Duration::from_secs(5);

/// How long something is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait before the first further try; twice as long before each other.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// How long to wait at most.
const LAST_PAUSE: Duration = Duration::from_millis(200);

/// The connection, or the attempt to make it, which all wait for together.
type Connecting = Shared<BoxFuture<'static, RedisResult<MultiplexedConnection>>>;

/// A connection for all. `ConnectionManager` would keep one whose answers do not
/// come, and forever fail as its last attempt to connect did if the server refused.
pub(super) struct Link {
    client: Client,
    current: Mutex<Connecting>,
}

/// What is asked of the server.
pub(super) enum Query<'r> {
    /// What may be done twice.
    Command(Cmd),
    /// What may not: if its answer is lost, that is an error.
    Once(Cmd),
    /// What may be done twice.
    Script(ScriptInvocation<'r>),
}

/// What the server says.
pub(super) struct Answer<T> {
    pub(super) value: T,
    /// Whether it may be an answer to the second of two: the first was lost.
    pub(super) may_be_second: bool,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        let current = Mutex::new(connect(client.clone()));
        Self { client, current }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Asks the server, and a few times again if it is away or just starting.
    pub(super) async fn ask<T>(&self, request: &Query<'_>) -> RedisResult<Answer<T>>
    where
        T: FromRedisValue,
    {
        let answer = timeout(WHOLE, self.insist(request)).await;
        answer.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
    }

    async fn insist<T>(&self, request: &Query<'_>) -> RedisResult<Answer<T>>
    where
        T: FromRedisValue,
    {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut may_be_second = false;
        loop {
            let connecting = self.lock().clone();
            let (result, was_sent) = match connecting.clone().await {
                Ok(connection) => (request.send(connection).await, true),
                Err(error) => (Err(error), false),
            };
            let error = match result {
                Ok(value) => {
                    return Ok(Answer {
                        value,
                        may_be_second,
                    });
                }
                Err(error) => error,
            };
            if !was_sent || is_of_the_connection(&error) {
                self.renew(&connecting);
            }
            may_be_second |= was_sent && error.is_io_error();
            let may_be_sent = !may_be_second || !matches!(request, Query::Once(_));
            if !is_passing(&error) || !may_be_sent || start.elapsed() >= PATIENCE {
                return Err(error);
            }
            sleep(pause).await;
            pause = LAST_PAUSE.min(pause * 2);
        }
    }

    /// Whoever comes next connects again, if nobody has since.
    fn renew(&self, lost: &Connecting) {
        let mut current = self.lock();
        if current.ptr_eq(lost) {
            *current = connect(self.client.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connecting> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
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
            Self::Script(script) => script.invoke_async(&mut connection).await,
        }
    }
}

fn connect(client: Client) -> Connecting {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(ANSWER));
    let connecting = async move {
        client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    };
    connecting.boxed().shared()
}

/// Whether another connection may do better: an answer that does not come may
/// never do so on this one, and who takes no writes is no longer the primary.
fn is_of_the_connection(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Io
            | ErrorKind::Parse
            | ErrorKind::AuthenticationFailed
            | ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
    )
}

/// Whether it may be over in a moment. No script is there after another has taken
/// all of them away in between.
fn is_passing(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Io | ErrorKind::Server(ServerErrorKind::BusyLoading | ServerErrorKind::NoScript)
    )
}
