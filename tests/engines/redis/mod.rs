//! Sessions in Redis.

mod away;
mod connect;
mod counters;
mod full;
mod lost;
mod operations;
pub(crate) mod server;
mod signals;
mod spoilt;
pub(crate) mod way;

use rocket_login::store::StoreResult;

use crate::sessions::{key, session};

const FAR: i64 = 2_000_000_000;

/// The key of the record of a session on the server.
fn record(number: u8) -> String {
    format!("{{rocket_login}}:s:{}", format!("{number:02x}").repeat(16))
}

/// The key of the set of a user.
fn set(user: u8) -> String {
    format!("{{rocket_login}}:u:{}", format!("{user:02x}").repeat(16))
}

/// The key of a counter.
fn counter(number: u8) -> String {
    format!("{{rocket_login}}:c:{}", format!("{number:02x}").repeat(16))
}

#[track_caller]
fn error<T: std::fmt::Debug>(result: StoreResult<T>) -> String {
    result.unwrap_err().to_string()
}
