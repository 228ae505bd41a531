//! Sessions, and compressed and nested values in them.

use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

use super::keys;
use super::vectors::{OTHER_SALT, SECRET, SESSIONS, THEN};
use crate::clock::Timestamp;
use crate::legacy::{LegacySession, MAX_LEN, open_session, sign_sessions};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn open(secret: &str, cookie: &str, now: u64) -> Option<LegacySession> {
    let session = open_session(&keys(secret), cookie)?;
    (!session.is_over(Timestamp::from_secs(now), DAY)).then_some(session)
}

fn opened(cookie: &str, now: u64) -> Option<LegacySession> {
    open(SECRET, cookie, now)
}

fn user(cookie: &str) -> Option<String> {
    opened(cookie, THEN)?.user
}

fn flask(value: &str) -> String {
    let [flask, _] = signed(value);
    flask
}

fn starlette(value: &str) -> String {
    let [_, starlette] = signed(value);
    starlette
}

fn signed(value: &str) -> [String; 2] {
    let then = Timestamp::from_secs(THEN);
    sign_sessions(&keys(SECRET), value, then).unwrap()
}

fn flask_json(json: &str) -> String {
    flask(&BASE64_URL_SAFE_NO_PAD.encode(json))
}

fn flask_compressed(json: &[u8]) -> String {
    let compressed = compress_to_vec_zlib(json, 9);
    flask(&format!(".{}", BASE64_URL_SAFE_NO_PAD.encode(compressed)))
}

#[test]
fn sessions_of_the_originals_are_read() {
    for (secret, id, session) in SESSIONS {
        let now = Timestamp::from_secs(THEN);
        let opened = open(secret, session, THEN).unwrap();
        assert_eq!(opened.user.as_deref(), Some(*id));
        assert_eq!(opened.signed, now);
        assert!(!opened.forgets);
    }
}

