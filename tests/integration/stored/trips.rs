//! How often the store is asked.

use rocket::http::Status;
use rocket::time::Duration;

use super::probed;
use crate::app::{advance, stateless};
use crate::browser::{Browser, CURL};

const NOTHING: [&str; 0] = [];

#[test]
fn an_authenticated_request_asks_once() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    // The list says whether the user has too many.
    assert_eq!(probe.take_calls(), ["create", "of_user"]);
    for uri in ["/account", "/many", "/", "/settings", "/members"] {
        assert_eq!(alice.get(uri).status, Status::Ok);
        assert_eq!(probe.take_calls(), ["load"], "{uri}");
    }
}

#[test]
fn each_change_asks_for_as_little_as_it_can() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    alice.restart();
    probe.take_calls();
    for (uri, form, calls) in [
        ("/account", None, &["load", "save"][..]),
        // A confirmation and a renewal ask again whether the session counts.
        ("/confirm", Some(""), &["load", "load", "save"]),
        (
            "/password/hash%20of%20alice",
            Some(""),
            &["load", "load", "save", "of_user"],
        ),
        (
            "/login",
            Some("id=1&remember=true"),
            // The login looks whether the token that it replaces was stolen.
            &["load", "create", "of_user", "delete"],
        ),
        ("/logout", Some(""), &["delete"]),
    ] {
        let answer = match form {
            Some(form) => alice.post(uri, form),
            None => alice.get(uri),
        };
        assert!(answer.status.code < 400, "{answer:?}");
        assert_eq!(probe.take_calls(), calls, "{uri}");
    }
}

#[test]
fn the_store_is_not_asked_for_anonymous_visitors_and_unguarded_routes() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    probe.take_calls();
    alice.get("/open");
    alice.get("/login");
    let mut nobody = Browser::new(&client);
    nobody.get("/");
    nobody.get("/account");
    nobody.post("/logout", "");
    assert_eq!(probe.take_calls(), NOTHING);
    for bad in ["garbage", &"A".repeat(200)] {
        nobody.set_cookie("session", bad);
        nobody.get("/account");
    }
    assert_eq!(probe.take_calls(), NOTHING);
}

#[test]
fn a_session_is_seen_once_per_tenth_of_its_window_and_needs_no_cookie_for_it() {
    let (client, probe) = probed(stateless());
    for form in ["id=1", "id=1&permanent=true"] {
        let mut alice = Browser::logged_in(&client, form);
        probe.take_calls();
        for (minutes, calls) in [
            (11, &["load"][..]),
            (1, &["load", "save"]),
            (0, &["load"]),
            (11, &["load"]),
            (1, &["load", "save"]),
        ] {
            advance(&client, Duration::minutes(minutes));
            let answer = alice.get("/account");
            assert_eq!(answer.status, Status::Ok);
            answer.assert_no_cookies();
            assert_eq!(probe.take_calls(), calls, "{form}");
        }
    }
}

#[test]
fn an_idle_session_ends_and_one_in_use_goes_on_to_the_absolute_limit() {
    let (client, _) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut idle = alice.clone();
    for _ in 0..14 * 24 - 1 {
        advance(&client, Duration::hours(1));
        assert_eq!(alice.get("/account").status, Status::Ok);
    }
    // One session, with all copies of its cookie.
    assert_eq!(idle.get("/account").status, Status::Ok);
    advance(&client, Duration::hours(1));
    assert_eq!(alice.get("/account").status, Status::SeeOther);

    let mut alice = Browser::logged_in(&client, "id=1");
    advance(&client, Duration::hours(2) - Duration::seconds(1));
    assert_eq!(alice.get("/account").status, Status::Ok);
    advance(&client, Duration::hours(2));
    let answer = alice.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
}

#[test]
fn freshness_is_taken_from_every_copy() {
    let (client, probe) = probed(stateless());
    advance(&client, Duration::ZERO);
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut thief = alice.clone();
    thief.agent = CURL;
    probe.take_calls();
    let answer = thief.get("/account");
    assert_eq!(answer.body, "alice fresh=false remembered=false");
    answer.assert_no_cookies();
    assert_eq!(probe.take_calls(), ["load", "save"]);
    thief.get("/account");
    assert_eq!(probe.take_calls(), ["load"]);
    assert_eq!(alice.get("/settings").status, Status::SeeOther);
    assert_eq!(alice.post("/confirm", "").body, "fresh=true");
    // A copy of the token before counts for a moment, and changes nothing.
    let answer = thief.get("/account");
    assert_eq!(answer.body, "alice fresh=false remembered=false");
    assert_eq!(thief.get("/settings").status, Status::SeeOther);
    assert_eq!(alice.get("/settings").status, Status::Ok);
    advance(&client, Duration::seconds(31));
    assert_eq!(thief.get("/account").status, Status::SeeOther);
    assert_eq!(alice.get("/settings").status, Status::Ok);
}

#[test]
fn a_session_is_found_by_a_digest_alone() {
    let (client, probe) = probed(stateless());
    let alice = Browser::logged_in(&client, "id=1");
    let cookie = alice.cookie("session").unwrap();
    let left = rocket::tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(probe.left());
    assert_eq!(left.len(), 1);
    // The bytes of the token behind its version and its flags.
    use base64::Engine;
    let token = base64::prelude::BASE64_URL_SAFE_NO_PAD
        .decode(cookie)
        .unwrap();
    let id = &token[2..18];
    assert_ne!(left[0].key.as_bytes(), id);
    assert!(!left[0].value.windows(16).any(|part| part == id));
    assert_eq!(format!("{:?}", left[0].key), "StoreKey(..)");
}
