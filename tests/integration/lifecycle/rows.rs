//! One user takes at most that user's own room.

use std::collections::BTreeMap;

use rocket::http::Status;
use rocket::time::Duration;

use super::{REMEMBERED, assert_in, confirm, remembered, watched};
use crate::app::advance;
use crate::browser::Browser;

/// How many records a user has at most.
const MOST: usize = 1_000;

#[test]
fn a_thousand_restores_of_one_token_leave_one_row() {
    let (client, store) = watched();
    let mut alice = remembered(&client);
    for number in 0..1_000 {
        let answer = alice.clone().get("/account");
        assert_eq!(answer.status, Status::Ok, "{number}: {answer:?}");
        advance(&client, Duration::seconds(40));
    }
    assert_eq!(store.rows().len(), 1);
    assert_in(&mut alice);
    assert_eq!(store.rows().len(), 1);
}

#[test]
fn a_browser_is_one_row_for_life() {
    let (client, store) = watched();
    let mut alice = remembered(&client);
    for _ in 0..20 {
        assert_in(&mut alice);
        assert_eq!(store.rows().len(), 1);
        assert_eq!(confirm(&mut alice).status, Status::Ok);
        assert_eq!(store.rows().len(), 1);
        let renewed = alice.post("/password/another", "");
        assert_eq!(renewed.status, Status::Ok);
        assert_eq!(store.rows().len(), 1);
        let login = alice.post("/login", REMEMBERED);
        assert_eq!(login.status, Status::SeeOther);
        assert_eq!(store.rows().len(), 1);
        advance(&client, Duration::hours(5));
        alice.restart();
    }
    assert_in(&mut alice);
    assert_eq!(alice.post("/logout", "").status, Status::Ok);
    assert_eq!(store.rows().len(), 0);
}

#[test]
fn twelve_hundred_logins_leave_a_thousand_rows_and_those_in_use() {
    let (client, store) = watched();
    advance(&client, Duration::ZERO);
    let mut used = Browser::logged_in(&client, REMEMBERED);
    let mut bob = Browser::logged_in(&client, "id=2&remember=true");
    for number in 0..1_200 {
        Browser::logged_in(&client, REMEMBERED);
        advance(&client, Duration::minutes(1));
        if number % 20 == 0 {
            assert_in(&mut used);
        }
    }
    let mut last = Browser::logged_in(&client, REMEMBERED);
    let mut counts = BTreeMap::new();
    for row in store.rows() {
        *counts.entry(row.user).or_insert(0) += 1;
    }
    let counts: Vec<usize> = counts.into_values().collect();
    assert!(counts.len() == 2 && counts.contains(&1), "{counts:?}");
    assert!(counts.iter().all(|count| *count <= MOST), "{counts:?}");
    assert_in(&mut last);
    assert_in(&mut used);
    assert_in(&mut bob);
}
