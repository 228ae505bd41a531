//! The sessions of a user: listed and revoked.

use std::cmp::Reverse;

use crate::error::{LoginError, LoginErrorKind};
use crate::session::{EncodedId, SessionChange, SessionEnd, StoreKey};
use crate::sessions::access::{Listed, failed, load_live, read, seconds};
use crate::sessions::end::{delete_listed, end_listed};
use crate::sessions::home::Sessions;
use crate::sessions::info::SessionInfo;
use crate::sessions::record::Record;
use crate::sessions::row::Row;
use crate::store::{SessionStore, StoredSession};
use crate::token::Keyring;

/// How many records a user has at most.
pub(super) const MAX_RECORDS: usize = 1000;

/// How many are read at most: parallel logins may begin some more.
const LISTED: usize = MAX_RECORDS + 100;

/// Lists a user's sessions, the last seen first, without those that are suspended.
pub(crate) async fn list(
    sessions: &Sessions,
    user: &EncodedId,
    current: Option<StoreKey>,
    is_suspended: impl Fn(&Record) -> bool,
) -> Result<Vec<SessionInfo>, LoginError> {
    let mut listed = listed(sessions, needed_store(sessions)?, user).await?;
    listed.retain(|listed| !is_suspended(&listed.record));
    let info = |listed: &Listed| SessionInfo::new(listed.key, &listed.record, current);
    let mut infos: Vec<_> = listed.iter().map(info).collect();
    infos.sort_by_key(|info| Reverse((info.last_seen(), info.logged_in_at())));
    Ok(infos)
}

/// Ends one session of a user, with its sockets; `false` if there is none.
pub(crate) async fn revoke(
    sessions: &Sessions,
    user: &EncodedId,
    key: StoreKey,
    why: SessionEnd,
) -> Result<bool, LoginError> {
    let store = needed_store(sessions)?;
    let Some((record, _)) = load_live(sessions, store, key, user).await? else {
        return Ok(false);
    };
    let listed = Listed { key, record };
    let ended = end_listed(sessions, store, sessions.user(user), &listed, why);
    ended.await.map(|()| true)
}

/// Ends all sessions of a user, with their sockets, and says how many.
pub(crate) async fn revoke_all(
    sessions: &Sessions,
    user: &EncodedId,
    why: SessionEnd,
) -> Result<usize, LoginError> {
    let (store, owner) = (needed_store(sessions)?, sessions.user(user));
    let rows = store.of_user(&owner, LISTED).await.map_err(failed)?;
    let keeps_ends = rows.iter().any(|row| row.key.predates_store());
    let listed = live(sessions, rows);
    if !keeps_ends {
        store.delete_of_user(&owner).await.map_err(failed)?;
    }
    for listed in &listed {
        if keeps_ends {
            end_listed(sessions, store, owner, listed, why).await?;
        } else {
            let now = sessions.clock.now();
            sessions.note_end(*listed.key.as_bytes(), listed.key, owner, why, now);
        }
    }
    Ok(listed.len())
}

/// Ends all sessions of a user but one, and says how many.
pub(crate) async fn revoke_others(
    sessions: &Sessions,
    user: &EncodedId,
    staying: StoreKey,
) -> Result<usize, LoginError> {
    let store = needed_store(sessions)?;
    let (owner, mut listed) = (sessions.user(user), listed(sessions, store, user).await?);
    let before = listed.len();
    listed.retain(|listed| listed.key != staying);
    if listed.len() == before {
        // A request without a session of its own would end that of its browser.
        return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
    }
    for listed in &listed {
        end_listed(sessions, store, owner, listed, SessionEnd::Revoked).await?;
    }
    Ok(listed.len())
}

/// Deletes all records of a user but one, whose sockets are told otherwise.
pub(super) async fn delete_others(
    sessions: &Sessions,
    user: &EncodedId,
    staying: StoreKey,
) -> Result<(), LoginError> {
    let Some(store) = sessions.store.as_deref() else {
        return Ok(());
    };
    let owner = sessions.user(user);
    for listed in listed(sessions, store, user).await? {
        if listed.key != staying {
            delete_listed(sessions, store, owner, &listed).await?;
        }
    }
    Ok(())
}

/// Ends the sessions of a user whose auth hash has changed elsewhere.
pub(crate) async fn auth_changed(sessions: &Sessions, user: &EncodedId) -> Result<(), LoginError> {
    sessions.announce(&SessionChange::AuthChanged {
        user: sessions.user(user),
        renewed: None,
    });
    if sessions.store.is_some() {
        revoke_all(sessions, user, SessionEnd::AuthHashChanged).await?;
    }
    Ok(())
}

/// Reads the records of a user that have neither ended nor expired.
pub(super) async fn listed(
    sessions: &Sessions,
    store: &dyn SessionStore,
    user: &EncodedId,
) -> Result<Vec<Listed>, LoginError> {
    let found = store.of_user(&sessions.user(user), LISTED).await;
    Ok(live(sessions, found.map_err(failed)?))
}

fn live(sessions: &Sessions, rows: Vec<StoredSession>) -> Vec<Listed> {
    let now = seconds(sessions.clock.now());
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

/// Returns these sessions, if a store can list them.
pub(crate) fn listable(sessions: &Sessions) -> Result<&Sessions, LoginError> {
    needed_store(sessions).map(|_| sessions)
}

fn needed_store(sessions: &Sessions) -> Result<&dyn SessionStore, LoginError> {
    sessions.store.as_deref().ok_or_else(|| {
        rocket::error!("There is no list of sessions: they live in cookies.");
        rocket::error_!("Set `session.store`, or give a store to `LoginFairing::session_store()`.");
        LoginError::new(LoginErrorKind::NoStore)
    })
}

/// Says whether a record knows another auth hash than its user has now.
pub(crate) fn is_suspended_under<'a>(
    keys: &'a Keyring,
    auth_hash: &'a [u8],
) -> impl Fn(&Record) -> bool + Sync + 'a {
    |record| !keys.is_auth_hash(&record.session.auth_hash, auth_hash)
}
