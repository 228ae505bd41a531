//! The two tokens.

use std::sync::LazyLock;

use crate::clock::Timestamp;
use crate::session::{Digest, RememberToken, Secret, Session, TokenId, UserKey};
use crate::token::{Keyring, StoredToken};

/// What the seeds are signed with, and what the fuzzer can find out.
const KNOWN: &[u8] = b"the key that the seeds are signed with, known to all";

pub(super) static RING: LazyLock<Keyring> = LazyLock::new(|| ring(KNOWN));

/// With a key of this run, which has never signed anything.
static UNUSED: LazyLock<Keyring> = LazyLock::new(|| {
    let half = || TokenId::random().map_or([0; 16], |id| id.0);
    ring(&[half(), half()].concat())
});

fn ring(secret: &[u8]) -> Keyring {
    match Keyring::new("login", secret, []) {
        Ok(ring) => ring,
        Err(error) => unreachable!("{error}"),
    }
}

/// What somebody sends as a session token.
pub fn session_token(data: &[u8]) {
    as_text::<Session, RememberToken>(data);
    as_payload::<Session>(data);
    as_change(data, &RING.seal(&session()), |text| {
        RING.open::<Session>(text).is_some()
    });
    as_change(data, &RING.seal_stored(&session()), |text| {
        RING.open_stored::<Session>(text).is_some()
    });
}

/// What somebody sends as a remember token.
pub fn remember_token(data: &[u8]) {
    as_text::<RememberToken, Session>(data);
    as_payload::<RememberToken>(data);
    as_change(data, &RING.seal(&remember()), |text| {
        RING.open::<RememberToken>(text).is_some()
    });
    as_change(data, &RING.seal_stored(&remember()), |text| {
        RING.open_stored::<RememberToken>(text).is_some()
    });
}

/// A token is good for one purpose, has one spelling, and is good for nothing under
/// another key.
fn as_text<T: StoredToken, Other: StoredToken>(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let plain = RING.open::<T>(text);
    if let Some(token) = &plain {
        assert_eq!(RING.seal(&token.value), text);
    }
    let stored = RING.open_stored::<T>(text);
    if let Some(token) = &stored {
        assert_eq!(RING.seal_stored(&token.value), text);
    }
    let purposes = [
        plain.is_some(),
        stored.is_some(),
        RING.open::<Other>(text).is_some(),
        RING.open_stored::<Other>(text).is_some(),
    ];
    assert!(purposes.iter().filter(|good| **good).count() <= 1);
    assert!(UNUSED.open::<T>(text).is_none());
    assert!(UNUSED.open_stored::<T>(text).is_none());
}

/// What parses, once it is signed, prints back to the same bytes.
fn as_payload<T: StoredToken>(data: &[u8]) {
    if let Some(token) = T::parse(data) {
        assert_eq!(token.write(), data);
        read_user(token.user());
    }
    if let Some(token) = T::parse_stored(data) {
        assert_eq!(token.write_stored(), data);
        read_user(token.user());
    }
}

/// A token in which anything was changed is none. The data say where, and to what.
fn as_change(data: &[u8], genuine: &str, opens: impl Fn(&str) -> bool) {
    assert!(opens(genuine));
    let Some((&at, change)) = data.split_first() else {
        return;
    };
    let at = usize::from(at) % genuine.len();
    let (head, tail) = genuine.as_bytes().split_at(at);
    let replaced = [head, change, tail.get(change.len()..).unwrap_or_default()].concat();
    let inserted = [head, change, tail].concat();
    for changed in [replaced, inserted, head.to_vec(), tail.to_vec()] {
        if let Ok(text) = std::str::from_utf8(&changed) {
            assert_eq!(opens(text), text == genuine);
        }
    }
}

/// No bytes are the id of two types.
fn read_user(user: &UserKey) {
    let types = [
        user.decode::<i64>().is_some(),
        user.decode::<String>().is_some(),
        user.decode::<(u64, String)>().is_some(),
    ];
    assert!(types.iter().filter(|reads| **reads).count() <= 1);
}

fn session() -> Session {
    Session {
        id: TokenId([1; 16]),
        user: UserKey::from_bytes(&[42]),
        issued: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_701_209_600),
        last_seen: Timestamp::from_secs(1_700_000_000),
        fresh_since: None,
        permanent: false,
        restored: true,
        forced: false,
        identifier: Digest([2; 16]),
        auth_hash: Digest([3; 16]),
    }
}

fn remember() -> RememberToken {
    RememberToken {
        id: TokenId([4; 16]),
        secret: Secret([5; 16]),
        user: UserKey::from_bytes(&[42]),
        issued: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_701_209_600),
        auth_hash: Digest([6; 16]),
    }
}
