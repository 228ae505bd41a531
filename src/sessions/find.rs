//! Finding the session that a token names.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::event::Refused;
use crate::rules::expiry::is_from_the_future;
use crate::session::{RememberToken, Session, SessionToken, StoreKey};
use crate::sessions::ledger::Fate;
use crate::sessions::row::Row;
use crate::sessions::{LoadedSession, Record, Sessions, Standing};
use crate::token::{Home, Purpose, Signed};

impl Sessions {
    /// Finds the session of a token where there is no store, without waiting. `None` where
    /// a store has to be asked.
    pub(crate) fn find_local(
        &self,
        token: &SessionToken,
        now: Timestamp,
    ) -> Option<Result<LoadedSession, Refused>> {
        let carried = token.carried.as_ref().filter(|_| self.store.is_none())?;
        if self.limits.is_over(&carried.session, now)
            || is_from_the_future(token.generation.made().whole(), now)
        {
            return Some(Err(Refused::Expired));
        }
        let standing = match self.ledger.fate(&self.ledger_key(token.id), || now) {
            None => Standing::Current,
            Some(Fate::Rotated(rotated)) => rotated.standing(token.generation, now),
            Some(Fate::Ended(_)) => return Some(Err(Refused::Ended)),
        };
        if standing == Standing::Superseded {
            return Some(Err(Refused::Replaced));
        }
        let record = Record::carried(carried, token.generation);
        let mut session = LoadedSession::new(token.id, &token.user, record, None);
        session.standing = standing;
        Some(Ok(session))
    }

    /// Finds the session of a token, in the store if there is one.
    ///
    /// A session from a time without a store is taken over under its id once a page notes
    /// something of it, so that requests at once meet in one record.
    pub(crate) async fn find(
        &self,
        signed: &Signed<SessionToken>,
        now: Timestamp,
    ) -> Result<Result<LoadedSession, Refused>, LoginError> {
        let token = &signed.value;
        let Some(store) = self.store.as_deref() else {
            return Ok(self.find_local(token, now).unwrap_or(Err(Refused::Ended)));
        };
        let key = StoreKey::of_id(token.id);
        let (record, revision) = match self.load(store, key, &token.user).await? {
            Some((Row::Live(record), revision)) => (*record, Some(revision)),
            Some((Row::Ended, _)) => return Ok(Err(Refused::Ended)),
            None => match carried(signed) {
                Some(record) => (record, None),
                None => return Ok(Err(Refused::Ended)),
            },
        };
        let mut session = LoadedSession::new(token.id, &token.user, record, revision);
        session.presented = token.generation;
        session.standing = session.record.chain.standing(token.generation, now);
        if self.limits.is_over(&session.record.session, now) {
            Ok(Err(Refused::Expired))
        } else if session.standing == Standing::Superseded {
            Ok(Err(Refused::Replaced))
        } else {
            Ok(Ok(session))
        }
    }

    /// Finds the record of a remember token; `None` if it has ended. `blank` is the session
    /// to begin, for a record that no store has.
    pub(crate) async fn find_remembered(
        &self,
        signed: &Signed<RememberToken>,
        blank: &Session,
        now: Timestamp,
    ) -> Result<Option<LoadedSession>, LoginError> {
        let token = &signed.value;
        let found = match self.store.as_deref() {
            Some(store) => {
                let key = StoreKey::of_id(token.id);
                self.load(store, key, &token.user).await?
            }
            None => match self.ledger.fate(&self.ledger_key(token.id), || now) {
                Some(Fate::Ended(_)) => return Ok(None),
                Some(Fate::Rotated(rotated))
                    if !rotated.is_newest(Purpose::Remember, token.generation) =>
                {
                    return Ok(None);
                }
                Some(Fate::Rotated(_)) | None => None,
            },
        };
        let (record, revision) = match found {
            Some((Row::Live(record), revision)) => (*record, Some(revision)),
            None if signed.home == Home::Cookie => (Record::remembered(token, blank.clone()), None),
            Some((Row::Ended, _)) | None => return Ok(None),
        };
        let session = LoadedSession::new(token.id, &token.user, record, revision);
        Ok(Some(session))
    }
}

/// The record of a session from a time without a store, which has no row yet.
fn carried(signed: &Signed<SessionToken>) -> Option<Record> {
    let carried = signed.value.carried.as_ref()?;
    let is_from_before = signed.home == Home::Cookie;
    is_from_before.then(|| Record::carried(carried, signed.value.generation))
}
