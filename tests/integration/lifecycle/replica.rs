//! A database that lags behind: an older password, no user yet, an inactive one.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;

use super::{NAMES, REMEMBERED, TOKEN, alone, assert_in, client, watched};
use crate::app::{accounts, advance, config};
use crate::browser::Browser;

type Step = fn(&Client);

/// The answer of the loader for a while, and the way back.
const LAGS: [(&str, Step, Step); 3] = [
    (
        "an older password",
        |client| accounts(client).set_password(1, "the one before"),
        |client| accounts(client).set_password(1, "hash of alice"),
    ),
    (
        "no user",
        |client| accounts(client).delete(1),
        |client| accounts(client).insert(1, "alice"),
    ),
    (
        "an inactive user",
        |client| accounts(client).set_active(1, false),
        |client| accounts(client).set_active(1, true),
    ),
];

/// The browser is a stranger, and each of its cookies stays.
#[track_caller]
fn assert_anonymous(browser: &mut Browser<'_>, what: &str) {
    for (uri, status) in [("/account", Status::SeeOther), ("/", Status::Ok)] {
        let answer = browser.get(uri);
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        answer.assert_no_cookies();
    }
}

/// The same browser with both cookies, and with each alone.
fn kinds<'c>(alice: &Browser<'c>) -> [Browser<'c>; 3] {
    let [session, token] = NAMES.map(|name| alone(alice, name));
    [alice.clone(), session, token]
}

#[test]
fn a_lagging_replica_costs_no_login() {
    for (what, lag, catch_up) in LAGS {
        let client = client(config());
        let alice = Browser::logged_in(&client, REMEMBERED);
        lag(&client);
        for browser in &mut kinds(&alice) {
            assert_anonymous(browser, what);
        }
        catch_up(&client);
        for browser in &mut kinds(&alice) {
            assert_in(browser);
        }
    }
}

#[test]
fn a_lagging_replica_has_nothing_written_and_nothing_deleted() {
    for (what, lag, catch_up) in LAGS {
        let (client, store) = watched();
        let alice = Browser::logged_in(&client, REMEMBERED);
        let before = store.rows();
        lag(&client);
        store.take_writes();
        // Later than a visit is noted.
        advance(&client, Duration::minutes(70));
        for browser in &mut kinds(&alice) {
            assert_anonymous(browser, what);
        }
        assert_eq!(store.take_writes(), 0, "{what}");
        assert!(store.rows() == before, "{what}");
        catch_up(&client);
        for browser in &mut kinds(&alice) {
            assert_in(browser);
        }
    }
}

#[test]
fn an_account_that_was_inactive_for_a_month_has_its_logins_again() {
    let client = client(config());
    let mut alice = Browser::logged_in(&client, REMEMBERED);
    accounts(&client).set_active(1, false);
    for _ in 0..30 {
        advance(&client, Duration::days(1));
        assert_anonymous(&mut alone(&alice, TOKEN), "an inactive user");
    }
    accounts(&client).set_active(1, true);
    alice.restart();
    assert_in(&mut alice);
}

#[test]
fn a_login_of_a_suspended_browser_takes_its_place() {
    for (what, lag, catch_up) in LAGS {
        let client = client(config());
        let mut alice = Browser::logged_in(&client, REMEMBERED);
        let before = alice.clone();
        lag(&client);
        assert_anonymous(&mut alice, what);
        catch_up(&client);
        assert_eq!(alice.post("/login", REMEMBERED).status, Status::SeeOther);
        super::assert_all_out(&before);
        assert_in(&mut alice);
    }
}
