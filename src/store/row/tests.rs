use std::time::Duration;

use super::*;
use crate::session::{Digest, TokenId, UserKey};

fn session() -> Session {
    Session {
        id: TokenId([1; 16]),
        user: UserKey::from_bytes(b"\x01"),
        issued: Timestamp::from_secs(100),
        expires: Timestamp::from_secs(900),
        last_seen: Timestamp::from_secs(100),
        fresh_since: Some(Timestamp::from_secs(100)),
        permanent: false,
        restored: false,
        forced: false,
        identifier: Digest([0; 16]),
        auth_hash: Digest([0; 16]),
    }
}

#[test]
fn it_comes_back_as_it_was() {
    let client = Client::new("2001:db8::1".parse().ok(), Some("curl/8"));
    let row = Row::new(&session(), &client);
    assert_eq!(Row::read(&row.write().unwrap()), Some(row));
}

#[test]
fn what_is_of_another_version_or_spoilt_is_not_read() {
    let mut value = Row::new(&session(), &Client::default()).write().unwrap();
    assert_eq!(Row::read(&value[..value.len() - 1]), None);
    value[0] = 2;
    assert_eq!(Row::read(&value), None);
    assert_eq!(Row::read(&[]), None);
    assert_eq!(Row::read(&[VERSION, 0xff]), None);
    value[0] = VERSION;
    value.push(0);
    assert_eq!(Row::read(&value), None);
}

const LIMITS: Limits = Limits {
    lifetime: Duration::from_secs(800),
    idle_timeout: Duration::from_secs(200),
    fresh_for: None,
};

fn noted(mut row: Row, seen: u64, fresh_since: Option<u64>) -> Session {
    let mut session = session();
    session.last_seen = Timestamp::from_secs(seen);
    session.fresh_since = fresh_since.map(Timestamp::from_secs);
    row.note(&session, &LIMITS);
    let mut copy = self::session();
    row.apply(&mut copy);
    copy
}

#[test]
fn it_knows_better_than_a_token() {
    let row = Row::new(&session(), &Client::default());
    let copy = noted(row, 250, None);
    assert_eq!(copy.last_seen, Timestamp::from_secs(250));
    assert_eq!(copy.fresh_since, None);
}

#[test]
fn it_is_seen_once_per_half_window() {
    let row = Row::new(&session(), &Client::default());
    let last_seen = |seen| noted(row.clone(), seen, Some(100)).last_seen.as_secs();
    assert_eq!((last_seen(199), last_seen(200)), (100, 200));
    assert_eq!(last_seen(50), 100);
}

#[test]
fn freshness_that_was_taken_does_not_come_back() {
    let mut row = Row::new(&session(), &Client::default());
    row.fresh_since = None;
    assert_eq!(noted(row, 250, Some(100)).fresh_since, None);
}

#[test]
fn its_end_is_kept_as_long_as_a_copy_of_its_token_counts() {
    let mut row = Row::new(&session(), &Client::default());
    let last_breath = |row: &Row, now| {
        let now = Timestamp::from_secs(now);
        row.last_breath(&LIMITS, now).as_secs()
    };
    assert_eq!(last_breath(&row, 300), 500);
    assert_eq!(last_breath(&row, 800), 900);
    row.permanent = true;
    assert_eq!(last_breath(&row, 300), 900);
}

#[test]
fn a_user_agent_is_capped_between_characters() {
    let client = Client::new(None, Some(&"ü".repeat(300)));
    assert_eq!(client.user_agent.unwrap(), "ü".repeat(100));
}
