//! Remember tokens that both applications read.

use rocket::http::Status;
use rocket::time::Duration;
use rocket_login::{Config, LegacyTokens, StoreKind};

use super::{FLASK, legacy, starlette, token};
use crate::app::{accounts, client, with_store};
use crate::browser::{Answer, Browser};

fn writing() -> Config {
    legacy(LegacyTokens::Write)
}

/// The header as it is sent: a browser does not decode it.
fn written(answer: &Answer) -> Option<&str> {
    let mut headers = answer.headers.iter();
    let header = headers.find(|(_, value)| value.starts_with("remember_token="));
    header.map(|(_, value)| value.as_str())
}

#[test]
fn a_login_writes_what_the_originals_do() {
    let client = client(writing());
    let mut browser = Browser::new(&client);
    let answer = browser.post("/login", "id=1&remember=true&days=3");
    let sent = written(&answer).unwrap();
    let expected = format!("remember_token={};", token("1"));
    assert!(sent.starts_with(&expected), "{sent}");
    let cookie = answer.cookie("remember_token").unwrap();
    assert_eq!(cookie.max_age(), Some(Duration::days(3)));
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.path(), Some("/"));
}

#[test]
fn one_brings_its_user_back_and_stays() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let client = client(Config {
            session: with_store(store).session,
            ..writing()
        });
        let mut browser = Browser::logged_in(&client, "id=1&remember=true");
        for _ in 0..2 {
            browser.restart();
            let answer = browser.get("/account");
            assert_eq!(answer.body, "alice fresh=false remembered=true");
            assert!(answer.cookie("session").is_some());
            assert_eq!(written(&answer), None);
            browser.get("/account").assert_no_cookies();
        }
        assert_eq!(browser.cookie("remember_token"), Some(token("1")));
    }
}

#[test]
fn beside_a_session_that_says_logged_out_a_login_writes_one_of_ours_which_stays() {
    let client = client(writing());
    let mut browser = Browser::new(&client);
    browser.set_cookie(FLASK, &starlette(r#"{"_remember":"clear"}"#, 9));
    browser.post("/login", "id=1&remember=true");
    let ours = browser.cookie("remember_token").unwrap();
    assert!(!ours.contains('|'), "{ours}");
    browser.get("/account");
    browser.restart();
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=true"
    );
}

#[test]
fn a_forced_login_writes_one_that_brings_back_active_users_alone() {
    let client = client(writing());
    accounts(&client).set_active(1, false);
    let mut browser = Browser::new(&client);
    browser.post("/login", "id=1&remember=true&force=true");
    let ours = browser.cookie("remember_token").unwrap();
    assert!(!ours.contains('|'), "{ours}");
}

#[test]
fn a_login_without_a_tick_in_the_box_writes_none() {
    let client = client(writing());
    assert_eq!(written(&Browser::new(&client).post("/login", "id=1")), None);
}

#[test]
fn a_logout_removes_it_from_this_browser() {
    let client = client(writing());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let answer = browser.post("/logout", "");
    assert_eq!(answer.status, Status::Ok);
    assert!(answer.removes("remember_token") && answer.removes("session"));
}

#[test]
fn a_new_password_keeps_it_where_it_was_changed() {
    let client = client(writing());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    assert_eq!(browser.post("/password/new", "").status, Status::Ok);
    browser.restart();
    assert_eq!(browser.get("/").body, "hello alice");
}

#[test]
fn a_token_of_ours_goes_on_to_count() {
    let writing = || Config {
        session: with_store(StoreKind::Cookie).session,
        ..writing()
    };
    let before = client(Config {
        legacy_remember_tokens: LegacyTokens::Replace,
        ..writing()
    });
    let browser = Browser::logged_in(&before, "id=1&remember=true");
    let client = client(writing());
    let mut here = Browser::new(&client);
    here.set_cookie("remember_token", &browser.cookie("remember_token").unwrap());
    assert_eq!(here.get("/").body, "hello alice");
}

#[test]
fn a_user_who_is_not_active_here_is_not_remembered_here_and_keeps_the_token_for_there() {
    let client = client(writing());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    accounts(&client).set_active(1, false);
    for token in [browser.cookie("remember_token").unwrap(), token("99")] {
        browser.set_cookie("remember_token", &token);
        let answer = browser.get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
    }

    let client = self::client(writing());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_active(1, false);
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    accounts(&client).set_active(1, true);
    let answer = browser.get("/account");
    assert_eq!(answer.body, "alice fresh=true remembered=false");
}
