//! Cookies that do not count are left where they are: the cause may go away.

use rocket::http::Status;
use rocket::time::Duration;
use rocket_login::Config;

use super::{NAMES, REMEMBERED, SESSION, TOKEN, alone, assert_in, client, watched};
use crate::app::{advance, config, tokens_rotate};
use crate::browser::Browser;

/// Pages that look at a login, and what a stranger gets there.
const PAGES: [(&str, Status); 3] = [
    ("/account", Status::SeeOther),
    ("/", Status::Ok),
    ("/dashboard", Status::Ok),
];

/// The browser is a stranger, and each of its cookies stays.
#[track_caller]
fn assert_left_alone(browser: &mut Browser<'_>) {
    for (uri, status) in PAGES {
        let answer = browser.get(uri);
        assert_eq!(answer.status, status, "{uri}: {answer:?}");
        answer.assert_no_cookies();
    }
}

#[test]
fn a_cookie_that_another_program_set_under_our_name_stays() {
    let client = client(config());
    for value in ["", "x", "a.b.c", "%7B%22user%22%3A1%7D", "1|abc"] {
        for name in NAMES {
            let mut browser = Browser::new(&client);
            browser.set_cookie(name, value);
            assert_left_alone(&mut browser);
        }
    }
}

#[test]
fn two_applications_with_two_keys_and_one_jar_leave_each_others_cookies() {
    let here = client(config());
    let key = "the key of another application on this machine, long enough";
    let there = client(Config {
        secret_key: Some(key.into()),
        ..config()
    });
    let mut alice = Browser::logged_in(&here, REMEMBERED);
    let mut visitor = Browser::new(&there);
    for name in NAMES {
        visitor.set_cookie(name, &alice.cookie(name).unwrap());
    }
    assert_left_alone(&mut visitor);
    for name in NAMES {
        assert_left_alone(&mut alone(&visitor, name));
        assert!(visitor.cookie(name).is_some());
    }
    assert_in(&mut alice);
}

#[test]
fn a_clock_that_was_set_back_costs_no_cookie() {
    for back in [61, 90, 3_600].map(Duration::seconds) {
        let client = client(config());
        advance(&client, Duration::ZERO);
        // Three logins: a restore of one session supersedes its other cookie.
        let mut alice = Browser::logged_in(&client, REMEMBERED);
        let mut session = alone(&Browser::logged_in(&client, REMEMBERED), SESSION);
        let mut token = alone(&Browser::logged_in(&client, REMEMBERED), TOKEN);
        advance(&client, -back);
        for browser in [&mut alice, &mut session, &mut token] {
            for (uri, _) in PAGES {
                let answer = browser.get(uri);
                let removes = NAMES.iter().any(|name| answer.removes(name));
                assert!(!removes, "{back}: {answer:?}");
                let is_answer = [Status::Ok, Status::SeeOther].contains(&answer.status);
                assert!(is_answer, "{answer:?}");
            }
        }
        advance(&client, back);
        for browser in [&mut alice, &mut session, &mut token] {
            assert_in(browser);
        }
    }
}

#[test]
fn a_clock_that_was_set_forward_costs_no_cookie() {
    let client = client(config());
    advance(&client, Duration::ZERO);
    let alice = Browser::logged_in(&client, REMEMBERED);
    let mut session = alone(&alice, SESSION);
    advance(&client, Duration::hours(3));
    assert_left_alone(&mut session);
    advance(&client, -Duration::hours(3));
    assert_in(&mut session);

    let mut token = alone(&alice, TOKEN);
    advance(&client, Duration::days(400));
    assert_left_alone(&mut token);
    advance(&client, -Duration::days(400));
    // A store has swept the record by now.
    if !tokens_rotate() {
        assert_in(&mut token);
    }
}

#[test]
fn rows_of_another_version_cost_no_cookie() {
    let (client, store) = watched();
    let mut alice = Browser::logged_in(&client, REMEMBERED);
    let mut session = alone(&alice, SESSION);
    let mut token = alone(&alice, TOKEN);
    let newer = |value: &[u8]| [&[0xFE], value].concat();
    store.rewrite(|row| newer(&row.value));
    for browser in [&mut alice, &mut session, &mut token] {
        assert_left_alone(browser);
    }
    store.rewrite(|row| row.value[1..].to_vec());
    for browser in [&mut alice, &mut session, &mut token] {
        assert_in(browser);
    }
}
