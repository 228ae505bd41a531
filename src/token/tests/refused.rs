//! Texts that are no tokens.

use super::*;

proptest! {
    #[test]
    fn a_text_without_a_signature_never_verifies(text in "[A-Za-z0-9_-]{0,300}") {
        prop_assert!(!is_token(&text));
    }

    #[test]
    fn no_bytes_bring_the_parsers_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for home in HOMES {
            if let Some(token) = SessionToken::parse(&bytes, home) {
                prop_assert_eq!(token.write(), bytes.clone());
            }
            if let Some(token) = RememberToken::parse(&bytes, home) {
                prop_assert_eq!(token.write(), bytes.clone());
            }
        }
        if let Some(token) = KnownToken::parse(&bytes) {
            prop_assert_eq!(token.write(), bytes);
        }
    }
}

#[test]
fn a_token_cut_at_any_byte_is_refused() {
    for text in genuine(&ring()) {
        for end in 0..text.len() {
            assert!(!is_token(&text[..end]));
        }
        assert!(is_token(&text));
    }
}

#[test]
fn a_token_with_any_bit_flipped_is_refused() {
    let ring = ring();
    for home in HOMES {
        let text = ring.seal(&session_of(home, b"\x01"), home);
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let flipped = String::from_utf8(bytes).unwrap();
                assert!(!opens::<SessionToken>(&ring, &flipped, home), "{at} {bit}");
            }
        }
    }
}

#[test]
fn a_token_has_one_spelling() {
    for text in genuine(&ring()) {
        for other in [
            format!("{text}="),
            format!("{text}A"),
            format!(" {text}"),
            format!("\"{text}\""),
            text.replace('_', "/").replace('-', "+") + "\n",
            format!("%{:02x}{}", text.as_bytes()[0], &text[1..]),
            format!("{text}{text}"),
        ] {
            assert!(!is_token(&other), "{other}");
        }
    }
}

#[test]
fn nothing_over_4096_bytes_is_looked_at() {
    let (ring, home) = (ring(), Home::Cookie);
    let long = ring.seal(&session(&[b'x'; 3000]), home);
    assert!(long.len() > 4096);
    assert!(!opens::<SessionToken>(&ring, &long, home));
    assert!(!opens::<SessionToken>(&ring, &"A".repeat(400_000), home));
    let room = 4096 / 4 * 3 - 32 - session(b"").write().len();
    let fits = ring.seal(&session(&vec![b'x'; room]), home);
    assert_eq!(fits.len(), 4096);
    assert!(opens::<SessionToken>(&ring, &fits, home));
}

#[test]
fn unknown_flags_are_refused() {
    for bit in 5..8 {
        let mut payload = session(b"\x01").write();
        payload[0] |= 1 << bit;
        assert!(SessionToken::parse(&payload, Home::Cookie).is_none());
    }
}

/// The first span of a remember token, of five octets and more.
#[test]
fn a_span_has_one_spelling() {
    let payload = remember(b"\x01").write();
    let (head, tail) = (&payload[..22], &payload[23..]);
    let parse = |span: &[u8]| RememberToken::parse(&[head, span, tail].concat(), Home::Cookie);
    for good in [
        &[0][..],
        &[0x7f],
        &[0x80, 1],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0x1f],
    ] {
        let token = parse(good).unwrap();
        assert_eq!(token.write(), [head, good, tail].concat());
    }
    for bad in [
        &[0x80, 0][..],
        &[0xff, 0x80, 0],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0x20],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
    ] {
        assert!(parse(bad).is_none(), "{bad:x?}");
    }
}

#[test]
fn a_token_of_another_version_is_refused() {
    for version in [
        &b"rocket_login/0"[..],
        b"rocket_login/2",
        b"rocket_login",
        b"",
    ] {
        for (purpose, home, payload) in [
            ("session", Home::Cookie, session(b"\x01").write()),
            ("stored session", Home::Store, stored(b"\x01").write()),
            ("remember", Home::Cookie, remember(b"\x01").write()),
            ("stored remember", Home::Store, remember(b"\x01").write()),
            ("known", Home::Cookie, known(b"\x01").write()),
        ] {
            let sealed = |version| {
                let key = MacKey::derive(version, SECRET, purpose, "login").unwrap();
                format::seal(&key, payload.clone())
            };
            assert!(!is_token(&sealed(version)), "{home:?}");
            assert!(is_token(&sealed(key::VERSION)), "{home:?}");
        }
    }
}

#[test]
fn a_payload_that_was_cut_is_none_and_a_longer_one_names_another_user() {
    let cut = |payload: &[u8]| payload.len() - 1;
    for home in HOMES {
        let payload = session_of(home, b"\x01").write();
        let longer = SessionToken::parse(&[&payload[..], &[0]].concat(), home).unwrap();
        assert_eq!(longer.user.as_bytes(), [1, 0]);
        assert_eq!(longer.user.decode::<i64>(), None);
        for end in 0..cut(&payload) {
            assert!(SessionToken::parse(&payload[..end], home).is_none());
        }
        let payload = remember(b"\x01").write();
        let longer = RememberToken::parse(&[&payload[..], &[0]].concat(), home).unwrap();
        assert_eq!(longer.user.decode::<i64>(), None);
        for end in 0..cut(&payload) {
            assert!(RememberToken::parse(&payload[..end], home).is_none());
        }
    }
    let payload = known(b"\x01").write();
    let longer = KnownToken::parse(&[&payload[..], &[0]].concat()).unwrap();
    assert_eq!(longer.user.decode::<i64>(), None);
    for end in 0..cut(&payload) {
        assert!(KnownToken::parse(&payload[..end]).is_none());
    }
}
