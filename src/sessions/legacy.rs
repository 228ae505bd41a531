//! Sessions that begin with a token of Flask-Login or Starlette-Login, which is the same in
//! every browser and never ends by itself.

use std::cmp::Reverse;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{EncodedId, SessionEnd, SessionId, StoreKey};
use crate::sessions::end::IN_FLIGHT;
use crate::sessions::row::Row;
use crate::sessions::{LoadedSession, Named, NewLogin, Record, Sessions, Standing};
use crate::sessions::{failed, seconds};
use crate::store::{SessionStore, StoredSession};

/// How many blocks a user has at most in a store.
const MOST_BLOCKS: usize = 20;

impl Sessions {
    /// Begins a session under this id, or joins the one that a request at once has begun.
    /// `None` while the token is blocked in this browser.
    ///
    /// Request A begins a session. Request B logs out: it blocks the token first, and ends
    /// the session of the token then. Request A looks for the block after its begin, so
    /// that one of the two finds what the other has done.
    pub(crate) async fn begin_legacy(
        &self,
        id: SessionId,
        block: SessionId,
        new: NewLogin<'_>,
        now: Timestamp,
    ) -> Result<Option<LoadedSession>, LoginError> {
        if self.is_blocked(block, now).await? || self.end_of(id, now).is_some() {
            return Ok(None);
        }
        let record = Record {
            is_legacy: true,
            ..Record::new(new.session, new.remember, new.client, now)
        };
        let mut session = LoadedSession::new(id, &new.user, record, None);
        if !self.try_to_create(&mut session).await? {
            return self.join_legacy(session).await;
        }
        if self.is_blocked(block, now).await? {
            self.withdraw(id).await?;
            return Ok(None);
        }
        self.make_room(&session, &[], new.is_suspended).await?;
        Ok(Some(session))
    }

    async fn join_legacy(
        &self,
        mut session: LoadedSession,
    ) -> Result<Option<LoadedSession>, LoginError> {
        let Some(store) = self.store.as_deref() else {
            return Ok(None);
        };
        let key = StoreKey::of_id(session.id);
        let found = self.load(store, key, &session.user).await?;
        let Some((Row::Live(record), revision)) = found else {
            return Ok(None);
        };
        if record.session.fresh_since.is_some() {
            // A person has confirmed it meanwhile, which a token must not profit by.
            return Ok(None);
        }
        session.presented = record.chain.current;
        session.standing = Standing::Joined;
        (session.record, session.revision) = (*record, Some(revision));
        Ok(Some(session))
    }

    /// Keeps a token from beginning a session in a browser, for as long as a request with
    /// it may be under way.
    pub(crate) async fn block(
        &self,
        block: SessionId,
        user: &EncodedId,
        now: Timestamp,
    ) -> Result<(), LoginError> {
        let until = now.plus(IN_FLIGHT);
        if let Some(store) = self.store.as_deref() {
            self.keep_block(store, block, user, seconds(until)).await?;
        }
        let why = SessionEnd::Superseded;
        self.ledger
            .end(self.ledger_key(block), self.user(user), why, until, now);
        Ok(())
    }

    /// Keeps the row of a block. Of one user the newest stay: no browser has so many
    /// requests under way.
    async fn keep_block(
        &self,
        store: &dyn SessionStore,
        block: SessionId,
        user: &EncodedId,
        expires: i64,
    ) -> Result<(), LoginError> {
        // They are none of the user's sessions.
        let table = format!("{}/blocks", self.table);
        let stored = StoredSession {
            key: StoreKey::of_id(block),
            user: StoreKey::of_user(&self.namespace, &table, user),
            expires,
            revision: 0,
            value: Row::Ended.write(),
        };
        store.delete(&stored.key).await.map_err(failed)?;
        store.create(&stored).await.map_err(failed)?;
        let blocks = store.of_user(&stored.user, MOST_BLOCKS * 2).await;
        let mut blocks = blocks.map_err(failed)?;
        blocks.sort_by_key(|block| Reverse((block.expires, block.key == stored.key)));
        for surplus in blocks.iter().skip(MOST_BLOCKS) {
            store.delete(&surplus.key).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn is_blocked(&self, block: SessionId, now: Timestamp) -> Result<bool, LoginError> {
        if self.end_of(block, now).is_some() {
            return Ok(true);
        }
        let Some(store) = self.store.as_deref() else {
            return Ok(false);
        };
        let found = store.load(&StoreKey::of_id(block)).await.map_err(failed)?;
        Ok(found.is_some_and(|found| found.expires > seconds(now)))
    }

    /// The session that a token may have begun under this id.
    pub(crate) fn named_by_legacy(&self, id: SessionId, user: &EncodedId, now: Timestamp) -> Named {
        Named {
            id,
            user: user.clone(),
            until: now.plus(self.limits.lifetime),
        }
    }
}
