use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;
use crate::session::{Digest, TokenId, UserKey};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const OTHER: &[u8] = b"fedcba9876543210fedcba9876543210";

fn keys<const N: usize>(kind: &str, secret: &[u8], previous: [&[u8]; N]) -> Keyring {
    Keyring::new(kind, secret, previous).unwrap()
}

fn ring() -> Keyring {
    keys("login", SECRET, [])
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    (0u64..1 << 40).prop_map(Timestamp::from_secs)
}

prop_compose! {
    fn any_session()(
        id: [u8; 16], identifier: [u8; 16], auth_hash: [u8; 16],
        user in prop::collection::vec(any::<u8>(), 0..64),
        times in (any_time(), any_time(), any_time()),
        fresh in prop::option::of((1u64..1 << 40).prop_map(Timestamp::from_secs)),
        permanent: bool, restored: bool, forced: bool,
    ) -> Session {
        Session {
            id: TokenId(id),
            user: UserKey::from_bytes(&user),
            issued: times.0,
            expires: times.1,
            last_seen: times.2,
            fresh_since: fresh,
            permanent, restored, forced,
            identifier: Digest(identifier),
            auth_hash: Digest(auth_hash),
        }
    }
}

fn remember(user: &[u8]) -> RememberToken {
    RememberToken {
        id: TokenId([7; 16]),
        secret: Secret::NONE,
        user: UserKey::from_bytes(user),
        issued: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_800_000_000),
        auth_hash: Digest([9; 16]),
    }
}

fn session(user: &[u8]) -> Session {
    Session {
        id: TokenId([1; 16]),
        user: UserKey::from_bytes(user),
        issued: Timestamp::from_secs(1_700_000_000),
        expires: Timestamp::from_secs(1_701_209_600),
        last_seen: Timestamp::from_secs(1_700_000_060),
        fresh_since: Some(Timestamp::from_secs(1_700_000_000)),
        permanent: false,
        restored: true,
        forced: false,
        identifier: Digest([2; 16]),
        auth_hash: Digest([3; 16]),
    }
}

proptest! {
    #[test]
    fn a_session_comes_back_as_it_was(session in any_session()) {
        let text = ring().seal(&session);
        let back: Session = ring().open(&text).unwrap().value;
        prop_assert_eq!(back.write(), session.write());
        prop_assert_eq!(back.id, session.id);
        prop_assert_eq!(back.user, session.user);
        prop_assert_eq!(back.fresh_since, session.fresh_since);
        prop_assert_eq!(
            (back.permanent, back.restored, back.forced),
            (session.permanent, session.restored, session.forced)
        );
    }

    #[test]
    fn what_nobody_signed_never_verifies(text in "[A-Za-z0-9_-]{0,300}") {
        prop_assert!(ring().open::<Session>(&text).is_none());
        prop_assert!(ring().open::<RememberToken>(&text).is_none());
    }

    #[test]
    fn no_bytes_bring_the_parsers_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for payload in [bytes.clone(), [&[1], &bytes[..]].concat()] {
            if let Some(session) = Session::parse(&payload) {
                prop_assert_eq!(session.write(), payload.clone());
            }
            if let Some(token) = RememberToken::parse(&payload) {
                prop_assert_eq!(token.write(), payload);
            }
        }
    }
}

#[test]
fn the_written_form_is_fixed() {
    // Made by another implementation of the grammar; a change of these texts
    // logs every user of every application out.
    let user = UserKey::encode(&1i64).unwrap();
    assert_eq!(
        ring().seal(&session(user.as_bytes())),
        concat!(
            "AQIBAQEBAQEBAQEBAQEBAQEBAGVT8QAAZWZmAABlU_E8AGVT8QACAgICAgICAgICAgICAgIC",
            "AwMDAwMDAwMDAwMDAwMDAwABARQq2p8LaSUSBGt_LTiutKHjn57ElyZH0vkb-vSbiICQ"
        )
    );
    assert_eq!(
        ring().seal(&remember(user.as_bytes())),
        concat!(
            "AQcHBwcHBwcHBwcHBwcHBwcAZVPxAABrSdIACQkJCQkJCQkJCQkJCQkJCQABARpmRNaVoLWz",
            "LTPiJV8klWy1mZGCgPTO0kEaZz1nMK_w"
        )
    );
}

