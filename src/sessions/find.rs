//! Finding the session that a token names.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::rules::expiry::{Age, is_from_the_future};
use crate::session::{RememberToken, Session, SessionToken};
use crate::sessions::ledger::Fate;
use crate::sessions::row::Row;
use crate::sessions::{LoadedSession, Record, Sessions, Standing};
use crate::token::{Home, Signed};

/// Why a token that our keys have signed counts as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Expired,
    /// Logged out, revoked, or deleted from the store when it had expired.
    Ended,
    Superseded,
}

impl Sessions {
    /// Finds the session of a token where there is no store, without waiting. `None` where
    /// a store has to be asked.
    pub(crate) fn find_local(
        &self,
        token: &SessionToken,
        now: Timestamp,
    ) -> Option<Result<LoadedSession, Missing>> {
        let carried = token.carried.as_ref().filter(|_| self.store.is_none())?;
        if self.limits.session(&carried.session, now) == Age::Over
            || is_from_the_future(token.generation.made().whole(), now)
        {
            return Some(Err(Missing::Expired));
        }
        let standing = match self.ledger.fate(&self.ledger_key(token.id), || now) {
            None => Standing::Current,
            Some(Fate::Rotated(rotated)) => rotated.standing(token.generation, now),
            Some(Fate::Ended(_)) => return Some(Err(Missing::Ended)),
        };
        if standing == Standing::Superseded {
            return Some(Err(Missing::Superseded));
        }
        Some(Ok(LoadedSession {
            id: token.id,
            user: token.user.clone(),
            record: Record::carried(carried, token.generation),
            presented: token.generation,
            standing,
            revision: None,
        }))
    }

    /// Finds the session of a token, in the store if there is one.
    ///
    /// A session from a time without a store is taken over under its id once a page notes
    /// something of it, so that requests at once meet in one record.
    pub(crate) async fn find(
        &self,
        signed: &Signed<SessionToken>,
        now: Timestamp,
    ) -> Result<Result<LoadedSession, Missing>, LoginError> {
        let token = &signed.value;
        let Some(store) = self.store.as_deref() else {
            return Ok(self.find_local(token, now).unwrap_or(Err(Missing::Ended)));
        };
        let mut session = match self.load(store, token.id, &token.user).await? {
            Some((Row::Live(record), revision)) => self.loaded(token, *record, Some(revision)),
            Some((Row::Ended, _)) => return Ok(Err(Missing::Ended)),
            None => match carried(signed) {
                Some(record) => self.loaded(token, record, None),
                None => return Ok(Err(Missing::Ended)),
            },
        };
        session.standing = session.record.chain.standing(token.generation, now);
        if self.limits.session(&session.record.session, now) == Age::Over {
            Ok(Err(Missing::Expired))
        } else if session.standing == Standing::Superseded {
            Ok(Err(Missing::Superseded))
        } else {
            Ok(Ok(session))
        }
    }

    fn loaded(&self, token: &SessionToken, record: Record, revision: Option<i64>) -> LoadedSession {
        LoadedSession {
            id: token.id,
            user: token.user.clone(),
            record,
            presented: token.generation,
            standing: Standing::Current,
            revision,
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
            Some(store) => self.load(store, token.id, &token.user).await?,
            None => match self.ledger.end_of(&self.ledger_key(token.id), now) {
                Some(_) => return Ok(None),
                None => None,
            },
        };
        let (record, revision) = match found {
            Some((Row::Live(record), revision)) => (*record, Some(revision)),
            None if signed.home == Home::Cookie => (Record::remembered(token, blank.clone()), None),
            Some((Row::Ended, _)) | None => return Ok(None),
        };
        Ok(Some(LoadedSession {
            id: token.id,
            user: token.user.clone(),
            presented: record.chain.current,
            standing: Standing::Current,
            record,
            revision,
        }))
    }
}

/// The record of a session from a time without a store, which has no row yet.
fn carried(signed: &Signed<SessionToken>) -> Option<Record> {
    let carried = signed.value.carried.as_ref()?;
    let is_from_before = signed.home == Home::Cookie;
    is_from_before.then(|| Record::carried(carried, signed.value.generation))
}
