//! A copy of a remember token, used from another user agent. It takes a store to notice.

use std::sync::atomic::Ordering;

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::{Config, ProtectionLevel};

use super::{
    REMEMBERED, SESSION, TOKEN, alone, assert_all_out, assert_in, assert_out, counting, remembered,
    stored,
};
use crate::app::advance;
use crate::browser::{Browser, CURL, FIREFOX};

fn strong() -> Config {
    Config {
        protection_level: ProtectionLevel::Strong,
        ..stored()
    }
}

/// An owner who is remembered, and a thief with a copy of the cookies in another browser.
fn robbed(client: &Client) -> (Browser<'_>, Browser<'_>) {
    let alice = remembered(client);
    let mut thief = alice.clone();
    thief.agent = CURL;
    (alice, thief)
}

#[test]
fn a_copy_that_comes_after_its_owner_went_on_restores_nothing() {
    for agent in [CURL, FIREFOX] {
        let (client, told) = counting(stored());
        let mut alice = remembered(&client);
        let mut thief = alice.clone();
        thief.agent = agent;
        assert_in(&mut alice);
        advance(&client, Duration::seconds(61));
        // The owner shows the token that followed.
        alice.restart();
        assert_in(&mut alice);
        advance(&client, Duration::seconds(61));
        let answer = thief.get("/account");
        assert_eq!(answer.status, Status::SeeOther, "{agent}");
        answer.assert_no_cookies();
        assert_eq!(told.load(Ordering::SeqCst), 1, "{agent}");
        assert_in(&mut alice);
        alice.restart();
        assert_in(&mut alice);
        assert_eq!(told.load(Ordering::SeqCst), 1, "{agent}");
    }
}

#[test]
fn a_copy_from_another_agent_restores_nothing_before_the_successor_is_shown() {
    let (client, told) = counting(stored());
    let (mut alice, mut thief) = robbed(&client);
    assert_in(&mut alice);
    advance(&client, Duration::seconds(40));
    assert_out(&mut thief);
    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert_in(&mut alone(&alice, SESSION));
    assert_in(&mut alone(&alice, TOKEN));
}

#[test]
fn a_copy_that_comes_first_is_dead_after_its_owners_login() {
    let (client, told) = counting(stored());
    let (mut alice, mut thief) = robbed(&client);
    assert_in(&mut thief);
    advance(&client, Duration::seconds(40));
    let answer = alice.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    assert_eq!(told.load(Ordering::SeqCst), 1);
    let first = thief.clone();
    assert_in(&mut thief);
    assert_eq!(alice.post("/login", REMEMBERED).status, Status::SeeOther);
    assert_all_out(&thief);
    assert_all_out(&first);
    assert_in(&mut alice);
    alice.restart();
    assert_in(&mut alice);
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

#[test]
fn a_login_tells_that_the_token_it_replaces_was_stolen() {
    for form in [REMEMBERED, "id=1"] {
        let (client, told) = counting(stored());
        let (mut alice, mut thief) = robbed(&client);
        assert_in(&mut thief);
        advance(&client, Duration::seconds(40));
        assert_eq!(alice.post("/login", form).status, Status::SeeOther);
        assert_eq!(told.load(Ordering::SeqCst), 1, "{form}");
        assert_all_out(&thief);
        assert_in(&mut alice);
        alice.post("/login", form);
        assert_eq!(told.load(Ordering::SeqCst), 1, "{form}");
    }
}

#[test]
fn a_thief_who_goes_on_is_dead_after_the_owners_login() {
    let (client, _) = counting(stored());
    let (mut alice, mut thief) = robbed(&client);
    for _ in 0..5 {
        assert_in(&mut thief);
        advance(&client, Duration::seconds(70));
        thief.restart();
    }
    assert_in(&mut thief);
    assert_out(&mut alice);
    assert_eq!(alice.post("/login", REMEMBERED).status, Status::SeeOther);
    assert_all_out(&thief);
    assert_in(&mut alice);
}

#[test]
fn under_strong_protection_a_reused_token_ends_the_login_for_both() {
    for is_thief_first in [true, false] {
        let (client, told) = counting(strong());
        let (mut alice, mut thief) = robbed(&client);
        let (first, second) = if is_thief_first {
            (&mut thief, &mut alice)
        } else {
            (&mut alice, &mut thief)
        };
        assert_in(first);
        advance(&client, Duration::seconds(40));
        let answer = second.get("/account");
        assert_eq!(answer.status, Status::SeeOther);
        assert!(answer.removes(TOKEN), "{answer:?}");
        assert_eq!(told.load(Ordering::SeqCst), 1);
        for browser in [&mut alice, &mut thief] {
            assert_all_out(browser);
        }
        assert_eq!(alice.post("/login", REMEMBERED).status, Status::SeeOther);
        assert_in(&mut alice);
        assert_all_out(&thief);
    }
}