fn of_series(user: &[u8]) -> RememberToken {
    RememberToken {
        secret: Secret([8; 16]),
        ..remember(user)
    }
}

#[test]
fn a_token_of_a_series_is_fixed_as_well_and_none_without_a_store() {
    let user = UserKey::encode(&1i64).unwrap();
    let token = of_series(user.as_bytes());
    let text = ring().seal_stored(&token);
    let opened: RememberToken = ring().open_stored(&text).unwrap().value;
    assert_eq!(opened.secret, token.secret);
    assert_eq!(opened.write_stored(), token.write_stored());
    assert!(ring().open::<RememberToken>(&text).is_none());
    assert!(ring().open_stored::<Session>(&text).is_none());
    let without = ring().seal_stored(&remember(user.as_bytes()));
    assert!(ring().open_stored::<RememberToken>(&without).is_none());
    assert_eq!(
        text,
        concat!(
            "AQcHBwcHBwcHBwcHBwcHBwcICAgICAgICAgICAgICAgIAGVT8QAAa0nSAAkJCQkJCQkJCQkJ",
            "CQkJCQkAAQF-OTCegRol_SkngK-LxOBfGw5AXDyGNCm2JTfappGG_A"
        )
    );
}

#[test]
fn what_follows_in_a_series_depends_on_all_that_it_is_made_of() {
    let ring = ring();
    let keys = ring.current();
    let (id, secret) = (TokenId([7; 16]), Secret([8; 16]));
    let next = keys.next_secret(id, secret);
    assert_ne!(next, secret);
    assert_ne!(next.0, keys.session_of(id, secret).0);
    assert_ne!(next, keys.next_secret(TokenId([6; 16]), secret));
    assert_ne!(next, keys.next_secret(id, Secret([9; 16])));
    let others = self::keys("login", OTHER, []);
    assert_ne!(next, others.current().next_secret(id, secret));
    assert_eq!(next, keys.next_secret(id, secret));
}

#[test]
fn tokens_of_a_number_are_short() {
    let user = UserKey::encode(&i64::MIN).unwrap();
    assert!(ring().seal(&session(user.as_bytes())).len() <= 160);
    assert!(ring().seal(&remember(user.as_bytes())).len() <= 140);
    assert!(ring().seal_stored(&of_series(user.as_bytes())).len() <= 140);
}

#[test]
fn a_token_cut_at_any_byte_is_refused() {
    for text in [
        ring().seal(&session(b"\x01")),
        ring().seal(&remember(b"\x01")),
    ] {
        for end in 0..text.len() {
            assert!(ring().open::<Session>(&text[..end]).is_none());
            assert!(ring().open::<RememberToken>(&text[..end]).is_none());
        }
    }
}

#[test]
fn a_token_with_any_bit_flipped_is_refused() {
    let text = ring().seal(&session(b"\x01"));
    for at in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let flipped = String::from_utf8(bytes).unwrap();
            assert!(ring().open::<Session>(&flipped).is_none(), "{at} {bit}");
        }
    }
}

#[test]
fn a_token_has_one_spelling() {
    let text = ring().seal(&session(b"\x01\x02"));
    for other in [
        format!("{text}="),
        format!("{text}A"),
        format!(" {text}"),
        format!("\"{text}\""),
        text.replace('_', "/").replace('-', "+") + "\n",
        format!("%{:02x}{}", text.as_bytes()[0], &text[1..]),
        format!("{text}{text}"),
    ] {
        assert!(ring().open::<Session>(&other).is_none(), "{other}");
    }
}

#[test]
fn a_token_for_one_purpose_is_no_token_for_another() {
    assert!(
        ring()
            .open::<RememberToken>(&ring().seal(&session(b"\x01")))
            .is_none()
    );
    assert!(
        ring()
            .open::<Session>(&ring().seal(&remember(b"\x01")))
            .is_none()
    );
}