#[test]
fn a_logout_is_read() {
    for session in [
        "eyJfcmVtZW1iZXIiOiJjbGVhciJ9.a0nSAA.sMCLL3iIqABa4ndSecaTY5ABnRE",
        "eyJfZnJlc2giOiBmYWxzZSwgIl9yZW1lbWJlciI6ICJjbGVhciJ9.a0nSAA.GJzoyVqysf05RYOiyXeWEU9anL0",
    ] {
        let opened = opened(session, THEN).unwrap();
        assert!(opened.forgets && opened.user.is_none());
    }
    assert!(
        !opened(&flask_json(r#"{"_remember":"set"}"#), THEN)
            .unwrap()
            .forgets
    );
    assert!(
        !opened(&flask_json(r#"{"_remember":{"a":[1]}}"#), THEN)
            .unwrap()
            .forgets
    );
}

#[test]
fn a_session_counts_for_as_long_as_it_is_said_to() {
    let (_, _, session) = SESSIONS[0];
    let day = DAY.as_secs();
    assert!(opened(session, THEN + day - 1).is_some());
    assert!(opened(session, THEN + day).is_none());
    assert!(opened(session, THEN - 60).is_some());
    assert!(opened(session, THEN - 61).is_none());
    assert!(opened(session, 0).is_none());
    assert!(opened(session, u64::MAX).is_none());
}

#[test]
fn a_session_that_another_key_or_salt_has_signed_is_none() {
    assert!(opened(OTHER_SALT, THEN).is_none());
    let (_, _, session) = SESSIONS[0];
    assert!(open("another key", session, THEN).is_none());
}

#[test]
fn a_session_in_another_spelling_is_none() {
    let (_, _, session) = SESSIONS[0];
    let (message, mac) = session.rsplit_once('.').unwrap();
    let (value, time) = message.rsplit_once('.').unwrap();
    for wrong in [
        "",
        ".",
        "..",
        "...",
        value,
        message,
        &format!("{value}.{mac}"),
        &format!("{value}..{mac}"),
        &format!("{value}.a0nSAB.{mac}"),
        &format!("{value}.{time}.{}", &mac[..26]),
        &format!("{value}.{time}.{mac}="),
        &format!("{value}.{time}.{mac} "),
        &format!("{value}.{time}.\u{e9}"),
        &format!(".{value}.{time}.{mac}"),
        &format!("{value}.AAAAAAAAAAAAAAAA.{mac}"),
        &"x.".repeat(4000),
    ] {
        assert!(opened(wrong, THEN).is_none(), "{wrong}");
    }
}

#[test]
fn a_session_signed_by_one_of_the_two_is_not_read_as_the_others() {
    let compressed = compress_to_vec_zlib(br#"{"_user_id":"1"}"#, 9);
    let value = format!(".{}", BASE64_URL_SAFE_NO_PAD.encode(compressed));
    assert!(opened(&flask(&value), THEN).is_some());
    assert!(opened(&starlette(&value), THEN).is_none());
    let padded = BASE64_STANDARD.encode(r#"{"_user_id":"12"}"#);
    assert!(padded.ends_with('='));
    assert!(opened(&starlette(&padded), THEN).is_some());
    assert!(opened(&flask(&padded), THEN).is_none());
}

#[test]
fn a_compression_bomb_is_none() {
    let with = |padding: usize| {
        let json = format!(r#"{{"_user_id":"1","pad":"{}"}}"#, "0".repeat(padding));
        flask_compressed(json.as_bytes())
    };
    assert!(with(3_000_000).len() < MAX_LEN);
    assert!(user(&with(10_000)).is_some());
    assert!(opened(&with(17_000), THEN).is_none());
    assert!(opened(&with(3_000_000), THEN).is_none());
    assert!(opened(&flask("."), THEN).is_none());
    assert!(opened(&flask(".AAAA"), THEN).is_none());
}

#[test]
fn deep_nesting_is_refused_and_overflows_nothing() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [130, 4_000] {
            let value = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let json = format!(r#"{{"_remember":{value}}}"#);
            assert!(opened(&flask_compressed(json.as_bytes()), THEN).is_none());
            let json = format!(r#"{{"_user_id":{value}}}"#);
            assert!(opened(&flask_compressed(json.as_bytes()), THEN).is_none());
            // A value that is not read may be nested.
            let json = format!(r#"{{"_user_id":"1","other":{value}}}"#);
            let _ = opened(&flask_compressed(json.as_bytes()), THEN);
        }
    }
}

#[test]
fn only_what_can_be_a_user_id_is_one() {
    for json in [
        "{}",
        r#"{"_user_id":""}"#,
        r#"{"_user_id":null}"#,
        r#"{"user_id":"1"}"#,
    ] {
        assert_eq!(opened(&flask_json(json), THEN).unwrap().user, None);
    }
    for value in [
        "true",
        "1.5",
        "1e3",
        "18446744073709551616",
        "[]",
        "[\"1\"]",
        "{}",
        r#"{" t":["1"]}"#,
        r#"{" u":"1"}"#,
        r#"{" u":"0000000000000000000000000000000G"}"#,
        r#"{" u":"00000000000000000000000000000005"," v":"1"}"#,
        r#"{"u":"00000000000000000000000000000005"}"#,
        r#"{" u":5}"#,
    ] {
        let json = format!(r#"{{"_user_id":{value}}}"#);
        assert!(opened(&flask_json(&json), THEN).is_none(), "{value}");
    }
    for json in [
        "",
        "null",
        "[]",
        "1",
        "{",
        r#"{"_user_id":"1"} "2""#,
        r#"{"_user_id":"1","_user_id":"2"}"#,
    ] {
        assert_eq!(user(&flask_json(json)), None, "{json}");
    }
}

proptest! {
    #[test]
    fn no_text_brings_anything_down(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(opened(&text, THEN).is_none());
        // The signed value is arbitrary as well.
        let value = BASE64_URL_SAFE_NO_PAD.encode(&bytes);
        let _ = opened(&flask(&value), THEN);
        let _ = opened(&flask(&format!(".{value}")), THEN);
        let _ = opened(&starlette(&text), THEN);
        let _ = opened(&flask_json(&text), THEN);
        let _ = opened(&flask_compressed(&bytes), THEN);
    }
}
