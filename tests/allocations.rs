//! How often a request of a user asks for memory.

// Where a test meets what it did not expect, it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../benches/common/mod.rs"]
mod common;

use std::alloc::System;

use common::Visit;
use rocket::http::Status;
use rocket::local::asynchronous::Client;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TIMES: usize = 50;

/// The allocations in each of many equal requests.
async fn allocations(client: &Client, visit: &Visit) -> usize {
    // The first ones fill what is kept for the next.
    for _ in 0..3 {
        assert_eq!(visit.send(client).await, Status::Ok);
    }
    let region = Region::new(ALLOCATOR);
    for _ in 0..TIMES {
        visit.send(client).await;
    }
    let change = region.change();
    (change.allocations + change.reallocations) / TIMES
}

/// Beside a guard that believes what a plain cookie says, and has a box for its future
/// and clones the account it finds as well.
///
/// More than that: the state of the request, and Rocket's table of such states; the loader's
/// future; the user, to be shared; the future of `on_response`; two headers, for which Rocket's
/// table of them grows twice; and the name that the handler copies.
const MORE: usize = 10;

#[rocket::async_test]
async fn a_good_session_asks_for_no_more_than_it_has_to() {
    let (with, without) = (common::with().await, common::without().await);
    let [session, _] = common::cookies(&with).await;
    let guarded = allocations(&with, &Visit::get("/account", &session)).await;
    let plain = allocations(&without, &Visit::get("/plain", "user=1")).await;
    let more = guarded - plain;
    assert!(more <= MORE, "{more}");
}
