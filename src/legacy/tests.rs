use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::Mac;
use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;
use crate::session::UserKey;

const SECRET: &str = "a legacy key";
const LATIN: &str = "cl\u{e9}";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When the sessions below were signed.
const THEN: u64 = 1_800_000_000;

/// What the originals have written: Flask-Login 0.6.3 with Werkzeug 3.1.9, and
/// Starlette-Login 1.0.4 with Python's own cookies.
const TOKENS: &[(&str, &str, &str)] = &[
    (
        SECRET,
        "42",
        "42|452b72980bcd17fec6fb70d3159943b7665f059605c6331a4f83b82d1ada197597341ec1d31858d7e2b0154ded52bc7f2aea9bb2c7e7dab2cfd449d3c8328992",
    ),
    (
        SECRET,
        "a|b",
        "a|b|6a7fdbb7838c5c6c2c07c14221a0c300cd4bac8539db99786a2d824bc0804f442fef5593e30cee69de467e270fc3c765e58b0aeffee32809d810636a03f3b468",
    ),
    (
        SECRET,
        "alice@example.org",
        "alice@example.org|0770d02f0f0ac733330a032913e24c55d9f3c5002ffc9ac1618146051cc22d47c4cec0c14576c6a0037c786d283528547289f7107dfe9fd2c4149ad8c86fa326",
    ),
    (
        SECRET,
        "a,b;c\"d\\e",
        r#""a\054b\073c\"d\\e|fa0e5541f94b6c1226ea508a0f731736290846dc26f5addd65297da1f1fe1a3346206ae88660fa379a726593e31c889655accef85b96dc9833437e8cf472d2f1""#,
    ),
    (
        SECRET,
        "a b",
        r#""a b|6b3c02a350f9cb7b670eb0653d4b2cd0f666426e92f37651fec8b88847a1b257aab16dd34038529981f2a587859595409e654c31c21f3ba678f50dc47bddbd51""#,
    ),
    (
        LATIN,
        "42",
        "42|46734dc73c6e9209d36afd754ab01092ff819694ada592f1d60ff806bbfc4c941db2800c565df9f8bebc90ec0709ef09bd878bff9a3684b9bc2cacb0e567ef91",
    ),
];

/// The same, in the spelling of one of the two alone.
const READ_ONLY: &[(&str, &str)] = &[
    (
        "alice@example.org",
        r#""alice@example.org|0770d02f0f0ac733330a032913e24c55d9f3c5002ffc9ac1618146051cc22d47c4cec0c14576c6a0037c786d283528547289f7107dfe9fd2c4149ad8c86fa326""#,
    ),
    (
        "\u{df}|\u{e9}",
        r#""\303\237|\303\251|434602b4d74b17b95dc2643d20d81a13aa1d9218452f6f51d262765643da038e297a22ab266553a51215c1b3e5d469e82b837cf5460d78d44ba6fb699a82a0c5""#,
    ),
    (
        "\u{df}|\u{e9}",
        r#""\337|\351|434602b4d74b17b95dc2643d20d81a13aa1d9218452f6f51d262765643da038e297a22ab266553a51215c1b3e5d469e82b837cf5460d78d44ba6fb699a82a0c5""#,
    ),
];

/// What Flask 3.1.3 and Starlette 1.10.0 have written.
const SESSIONS: &[(&str, &str, &str)] = &[
    (
        SECRET,
        "42",
        "eyJfdXNlcl9pZCI6IjQyIiwiX2ZyZXNoIjp0cnVlLCJfaWQiOiJhYiJ9.a0nSAA.mwafKE4sURLWnGz54Bpca8lNFXc",
    ),
    (
        SECRET,
        "7",
        "eyJfdXNlcl9pZCI6N30.a0nSAA.k8v8j23JseYBbxDjZEXmGOxb3Go",
    ),
    (
        SECRET,
        "00000000-0000-0000-0000-000000000005",
        ".eJyrVoovLU4tis9MUbKqVlIoVbJSMsAPTJVqawGKGg0V.a0nSAA.iQ1nhOkAucI5_exC20UJoc9eEXM",
    ),
    (
        SECRET,
        "42",
        ".eJyrVoovLU4tis9MUbJSMjFS0lFKTiwqUbKKrlZSAFGGOkaxtTrVSolKVkCRJKCiVEdbW6Xa2lgdpQogr3IUDCqgVAsAIyfPnQ.a0nSAA.BNieUvZYVLIeXTgYyG1TmYL1S3I",
    ),
    (
        SECRET,
        "42",
        "eyJfdXNlcl9pZCI6ICI0MiIsICJfZnJlc2giOiB0cnVlfQ==.a0nSAA.ilcZ3HLH41wSDnOLdlgfRKV7Mms",
    ),
    (
        SECRET,
        "7",
        "eyJfdXNlcl9pZCI6IDd9.a0nSAA.cBvxjh4Hjc7-h9lEA6ac2XR7IWk",
    ),
    // The secret as a text, and as its bytes in Latin-1.
    (
        LATIN,
        "42",
        "eyJfdXNlcl9pZCI6IjQyIiwiX2ZyZXNoIjp0cnVlLCJfaWQiOiJhYiJ9.a0nSAA.KXBEKGSfVc_uV7vvjlRgbk_GPew",
    ),
    (
        LATIN,
        "42",
        "eyJfdXNlcl9pZCI6IjQyIiwiX2ZyZXNoIjp0cnVlLCJfaWQiOiJhYiJ9.a0nSAA._jIougKGr-wbCXw4wXxXhTtaNBU",
    ),
];

