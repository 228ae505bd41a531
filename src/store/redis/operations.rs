//! What a store does, asked of the server.

use redis::{Cmd, RedisError, Script, ScriptInvocation, cmd};

use crate::store::redis::link::Query;
use crate::store::redis::record::{self, FIELDS, Fields};
use crate::store::redis::scripts::SCRIPTS;
use crate::store::redis::{RedisStore, listen};
use crate::store::{Heard, SessionStore, StoreKey, StoreResult, StoredSession};

/// What `create` and `save` say: done, or there already just as asked.
const DONE: i64 = 1;
const AS_ASKED: i64 = 2;

#[rocket::async_trait]
impl SessionStore for RedisStore {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let call = self.write(&SCRIPTS.create, session, session.revision);
        self.was_written(call).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        let command = Cmd::hmget(self.names.session(key), &FIELDS);
        let answer = self.link.ask::<Fields>(&Query::Command(command)).await;
        let fields = answer.map_err(failed)?.value;
        if fields.iter().all(Option::is_none) {
            return Ok(None);
        }
        record::read(*key, fields).map(Some)
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let revision = session.revision.wrapping_add(1);
        let mut call = self.write(&SCRIPTS.save, session, revision);
        call.arg(session.revision).arg(self.names.users());
        self.was_written(call).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        let mut call = SCRIPTS.delete.key(self.names.session(key));
        call.arg(record::hex(key)).arg(self.names.users());
        let answer = self.link.ask::<usize>(&Query::Script(call)).await;
        Ok(answer.map_err(failed)?.value > 0)
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let mut call = self.about_user(&SCRIPTS.of_user, user);
        call.arg(limit);
        let answer = self.link.ask::<Vec<_>>(&Query::Script(call)).await;
        let listed = answer.map_err(failed)?.value;
        listed.into_iter().map(record::read_listed).collect()
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        let call = self.about_user(&SCRIPTS.delete_of_user, user);
        let answer = self.link.ask(&Query::Script(call)).await;
        Ok(answer.map_err(failed)?.value)
    }

    /// The server does it, by its own clock.
    async fn delete_expired(&self, _now: i64, _limit: usize) -> StoreResult<usize> {
        Ok(0)
    }

    async fn count(&self, key: &StoreKey, now: i64, until: i64) -> StoreResult<Option<u64>> {
        let mut call = SCRIPTS.count.key(self.names.counter(key));
        call.arg(now).arg(until).arg(record::forgotten_at(until));
        let answer = self.link.ask(&Query::Script(call)).await;
        Ok(Some(answer.map_err(failed)?.value))
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        // A connection that was lost while nobody asked is found out by this, which
        // may be asked twice.
        let ping = Query::Command(cmd("PING"));
        self.link.ask::<()>(&ping).await.map_err(failed)?;
        let command = Cmd::publish(self.names.signals(), message);
        let answer = self.link.ask::<()>(&Query::Once(command)).await;
        answer.map_err(failed)?;
        Ok(())
    }

    async fn listen(&self, hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync)) -> StoreResult<()> {
        listen::listen(self.link.client(), &self.names.signals(), hear).await
    }
}

impl RedisStore {
    /// The script that writes this session, with this revision.
    fn write<'s>(
        &self,
        script: &'s Script,
        session: &StoredSession,
        revision: i64,
    ) -> ScriptInvocation<'s> {
        let mut call = script.key(self.names.session(&session.key));
        call.key(self.names.user(&session.user))
            .arg(record::hex(&session.key))
            .arg(record::hex(&session.user))
            .arg(session.expires)
            .arg(revision)
            .arg(session.value.as_slice())
            .arg(record::forgotten_at(session.expires));
        call
    }

    /// What is there just as asked, is so by the first of two tries if there were
    /// two, and somebody else's work if not.
    async fn was_written(&self, call: ScriptInvocation<'_>) -> StoreResult<bool> {
        let answer = self.link.ask::<i64>(&Query::Script(call)).await;
        let answer = answer.map_err(failed)?;
        Ok(match answer.value {
            DONE => true,
            AS_ASKED => answer.may_be_second,
            _ => false,
        })
    }

    fn about_user<'s>(&self, script: &'s Script, user: &StoreKey) -> ScriptInvocation<'s> {
        let mut call = script.key(self.names.user(user));
        call.arg(record::hex(user)).arg(self.names.sessions());
        call
    }
}

/// An error says whose it is: a broken pipe may be anybody's.
pub(super) fn failed(error: RedisError) -> String {
    format!("Redis: {error}")
}
