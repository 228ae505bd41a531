//! Several cookies of one name in one request.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;

use super::{NAMES, REMEMBERED, SESSION, TOKEN, assert_out, client, watched};
use crate::app::{advance, config};
use crate::browser::{Answer, Browser};

/// A request with these values of one cookie, in this order.
fn with<'c>(client: &'c Client, name: &str, values: &[&str]) -> Browser<'c> {
    let pairs = values.iter().map(|value| format!("{name}={value}"));
    Browser::new(client).with("Cookie", pairs.collect::<Vec<_>>().join("; "))
}

fn value(client: &Client, form: &str, name: &str) -> String {
    let browser = Browser::logged_in(client, form);
    browser.cookie(name).unwrap()
}

fn both_orders(client: &Client, name: &str, values: [&str; 2]) -> [Answer; 2] {
    let [one, two] = values;
    [[one, two], [two, one]].map(|values| with(client, name, &values).get("/account"))
}

#[test]
fn a_twin_that_does_not_verify_is_passed_over() {
    let client = client(config());
    for name in NAMES {
        let good = value(&client, REMEMBERED, name);
        let mut tampered = good.clone();
        tampered.replace_range(tampered.len() - 5.., "AAAAA");
        for bad in ["", "x", "a.b.c", &tampered] {
            for answer in both_orders(&client, name, [&good, bad]) {
                assert_eq!(answer.status, Status::Ok, "{name}={bad}: {answer:?}");
            }
        }
    }
}

#[test]
fn a_twin_that_was_logged_out_is_passed_over() {
    let client = client(config());
    for name in NAMES {
        let mut leaving = Browser::logged_in(&client, REMEMBERED);
        let ended = leaving.cookie(name).unwrap();
        assert_eq!(leaving.post("/logout", "").status, Status::Ok);
        let good = value(&client, REMEMBERED, name);
        for answer in both_orders(&client, name, [&good, &ended]) {
            assert_eq!(answer.status, Status::Ok, "{name}: {answer:?}");
        }
    }
}

#[test]
fn of_two_sessions_of_one_user_the_one_begun_last_counts() {
    for (first, last, shown) in [
        ("id=1", "id=1&fresh=false", "fresh=false"),
        ("id=1&fresh=false", "id=1", "fresh=true"),
    ] {
        let client = client(config());
        advance(&client, Duration::ZERO);
        let first = value(&client, first, SESSION);
        advance(&client, Duration::seconds(2));
        let last = value(&client, last, SESSION);
        for answer in both_orders(&client, SESSION, [&first, &last]) {
            assert_eq!(answer.body, format!("alice {shown} remembered=false"));
        }
    }
}

#[test]
fn two_remember_tokens_of_one_user_log_in() {
    let client = client(config());
    let values = [(); 2].map(|()| value(&client, REMEMBERED, TOKEN));
    for answer in both_orders(&client, TOKEN, [&values[0], &values[1]]) {
        assert_eq!(answer.status, Status::Ok, "{answer:?}");
    }
}

#[test]
fn twins_of_two_users_are_a_stranger() {
    let client = client(config());
    for name in NAMES {
        let alice = value(&client, REMEMBERED, name);
        let bob = value(&client, "id=2&remember=true", name);
        for answer in both_orders(&client, name, [&alice, &bob]) {
            assert_eq!(answer.status, Status::SeeOther, "{name}: {answer:?}");
            answer.assert_no_cookies();
        }
        assert_eq!(
            with(&client, name, &[&alice]).get("/").body,
            "hello alice",
            "{name}"
        );
    }
}

#[test]
fn forty_signed_twins_cost_no_more_than_three() {
    let (client, store) = watched();
    for name in NAMES {
        let values: Vec<_> = (0..40).map(|_| value(&client, REMEMBERED, name)).collect();
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        store.take_reads();
        for uri in ["/account", "/", "/dashboard"] {
            let answer = with(&client, name, &values).get(uri);
            let is_answer = [Status::Ok, Status::SeeOther].contains(&answer.status);
            assert!(is_answer, "{answer:?}");
            // Each is read once, and once more for what is written.
            let reads = store.take_reads();
            assert!(reads <= 6, "{reads} reads");
        }
        let login = with(&client, name, &values).post("/login", REMEMBERED);
        assert_eq!(login.status, Status::SeeOther);
    }
}

#[test]
fn a_logout_beside_a_twin_ends_both() {
    let client = client(config());
    for name in NAMES {
        for second in [REMEMBERED, "id=2&remember=true"] {
            let values = [REMEMBERED, second].map(|form| value(&client, form, name));
            let values = [values[0].as_str(), values[1].as_str()];
            let answer = with(&client, name, &values).post("/logout", "");
            assert_eq!(answer.status, Status::Ok, "{answer:?}");
            assert!(answer.removes(name), "{answer:?}");
            for value in values {
                assert_out(&mut with(&client, name, &[value]));
            }
        }
    }
}

#[test]
fn a_login_beside_twins_ends_both() {
    let client = client(config());
    for name in NAMES {
        let values = [(); 2].map(|()| value(&client, REMEMBERED, name));
        let values = [values[0].as_str(), values[1].as_str()];
        let answer = with(&client, name, &values).post("/login", REMEMBERED);
        assert_eq!(answer.status, Status::SeeOther, "{answer:?}");
        for value in values {
            assert_out(&mut with(&client, name, &[value]));
        }
        let new = answer.cookie(name).unwrap().value();
        for answer in both_orders(&client, name, [new, values[0]]) {
            assert_eq!(answer.status, Status::Ok, "{name}: {answer:?}");
        }
    }
}
