//! What this process, its sockets and other nodes learn of ends.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{
    Digest, EncodedId, Generation, SessionChange, SessionEnd, SessionId, StoreKey,
};
use crate::sessions::end::IN_FLIGHT;
use crate::sessions::ledger::Fate;
use crate::sessions::row::Row;
use crate::sessions::{LoadedSession, Sessions};
use crate::token::Purpose;

impl Sessions {
    /// Tells sockets, streams and other nodes.
    pub(super) fn announce(&self, change: &SessionChange) {
        self.registry.apply(change);
        if let Some(outbox) = &self.outbox {
            outbox.push(change);
        }
    }

    /// Takes over what another node has announced.
    pub(crate) fn hear(&self, change: &SessionChange) {
        if let SessionChange::Ended { key, user, why } = change {
            self.keep_in_mind(*user, *key, *why);
        }
        self.registry.apply(change);
    }

    /// Notes the end of a session that a store had, and tells of it.
    pub(super) fn note_end(&self, user: StoreKey, key: StoreKey, why: SessionEnd) {
        self.keep_in_mind(user, key, why);
        self.announce(&SessionChange::Ended { key, user, why });
    }

    fn keep_in_mind(&self, user: StoreKey, key: StoreKey, why: SessionEnd) {
        let now = self.clock.now();
        let until = now.plus(IN_FLIGHT);
        self.ledger.end(*key.as_bytes(), user, why, until, now);
    }

    /// Why a session has ended, as far as this process knows.
    pub(crate) fn end_of(&self, id: SessionId, now: Timestamp) -> Option<SessionEnd> {
        self.ledger.end_of(&self.ledger_key(id), now)
    }

    /// The auth hash that a session was renewed with in this process.
    pub(crate) fn renewed(&self, id: SessionId, now: Timestamp) -> Option<Digest> {
        match self.ledger.fate(&self.ledger_key(id), || now)? {
            Fate::Rotated(rotated) => rotated.renewed(),
            Fate::Ended(_) => None,
        }
    }

    /// Ends the sockets of a session whose user is found to have changed. Nothing is
    /// written, and other nodes find out for themselves.
    pub(crate) fn end_sockets(&self, session: &LoadedSession, why: SessionEnd) {
        let (key, user) = (StoreKey::of_id(session.id), self.user(&session.user));
        self.registry.end(key, user, why);
    }

    /// Whether a cookie may still be written: its session has not ended, and has not gone
    /// on beyond this generation. Asked last, when the response is made.
    pub(crate) fn may_write(
        &self,
        id: SessionId,
        purpose: Purpose,
        generation: Generation,
    ) -> bool {
        match self.ledger.fate(&self.ledger_key(id), || self.clock.now()) {
            None => true,
            Some(Fate::Ended(_)) => false,
            Some(Fate::Rotated(rotated)) => rotated.is_newest(purpose, generation),
        }
    }

    /// Reads when the session of a socket ends if no page extends it. `None` if it has
    /// ended, or if there is no store.
    pub(crate) async fn limit_of(
        &self,
        key: StoreKey,
        user: &EncodedId,
    ) -> Result<Option<Timestamp>, LoginError> {
        let Some(store) = self.store.as_deref() else {
            return Ok(None);
        };
        Ok(match self.load(store, key, user).await? {
            Some((Row::Live(record), _)) => Some(self.limits.end(&record.session)),
            Some((Row::Ended, _)) | None => None,
        })
    }
}