/// Signed with the right key and another salt.
const OTHER_SALT: &str = "eyJfdXNlcl9pZCI6IjQyIn0.a0nSAA.I4NkVnRl8FIn0zvsbBJPqfgeMz0";

fn keys(secret: &str) -> LegacyKeys {
    LegacyKeys::new(secret).unwrap()
}

fn opened(cookie: &str, now: u64) -> Option<LegacySession> {
    keys(SECRET).open_session(cookie, Timestamp::from_secs(now), DAY)
}

fn user(cookie: &str) -> Option<String> {
    opened(cookie, THEN)?.user
}

fn flask(value: &str) -> String {
    let keys = keys(SECRET);
    let message = format!("{value}.a0nSAA");
    let mac = keys.spellings().next().unwrap().of_flask(&message);
    let mac = BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{message}.{mac}")
}

fn flask_json(json: &str) -> String {
    flask(&BASE64_URL_SAFE_NO_PAD.encode(json))
}

fn flask_compressed(json: &[u8]) -> String {
    let compressed = compress_to_vec_zlib(json, 9);
    flask(&format!(".{}", BASE64_URL_SAFE_NO_PAD.encode(compressed)))
}

fn starlette(value: &str) -> String {
    let keys = keys(SECRET);
    let message = format!("{value}.a0nSAA");
    let mac = keys.spellings().next().unwrap().of_starlette(&message);
    let mac = BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{message}.{mac}")
}

#[test]
fn tokens_of_the_originals_are_read_and_written_alike() {
    for (secret, id, token) in TOKENS {
        assert_eq!(keys(secret).open_token(token).as_deref(), Some(*id));
        assert_eq!(keys(secret).seal_token(id).as_deref(), Some(*token));
    }
    for (id, token) in READ_ONLY {
        assert_eq!(keys(SECRET).open_token(token).as_deref(), Some(*id));
    }
}

#[test]
fn a_token_with_another_digest_is_none() {
    let right = keys(SECRET);
    let (_, _, token) = TOKENS[0];
    let (id, digest) = token.split_once('|').unwrap();
    let other = digest.replacen('4', "5", 1);
    for wrong in [
        "",
        "|",
        "42",
        "42|",
        digest,
        "\"",
        "\"\"",
        &format!("|{digest}"),
        &format!("43|{digest}"),
        &format!("{id}|{other}"),
        &format!("{id}|{}", digest.to_uppercase()),
        &format!("{id}|{}", &digest[..127]),
        &format!("{id}|{}", &digest[..64]),
        &format!("{id}|{digest}0"),
        &format!("{id}|{digest} "),
        &format!("{id}|\u{e9}"),
        &format!("{id}|{}\u{e9}", &digest[..126]),
        &format!("{id}|{}\\351\"", &digest[..127]),
        &format!("{id}%7C{digest}"),
        &format!("\"{id}|{digest}"),
        &format!("{id}|{digest}\""),
        &format!("{}|{digest}", "4".repeat(5000)),
    ] {
        assert_eq!(right.open_token(wrong), None, "{wrong}");
    }
    assert_eq!(keys("another key").open_token(token), None);
}

