//! Cookies that the server has not given out: made, mended, mixed and written in other ways.

use base64::Engine;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

use super::*;
use crate::app;

const MAC: usize = 32;

/// The payload of a token, and what signs it.
fn parts(token: &str) -> (Vec<u8>, Vec<u8>) {
    let mut payload = BASE64_URL_SAFE_NO_PAD.decode(token).unwrap();
    let mac = payload.split_off(payload.len() - MAC);
    (payload, mac)
}

fn token(payload: &[u8], mac: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode([payload, mac].concat())
}

/// Both cookies of a browser; the tests below would prove little if the cookies were not good.
fn cookies(server: &Server, form: &str, name: &str) -> [(&'static str, String); 2] {
    let curl = remembered(server, form);
    for cookie in [SESSION, REMEMBER] {
        let user = who_has(server, &pair(&remembered(server, form), cookie));
        assert_eq!(user.as_deref(), Some(name));
    }
    [SESSION, REMEMBER].map(|name| (name, cookie(&curl, name)))
}

#[track_caller]
fn assert_worthless(server: &Server, name: &str, value: &str) {
    let header = format!("Cookie: {name}={value}\r\n");
    let reply = Curl::new(server).get("/account", &header);
    let location = Some("/login?next=%2Faccount");
    assert_eq!((reply.status, reply.location()), (303, location), "{value}");
    assert_eq!(reply.cookies(), [], "{value}");
}

#[test]
fn a_token_cut_anywhere_is_worthless() {
    with_every_store(|server| {
        for (name, token) in cookies(server, ALICE, "alice") {
            for end in 0..token.len() {
                assert_worthless(server, name, &token[..end]);
            }
        }
    });
}

#[test]
fn a_token_with_one_bit_changed_anywhere_is_worthless() {
    with_every_store(|server| {
        for (name, good) in cookies(server, ALICE, "alice") {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(&good).unwrap();
            for at in 0..bytes.len() {
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << (at % 8);
                assert_worthless(server, name, &token(&bytes, &[]));
            }
        }
    });
}

#[test]
fn a_token_with_one_letter_changed_anywhere_is_worthless() {
    with_every_store(|server| {
        for (name, good) in cookies(server, ALICE, "alice") {
            for at in 0..good.len() {
                let other = if &good[at..=at] == "A" { "B" } else { "A" };
                let changed = format!("{}{other}{}", &good[..at], &good[at + 1..]);
                assert_worthless(server, name, &changed);
            }
        }
    });
}

/// The bits of the last letter that belong to no byte.
#[test]
fn a_token_in_another_spelling_of_the_same_bytes_is_worthless() {
    with_every_store(|server| {
        for (name, good) in cookies(server, ALICE, "alice") {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(&good).unwrap();
            let (head, last) = good.split_at(good.len() - 1);
            let mut values = vec![
                format!("\"{good}\""),
                format!("%22{good}%22"),
                format!("%{:02x}{}", good.as_bytes()[0], &good[1..]),
                good.bytes().map(|byte| format!("%{byte:02X}")).collect(),
                format!("{head}%{:02X}", last.as_bytes()[0]),
                good.bytes().map(|byte| format!("{byte:02x}")).collect(),
                format!("{}.{}", &good[..9], &good[9..]),
                format!("{} {}", &good[..9], &good[9..]),
                good.to_lowercase(),
                good.to_uppercase(),
            ];
            if bytes.len() % 3 != 0 {
                let letter = char::from(last.as_bytes()[0] + 1);
                values.extend([BASE64_URL_SAFE.encode(&bytes), format!("{head}{letter}")]);
            }
            for value in values {
                assert_worthless(server, name, &value);
            }
        }
    });
}

#[test]
fn a_token_in_the_other_alphabet_is_worthless() {
    with_every_store(|server| {
        for name in [SESSION, REMEMBER] {
            let tokens = std::iter::repeat_with(|| cookie(&remembered(server, ALICE), name));
            let mut tokens = tokens.filter(|token| token.contains(['-', '_']));
            let other = tokens.next().unwrap().replace('-', "+").replace('_', "/");
            assert_worthless(server, name, &other);
        }
    });
}

#[test]
fn a_token_with_something_after_it_is_worthless() {
    with_every_store(|server| {
        for (name, good) in cookies(server, ALICE, "alice") {
            for more in ["A", "=", "==", ".", "%00", "%0d%0a", ",x", "|1", "&x=1"] {
                assert_worthless(server, name, &format!("{good}{more}"));
            }
            for more in [&good, &format!(",{good}"), &"A".repeat(8000)] {
                assert_worthless(server, name, &format!("{good}{more}"));
            }
        }
    });
}

#[test]
fn a_payload_is_worthless_with_what_signs_another() {
    with_every_store(|server| {
        let alices = cookies(server, ALICE, "alice");
        let bobs = cookies(server, BOB, "bob");
        for (name, alice) in &alices {
            let (payload, own) = parts(alice);
            for (_, other) in bobs.iter().chain(&alices).filter(|(_, good)| good != alice) {
                let (_, mac) = parts(other);
                assert_worthless(server, name, &token(&payload, &mac));
            }
            let half = MAC / 2;
            for mac in [&[0; MAC][..], &[0xff; MAC], &[], &own[..1], &own[..half]] {
                assert_worthless(server, name, &token(&payload, mac));
            }
            assert_worthless(server, name, &token(&[], &own));
            assert_worthless(server, name, &token(&own, &own));
        }
    });
}

#[test]
fn a_token_is_worthless_in_the_other_cookie() {
    with_every_store(|server| {
        let [(_, session), (_, remember)] = cookies(server, ALICE, "alice");
        assert_worthless(server, SESSION, &remember);
        assert_worthless(server, REMEMBER, &session);
    });
}

#[test]
fn cookies_of_two_users_give_no_more_than_the_session_does() {
    with_every_store(|server| {
        let (alice, bob) = (remembered(server, ALICE), remembered(server, BOB));
        let mixed = format!("{}; {}", pair(&alice, SESSION), pair(&bob, REMEMBER));
        is_alice(who_has(server, &mixed));
        let settings = |cookies: &str| {
            let header = format!("Cookie: {cookies}\r\n");
            Curl::new(server).get("/settings", &header)
        };
        assert_eq!(settings(&mixed).status, 200);
        server.advance(rocket::time::Duration::hours(2));
        // Bob's token is left, which never was worth more than this.
        is_bob(who_has(server, &mixed));
        let bobs = settings(&mixed);
        assert_eq!(bobs.location(), Some("/reauthenticate?next=%2Fsettings"));
    });
}

#[test]
fn a_token_that_another_key_signed_is_worthless() {
    for store in STORES {
        let stranger = serve(demo::rocket(), |figment| {
            let figment = figment.merge(("login.session.store", store));
            figment.merge(("login.secret_key", app::KEY))
        });
        let server = site(store, "basic");
        for (name, foreign) in cookies(&stranger, ALICE, "alice") {
            assert_worthless(&server, name, &foreign);
        }
    }
}

/// The same secret, and as many users: only the name of the table is another one.
#[test]
fn a_token_for_another_kind_of_users_is_worthless() {
    let staff = rocket_login::LoginManager::fairing(app::load)
        .table("staff")
        .config(app::stateless());
    let staff = app::bare().attach(staff).mount("/", app::routes());
    let staff = Server::serve(staff, |figment| figment);
    let server = serve(demo::rocket(), |figment| {
        let figment = figment.merge(("login.session.store", "cookie"));
        figment.merge(("login.secret_key", app::KEY))
    });
    let mut alice = Curl::new(&staff);
    assert_eq!(alice.post("/login", "id=1&remember=true").status, 303);
    for name in [SESSION, REMEMBER] {
        let header = format!("Cookie: {}\r\n", pair(&alice, name));
        let there = Curl::new(&staff).get("/account", &header);
        assert!(there.body.starts_with("alice"), "{there:?}");
        assert_worthless(&server, name, &cookie(&alice, name));
    }
}

/// The store was there to end it.
#[test]
fn a_token_that_a_store_knows_is_worthless_where_there_is_none() {
    let (with, without) = (site("memory", "basic"), site("cookie", "basic"));
    for (name, token) in cookies(&with, ALICE, "alice") {
        assert_worthless(&without, name, &token);
    }
    let other = site("memory", "basic");
    for (name, token) in cookies(&with, ALICE, "alice") {
        assert_worthless(&other, name, &token);
    }
}
