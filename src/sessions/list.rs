//! The sessions of a user: listed, revoked, and kept few.

use std::cmp::Reverse;

use crate::error::{LoginError, LoginErrorKind};
use crate::session::{EncodedId, SessionChange, SessionEnd, StoreKey};
use crate::sessions::room::MOST;
use crate::sessions::row::Row;
use crate::sessions::{Record, SessionInfo, Sessions, failed, read, seconds};
use crate::store::{SessionStore, StoredSession};
use crate::token::Keyring;

/// How many are read at most: parallel logins may begin some more.
const LISTED: usize = MOST + 100;

/// A record of a user, found in a list.
pub(super) struct Listed {
    pub(super) key: StoreKey,
    pub(super) record: Record,
}

impl Sessions {
    /// Lists a user's sessions, the last seen first, without those that are suspended.
    pub(crate) async fn list(
        &self,
        user: &EncodedId,
        current: Option<StoreKey>,
        is_suspended: impl Fn(&Record) -> bool,
    ) -> Result<Vec<SessionInfo>, LoginError> {
        let mut listed = self.listed(self.needed_store()?, user).await?;
        listed.retain(|listed| !is_suspended(&listed.record));
        let info = |listed: &Listed| SessionInfo::new(listed.key, &listed.record, current);
        let mut infos: Vec<_> = listed.iter().map(info).collect();
        infos.sort_by_key(|info| Reverse((info.last_seen(), info.logged_in_at())));
        Ok(infos)
    }

    /// Ends one session of a user, with its sockets; `false` if there is none.
    pub(crate) async fn revoke(
        &self,
        user: &EncodedId,
        key: StoreKey,
        why: SessionEnd,
    ) -> Result<bool, LoginError> {
        let store = self.needed_store()?;
        let Some((Row::Live(record), _)) = self.load(store, key, user).await? else {
            return Ok(false);
        };
        let listed = Listed {
            key,
            record: *record,
        };
        let ended = self.end_listed(store, self.user(user), &listed, why).await;
        ended.map(|()| true)
    }

    /// Ends all sessions of a user, with their sockets, and says how many.
    pub(crate) async fn revoke_all(
        &self,
        user: &EncodedId,
        why: SessionEnd,
    ) -> Result<usize, LoginError> {
        let (store, owner) = (self.needed_store()?, self.user(user));
        let rows = store.of_user(&owner, LISTED).await.map_err(failed)?;
        let keeps_ends = rows.iter().any(|row| row.key.predates_store());
        let listed = self.live(rows);
        if keeps_ends {
            for listed in &listed {
                self.end_listed(store, owner, listed, why).await?;
            }
            return Ok(listed.len());
        }
        store.delete_of_user(&owner).await.map_err(failed)?;
        for listed in &listed {
            self.note_end(owner, listed.key, why);
        }
        Ok(listed.len())
    }

    /// Ends all sessions of a user but one, and says how many.
    pub(crate) async fn revoke_others(
        &self,
        user: &EncodedId,
        staying: StoreKey,
    ) -> Result<usize, LoginError> {
        let store = self.needed_store()?;
        let (owner, mut listed) = (self.user(user), self.listed(store, user).await?);
        let before = listed.len();
        listed.retain(|listed| listed.key != staying);
        if listed.len() == before {
            // A request without a session of its own would end that of its browser.
            return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
        }
        for listed in &listed {
            self.end_listed(store, owner, listed, SessionEnd::Revoked)
                .await?;
        }
        Ok(listed.len())
    }

    /// Deletes all records of a user but one, whose sockets are told otherwise.
    pub(super) async fn delete_others(
        &self,
        user: &EncodedId,
        staying: StoreKey,
    ) -> Result<(), LoginError> {
        let Some(store) = self.store.as_deref() else {
            return Ok(());
        };
        let (owner, now) = (self.user(user), self.clock.now());
        for listed in self.listed(store, user).await? {
            if listed.key != staying {
                let until = listed.record.last_copy(&self.limits, now);
                self.delete(store, listed.key, owner, until, now).await?;
            }
        }
        Ok(())
    }

    /// Ends the sessions of a user whose auth hash has changed elsewhere.
    pub(crate) async fn auth_changed(&self, user: &EncodedId) -> Result<(), LoginError> {
        self.announce(&SessionChange::AuthChanged {
            user: self.user(user),
            renewed: None,
        });
        if self.store.is_some() {
            self.revoke_all(user, SessionEnd::AuthHashChanged).await?;
        }
        Ok(())
    }

    pub(super) async fn end_listed(
        &self,
        store: &dyn SessionStore,
        owner: StoreKey,
        listed: &Listed,
        why: SessionEnd,
    ) -> Result<(), LoginError> {
        let now = self.clock.now();
        let until = listed.record.last_copy(&self.limits, now);
        self.delete(store, listed.key, owner, until, now).await?;
        self.note_end(owner, listed.key, why);
        Ok(())
    }

    /// The records of a user that have neither ended nor expired.
    pub(super) async fn listed(
        &self,
        store: &dyn SessionStore,
        user: &EncodedId,
    ) -> Result<Vec<Listed>, LoginError> {
        let found = store.of_user(&self.user(user), LISTED).await;
        Ok(self.live(found.map_err(failed)?))
    }

    fn live(&self, rows: Vec<StoredSession>) -> Vec<Listed> {
        let now = seconds(self.clock.now());
        let live = rows.into_iter().filter(|row| row.expires > now);
        let live = live.filter_map(|row| match read(&row)? {
            Row::Live(record) => Some(Listed {
                key: row.key,
                record: *record,
            }),
            Row::Ended => None,
        });
        live.collect()
    }

    /// These sessions, if a store can list them.
    pub(crate) fn listable(&self) -> Result<&Self, LoginError> {
        self.needed_store().map(|_| self)
    }

    fn needed_store(&self) -> Result<&dyn SessionStore, LoginError> {
        self.store.as_deref().ok_or_else(without_a_store)
    }
}

/// Whether a record knows another auth hash than its user has now.
pub(crate) fn is_suspended_under<'a>(
    keys: &'a Keyring,
    auth_hash: &'a [u8],
) -> impl Fn(&Record) -> bool + Sync + 'a {
    |record| !keys.is_auth_hash(&record.session.auth_hash, auth_hash)
}

/// Explains why there is no list of sessions without a store.
fn without_a_store() -> LoginError {
    rocket::error!("There is no list of sessions: they live in cookies.");
    rocket::error_!("Set `session.store`, or give a store to `LoginFairing::session_store()`.");
    LoginError::new(LoginErrorKind::NoStore)
}
