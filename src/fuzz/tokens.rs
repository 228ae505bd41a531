//! The tokens.

use std::sync::LazyLock;

use crate::clock::Timestamp;
use crate::session::{
    BrowserId, Carried, Digest, EncodedId, Generation, RememberToken, Session, SessionId,
    SessionToken,
};
use crate::token::{Home, Keyring, KnownToken, Token};

/// The key that signs the seeds, which the fuzzer can find out.
const KNOWN: &[u8] = b"the key that the seeds are signed with, known to all";

pub(super) static RING: LazyLock<Keyring> = LazyLock::new(|| ring(KNOWN));

/// With a key of this run, which has never signed anything.
static UNUSED: LazyLock<Keyring> = LazyLock::new(|| {
    let half = || SessionId::random(true).map_or([0; 16], |id| id.0);
    ring(&[half(), half()].concat())
});

fn ring(secret: &[u8]) -> Keyring {
    match Keyring::new("login", secret, []) {
        Ok(ring) => ring,
        Err(error) => unreachable!("{error}"),
    }
}

const HOMES: [Home; 2] = [Home::Cookie, Home::Store];

/// A text that is sent as a session token.
pub fn session_token(data: &[u8]) {
    as_text::<SessionToken, RememberToken>(data, 1);
    as_payload::<SessionToken>(data);
    for home in HOMES {
        as_change(data, &RING.seal(&session(home), home), |text| {
            RING.open::<SessionToken>(text, home).is_some()
        });
    }
}

/// A text that is sent as a remember token.
pub fn remember_token(data: &[u8]) {
    as_text::<RememberToken, SessionToken>(data, 1);
    as_payload::<RememberToken>(data);
    for home in HOMES {
        as_change(data, &RING.seal(&remember(), home), |text| {
            RING.open::<RememberToken>(text, home).is_some()
        });
    }
}

/// A text that is sent as the token of a known browser.
pub fn known_token(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Some(token) = RING.open_known(text)
    {
        assert_eq!(RING.seal_known(&token), text);
        assert!(UNUSED.open_known(text).is_none());
        as_text::<SessionToken, RememberToken>(data, 0);
    }
    if let Some(token) = KnownToken::parse(data) {
        assert_eq!(token.write(), data);
        read_user(&token.user);
    }
    as_change(data, &RING.seal_known(&known()), |text| {
        RING.open_known(text).is_some()
    });
}

/// A token is good for one purpose and home, has one spelling, and is good for nothing
/// under another key.
fn as_text<T: Token, Other: Token>(data: &[u8], most: usize) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut good = 0;
    for home in HOMES {
        if let Some(token) = RING.open::<T>(text, home) {
            assert_eq!(RING.seal(&token.value, home), text);
            good += 1;
        }
        good += usize::from(RING.open::<Other>(text, home).is_some());
        assert!(UNUSED.open::<T>(text, home).is_none());
    }
    assert!(good <= most);
}

/// A payload that parses prints back to the same bytes.
fn as_payload<T: Token>(data: &[u8]) {
    for home in HOMES {
        if let Some(token) = T::parse(data, home) {
            assert_eq!(token.write(), data);
            read_user(token.user());
        }
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
fn read_user(user: &EncodedId) {
    let types = [
        user.decode::<i64>().is_some(),
        user.decode::<String>().is_some(),
        user.decode::<(u64, String)>().is_some(),
    ];
    assert!(types.iter().filter(|reads| **reads).count() <= 1);
}

fn session(home: Home) -> SessionToken {
    let session = Session {
        begun: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_701_209_600),
        last_seen: Timestamp::from_secs(1_700_000_000),
        fresh_since: None,
        permanent: false,
        restored: true,
        forced: false,
        identifier: Digest([2; 16]),
        auth_hash: Digest([3; 16]),
    };
    SessionToken {
        id: SessionId([1; 16]),
        generation: Generation::from_millis(1_700_000_000_123),
        user: EncodedId::from_bytes(&[42]),
        carried: (home == Home::Cookie).then_some(Carried {
            session,
            remember_until: None,
        }),
    }
}

fn remember() -> RememberToken {
    RememberToken {
        id: SessionId([4; 16]),
        generation: Generation::from_millis(1_700_000_000_123),
        user: EncodedId::from_bytes(&[42]),
        issued: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_701_209_600),
        auth_hash: Digest([6; 16]),
    }
}

fn known() -> KnownToken {
    KnownToken {
        browser: BrowserId([5; 16]),
        made: Timestamp::from_millis(1_700_000_000_123),
        name: Digest([6; 16]),
        auth_hash: Digest([7; 16]),
        user: EncodedId::from_bytes(&[42]),
    }
}
