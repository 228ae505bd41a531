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

use rocket_login::store::{StoreKey, StoreResult, StoredSession};

const FAR: i64 = 2_000_000_000;

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

fn session(number: u8, user: u8) -> StoredSession {
    StoredSession {
        key: key(number),
        user: key(user),
        expires: FAR,
        revision: 0,
        value: vec![number, user],
    }
}

/// What the server calls the record of a session.
fn record(number: u8) -> String {
    format!("{{rocket_login}}:s:{}", format!("{number:02x}").repeat(16))
}

/// What it calls the set of a user.
fn set(user: u8) -> String {
    format!("{{rocket_login}}:u:{}", format!("{user:02x}").repeat(16))
}

/// What it calls a counter.
fn counter(number: u8) -> String {
    format!("{{rocket_login}}:c:{}", format!("{number:02x}").repeat(16))
}

#[track_caller]
fn error<T: std::fmt::Debug>(result: StoreResult<T>) -> String {
    result.unwrap_err().to_string()
}
