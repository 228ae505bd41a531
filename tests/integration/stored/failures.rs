//! A store that fails: nobody is taken for a stranger, and nothing is lost.

use rocket::http::Status;
use rocket::time::Duration;

use super::{assert_unavailable, probed};
use crate::app::{advance, stateless};
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
fn what_cannot_be_written_is_503_as_well() {
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
    probe.fail_at("create");
    assert_unavailable(&restored.get("/account"));
    probe.set_failing(false);
    assert_eq!(alice.get("/settings").status, Status::Ok);
    assert_eq!(restored.get("/account").status, Status::Ok);
}

#[test]
fn a_login_that_was_not_kept_has_not_happened() {
    let (client, probe) = probed(stateless());
    for method in ["create", "load", "save"] {
        let mut alice = Browser::logged_in(&client, "id=1&remember=true");
        probe.fail_at(method);
        assert_unavailable(&alice.post("/login", "id=2&remember=true"));
        probe.set_failing(false);
        assert_eq!(alice.get("/").body, "hello alice", "{method}");
        let bobs = alice.get("/admin/sessions/2").body;
        assert_eq!(bobs, "[]", "{method}");
    }
    // What has ended has ended, even if its row cannot be deleted yet.
    let mut alice = Browser::logged_in(&client, "id=1");
    probe.fail_at("delete");
    assert_eq!(alice.post("/login", "id=2").status, Status::SeeOther);
    assert_eq!(alice.get("/").body, "hello bob");
}

#[test]
fn a_failed_logout_removes_the_cookies_and_says_so() {
    let (client, probe) = probed(stateless());
    for method in ["load", "save"] {
        let mut alice = Browser::logged_in(&client, "id=1&remember=true");
        let mut copy = alice.clone();
        probe.fail_at(method);
        let answer = alice.post("/logout", "");
        assert_eq!(answer.status, Status::ServiceUnavailable, "{method}");
        assert!(answer.removes("session") && answer.removes("remember_token"));
        probe.set_failing(false);
        assert_eq!(alice.get("/").body, "hello nobody");
        // Which is why it is said.
        assert_eq!(copy.get("/").body, "hello alice");
    }
}

#[test]
fn a_confirmation_or_renewal_that_was_not_kept_leaves_the_session() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    for method in ["create", "save"] {
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
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    crate::app::accounts(&client).set_active(1, false);
    probe.fail_at("save");
    assert_unavailable(&alice.get("/account"));
    probe.set_failing(false);
    assert_eq!(alice.get("/account").status, Status::SeeOther);
    crate::app::accounts(&client).set_active(1, true);
    assert_eq!(alice.get("/account").status, Status::SeeOther);
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
