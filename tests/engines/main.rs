//! Sessions in real databases, which the tests start themselves, on free ports and in
//! temporary folders. They need what Debian's packages `redis-server`, `postgresql` and
//! `pgbouncer` install, and in `ROCKET_LOGIN_REDIS_6` what `scripts/redis-6` prints.

// Where a test meets what it did not expect, it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod attempts;
mod held;
mod nodes;
mod postgres;
mod process;
mod redis;
mod sessions;
mod sqlite;

#[path = "../../examples/demo/main.rs"]
mod demo;
#[path = "../integration/held/forms.rs"]
mod forms;
#[allow(dead_code)] // Most of it is for other tests.
#[path = "../integration/wire.rs"]
mod wire;
