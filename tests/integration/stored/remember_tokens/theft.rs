//! Two clients that have one remember token.

use rocket::http::Status;
use rocket::time::Duration;

use super::{LOGIN, TOKEN, assert_in, assert_out, heard, remembered, rows};
use crate::app::advance;
use crate::browser::{Browser, CURL};

#[test]
fn a_token_that_two_agents_use_is_told_of_and_restores_nothing() {
    for (is_thief_first, is_strong) in [(true, false), (false, false), (true, true), (false, true)]
    {
        let (client, heard) = heard(is_strong);
        let mut elsewhere = Browser::logged_in(&client, LOGIN);
        let mut alice = remembered(&client);
        let mut thief = alice.clone();
        thief.agent = CURL;
        let (first, second) = match is_thief_first {
            true => (&mut thief, &mut alice),
            false => (&mut alice, &mut thief),
        };
        assert_in(first);
        advance(&client, Duration::seconds(31));
        heard.lock().unwrap().clear();
        let mut copy = second.clone();
        for (browser, removes) in [(&mut *second, is_strong), (&mut copy, false)] {
            let answer = browser.get("/account");
            assert_eq!(answer.status, Status::SeeOther);
            assert_eq!(answer.removes(TOKEN), removes);
            assert_eq!(answer.set_cookies.len(), usize::from(removes));
        }
        let events = heard.lock().unwrap().join("\n");
        assert_eq!(events.matches("stolen").count(), 1, "{events}");

        // Under `strong` nothing is left of the login; else the first one goes on.
        let assert_first = if is_strong { assert_out } else { assert_in };
        assert_first(first);
        first.restart();
        assert_first(first);
        // The user's other browsers are not concerned.
        assert_in(&mut elsewhere);
        assert_eq!(rows(&mut elsewhere), 1 + usize::from(!is_strong));
    }
}

#[test]
fn a_user_whose_session_a_thief_has_superseded_notices_at_once() {
    let (client, heard) = heard(false);
    advance(&client, Duration::ZERO);
    let mut alice = Browser::logged_in(&client, LOGIN);
    let mut thief = alice.clone();
    thief.agent = CURL;
    thief.restart();
    assert_in(&mut thief);
    advance(&client, Duration::seconds(31));
    assert_out(&mut alice);
    assert!(heard.lock().unwrap().join("\n").contains("stolen"));
    assert_in(&mut thief);
    assert_eq!(alice.post("/login", LOGIN).status, Status::SeeOther);
    assert_out(&mut thief);
    thief.restart();
    assert_out(&mut thief);
    assert_in(&mut alice);
}

#[test]
fn a_thief_with_the_same_agent_is_noticed_once_the_successor_has_settled() {
    let (client, heard) = heard(false);
    let mut alice = remembered(&client);
    let mut thief = alice.clone();
    assert_in(&mut thief);
    // Alice may have lost an answer, as far as the server knows.
    advance(&client, Duration::seconds(60));
    assert_in(&mut thief);
    assert_in(&mut alice.clone());
    assert_eq!(
        heard.lock().unwrap().join("\n").matches("stolen").count(),
        0
    );

    let (client, heard) = self::heard(false);
    alice = remembered(&client);
    thief = alice.clone();
    assert_in(&mut thief);
    advance(&client, Duration::seconds(61));
    assert_in(&mut thief);
    assert_out(&mut alice);
    assert_eq!(
        heard.lock().unwrap().join("\n").matches("stolen").count(),
        1
    );
    assert_eq!(alice.post("/login", LOGIN).status, Status::SeeOther);
    assert_out(&mut thief);
}

#[test]
fn a_login_with_an_old_token_finds_the_theft_as_well() {
    let (client, heard) = heard(false);
    let mut alice = remembered(&client);
    let mut thief = alice.clone();
    thief.agent = CURL;
    assert_in(&mut thief);
    advance(&client, Duration::seconds(31));
    let answer = alice.post("/login", "id=1");
    assert!(answer.removes(TOKEN));
    let events = heard.lock().unwrap().join("\n");
    assert_eq!(events.matches("stolen").count(), 1, "{events}");
    assert_out(&mut thief);
    thief.restart();
    assert_out(&mut thief);
    assert_in(&mut alice);
}

#[test]
fn a_login_with_a_token_whose_successor_was_lost_is_remembered_on() {
    let (client, heard) = heard(false);
    let mut alice = remembered(&client);
    assert_in(&mut alice.clone());
    advance(&client, Duration::seconds(31));
    let answer = alice.post("/login", "id=1");
    assert!(!answer.removes(TOKEN) && answer.cookie(TOKEN).is_some());
    assert_eq!(
        heard.lock().unwrap().join("\n").matches("stolen").count(),
        0
    );
    assert_eq!(rows(&mut alice), 1);
    alice.restart();
    assert_in(&mut alice);
}
