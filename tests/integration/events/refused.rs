//! The events that an application hears of tokens that do not count.

use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::StoreKind;

use super::listening;
use crate::app::{accounts, advance, config, with_store};
use crate::browser::{Browser, CURL};

#[track_caller]
fn assert_refused(spoil: impl Fn(&Client, &mut Browser<'_>), expected: &[&str]) {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    heard.take();
    spoil(&client, &mut browser);
    heard.take();
    browser.get("/");
    assert_eq!(heard.take(), expected);
    // Each is told once, however often it is brought.
    browser.get("/");
    browser.get("/account");
    assert_eq!(heard.take(), ["login: challenged, not logged in"]);
}

#[test]
fn tokens_are_refused_with_a_reason() {
    assert_refused(
        |_, browser| {
            browser.set_cookie("session", "forged");
            browser.drop_cookie("remember_token");
        },
        &["login: session token refused, not signed by us"],
    );
    assert_refused(
        |client, browser| {
            advance(client, Duration::hours(3));
            browser.set_cookie("remember_token", "a; remember_token=b");
        },
        &[
            "login: session token refused, expired",
            "login: remember token refused, not signed by us",
            "login: remember token refused, not signed by us",
        ],
    );
    assert_refused(
        |client, browser| {
            let bob = Browser::logged_in(client, "id=2&remember=true");
            let own = browser.cookie("remember_token").unwrap();
            let bobs = bob.cookie("remember_token").unwrap();
            browser.drop_cookie("session");
            browser.set_cookie("remember_token", &format!("{own}; remember_token={bobs}"));
        },
        &["login: remember token refused, there twice, of two users"],
    );
    assert_refused(
        |client, browser| {
            let bob = Browser::logged_in(client, "id=2");
            let own = browser.cookie("session").unwrap();
            let bobs = bob.cookie("session").unwrap();
            browser.set_cookie("session", &format!("{own}; session={bobs}"));
        },
        &["login: session token refused, there twice, of two users"],
    );
    assert_refused(
        |_, browser| {
            browser.clone().post("/logout", "");
        },
        &[
            "login: session token refused, logged out or ended elsewhere",
            "login: remember token refused, logged out or ended elsewhere",
        ],
    );
    assert_refused(
        |client, browser| {
            browser.drop_cookie("remember_token");
            browser.clone().post("/confirm", "");
            advance(client, Duration::seconds(31));
        },
        &["login: session token refused, superseded by a newer one"],
    );
}

#[test]
fn of_thousands_of_forged_tokens_three_are_told() {
    for name in ["session", "remember_token"] {
        let (client, heard) = listening(config());
        let mut browser = Browser::new(&client);
        let forged: Vec<_> = (0..2000).map(|number| format!("a{number}")).collect();
        browser.set_cookie(name, &forged.join(&format!("; {name}=")));
        browser.get("/");
        assert_eq!(heard.take().len(), 3, "{name}");
    }
}

type Change = fn(&Client);

/// Both tokens are of one record, which is told of once.
#[test]
fn users_who_changed_are_the_reason_for_a_refusal() {
    let refused = |token: &str, why: &str| format!("login: {token} token refused, {why}");
    let changes: [(Change, &str, &str); 3] = [
        (
            |client| accounts(client).delete(1),
            "no such user",
            "not logged in",
        ),
        (
            |client| accounts(client).set_active(1, false),
            "user not active",
            "the user is not active",
        ),
        (
            |client| accounts(client).set_password(1, "new"),
            "auth hash changed",
            "not logged in",
        ),
    ];
    for (change, why, reason) in changes {
        for (token, without) in [("session", None), ("remember", Some("session"))] {
            let (client, heard) = listening(config());
            let mut browser = Browser::logged_in(&client, "id=1&remember=true");
            heard.take();
            change(&client);
            if let Some(without) = without {
                browser.drop_cookie(without);
            }
            browser.get("/");
            assert_eq!(heard.take(), [refused(token, why)]);
            browser.get("/");
            browser.clone().get("/account");
            assert_eq!(heard.take(), [format!("login: challenged, {reason}")]);
        }
    }
}

#[test]
fn nothing_is_told_while_the_loader_fails() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    heard.take();
    browser.agent = CURL;
    accounts(&client).set_failing(true);
    browser.get("/");
    assert!(heard.take().is_empty());
}

#[test]
fn a_refusal_is_told_once_the_loader_answers_again() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.set_cookie("session", "forged");
    heard.take();
    accounts(&client).set_failing(true);
    browser.get("/");
    assert!(heard.take().is_empty());
    accounts(&client).set_failing(false);
    browser.get("/");
    assert_eq!(
        heard.take(),
        [
            "login: session token refused, not signed by us",
            "login: user 1 restored by a remember token",
        ]
    );
}

#[test]
fn a_restore_that_joins_another_is_not_told_again() {
    let (client, heard) = listening(with_store(StoreKind::Memory));
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    heard.take();
    let mut at_once = browser.clone();
    browser.get("/");
    assert_eq!(heard.take(), ["login: user 1 restored by a remember token"]);
    let answer = at_once.get("/account");
    assert_eq!(answer.body, "alice fresh=false remembered=true");
    assert_eq!(answer.set_cookies.len(), 2, "{answer:?}");
    assert!(heard.take().is_empty());
}

#[test]
fn a_superseded_session_is_refused_before_its_remember_token_brings_it_back() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.clone().post("/confirm", "");
    heard.take();
    browser.get("/").assert_no_cookies();
    assert!(heard.take().is_empty());
    advance(&client, Duration::seconds(31));
    browser.get("/");
    assert_eq!(
        heard.take(),
        [
            "login: session token refused, superseded by a newer one",
            "login: user 1 restored by a remember token",
        ]
    );
}

#[test]
fn a_remember_token_that_two_clients_have_is_told_once() {
    let (client, heard) = listening(with_store(StoreKind::Memory));
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    let mut thief = browser.clone();
    thief.agent = CURL;
    browser.get("/");
    advance(&client, Duration::seconds(31));
    heard.take();
    for _ in 0..3 {
        thief.get("/").assert_no_cookies();
    }
    assert_eq!(
        heard.take(),
        [
            "login: a remember token of user 1 was used again after its successor: \
             one of two clients has stolen it"
        ]
    );
    browser.get("/account");
    assert!(heard.take().is_empty());
}
