//! A store that fails: no user is taken for a stranger, and nothing is lost.

use rocket::http::Status;
use rocket::time::Duration;
use rocket_login::{Config, ProtectionLevel};

use super::{assert_unavailable, probed};
use crate::app::{accounts, advance, stateless};
use crate::browser::{Browser, CURL};

#[test]
fn a_failing_store_is_503_and_takes_nothing_away() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    probe.set_failing(true);
    for uri in [
        "/account",
        "/settings",
        "/",
        "/members",
        "/many",
        "/sessions",
    ] {
        assert_unavailable(&alice.get(uri));
    }
    assert_eq!(alice.get("/open").status, Status::Ok);
    assert_eq!(Browser::new(&client).get("/").body, "hello nobody");
    probe.set_failing(false);
    assert_eq!(alice.get("/settings").status, Status::Ok);
}

#[test]
fn a_failed_write_is_503_as_well() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut other = alice.clone();
    other.agent = CURL;
    let mut restored = alice.clone();
    restored.drop_cookie("session");
    probe.fail_at("save");
    assert_unavailable(&other.get("/account"));
    advance(&client, Duration::hours(1));
    assert_unavailable(&alice.get("/account"));
    assert_unavailable(&restored.get("/account"));
    probe.set_failing(false);
    assert_eq!(alice.get("/settings").status, Status::Ok);
    assert_eq!(restored.get("/account").status, Status::Ok);
}

#[test]
fn a_login_that_was_not_kept_has_not_happened() {
    let (client, probe) = probed(stateless());
    for method in ["create", "of_user", "delete"] {
        let mut alice = Browser::logged_in(&client, "id=1&remember=true");
        probe.fail_once_at(method);
        assert_unavailable(&alice.post("/login", "id=2&remember=true"));
        probe.set_failing(false);
        assert_eq!(alice.get("/").body, "hello alice", "{method}");
        let bobs = alice.get("/admin/sessions/2").body;
        assert_eq!(bobs, "[]", "{method}");
        alice.post("/logout", "");
    }
    // Where the new record cannot be withdrawn either, no browser knows its id.
    let mut alice = Browser::logged_in(&client, "id=1");
    probe.fail_at("delete");
    assert_unavailable(&alice.post("/login", "id=2"));
    probe.set_failing(false);
    assert_eq!(alice.get("/").body, "hello alice");
    assert_eq!(alice.post("/login", "id=2").status, Status::SeeOther);
    assert_eq!(alice.get("/").body, "hello bob");
    assert_eq!(alice.get("/admin/sessions/1").body, "[]");
}

#[test]
fn a_failed_logout_leaves_the_cookies_and_says_so() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut copy = alice.clone();
    probe.fail_at("delete");
    for _ in 0..2 {
        assert_unavailable(&alice.post("/logout", ""));
    }
    probe.set_failing(false);
    // Which is why it is said.
    for browser in [&mut alice, &mut copy] {
        assert_eq!(browser.get("/settings").body, "settings of alice");
    }
    // The cookies are there, so the next try finds the session.
    let answer = alice.post("/logout", "");
    assert_eq!(answer.status, Status::Ok);
    assert!(answer.removes("session") && answer.removes("remember_token"));
    for browser in [&mut alice, &mut copy] {
        assert_eq!(browser.get("/").body, "hello nobody");
    }
    assert_eq!(copy.get("/admin/sessions/1").body, "[]");
}

#[test]
fn a_confirmation_or_renewal_that_was_not_kept_leaves_the_session() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    for method in ["load", "save"] {
        probe.fail_at(method);
        assert_unavailable(&alice.post("/confirm", ""));
        // The password is the one it was: the application would not have changed it.
        assert_unavailable(&alice.post("/password/hash%20of%20alice", ""));
        probe.set_failing(false);
        assert_eq!(alice.get("/settings").status, Status::Ok);
        assert_eq!(alice.get("/sessions").body.matches("handle").count(), 1);
    }
}

#[test]
fn a_session_to_be_ended_is_refused_until_it_is() {
    let (client, probe) = probed(Config {
        protection_level: ProtectionLevel::Strong,
        ..stateless()
    });
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut thief = alice.clone();
    thief.agent = CURL;
    probe.fail_at("delete");
    assert_unavailable(&thief.get("/account"));
    assert_unavailable(&thief.get("/account"));
    probe.set_failing(false);
    let answer = thief.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    assert!(answer.removes("session") && answer.removes("remember_token"));
    assert_eq!(alice.get("/account").status, Status::SeeOther);
}

#[test]
fn a_suspended_session_is_refused_although_the_store_takes_nothing() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    accounts(&client).set_active(1, false);
    for method in ["create", "save", "delete"] {
        probe.fail_at(method);
        let answer = alice.get("/account");
        assert_eq!(answer.status, Status::SeeOther, "{method}");
        answer.assert_no_cookies();
    }
    probe.set_failing(false);
    accounts(&client).set_active(1, true);
    assert_eq!(alice.get("/settings").status, Status::Ok);
}

#[test]
fn a_failing_inventory_says_so() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    probe.fail_at("of_user");
    assert_unavailable(&alice.get("/sessions"));
    assert_unavailable(&alice.get("/admin/sessions/1"));
    assert_unavailable(&alice.post("/revoke-others", ""));
    probe.set_failing(false);
    assert_eq!(alice.post("/revoke-others", "").body, "0");
}
