//! The begin of a session by a login, and the room that one user has for sessions.

use std::mem::take;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::lock::lock;
use crate::rules::expiry::is_from_the_future;
use crate::session::{Client, EncodedId, Session, SessionEnd, SessionId, StoreKey};
use crate::sessions::access::{Listed, LoadedSession, MAX_RECORDS, TRIES};
use crate::sessions::access::{broken, delete_row, listed, put};
use crate::sessions::end::{Named, end_all, end_listed};
use crate::sessions::home::Sessions;
use crate::sessions::record::Record;
use crate::sessions::remember::Remember;

/// How many of a user's records tokens of Flask-Login or Starlette-Login have begun at most.
const MAX_LEGACY: usize = 20;

/// How many records of failed logins wait for the store at most. Others expire by themselves.
const MAX_WITHDRAWN: usize = 1000;

/// A login that is to begin a session.
pub(crate) struct NewLogin<'a> {
    pub(crate) user: EncodedId,
    pub(crate) session: Session,
    pub(crate) remember: Option<Remember>,
    pub(crate) client: Client,
    /// Whether a record of the user is suspended: it goes first where there are too many.
    pub(crate) is_suspended: &'a (dyn Fn(&Record) -> bool + Sync),
}

/// Begins a session. The sessions that the request's tokens name end after that. If
/// they cannot, the new one is withdrawn.
pub(crate) async fn begin(
    sessions: &Sessions,
    new: NewLogin<'_>,
    replaced: &[Named],
    now: Timestamp,
) -> Result<LoadedSession, LoginError> {
    let is_suspended = new.is_suspended;
    let session = create(sessions, new, now).await?;
    let done = match make_room(sessions, &session, replaced, is_suspended).await {
        Ok(()) => end_all(sessions, replaced, SessionEnd::Replaced).await,
        failed => failed,
    };
    if done.is_err() {
        withdraw(sessions, session.id).await;
    }
    done.map(|()| session)
}

/// Deletes the record of a login that has failed. No browser knows its id: in lists it would be a
/// session that no person has begun. If the store cannot delete it now, the next sweep does.
async fn withdraw(sessions: &Sessions, id: SessionId) {
    let key = StoreKey::of_id(id);
    if delete_row(sessions, key).await.is_err() {
        let mut withdrawn = lock(&sessions.withdrawn);
        if withdrawn.len() < MAX_WITHDRAWN {
            withdrawn.push(key);
        }
    }
}

/// Deletes the records of logins that have failed while the store did.
pub(crate) async fn delete_withdrawn(sessions: &Sessions) {
    // Taken by themselves, so that no lock is held while the store is asked.
    let mut withdrawn = take(&mut *lock(&sessions.withdrawn));
    while let Some(key) = withdrawn.pop() {
        if delete_row(sessions, key).await.is_err() {
            withdrawn.push(key);
            return lock(&sessions.withdrawn).append(&mut withdrawn);
        }
    }
}

async fn create(
    sessions: &Sessions,
    new: NewLogin<'_>,
    now: Timestamp,
) -> Result<LoadedSession, LoginError> {
    let mut record = Record::new(new.session, new.remember, new.client, now);
    record.logged_in_at = login_time(&sessions.last_login, now);
    for _ in 0..TRIES {
        let id = sessions.new_id()?;
        let mut session = LoadedSession::new(id, &new.user, record.clone(), None);
        match try_to_create(sessions, &mut session).await {
            Ok(true) => return Ok(session),
            Ok(false) => {}
            Err(error) => {
                // The store may have kept it all the same.
                withdraw(sessions, session.id).await;
                return Err(error);
            }
        }
    }
    Err(broken())
}

/// Returns a time that no login of this process has had, later than the last one. So of two
/// logins of one millisecond, `max_per_user` ends the older one. A clock that was set back
/// by more than a minute begins anew.
pub(super) fn login_time(last_login: &AtomicU64, clock: Timestamp) -> Timestamp {
    let now = clock.as_millis();
    let after = |last: u64| {
        let is_near = last >= now && !is_from_the_future(Timestamp::from_millis(last), clock);
        if is_near { last + 1 } else { now }
    };
    let last = last_login.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
        Some(after(last))
    });
    let (Ok(last) | Err(last)) = last;
    Timestamp::from_millis(after(last))
}

