//! Tokens as they are written.

use super::*;

fn any_time() -> impl Strategy<Value = Timestamp> {
    (0u64..1 << 40).prop_map(Timestamp::from_secs)
}

fn any_optional_time() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of((0u64..1 << 40).prop_map(Timestamp::from_secs))
}

prop_compose! {
    fn any_session()(
        identifier: [u8; 16], auth_hash: [u8; 16],
        times in (any_time(), any_time(), any_time()),
        fresh_since in any_optional_time(),
        permanent: bool, restored: bool, forced: bool,
    ) -> Session {
        Session {
            begun: times.0,
            expires: times.1,
            last_seen: times.2,
            fresh_since, permanent, restored, forced,
            identifier: Digest(identifier),
            auth_hash: Digest(auth_hash),
        }
    }
}

prop_compose! {
    fn any_token()(
        id: [u8; 16], millis in 0u64..1 << 48,
        user in prop::collection::vec(any::<u8>(), 0..64),
        session in prop::option::of(any_session()),
        remember_until in any_optional_time(),
    ) -> SessionToken {
        SessionToken {
            id: SessionId(id),
            generation: Generation::from_millis(millis),
            user: EncodedId::from_bytes(&user),
            carried: session.map(|session| Carried { session, remember_until }),
        }
    }
}

prop_compose! {
    fn any_remember()(
        id: [u8; 16], auth_hash: [u8; 16], millis in 0u64..1 << 48,
        user in prop::collection::vec(any::<u8>(), 0..64),
        times in (any_time(), any_time()),
    ) -> RememberToken {
        RememberToken {
            id: SessionId(id),
            generation: Generation::from_millis(millis),
            user: EncodedId::from_bytes(&user),
            issued: times.0,
            expires: times.1,
            auth_hash: Digest(auth_hash),
        }
    }
}

proptest! {
    #[test]
    fn a_session_token_comes_back_as_it_was(token in any_token()) {
        let home = if token.carried.is_some() { Home::Cookie } else { Home::Store };
        let back: SessionToken = ring().open(&ring().seal(&token, home), home).unwrap().value;
        prop_assert_eq!(back.write(), token.write());
        // `Debug` shows all that is no secret.
        prop_assert_eq!(format!("{back:?}"), format!("{token:?}"));
        prop_assert_eq!((back.id, back.user), (token.id, token.user));
    }

    #[test]
    fn a_remember_token_comes_back_as_it_was(token in any_remember(), at in 0usize..2) {
        let home = HOMES[at];
        let back: RememberToken = ring().open(&ring().seal(&token, home), home).unwrap().value;
        prop_assert_eq!(back.write(), token.write());
        prop_assert_eq!(format!("{back:?}"), format!("{token:?}"));
        prop_assert_eq!((back.id, back.user), (token.id, token.user));
    }
}

/// Another implementation of the grammar has made these texts. A change of them logs every
/// user of every application out, and makes every browser a stranger.
#[test]
fn the_written_form_is_fixed() {
    let user = EncodedId::encode(&1i64).unwrap();
    let user = user.as_bytes();
    assert_eq!(
        ring().seal(&session(user), Home::Cookie),
        concat!(
            "GgEBAQEBAQEBAQEBAQEBAQEBi8_laHsAgOpJPACA54QPAgICAgICAgICAgICAgICAgMDAwMDAwMD",
            "AwMDAwMDAwMB-2QK5AUH4EEfa8PbmVZ9W_yRJJBnqcbH1fN0nTCUpDU"
        )
    );
    assert_eq!(
        ring().seal(&stored(user), Home::Store),
        "AQEBAQEBAQEBAQEBAQEBAQGLz-VoewEHESlQOIdEevf1zBc6ufqkb-pnSpMSDyD9lY2eBlIRGQ"
    );
    assert_eq!(
        ring().seal(&remember(user), Home::Cookie),
        concat!(
            "BwcHBwcHBwcHBwcHBwcHBwGLz-VoewCAwtcvCQkJCQkJCQkJCQkJCQkJCQHsckxIZC9UlEUK4Wxt",
            "zE8RXbZ4BQs2_HbB9d9JsV0EAA"
        )
    );
    assert_eq!(
        ring().seal(&remember(user), Home::Store),
        concat!(
            "BwcHBwcHBwcHBwcHBwcHBwGLz-VoewCAwtcvCQkJCQkJCQkJCQkJCQkJCQHb_woFkrmUbPxmEqIX",
            "1KZwDucVly8TWmvEfSNFPPGJMA"
        )
    );
    assert_eq!(
        ring().seal_known(&known(user)),
        concat!(
            "BQUFBQUFBQUFBQUFBQUFBQGLz-VoewYGBgYGBgYGBgYGBgYGBgYHBwcHBwcHBwcHBwcHBwcHAZzI",
            "x7T-Dj5iOaXlp79sE4dEvXyL5IyJ2OnxXhrlT9ob"
        )
    );
}

#[test]
fn tokens_of_a_number_are_short() {
    let user = EncodedId::encode(&i64::MIN).unwrap();
    let user = user.as_bytes();
    assert!(ring().seal(&session(user), Home::Cookie).len() <= 144);
    assert!(ring().seal(&stored(user), Home::Store).len() <= 86);
    assert!(ring().seal(&remember(user), Home::Store).len() <= 112);
    assert!(ring().seal_known(&known(user)).len() <= 128);
}

#[test]
fn a_time_beyond_the_last_second_ends_with_it() {
    let mut token = session(b"\x01");
    if let Some(carried) = &mut token.carried {
        carried.session.expires = Timestamp::from_secs(u64::MAX);
    }
    let text = ring().seal(&token, Home::Cookie);
    let opened = ring().open::<SessionToken>(&text, Home::Cookie).unwrap();
    let session = opened.value.carried.unwrap().session;
    assert_eq!(session.expires.as_secs(), (1 << 40) - 1);
}
