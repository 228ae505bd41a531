//! Counters of attempts to log in: in the store, or in this process where no store counts.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::rules::attempts::{Place, Subject, Window};
use crate::session::StoreKey;
use crate::sessions::access::{broken, failed, seconds};
use crate::sessions::home::Sessions;
use crate::store::SessionStore;

/// An attempt that is counted in one place. It can be taken back there, and nowhere else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    key: StoreKey,
    window: Window,
}

/// Counts an attempt, if the place has had fewer than `limit` in its window. Otherwise the
/// attempt is not counted, and the time until the window ends is returned.
pub(crate) async fn count(
    sessions: &Sessions,
    place: Place,
    (limit, length): (u32, u32),
    now: Timestamp,
) -> Result<Result<Counted, Duration>, LoginError> {
    let window = place.window(length, now);
    let word: &[u8] = match place.subject {
        Subject::Name => b"name",
        Subject::Address => b"address",
        Subject::Browser => b"browser",
    };
    let (number, begin) = (place.number.to_be_bytes(), window.begin.to_be_bytes());
    let (namespace, table) = (&sessions.namespace, &sessions.table);
    let key = StoreKey::of_counter(namespace, table, [word, &number, &begin]);
    let counted = Counted { key, window };
    if add(sessions, &counted, 1, now).await? <= u64::from(limit) {
        return Ok(Ok(counted));
    }
    take_back(sessions, &counted, now).await;
    let left = window.end.saturating_sub(seconds(now));
    Ok(Err(Duration::from_secs(left.max(1).unsigned_abs())))
}

/// Takes an attempt back. If the store fails, the attempt stays counted: a right password must
/// not be refused for that.
pub(crate) async fn take_back(sessions: &Sessions, counted: &Counted, now: Timestamp) {
    if let Err(error) = add(sessions, counted, -1, now).await {
        rocket::warn!("An attempt to log in stays counted, since the store fails: {error}.");
    }
}

/// Returns whether the store counts attempts, and with it all nodes together.
pub(crate) async fn store_counts(sessions: &Sessions) -> bool {
    match &sessions.store {
        // Nothing is added. A store that fails may count later.
        Some(store) => !matches!(store.count(&StoreKey::FIRST, 0, 0, 0).await, Ok(None)),
        None => false,
    }
}

async fn add(
    sessions: &Sessions,
    counted: &Counted,
    by: i64,
    now: Timestamp,
) -> Result<u64, LoginError> {
    let (now, end) = (seconds(now), counted.window.end);
    if let Some(store) = &sessions.store
        && let Some(count) = store
            .count(&counted.key, by, now, end)
            .await
            .map_err(failed)?
    {
        return Ok(count);
    }
    let count = sessions.counters.count(&counted.key, by, now, end).await;
    count.map_err(failed)?.ok_or_else(broken)
}
