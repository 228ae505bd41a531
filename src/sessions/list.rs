//! The sessions of a user: listed and revoked.

use std::cmp::Reverse;

use crate::error::{LoginError, LoginErrorKind};
use crate::session::{EncodedId, SessionChange, SessionEnd, StoreKey};
use crate::sessions::access::{Listed, failed, listed, load_live};
use crate::sessions::end::end_listed;
use crate::sessions::home::Sessions;
use crate::sessions::info::SessionInfo;
use crate::sessions::record::Record;
use crate::store::SessionStore;
use crate::token::Keyring;

/// Lists a user's sessions, the last seen first, without those that are suspended.
pub(crate) async fn list(
    sessions: &Sessions,
    user: &EncodedId,
    current: Option<StoreKey>,
    is_suspended: impl Fn(&Record) -> bool,
) -> Result<Vec<SessionInfo>, LoginError> {
    listable(sessions)?;
    let mut listed = listed(sessions, user).await?;
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
) -> Result<bool, LoginError> {
    listable(sessions)?;
    let Some((record, _)) = load_live(sessions, key, user).await? else {
        return Ok(false);
    };
    let listed = [Listed { key, record }];
    end_listed(sessions, user, &listed, Some(SessionEnd::Revoked)).await?;
    Ok(true)
}

/// Ends all sessions of a user, with their sockets, and says how many.
pub(crate) async fn revoke_all(
    sessions: &Sessions,
    user: &EncodedId,
    why: SessionEnd,
) -> Result<usize, LoginError> {
    let store = listable(sessions)?;
    let listed = listed(sessions, user).await?;
    let (count, now) = (listed.len(), sessions.clock.now());
    let predates = |listed: &Listed| listed.key.predates_store();
    let (before, listed): (Vec<_>, Vec<_>) = listed.into_iter().partition(predates);
    end_listed(sessions, user, &before, Some(why)).await?;
    let deleted = store.delete_of_user(&sessions.user(user)).await;
    deleted.map_err(failed)?;
    for Listed { key, .. } in listed {
        sessions.note_end(*key.as_bytes(), key, user, why, now);
    }
    Ok(count)
}

/// Ends all sessions of a user but one, and says how many.
pub(crate) async fn revoke_others(
    sessions: &Sessions,
    user: &EncodedId,
    staying: StoreKey,
) -> Result<usize, LoginError> {
    listable(sessions)?;
    let mut listed = listed(sessions, user).await?;
    let before = listed.len();
    listed.retain(|listed| listed.key != staying);
    if listed.len() == before {
        // A request without a session of its own would end that of its browser.
        return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
    }
    end_listed(sessions, user, &listed, Some(SessionEnd::Revoked)).await?;
    Ok(listed.len())
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

/// Returns the store, without which sessions cannot be listed.
pub(crate) fn listable(sessions: &Sessions) -> Result<&dyn SessionStore, LoginError> {
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
