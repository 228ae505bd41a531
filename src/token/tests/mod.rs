use proptest::prelude::*;

use super::key::MacKey;
use super::*;
use crate::clock::Timestamp;
use crate::session::{
    BrowserId, Carried, Digest, EncodedId, Generation, RememberToken, Session, SessionId,
    SessionToken,
};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const OTHER: &[u8] = b"fedcba9876543210fedcba9876543210";
const HOMES: [Home; 2] = [Home::Cookie, Home::Store];

mod refused;
mod written;

fn keys<const N: usize>(realm: &str, secret: &[u8], previous: [&[u8]; N]) -> Keyring {
    Keyring::new(realm, secret, previous).unwrap()
}

fn ring() -> Keyring {
    keys("login", SECRET, [])
}

fn opens<T: Token>(ring: &Keyring, text: &str, home: Home) -> bool {
    ring.open::<T>(text, home).is_some()
}

/// Whether it is a token of any purpose, in any home.
fn is_token(text: &str) -> bool {
    let ring = ring();
    let is_known = ring.open_known(text).is_some();
    let is_login = |home| {
        opens::<SessionToken>(&ring, text, home) || opens::<RememberToken>(&ring, text, home)
    };
    is_known || HOMES.into_iter().any(is_login)
}

fn remember(user: &[u8]) -> RememberToken {
    RememberToken {
        id: SessionId([7; 16]),
        generation: Generation::from_millis(1_700_000_000_123),
        user: EncodedId::from_bytes(user),
        issued: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_800_000_000),
        auth_hash: Digest([9; 16]),
    }
}

/// A session token as it is without a store.
fn session(user: &[u8]) -> SessionToken {
    let session = Session {
        begun: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_701_209_600),
        last_seen: Timestamp::from_secs(1_700_000_060),
        fresh_since: Some(Timestamp::from_secs(1_700_000_000)),
        permanent: false,
        restored: true,
        forced: false,
        identifier: Digest([2; 16]),
        auth_hash: Digest([3; 16]),
    };
    SessionToken {
        carried: Some(Carried {
            session,
            remember_until: Some(Timestamp::from_secs(1_731_536_000)),
        }),
        ..stored(user)
    }
}

/// A session token as it is with a store.
fn stored(user: &[u8]) -> SessionToken {
    SessionToken {
        id: SessionId([1; 16]),
        generation: Generation::from_millis(1_700_000_000_123),
        user: EncodedId::from_bytes(user),
        carried: None,
    }
}

fn known(user: &[u8]) -> KnownToken {
    KnownToken {
        browser: BrowserId([5; 16]),
        made: Timestamp::from_millis(1_700_000_000_123),
        name: Digest([6; 16]),
        auth_hash: Digest([7; 16]),
        user: EncodedId::from_bytes(user),
    }
}

fn session_of(home: Home, user: &[u8]) -> SessionToken {
    if home == Home::Cookie {
        session(user)
    } else {
        stored(user)
    }
}

/// One genuine text for each purpose and home.
fn genuine(ring: &Keyring) -> Vec<String> {
    let texts = HOMES.map(|home| {
        let session = ring.seal(&session_of(home, b"\x01"), home);
        [session, ring.seal(&remember(b"\x01"), home)]
    });
    let known = ring.seal_known(&known(b"\x01"));
    texts.into_iter().flatten().chain([known]).collect()
}

#[test]
fn a_token_for_one_purpose_and_home_is_none_for_another() {
    let ring = ring();
    for (at, text) in genuine(&ring).iter().enumerate() {
        let good = [
            opens::<SessionToken>(&ring, text, Home::Cookie),
            opens::<RememberToken>(&ring, text, Home::Cookie),
            opens::<SessionToken>(&ring, text, Home::Store),
            opens::<RememberToken>(&ring, text, Home::Store),
            ring.open_known(text).is_some(),
        ];
        let only = std::array::from_fn(|other| other == at);
        assert_eq!(good, only);
    }
}

#[test]
fn a_token_says_in_which_home_and_by_which_key_it_was_signed() {
    let (old, rotated) = (keys("login", OTHER, []), keys("login", SECRET, [OTHER]));
    for home in HOMES {
        let token = session_of(home, b"\x01");
        for (ring, age) in [(&rotated, KeyAge::Current), (&old, KeyAge::Previous)] {
            let text = ring.seal(&token, home);
            let opened = rotated.open::<SessionToken>(&text, home).unwrap();
            assert_eq!((opened.key, opened.home), (age, home));
            assert_eq!(opened.value.write(), token.write());
        }
    }
}

#[test]
fn a_previous_key_verifies_and_never_signs() {
    let (old, rotated) = (keys("login", OTHER, []), keys("login", SECRET, [OTHER]));
    assert_eq!(genuine(&rotated), genuine(&ring()));
    for home in HOMES {
        let text = rotated.seal(&remember(b"\x01"), home);
        assert!(!opens::<RememberToken>(&old, &text, home));
        let text = old.seal(&remember(b"\x01"), home);
        assert!(opens::<RememberToken>(&rotated, &text, home));
    }
}

#[test]
fn a_token_of_one_kind_of_users_is_no_token_of_another() {
    for ring in [
        keys("staff_login", SECRET, []),
        keys("login", OTHER, []),
        keys("", SECRET, []),
    ] {
        for text in genuine(&ring) {
            assert!(!is_token(&text));
        }
    }
}

#[test]
fn a_text_that_was_opened_before_is_good_for_no_more_than_before() {
    let ring = ring();
    let texts = genuine(&ring);
    for _ in 0..2 {
        for home in HOMES {
            for text in &texts {
                let first = ring.open::<SessionToken>(text, home);
                let anew = ring.verify::<SessionToken>(text, home);
                assert_eq!(
                    first.map(|signed| signed.value.write()),
                    anew.map(|signed| signed.value.write())
                );
            }
        }
    }
    // A memo belongs to one ring of keys.
    assert!(!opens::<SessionToken>(
        &keys("login", OTHER, []),
        &texts[0],
        Home::Cookie
    ));
}

#[test]
fn digests_are_known_again_under_every_key() {
    let (old, rotated) = (keys("login", OTHER, []), keys("login", SECRET, [OTHER]));
    let keys = old.current();
    assert!(rotated.is_auth_hash(&keys.auth_hash(b"a"), b"a"));
    assert!(!rotated.is_auth_hash(&keys.auth_hash(b"a"), b"b"));
    assert!(rotated.is_identifier(&keys.identifier(b"a"), b"a"));
    assert!(!rotated.is_identifier(&keys.auth_hash(b"a"), b"a"));
    assert!(rotated.is_name(&keys.name(b"a"), b"a"));
    for other in ["b", "A", " a", "a\0", ""] {
        assert!(
            !rotated.is_name(&keys.name(b"a"), other.as_bytes()),
            "{other:?}"
        );
    }
    let agents = [None, Some(""), Some("curl"), Some("Curl")];
    for one in agents {
        for other in agents {
            assert_eq!(rotated.is_agent(&keys.agent(one), other), one == other);
        }
    }
    assert!(!ring().is_agent(&keys.agent(None), None));
}

#[test]
fn secrets_do_not_show() {
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        ring(),
        session(b"\x01"),
        remember(b"\x01"),
        known(b"\x01")
    );
    for secret in [
        "SessionId(..)",
        "BrowserId(..)",
        "Digest(..)",
        "EncodedId(..)",
        "Keyring(..)",
    ] {
        assert!(shown.contains(secret), "{shown}");
    }
    assert!(!shown.contains("[1, 1"), "{shown}");
}
