//! The memory that sessions take.

use std::alloc::System;
use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};

use rocket_login::store::{MemoryStore, SessionStore, StoreKey};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::counted::Counted;
use crate::{client, cookie, login_of, of_browser};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

pub(crate) const SESSIONS: u64 = 1_000_000;

/// The cost of many sessions.
pub(crate) struct Cost {
    /// Bytes of heap per session.
    pub(crate) bytes: u64,
    /// How many of them are the session itself.
    pub(crate) value: usize,
    /// For how long others had to wait at once while all of them expired.
    pub(crate) stall: Duration,
}

/// Of users with an id like this.
pub(crate) async fn of_sessions(id: i64, is_browser: bool) -> Cost {
    let counted = Counted::new(Box::new(MemoryStore::default()));
    let client = client(Some(counted.clone())).await;
    let request = login_of(&client, id);
    cookie(if is_browser {
        of_browser(request)
    } else {
        request
    })
    .await;
    let mut session = counted.last();
    let store = MemoryStore::default();
    let region = Region::new(ALLOCATOR);
    for number in 0..SESSIONS {
        session.key = key(2 * number);
        session.user = key(2 * number + 1);
        // A hundred logins per second.
        session.expires += i64::from(number % 100 == 0);
        assert!(store.create(&session).await.unwrap());
    }
    let change = region.change();
    let kept = change.bytes_allocated - change.bytes_deallocated;
    Cost {
        bytes: kept as u64 / SESSIONS,
        value: session.value.len(),
        stall: stall(&store).await,
    }
}

/// The longest that the store kept its thread while it forgot all sessions.
async fn stall(store: &MemoryStore) -> Duration {
    let mut sweeping = pin!(store.delete_expired(i64::MAX, usize::MAX));
    let mut longest = Duration::ZERO;
    let swept = poll_fn(|context| {
        let start = Instant::now();
        let polled = sweeping.as_mut().poll(context);
        longest = longest.max(start.elapsed());
        polled
    });
    assert_eq!(swept.await.unwrap() as u64, SESSIONS);
    longest
}

/// As good as random, which real ones are.
fn key(number: u64) -> StoreKey {
    let scatter = |number: u64| {
        let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u128::from(number ^ (number >> 31))
    };
    let bits = scatter(number) << 64 | scatter(!number);
    StoreKey::from_bytes(bits.to_be_bytes())
}
