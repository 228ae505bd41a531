//! A key beside cookies.

use rocket::time::Duration;
use rocket_login::{LegacyTokens, ProtectionLevel};

use super::*;
use crate::app::advance;
use crate::browser::CURL;
use crate::legacy::{FLASK, flask, legacy};

/// A client with the cookies of this browser, and a key besides.
fn with_key<'c>(browser: &Browser<'c>, key: &str) -> Browser<'c> {
    browser.clone().with("Authorization", key)
}

#[test]
fn of_a_session_and_a_key_the_session_counts() {
    let client = client_of(rocket(config()));
    let alice = Browser::logged_in(&client, "id=1&remember=true");
    for key in [BOB, ALICE, CAROL, "Bearer error", "Bearer panic"] {
        let mut both = with_key(&alice, key);
        for _ in 0..2 {
            assert_eq!(both.get("/via").body, "alice via Session", "{key}");
        }
        assert_eq!(both.get("/settings").body, "settings of alice");
    }
    assert_eq!(keys(&client).take_asked(), 0);
}

#[test]
fn of_a_remember_token_and_a_key_the_token_counts() {
    let client = client_of(rocket(config()));
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    alice.restart();
    let mut both = with_key(&alice, BOB);
    let answer = both.get("/via");
    assert_eq!(answer.body, "alice via Remember");
    assert!(answer.cookie("session").is_some());
    assert_eq!(keys(&client).take_asked(), 0);
}

#[test]
fn of_a_session_of_the_application_beside_this_one_and_a_key_the_session_counts() {
    let client = client_of(rocket(legacy(LegacyTokens::Off)));
    let mut alice = Browser::new(&client);
    alice.set_cookie(FLASK, &flask(r#"{"_user_id":"1"}"#, 0));
    let mut both = with_key(&alice, BOB);
    assert_eq!(both.get("/via").body, "alice via Session");
    assert_eq!(both.post("/logout", "").status, Status::Conflict);
    assert_eq!(keys(&client).take_asked(), 0);
    both.drop_cookie(FLASK);
    assert_eq!(both.get("/via").body, "bob via Request");
}

#[test]
fn cookies_that_are_worthless_are_in_no_keys_way_and_stay() {
    let client = client_of(rocket(config()));
    let mut forged = Browser::new(&client);
    forged.set_cookie("session", "forged");
    forged.set_cookie("remember_token", "forged");
    accounts(&client).insert(8, "gone");
    let gone = Browser::logged_in(&client, "id=8&remember=true");
    accounts(&client).delete(8);
    let inactive = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_active(1, false);
    for browser in [&forged, &gone, &inactive] {
        let answer = with_key(browser, BOB).get("/via");
        assert_eq!(answer.body, "bob via Request");
        answer.assert_no_cookies();
        let again = with_key(browser, "Bearer 1.wrong").get("/via");
        assert_eq!(again.status, Status::Unauthorized);
        again.assert_no_cookies();
    }
    accounts(&client).set_active(1, true);
    let mut alice = with_key(&inactive, BOB);
    assert_eq!(alice.get("/via").body, "alice via Session");
}

#[test]
fn a_session_that_is_over_is_in_no_keys_way() {
    let client = client_of(rocket(config()));
    let alice = Browser::logged_in(&client, "id=1");
    advance(&client, Duration::hours(3));
    let answer = with_key(&alice, BOB).get("/via");
    assert_eq!(answer.body, "bob via Request");
    answer.assert_no_cookies();
}

#[test]
fn a_thief_of_a_session_is_who_his_key_says_and_the_session_ends() {
    let client = client_of(rocket(Config {
        protection_level: ProtectionLevel::Strong,
        ..config()
    }));
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut thief = with_key(&alice, BOB);
    thief.agent = CURL;
    assert_eq!(thief.get("/via").body, "bob via Request");
    alice.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn while_the_user_of_a_session_cannot_be_loaded_no_key_counts() {
    let client = client_of(rocket(config()));
    let alice = Browser::logged_in(&client, "id=1");
    accounts(&client).set_failing(true);
    let answer = with_key(&alice, BOB).get("/via");
    assert_eq!(answer.status, Status::ServiceUnavailable);
    answer.assert_no_cookies();
    assert_eq!(keys(&client).take_asked(), 0);
}

/// After a logout there is no user, not even the user of the key beside it.
#[test]
fn a_login_or_logout_of_a_handler_counts_before_a_key() {
    let client = client_of(rocket(config()));
    let alice = Browser::logged_in(&client, "id=1");
    let mut both = with_key(&alice, BOB);
    assert_eq!(both.post("/switch/2", "").body, "alice bob nobody");
    let mut program = program(&client, BOB);
    assert_eq!(program.post("/switch/1", "").body, "bob alice nobody");
}