#[test]
fn a_token_for_a_store_is_none_without_and_the_other_way_round() {
    let session = session(b"\x01");
    let stored = ring().seal_stored(&session);
    let opened: Session = ring().open_stored(&stored).unwrap().value;
    assert_eq!(opened.write(), session.write());
    assert!(ring().open::<Session>(&stored).is_none());
    assert!(
        ring()
            .open_stored::<Session>(&ring().seal(&session))
            .is_none()
    );
    let rotated = keys("login", OTHER, [SECRET]);
    assert_eq!(rotated.open_stored::<Session>(&stored).unwrap().key, 1);
    let staff = keys("staff", SECRET, []);
    assert!(staff.open_stored::<Session>(&stored).is_none());
}

#[test]
fn a_token_of_one_kind_of_users_is_no_token_of_another() {
    let staff = keys("staff_login", SECRET, []);
    assert!(
        ring()
            .open::<Session>(&staff.seal(&session(b"\x01")))
            .is_none()
    );
}

#[test]
fn an_unknown_key_vouches_for_nothing() {
    let stranger = keys("login", OTHER, []);
    assert!(
        ring()
            .open::<Session>(&stranger.seal(&session(b"\x01")))
            .is_none()
    );
}

#[test]
fn a_previous_key_verifies_and_never_signs() {
    let old = keys("login", OTHER, []);
    let rotated = keys("login", SECRET, [OTHER]);
    let verified = rotated
        .open::<Session>(&old.seal(&session(b"\x01")))
        .unwrap();
    assert_eq!(verified.key, 1);
    assert_eq!(
        rotated.seal(&session(b"\x01")),
        ring().seal(&session(b"\x01"))
    );
    assert!(
        old.open::<Session>(&rotated.seal(&session(b"\x01")))
            .is_none()
    );
}

#[test]
fn nothing_over_4096_bytes_is_looked_at() {
    let long = ring().seal(&session(&[b'x'; 3000]));
    assert!(long.len() > 4096);
    assert!(ring().open::<Session>(&long).is_none());
    assert!(ring().open::<Session>(&"A".repeat(400_000)).is_none());
    let room = 4096 / 4 * 3 - 32 - session(b"").write().len();
    let fits = ring().seal(&session(&vec![b'x'; room]));
    assert_eq!(fits.len(), 4096);
    assert!(ring().open::<Session>(&fits).is_some());
}

#[test]
fn unknown_versions_and_flags_are_refused() {
    let mut payload = session(b"\x01").write();
    payload[1] |= 8;
    assert!(Session::parse(&payload).is_none());
    for version in [0, 2, 255] {
        let mut payload = session(b"\x01").write();
        payload[0] = version;
        assert!(Session::parse(&payload).is_none());
        let text = sign::seal(ring().current().session(), &payload);
        assert!(ring().open::<Session>(&text).is_none());
    }
}

#[test]
fn a_payload_with_a_byte_too_many_is_none() {
    let (session, token) = (session(b"\x01").write(), remember(b"\x01").write());
    let mut stored = remember(b"\x01");
    stored.secret = Secret([1; 16]);
    let stored = stored.write_stored();
    assert!(Session::parse(&session).is_some() && RememberToken::parse(&token).is_some());
    assert!(RememberToken::parse_stored(&stored).is_some());
    let longer = |payload: &[u8]| [payload, &[0]].concat();
    assert!(Session::parse(&longer(&session)).is_none());
    assert!(RememberToken::parse(&longer(&token)).is_none());
    assert!(RememberToken::parse_stored(&longer(&stored)).is_none());
}

#[test]
fn what_is_beyond_the_last_second_ends_with_it() {
    let ring = ring();
    let mut session = session(b"\x01");
    session.expires = Timestamp::from_secs(u64::MAX);
    let opened: Verified<Session> = ring.open(&ring.seal(&session)).unwrap();
    assert_eq!(opened.value.expires.as_secs(), (1 << 40) - 1);
}

#[test]
fn secrets_do_not_show() {
    let shown = format!(
        "{:?} {:?} {:?}",
        ring(),
        session(b"\x01"),
        remember(b"\x01")
    );
    for secret in ["TokenId(..)", "Digest(..)", "UserKey(..)", "Keyring(..)"] {
        assert!(shown.contains(secret), "{shown}");
    }
    assert!(!shown.contains("[1, 1"), "{shown}");
}
