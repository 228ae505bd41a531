//! The record under requests and tokens, case by case.

mod attempts;
mod begin;
mod confirm;
mod ends;
mod generation;
mod notes;
mod remember;
mod restore;
mod rows;

use std::time::Duration;

use crate::clock::Timestamp;
use crate::rules::expiry::Limits;
use crate::session::{Client, Digest, Generation, Session};
use crate::sessions::Record;
use crate::sessions::generation::Generations;
use crate::sessions::remember::Remember;

const LIMITS: Limits = Limits {
    lifetime: Duration::from_secs(100_000),
    idle_timeout: Duration::from_secs(1000),
    fresh_for: None,
};

/// The digest of the user agent that a remember token was given to.
const AGENT: Digest = Digest([4; 16]);
const OTHER_AGENT: Digest = Digest([5; 16]);

/// When the records of these tests began.
const BEGUN: u64 = 10_000;

pub(super) fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

/// The generation that was made in this second.
pub(super) fn made(secs: u64) -> Generation {
    Generation::first(at(secs))
}

pub(super) fn generations(current: u64, floor: u64) -> Generations {
    Generations {
        current: made(current),
        floor: made(floor),
    }
}

fn session(begun: u64) -> Session {
    Session {
        begun: at(begun),
        expires: at(begun + 100_000),
        last_seen: at(begun),
        fresh_since: Some(at(begun)),
        permanent: false,
        restored: false,
        forced: false,
        identifier: Digest([2; 16]),
        auth_hash: Digest([3; 16]),
    }
}

fn client(user_agent: &str) -> Client {
    Client::new(None, Some(user_agent))
}

fn remember(begun: u64) -> Remember {
    Remember::new(AGENT, at(begun + 1_000_000), at(begun))
}

/// The record of a login without a remember token.
pub(super) fn record_of(begun: u64) -> Record {
    Record::new(session(begun), None, Client::default(), at(begun))
}

/// The record of a login that is to be remembered.
fn record() -> Record {
    Record::new(
        session(BEGUN),
        Some(remember(BEGUN)),
        client("one"),
        at(BEGUN),
    )
}

/// A record whose session token was rotated at this time. The token before is of the
/// login, and is the floor.
fn rotated(secs: u64) -> Record {
    Record {
        generations: generations(secs, BEGUN),
        ..record()
    }
}

fn is_same(one: &Digest, other: &Digest) -> bool {
    one.matches(other)
}