/// Keeps a new session; `false` if another one has its id.
pub(crate) async fn try_to_create(
    sessions: &Sessions,
    session: &mut LoadedSession,
) -> Result<bool, LoginError> {
    if sessions.store.is_none() {
        return Ok(true);
    }
    let record = session.record.clone();
    put(sessions, session, record).await
}

/// Ends the sessions of a user that a new one leaves no room for.
pub(super) async fn make_room(
    sessions: &Sessions,
    new: &LoadedSession,
    replaced: &[Named],
    is_suspended: &(dyn Fn(&Record) -> bool + Sync),
) -> Result<(), LoginError> {
    let mut listed = listed(sessions, &new.user).await?;
    if listed.is_empty() {
        // The digests below cost a fifth of a login without a store.
        return Ok(());
    }
    let named = replaced.iter().map(|named| StoreKey::of_id(named.id));
    let apart: Vec<_> = named.chain([StoreKey::of_id(new.id)]).collect();
    listed.retain(|listed| !apart.contains(&listed.key));
    let seen = |key: &StoreKey| sessions.seen.get(key);
    let most = sessions.max_per_user;
    let mut surplus = surplus(listed, &new.record, most, is_suspended, &seen);
    // Request A begins a session. Request B begins one. Each finds the other's in the
    // list. Result: the later one stays, and not both are ended. A login of the future is
    // from before the clock was set back.
    let at = new.record.logged_in_at;
    surplus.retain(|Listed { key, record }| {
        let other = record.logged_in_at;
        (other, *key) < (at, StoreKey::of_id(new.id)) || is_from_the_future(other, at)
    });
    end_listed(sessions, &new.user, &surplus, Some(SessionEnd::Revoked)).await
}

/// Returns the records that are too many beside a new one.
///
/// Past the bounds those of another application's tokens go first, then suspended ones,
/// then those that were not seen for longest. The record knows that to a tenth of
/// `idle_timeout`, and this process to the second. Of equal times a session goes first that
/// was never used after its login, and then the older one. Past `max_per_user` the oldest goes.
pub(super) fn surplus(
    mut listed: Vec<Listed>,
    new: &Record,
    max_per_user: Option<usize>,
    is_suspended: &dyn Fn(&Record) -> bool,
    seen: &dyn Fn(&StoreKey) -> Option<Timestamp>,
) -> Vec<Listed> {
    listed.sort_by_cached_key(|Listed { key, record }| {
        let (seen, noted) = (seen(key), record.session.last_seen);
        let is_used = seen.is_some() || noted > record.logged_in_at;
        let last_seen = seen.max(Some(noted));
        let at = record.logged_in_at;
        (
            !record.is_legacy,
            !is_suspended(record),
            last_seen,
            is_used,
            at,
        )
    });
    let most = MAX_LEGACY - usize::from(new.is_legacy);
    let mut surplus = take_past(&mut listed, most, |listed| listed.record.is_legacy);
    surplus.extend(take_past(&mut listed, MAX_RECORDS - 1, |_| true));
    if let Some(max) = max_per_user {
        listed.sort_by_key(|listed| {
            let at = listed.record.logged_in_at;
            (!is_from_the_future(at, new.logged_in_at), at)
        });
        let counts = |listed: &Listed| !is_suspended(&listed.record);
        surplus.extend(take_past(&mut listed, max.saturating_sub(1), counts));
    }
    surplus
}

/// Takes the first of these out, until no more than this many are left.
fn take_past(
    listed: &mut Vec<Listed>,
    most: usize,
    is_one: impl Fn(&Listed) -> bool,
) -> Vec<Listed> {
    let count = listed.iter().filter(|listed| is_one(listed)).count();
    let mut left = count.saturating_sub(most);
    let taken = listed.extract_if(.., |listed| {
        let is_taken = left > 0 && is_one(listed);
        left -= usize::from(is_taken);
        is_taken
    });
    taken.collect()
}
