//! Answers that never arrive, and browsers that are killed: their owner stays logged in.

use rocket::http::Status;
use rocket::time::Duration;

use super::watched::Fault;
use super::{
    NAMES, REMEMBERED, alone, assert_all_out, assert_in, client, remembered, stored, watched,
};
use crate::app::{self, advance};
use crate::browser::Browser;

#[test]
fn a_browser_that_loses_one_answer_after_the_other_stays_logged_in() {
    for pause in [5, 29, 31, 40, 90, 3_600, 86_400].map(Duration::seconds) {
        let client = client(stored());
        let mut alice = remembered(&client);
        for _ in 0..5 {
            // This answer is thrown away.
            let lost = alice.clone().get("/account");
            assert_eq!(lost.status, Status::Ok, "{pause}");
            advance(&client, pause);
        }
        for _ in 0..3 {
            assert_in(&mut alice);
            advance(&client, pause);
            alice.restart();
        }
    }
}

#[test]
fn a_browser_that_is_killed_before_it_writes_its_cookies_comes_back() {
    for used in [0, 4, 25] {
        let client = client(stored());
        let mut alice = remembered(&client);
        for _ in 0..4 {
            let on_disk = alice.clone();
            for _ in 0..3 {
                assert_in(&mut alice);
                advance(&client, Duration::seconds(used));
            }
            // It was killed, and what it holds is what it had written.
            alice = on_disk;
            advance(&client, Duration::seconds(40));
        }
        assert_in(&mut alice);
        advance(&client, Duration::days(1));
        alice.restart();
        assert_in(&mut alice);
    }
}

#[test]
fn a_login_form_that_is_killed_costs_at_most_the_login() {
    let client = client(stored());
    let before = remembered(&client);
    let mut alice = before.clone();
    assert_eq!(alice.post("/login", REMEMBERED).status, Status::SeeOther);
    advance(&client, Duration::seconds(40));
    // The login was never written, and has ended the one before.
    let mut killed = before;
    let page = killed.get("/account").status;
    assert_ne!(page, Status::ServiceUnavailable);
    assert_eq!(killed.post("/login", REMEMBERED).status, Status::SeeOther);
    assert_in(&mut killed);
}

#[test]
fn answers_that_are_lost_and_answers_that_come_late_can_be_mixed() {
    let client = client(stored());
    let mut alice = remembered(&client);
    for number in 0..12 {
        let mut late: Browser<'_> = alice.clone();
        assert_in(&mut late);
        advance(&client, Duration::seconds(20));
        assert_in(&mut alice);
        if number % 3 == 0 {
            // The first answer arrives after the second one.
            alice = late;
        }
        advance(&client, Duration::seconds(45));
        alice.restart();
    }
    assert_in(&mut alice);
}

#[test]
fn after_a_renewal_that_the_store_kept_without_saying_so_a_new_login_works() {
    let (client, store) = watched();
    let mut alice = Browser::logged_in(&client, REMEMBERED);
    store.take_writes();
    store.fail_at(1, Fault::After);
    // The password stays, since the application would not have changed it.
    let answer = alice.post("/password/hash%20of%20alice", "");
    assert!(store.heal());
    assert_eq!(answer.status, Status::ServiceUnavailable);
    answer.assert_no_cookies();
    // A renewal spares no earlier token, and its own were lost.
    let old = alice.clone();
    assert_all_out(&old);
    let login = alice.post("/login", REMEMBERED);
    assert_eq!(login.status, Status::SeeOther);
    assert_eq!(store.rows().len(), 1);
    for name in NAMES {
        assert_in(&mut alone(&alice, name));
    }
    assert_all_out(&old);
}

#[test]
fn a_renewal_after_the_clock_was_set_back_keeps_the_browser_remembered() {
    for config in [app::stateless(), stored()] {
        let client = client(config);
        advance(&client, Duration::ZERO);
        let mut alice = Browser::logged_in(&client, REMEMBERED);
        for password in ["new", "newer"] {
            advance(&client, Duration::seconds(-20));
            let renewed = alice.post(&format!("/password/{password}"), "");
            assert_eq!(renewed.status, Status::Ok);
            for name in NAMES {
                assert!(renewed.cookie(name).is_some(), "{name}");
            }
        }
        alice.restart();
        assert_in(&mut alice);
    }
}
