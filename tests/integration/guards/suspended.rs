//! Users who are gone, or not active, and may come back.

use rocket::http::Status;

use crate::app::{accounts, client, config};
use crate::browser::Browser;

const COOKIES: [&str; 2] = ["session", "remember_token"];

/// The loader may have asked a replica that lags behind.
#[test]
fn a_user_who_is_gone_is_a_stranger_until_they_are_found_again() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).delete(1);
    assert_suspended(&browser);
    accounts(&client).insert(1, "alice");
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=true remembered=false"
    );
}

/// No cookie of this browser lets a user in, and each stays.
#[track_caller]
fn assert_suspended(browser: &Browser<'_>) {
    let mut alone = COOKIES.map(|name| {
        let mut alone = browser.clone();
        alone.restrict_to(name);
        alone
    });
    let both = &mut browser.clone();
    for browser in alone.iter_mut().chain([both]) {
        for _ in 0..2 {
            let answer = browser.get("/account");
            answer.assert_login_redirect("%2Faccount");
            answer.assert_no_cookies();
        }
    }
}

#[test]
fn a_new_user_with_the_id_of_a_deleted_one_inherits_nothing() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).delete(1);
    accounts(&client).insert(1, "mallory");
    assert_eq!(browser.get("/").body, "hello nobody");
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn a_user_who_is_no_longer_active_is_out_at_once_and_in_again_when_active() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_active(1, false);
    assert_suspended(&browser);
    accounts(&client).set_active(1, true);
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=true remembered=false"
    );
}

#[test]
fn a_remember_token_brings_a_user_back_only_while_they_are_active() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    accounts(&client).set_active(1, false);
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    accounts(&client).set_active(1, true);
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=true"
    );
}

#[test]
fn a_session_ended_while_its_user_was_not_active_stays_ended() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let copies = COOKIES.map(|name| {
        let mut copy = browser.clone();
        copy.restrict_to(name);
        copy
    });
    accounts(&client).set_active(1, false);
    browser.get("/account").assert_no_cookies();
    let answer = browser.post("/logout", "");
    assert!(COOKIES.iter().all(|name| answer.removes(name)));
    accounts(&client).set_active(1, true);
    for mut copy in copies {
        let answer = copy.get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
    }
}

#[test]
fn a_new_login_of_a_user_who_is_active_again_ends_what_it_replaces() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let before = browser.clone();
    accounts(&client).set_active(1, false);
    browser.get("/account").assert_no_cookies();
    accounts(&client).set_active(1, true);
    assert_eq!(browser.post("/login", "id=1").status, Status::SeeOther);
    assert_eq!(browser.get("/account").status, Status::Ok);
    assert_suspended(&before);
}
