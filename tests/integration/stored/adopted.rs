//! From sessions in cookies to sessions in a store.

use std::sync::Arc;

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::testing;

use super::{Probe, probed};
use crate::app::{self, accounts, advance, stateless};
use crate::browser::Browser;

/// The session cookie of a login made when there was no store.
fn stateless_session(form: &str) -> String {
    let before = app::client(stateless());
    let session = Browser::logged_in(&before, form).cookie("session");
    session.unwrap()
}

fn switched(form: &str) -> (Client, Arc<Probe>, String) {
    let session = stateless_session(form);
    let (client, probe) = probed(stateless());
    (client, probe, session)
}

fn holding<'c>(client: &'c Client, session: &str) -> Browser<'c> {
    let mut browser = Browser::new(client);
    browser.set_cookie("session", session);
    browser
}

#[test]
fn switching_logs_no_user_out() {
    for form in ["id=1", "id=1&permanent=true"] {
        let (client, probe, session) = switched(form);
        let mut alice = holding(&client, &session);
        let answer = alice.get("/account");
        assert_eq!(answer.body, "alice fresh=true remembered=false");
        assert_eq!(probe.take_calls(), ["load", "create"]);
        let cookie = answer.cookie("session").unwrap();
        assert_ne!(cookie.value(), session);
        assert_eq!(cookie.max_age().is_some(), form.contains("permanent"));

        alice.get("/account").assert_no_cookies();
        assert_eq!(probe.take_calls(), ["load"]);
        assert_eq!(alice.get("/sessions").body.matches("handle").count(), 1);
    }
}

#[test]
fn requests_that_come_at_once_find_one_session() {
    let (client, _, session) = switched("id=1");
    let mut alice = holding(&client, &session);
    let mut again = holding(&client, &session);
    for browser in [&mut alice, &mut again] {
        let answer = browser.get("/account");
        assert_eq!(answer.status, Status::Ok);
        assert!(answer.cookie("session").is_some());
    }
    assert_eq!(alice.get("/sessions").body.matches("handle").count(), 1);
    assert_eq!(again.get("/account").status, Status::Ok);
}

#[test]
fn it_is_adopted_by_the_limits_it_had() {
    let (client, probe, session) = switched("id=1");
    let then = testing::now(client.rocket());
    testing::set_now(client.rocket(), then + Duration::hours(2));
    let answer = holding(&client, &session).get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
    // The store may know that it was seen since then.
    assert_eq!(probe.take_calls(), ["load"]);
}

/// Ends an adopted session; a copy of its first cookie must not be adopted.
fn assert_ends(end: impl Fn(&mut Browser<'_>)) {
    let (client, _, session) = switched("id=1&permanent=true");
    let mut alice = holding(&client, &session);
    assert_eq!(alice.get("/account").status, Status::Ok);
    let mut adopted = alice.clone();
    end(&mut alice);
    for hours in [0, 1, 300] {
        advance(&client, Duration::hours(hours));
        for mut copy in [holding(&client, &session), adopted.clone()] {
            assert_eq!(copy.get("/account").status, Status::SeeOther, "{hours}");
        }
    }
    adopted.get("/account");
}

#[test]
fn the_end_of_an_adopted_session_ends_every_copy() {
    assert_ends(|alice| drop(alice.post("/logout", "")));
    assert_ends(|alice| drop(alice.post("/login", "id=2")));
    assert_ends(|alice| drop(alice.post("/password/new", "")));
    assert_ends(|alice| {
        let revoked = alice.send(rocket::http::Method::Delete, "/admin/sessions/1", None);
        assert_eq!(revoked.body, "1");
    });
}

#[test]
fn a_confirmation_of_an_adopted_session_supersedes_every_copy() {
    let (client, _, session) = switched("id=1&permanent=true");
    advance(&client, Duration::ZERO);
    let mut alice = holding(&client, &session);
    assert_eq!(alice.get("/account").status, Status::Ok);
    let adopted = alice.cookie("session").unwrap();
    assert_eq!(alice.post("/confirm", "").body, "fresh=true");
    for copy in [&session, &adopted] {
        let answer = holding(&client, copy).get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=false");
    }
    advance(&client, Duration::seconds(31));
    for copy in [&session, &adopted] {
        let answer = holding(&client, copy).get("/account");
        assert_eq!(answer.status, Status::SeeOther);
    }
    assert_eq!(alice.get("/settings").status, Status::Ok);
}

#[test]
fn ending_all_sessions_keeps_the_ends_of_adopted_ones() {
    let (client, _, session) = switched("id=1");
    holding(&client, &session).post("/logout", "");
    let mut alice = Browser::logged_in(&client, "id=1");
    let end_all = "/admin/sessions/1";
    let ended = alice.send(rocket::http::Method::Delete, end_all, None);
    assert_eq!(ended.body, "1");
    for mut copy in [holding(&client, &session), alice] {
        assert_eq!(copy.get("/account").status, Status::SeeOther);
    }
}

#[test]
fn a_session_that_ended_before_its_adoption_is_never_adopted() {
    for (uri, form) in [("/logout", ""), ("/login", "id=2")] {
        let (client, _, session) = switched("id=1");
        let mut alice = holding(&client, &session);
        alice.post(uri, form);
        let mut copy = holding(&client, &session);
        assert_eq!(copy.get("/account").status, Status::SeeOther, "{uri}");
    }
}

#[test]
fn a_session_of_an_older_password_is_not_adopted() {
    let (client, probe, session) = switched("id=1");
    accounts(&client).set_password(1, "new");
    let answer = holding(&client, &session).get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
    assert_eq!(probe.take_calls(), ["load"]);
    // It waits for the password that it knows.
    accounts(&client).set_password(1, "hash of alice");
    let answer = holding(&client, &session).get("/account");
    assert_eq!(answer.status, Status::Ok);
    assert_eq!(probe.take_calls(), ["load", "create"]);
}

#[test]
fn without_the_store_its_cookies_are_not_known_and_stay() {
    let (client, _) = probed(stateless());
    let session = Browser::logged_in(&client, "id=1")
        .cookie("session")
        .unwrap();
    let back = app::client(stateless());
    let answer = holding(&back, &session).get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
    let answer = holding(&client, &session).get("/account");
    assert_eq!(answer.status, Status::Ok);
}
