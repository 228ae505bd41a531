//! What sessions in memory take.

use std::alloc::System;

use rocket_login::store::{MemoryStore, SessionStore, StoreKey};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::counted::Counted;
use crate::{client, cookie, login_of, of_browser};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

pub(crate) const SESSIONS: u64 = 100_000;

/// Heap bytes per session of a user with an id like this, and the length of what the
/// session is.
pub(crate) async fn of_session(id: i64, is_browser: bool) -> (u64, usize) {
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
    (kept as u64 / SESSIONS, session.value.len())
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
