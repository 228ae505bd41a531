//! The operations of a [`SessionStore`], as commands and scripts of Redis.

use std::sync::LazyLock;
use std::time::Duration;

use redis::aio::{PubSubSink, PubSubStream};
use redis::{Cmd, Script, ScriptInvocation, Value, cmd};
use rocket::futures::StreamExt;
use rocket::tokio::time::timeout;

use crate::store::redis::RedisStore;
use crate::store::redis::link::{CONNECT, Query, failed};
use crate::store::redis::record::{self, FIELDS, Fields};
use crate::store::{ChannelEvent, Listener, SessionStore, StoreKey, StoreResult, StoredSession};

static CREATE: Atomic = LazyLock::new(|| script(include_str!("create.lua")));
static SAVE: Atomic = LazyLock::new(|| script(include_str!("save.lua")));
static DELETE: Atomic = LazyLock::new(|| script(include_str!("delete.lua")));
static OF_USER: Atomic = LazyLock::new(|| script(include_str!("of_user.lua")));
static DELETE_OF_USER: Atomic = LazyLock::new(|| script(include_str!("delete_of_user.lua")));
static COUNT: Atomic = LazyLock::new(|| script(include_str!("count.lua")));

/// A script, which the server runs in one go.
type Atomic = LazyLock<Script>;

/// The answers of `create` and `save`: done, or already there exactly as asked.
const DONE: i64 = 1;
const AS_ASKED: i64 = 2;

/// How long a connection may say nothing before it is asked whether it still lives.
const SILENCE: Duration = Duration::from_secs(2);

/// How long the answer to that may take.
const ANSWER: Duration = Duration::from_secs(2);

const SILENT: &str = "Redis: no answer in time";

#[rocket::async_trait]
impl SessionStore for RedisStore {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        write(self, change(self, &CREATE, session, session.revision)).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        let command = Cmd::hmget(self.names.session(key), &FIELDS);
        let fields: Fields = self.link.ask(Query::Command(command)).await?;
        let is_there = fields.iter().any(Option::is_some);
        is_there.then(|| record::read(*key, fields)).transpose()
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let revision = session.revision.wrapping_add(1);
        let mut call = change(self, &SAVE, session, revision);
        call.arg(session.revision).arg(self.names.users());
        write(self, call).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        let mut call = DELETE.key(self.names.session(key));
        call.arg(format!("{key:x}")).arg(self.names.users());
        Ok(self.link.ask::<usize>(Query::Script(call)).await? > 0)
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let mut call = about_user(self, &OF_USER, user);
        call.arg(limit);
        let listed: Vec<_> = self.link.ask(Query::Script(call)).await?;
        listed.into_iter().map(record::read_listed).collect()
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let call = about_user(self, &DELETE_OF_USER, user);
        Ok(self.link.ask(Query::Script(call)).await?)
    }

    /// Leaves expired sessions to the server, which deletes them by its own clock.
    async fn delete_expired(&self, _now: i64, _limit: usize) -> StoreResult<usize> {
        Ok(0)
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        let mut call = COUNT.key(self.names.counter(key));
        call.arg(by).arg(now).arg(until);
        call.arg(record::forgotten_at(until));
        ping(self).await?;
        Ok(Some(self.link.ask(Query::ScriptOnce(call)).await?))
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        ping(self).await?;
        let command = Cmd::publish(self.names.signals(), message);
        Ok(self.link.ask(Query::Once(command)).await?)
    }

    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        let subscribed = timeout(CONNECT, subscribe(self)).await;
        let (mut sink, mut messages) = subscribed.map_err(|_| SILENT)??;
        hear(ChannelEvent::Listening);
        loop {
            match timeout(SILENCE, messages.next()).await {
                Ok(Some(message)) => {
                    // Nodes write nothing but text.
                    if let Ok(text) = str::from_utf8(message.get_payload_bytes()) {
                        hear(ChannelEvent::Message(text));
                    }
                }
                Ok(None) => return Err("Redis: the connection was lost".into()),
                // A connection may be dead for hours before anything but a ping tells.
                Err(_) => {
                    let answer = timeout(ANSWER, sink.ping::<Value>()).await;
                    answer.map_err(|_| SILENT)?.map_err(failed)?;
                }
            }
        }
    }
}

/// Finds out a connection that was lost unnoticed, before what may not be sent twice.
async fn ping(store: &RedisStore) -> Result<(), String> {
    store.link.ask(Query::Command(cmd("PING"))).await
}

/// Returns a script. All scripts share what is in `common.lua`.
fn script(source: &str) -> Script {
    Script::new(&[include_str!("common.lua"), source].concat())
}

/// Calls a script that writes this session, with this revision.
fn change<'s>(
    store: &RedisStore,
    script: &'s Script,
    session: &StoredSession,
    revision: i64,
) -> ScriptInvocation<'s> {
    let mut call = script.key(store.names.session(&session.key));
    call.key(store.names.user(&session.user))
        .arg(format!("{:x}", session.key))
        .arg(format!("{:x}", session.user))
        .arg(session.expires)
        .arg(revision)
        .arg(session.value.as_slice())
        .arg(record::forgotten_at(session.expires));
    call
}

fn about_user<'s>(store: &RedisStore, script: &'s Script, user: &StoreKey) -> ScriptInvocation<'s> {
    let mut call = script.key(store.names.user(user));
    call.arg(format!("{user:x}")).arg(store.names.sessions());
    call
}

/// Tells whether this call has written a session. If the session is already there exactly as asked,
/// the first of two attempts has written it. If there was one attempt, another node has.
async fn write(store: &RedisStore, call: ScriptInvocation<'_>) -> StoreResult<bool> {
    let answer = store.link.ask_twice::<i64>(Query::Script(call)).await;
    let (answer, may_be_second) = answer.map_err(failed)?;
    Ok(answer == DONE || answer == AS_ASKED && may_be_second)
}

/// Subscribes to the channel of the nodes, on a connection of its own.
async fn subscribe(store: &RedisStore) -> StoreResult<(PubSubSink, PubSubStream)> {
    let connection = store.link.client.get_async_pubsub().await;
    let (mut sink, messages) = connection.map_err(failed)?.split();
    let subscribed = sink.subscribe(store.names.signals()).await;
    subscribed.map_err(failed)?;
    Ok((sink, messages))
}
