//! Sessions that go on: seen by a page, confirmed, or kept through a change of the
//! auth hash.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{Client, Digest, Generation, SessionChange, StoreKey};
use crate::sessions::generation::{Chain, Standing};
use crate::sessions::ledger::Fate;
use crate::sessions::record::{Confirmation, Notes};
use crate::sessions::rotated::Rotation;
use crate::sessions::{Decision, LoadedSession, Record, Sessions};

/// How a page's notes were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// There was nothing to note, or the store has it.
    Kept,
    /// There is no store: the token has to carry what has changed.
    Carried,
    /// The session has ended meanwhile, or was renewed.
    Ended,
}

impl Sessions {
    /// Notes what a page says of its session.
    pub(crate) async fn note(
        &self,
        session: &mut LoadedSession,
        notes: &Notes,
        now: Timestamp,
    ) -> Result<Noted, LoginError> {
        let mut is_changed = false;
        // A session from a time without a store is taken over, unless another request has
        // done so, or a logout has ended it.
        let mut is_taken_over = session.revision.is_none() && self.store.is_some();
        let decide = |record: &mut Record| {
            is_changed = record.note(notes, &self.limits, now);
            if std::mem::take(&mut is_taken_over) || is_changed {
                Decision::Write(())
            } else {
                Decision::Keep(())
            }
        };
        if self.change(session, decide).await?.is_none() {
            return Ok(Noted::Ended);
        }
        if self.store.is_some() {
            // Request A loads the record. Request B confirms. Request A reads the record
            // again. Result: the token of A is superseded, and must not be fresh.
            session.standing = session.record.chain.standing(session.presented, now);
            let is_out = session.standing == Standing::Superseded;
            return Ok(if is_out { Noted::Ended } else { Noted::Kept });
        }
        if is_changed {
            let until = self.limits.end(&session.record.session);
            self.registry.extend(StoreKey::of_id(session.id), until);
            return Ok(Noted::Carried);
        }
        Ok(Noted::Kept)
    }

    /// Makes a session fresh, for the person has proved who they are. `false` if it has
    /// ended meanwhile, or was renewed beside this request.
    pub(crate) async fn confirm(
        &self,
        session: &mut LoadedSession,
        identifier: Digest,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, LoginError> {
        let presented = session.presented;
        let Some(presented) = self.rotate_local(session, presented, now) else {
            return Ok(false);
        };
        let decide = |record: &mut Record| match record.confirm(presented, identifier, client, now)
        {
            Confirmation::Rotated => Decision::Write(true),
            Confirmation::Joined => Decision::Keep(true),
            Confirmation::Refused => Decision::Keep(false),
        };
        let is_confirmed = self.change(session, decide).await? == Some(true);
        Ok(is_confirmed && self.goes_on(session, None, now))
    }

    /// Keeps a session through a change of the user's auth hash, which ends all others.
    /// `false` if it has ended meanwhile.
    pub(crate) async fn renew(
        &self,
        session: &mut LoadedSession,
        auth_hash: Digest,
        now: Timestamp,
    ) -> Result<bool, LoginError> {
        let presented = session.presented;
        let Some(presented) = self.rotate_local(session, presented, now) else {
            return Ok(false);
        };
        let decide = |record: &mut Record| {
            if record.renew(presented, auth_hash, now) {
                Decision::Write(true)
            } else {
                Decision::Keep(false)
            }
        };
        let is_renewed = self.change(session, decide).await? == Some(true);
        if !is_renewed || !self.goes_on(session, Some(auth_hash), now) {
            return Ok(false);
        }
        let key = StoreKey::of_id(session.id);
        if let Err(error) = self.delete_others(&session.user, key).await {
            // They know the old auth hash, and are suspended anyway.
            rocket::warn!("The other sessions of a user could not be deleted: {error}.");
        }
        self.announce(&SessionChange::AuthChanged {
            user: self.user(&session.user),
            renewed: Some((key, auth_hash)),
        });
        Ok(true)
    }

    /// Without a store the ledger decides whether the presented token may go on, and the
    /// record is what the token carries. Says on which generation the next one follows.
    fn rotate_local(
        &self,
        session: &mut LoadedSession,
        presented: Generation,
        now: Timestamp,
    ) -> Option<Generation> {
        if self.store.is_some() {
            return Some(presented);
        }
        let newest = match self.ledger.fate(&self.ledger_key(session.id), || now) {
            None => presented,
            Some(Fate::Ended(_)) => return None,
            Some(Fate::Rotated(rotated)) => {
                if rotated.standing(presented, now) == Standing::Superseded {
                    return None;
                }
                presented.max(rotated.newest())
            }
        };
        session.record.chain = Chain::only(newest);
        Some(newest)
    }

    /// The rotation is certain: the request goes on with the new token.
    fn goes_on(
        &self,
        session: &mut LoadedSession,
        renewed: Option<Digest>,
        now: Timestamp,
    ) -> bool {
        session.standing = Standing::Current;
        let goes_on = self.supersede(session, renewed, now);
        session.presented = session.record.chain.current;
        let until = self.limits.end(&session.record.session);
        self.registry.extend(StoreKey::of_id(session.id), until);
        goes_on
    }

    /// Tells the ledger that the present generations supersede earlier ones; `false` if the
    /// session has ended in this process.
    ///
    /// Without a store, confirmations at once make several generations, and all of them
    /// count. A renewal supersedes these as well.
    pub(super) fn supersede(
        &self,
        session: &LoadedSession,
        renewed: Option<Digest>,
        now: Timestamp,
    ) -> bool {
        let record = &session.record;
        let remember = record.remember.as_ref();
        let remember = remember.map(|remember| remember.chain.current);
        let is_alone = self.store.is_some() || renewed.is_some();
        let rotation = Rotation {
            session: if is_alone {
                record.chain.current.before()
            } else {
                session.presented
            },
            remember: remember.map_or(Generation::NONE, Generation::before),
            made: record.chain.current,
            renewed,
        };
        let (key, user) = (self.ledger_key(session.id), self.user(&session.user));
        let until = record.last_copy(&self.limits, now);
        self.ledger.supersede(key, user, rotation, until, now)
    }
}
