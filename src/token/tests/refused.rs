//! Texts that are no tokens.

use super::*;

proptest! {
    #[test]
    fn a_text_without_a_signature_never_verifies(text in "[A-Za-z0-9_-]{0,300}") {
        prop_assert!(!is_token(&text));
    }

    #[test]
    fn no_bytes_bring_the_parsers_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for payload in [bytes.clone(), [&[1], &bytes[..]].concat()] {
            for home in HOMES {
                if let Some(token) = SessionToken::parse(&payload, home) {
                    prop_assert_eq!(token.write(), payload.clone());
                }
                if let Some(token) = RememberToken::parse(&payload, home) {
                    prop_assert_eq!(token.write(), payload.clone());
                }
            }
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
    for bit in 3..8 {
        let mut payload = session(b"\x01").write();
        payload[1] |= 1 << bit;
        assert!(SessionToken::parse(&payload, Home::Cookie).is_none());
    }
}

#[test]
fn unknown_versions_are_refused_though_our_key_has_signed_them() {
    let ring = ring();
    for version in (0..=u8::MAX).filter(|version| *version != 1) {
        for home in HOMES {
            let versioned = |mut payload: Vec<u8>| {
                payload[0] = version;
                payload
            };
            let payload = versioned(session_of(home, b"\x01").write());
            assert!(SessionToken::parse(&payload, home).is_none());
            let key = ring.current().signing(Purpose::Session, home);
            assert!(!is_token(&sign::seal(key, payload)));
            let payload = versioned(remember(b"\x01").write());
            assert!(RememberToken::parse(&payload, home).is_none());
            let key = ring.current().signing(Purpose::Remember, home);
            assert!(!is_token(&sign::seal(key, payload)));
        }
    }
}

#[test]
fn a_payload_with_a_byte_too_many_or_too_few_is_none() {
    for home in HOMES {
        let session = session_of(home, b"\x01").write();
        let token = remember(b"\x01").write();
        assert!(SessionToken::parse(&session, home).is_some());
        assert!(RememberToken::parse(&token, home).is_some());
        let longer = |payload: &[u8]| [payload, &[0]].concat();
        assert!(SessionToken::parse(&longer(&session), home).is_none());
        assert!(RememberToken::parse(&longer(&token), home).is_none());
        for end in 0..session.len() {
            assert!(SessionToken::parse(&session[..end], home).is_none());
        }
        for end in 0..token.len() {
            assert!(RememberToken::parse(&token[..end], home).is_none());
        }
    }
}
