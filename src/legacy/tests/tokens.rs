//! Remember tokens, and the ids in them.

use proptest::prelude::*;

use super::keys;
use super::vectors::{READ_ONLY, SECRET, TOKENS};
use crate::legacy::login::{id_of, text_of};
use crate::legacy::{open_token, seal_token};
use crate::session::EncodedId;

#[test]
fn tokens_of_the_originals_are_read_and_written_alike() {
    for (secret, id, token) in TOKENS {
        assert_eq!(open_token(&keys(secret), token).as_deref(), Some(*id));
        assert_eq!(seal_token(&keys(secret), id).as_deref(), Some(*token));
    }
    for (id, token) in READ_ONLY {
        assert_eq!(open_token(&keys(SECRET), token).as_deref(), Some(*id));
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
        assert_eq!(open_token(&right, wrong), None, "{wrong}");
    }
    assert_eq!(open_token(&keys("another key"), token), None);
}

#[test]
fn an_empty_id_is_no_users_even_if_it_is_signed() {
    let keys = keys(SECRET);
    let digest = keys.spellings[0].digest("");
    assert_eq!(open_token(&keys, &format!("|{digest}")), None);
    assert_eq!(seal_token(&keys, ""), None);
}

#[test]
fn an_id_that_the_originals_would_read_in_two_ways_is_not_written() {
    let keys = keys(SECRET);
    assert_eq!(seal_token(&keys, "\u{e9}"), None);
    assert_eq!(seal_token(&keys, &"x".repeat(4096)), None);
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
        EncodedId::encode(&42u8),
        EncodedId::encode(&42i64),
        EncodedId::encode(&"42"),
    ] {
        assert_eq!(text_of(&id.unwrap()).as_deref(), Some("42"));
    }
    let negative = EncodedId::encode(&-42i64).unwrap();
    assert_eq!(text_of(&negative).as_deref(), Some("-42"));
    assert_eq!(text_of(&EncodedId::encode(&(1, 2)).unwrap()), None);
}

proptest! {
    #[test]
    fn every_written_id_is_read_again(id in "[ -~\\t\\r\\n\\x00\\x7f]{1,100}") {
        let keys = keys(SECRET);
        let token = seal_token(&keys, &id).unwrap();
        prop_assert!(token.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
        prop_assert!(!token.contains(';') && !token.contains(','));
        prop_assert_eq!(open_token(&keys, &token), Some(id));
    }

    #[test]
    fn a_token_that_was_changed_is_none(at in 0usize..131, bit in 0u8..7) {
        let (_, _, token) = TOKENS[0];
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(open_token(&keys(SECRET), &changed), None);
    }

    #[test]
    fn no_text_is_a_token(text in any::<String>()) {
        prop_assert_eq!(open_token(&keys(SECRET), &text), None);
        prop_assert_eq!(open_token(&keys(SECRET), &format!("\"{text}\"")), None);
    }
}
