//! Sessions for a store to keep.

use std::time::{Duration, Instant};

use rocket_login::store::{SessionStore, StoreKey, StoredSession};

/// The time that no call may exceed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(7);

pub(crate) fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

pub(crate) fn session(number: u8, user: u8) -> StoredSession {
    StoredSession {
        key: key(number),
        user: key(user),
        expires: 2_000_000_000,
        revision: 0,
        value: vec![number, user],
    }
}

/// Every method fails, and none takes too long. They are called at once.
#[track_caller]
pub(crate) fn assert_each_failed(failed: Vec<(&'static str, Option<String>, Duration)>) {
    for (method, error, took) in failed {
        assert!(error.is_some(), "`{method}` has not failed");
        assert!(took < PATIENCE, "`{method}` took {took:?}");
    }
}

/// The answer of each method about a session that is there.
pub(crate) async fn call_each(
    store: &impl SessionStore,
    kept: &StoredSession,
) -> Vec<(&'static str, Option<String>, Duration)> {
    let other = session(200, 200);
    let started = Instant::now();
    let after = |error: Option<String>| (error, started.elapsed());
    let said = rocket::tokio::join!(
        async { after(text(store.load(&kept.key).await)) },
        async { after(text(store.of_user(&kept.user, 1000).await)) },
        async { after(text(store.create(&other).await)) },
        async { after(text(store.save(&other).await)) },
        async { after(text(store.delete(&other.key).await)) },
        async { after(text(store.delete_of_user(&other.user).await)) },
        async { after(text(store.delete_expired(0, 10).await)) },
        async { after(text(store.count(&other.key, 1, 0, i64::MAX).await)) },
        async { after(text(store.publish("told").await)) },
    );
    let said = [
        ("load", said.0),
        ("of_user", said.1),
        ("create", said.2),
        ("save", said.3),
        ("delete", said.4),
        ("delete_of_user", said.5),
        ("delete_expired", said.6),
        ("count", said.7),
        ("publish", said.8),
    ];
    said.map(|(method, (error, took))| (method, error, took))
        .into()
}

fn text<T>(result: rocket_login::store::StoreResult<T>) -> Option<String> {
    result.err().map(|error| error.to_string())
}