#[test]
fn an_empty_id_is_nobodys_even_if_it_is_signed() {
    let keys = keys(SECRET);
    let mac = keys.spellings().next().unwrap().of_remember("");
    let digest = mac.finalize().into_bytes();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(keys.open_token(&format!("|{digest}")), None);
    assert_eq!(keys.seal_token(""), None);
    assert_eq!(user(&flask_json(r#"{"_user_id":""}"#)), None);
}

#[test]
fn what_the_originals_would_read_in_two_ways_is_not_written() {
    let keys = keys(SECRET);
    assert_eq!(keys.seal_token("\u{e9}"), None);
    assert_eq!(keys.seal_token(&"x".repeat(4096)), None);
}

#[test]
fn sessions_of_the_originals_are_read() {
    for (secret, id, session) in SESSIONS {
        let now = Timestamp::from_secs(THEN);
        let opened = keys(secret).open_session(session, now, DAY).unwrap();
        assert_eq!(opened.user.as_deref(), Some(*id));
        assert_eq!(opened.signed, now);
        assert!(!opened.forgets);
    }
}

#[test]
fn somebody_who_has_logged_out_is_known_to_have() {
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
    let now = Timestamp::from_secs(THEN);
    assert!(
        keys("another key")
            .open_session(session, now, DAY)
            .is_none()
    );
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
fn what_one_of_the_two_has_signed_is_not_read_as_the_others() {
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
fn what_is_deeply_nested_is_none_and_brings_nothing_down() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [130, 4_000] {
            let value = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let json = format!(r#"{{"_remember":{value}}}"#);
            assert!(opened(&flask_compressed(json.as_bytes()), THEN).is_none());
            let json = format!(r#"{{"_user_id":{value}}}"#);
            assert!(opened(&flask_compressed(json.as_bytes()), THEN).is_none());
            // What nobody asks for may be as it likes.
            let json = format!(r#"{{"_user_id":"1","other":{value}}}"#);
            let _ = opened(&flask_compressed(json.as_bytes()), THEN);
        }
    }
}

#[test]
fn only_what_can_be_a_user_id_is_one() {
    for json in ["{}", r#"{"_user_id":null}"#, r#"{"user_id":"1"}"#] {
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

#[test]
fn texts_and_whole_numbers_become_ids() {
    assert_eq!(id_of::<i64>("42"), Some(42));
    assert_eq!(id_of::<i64>("-42"), Some(-42));
    assert_eq!(id_of::<u64>("18446744073709551615"), Some(u64::MAX));
    assert_eq!(id_of::<u8>("255"), Some(255));
    assert_eq!(id_of::<String>("42"), Some("42".into()));
    assert_eq!(id_of::<String>("a|b"), Some("a|b".into()));
    for text in [
        "",
        " 42",
        "042",
        "+42",
        "4_2",
        "42.0",
        "a",
        "18446744073709551616",
    ] {
        assert_eq!(id_of::<u64>(text), None, "{text}");
    }
    assert_eq!(id_of::<u8>("256"), None);
    assert_eq!(id_of::<u64>("-1"), None);
    assert_eq!(id_of::<(u8, u8)>("42"), None);
}

#[test]
fn ids_become_the_texts_that_they_were() {
    for id in [
        UserKey::encode(&42u8),
        UserKey::encode(&42i64),
        UserKey::encode(&"42"),
    ] {
        assert_eq!(text_of(&id.unwrap()).as_deref(), Some("42"));
    }
    let negative = UserKey::encode(&-42i64).unwrap();
    assert_eq!(text_of(&negative).as_deref(), Some("-42"));
    assert_eq!(text_of(&UserKey::encode(&(1, 2)).unwrap()), None);
}

#[test]
fn keys_do_not_show() {
    assert_eq!(format!("{:?}", keys(SECRET)), "LegacyKeys(..)");
    assert!(keys(SECRET).is_same(&keys(SECRET)));
    assert!(!keys(SECRET).is_same(&keys(LATIN)));
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_again(id in "[ -~\\t\\r\\n\\x00\\x7f]{1,100}") {
        let keys = keys(SECRET);
        let token = keys.seal_token(&id).unwrap();
        prop_assert!(token.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
        prop_assert!(!token.contains(';') && !token.contains(','));
        prop_assert_eq!(keys.open_token(&token), Some(id));
    }

    #[test]
    fn no_text_brings_anything_down(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(keys(SECRET).open_token(&text), None);
        prop_assert!(opened(&text, THEN).is_none());
        // What comes after the signature is as strange.
        let value = BASE64_URL_SAFE_NO_PAD.encode(&bytes);
        let _ = opened(&flask(&value), THEN);
        let _ = opened(&flask(&format!(".{value}")), THEN);
        let _ = opened(&starlette(&text), THEN);
        let _ = opened(&flask_json(&text), THEN);
        let _ = opened(&flask_compressed(&bytes), THEN);
    }

    #[test]
    fn a_token_that_was_changed_is_none(at in 0usize..131, bit in 0u8..7) {
        let (_, _, token) = TOKENS[0];
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(keys(SECRET).open_token(&changed), None);
    }
}
