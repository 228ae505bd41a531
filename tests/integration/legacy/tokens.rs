//! Remember tokens of Flask-Login and Starlette-Login: taken once, and replaced.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::{Config, LegacyTokens, LoginManager, ProtectionLevel, StoreKind};

use super::{FLASK, flask, legacy, token, token_by};
use crate::app::{self, KEY, accounts, client, config, with_store};
use crate::browser::{Browser, CURL};

pub(super) fn replacing() -> Config {
    legacy(LegacyTokens::Replace)
}

fn manager(client: &Client) -> &LoginManager<app::Account> {
    client.rocket().state().unwrap()
}

/// How many sessions and remembered browsers a user has.
#[track_caller]
pub(super) fn sessions(client: &Client, id: i64) -> usize {
    let listed = rocket::async_test(manager(client).sessions(&id));
    listed.unwrap().len()
}

pub(super) fn remembered<'c>(client: &'c Client, token: &str) -> Browser<'c> {
    let mut browser = Browser::new(client);
    browser.set_cookie("remember_token", token);
    browser
}

#[test]
fn one_brings_its_user_back_once_and_is_replaced_by_ours() {
    for store in [StoreKind::Cookie, StoreKind::Memory, StoreKind::Sqlite] {
        let client = client(Config {
            session: with_store(store).session,
            ..replacing()
        });
        let mut browser = remembered(&client, &token("1"));
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
        assert!(answer.cookie("session").is_some());
        let ours = answer.cookie("remember_token").unwrap();
        assert!(!ours.value().contains('|'), "{ours}");
        assert_eq!(ours.max_age(), Some(Duration::days(365)));
        assert_eq!(ours.path(), Some("/"));

        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
        answer.assert_no_cookies();
        browser.restart();
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
    }
}

#[test]
fn a_session_from_one_is_never_fresh() {
    let client = client(replacing());
    let answer = remembered(&client, &token("1")).get("/settings");
    assert_eq!(
        answer.location.as_deref(),
        Some("/reauthenticate?next=%2Fsettings")
    );
}

#[test]
fn a_session_from_one_ends_with_the_password_as_ours_do() {
    let client = client(replacing());
    let mut browser = remembered(&client, &token("1"));
    browser.get("/account");
    accounts(&client).set_password(1, "another");
    browser.get("/account").assert_login_redirect("%2Faccount");
    browser.restart();
    browser.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn they_count_for_nothing_unless_it_is_said() {
    for config in [config(), legacy(LegacyTokens::Off)] {
        let client = client(config);
        for token in [token("1"), token_by(KEY, "1")] {
            let answer = remembered(&client, &token).get("/account");
            answer.assert_login_redirect("%2Faccount");
            answer.assert_no_cookies();
        }
    }
}

#[test]
fn without_a_legacy_key_it_is_the_secret_key_as_it_is_written() {
    let client = client(Config {
        cookie_name: Some("remember_token".into()),
        legacy_remember_tokens: LegacyTokens::Replace,
        ..config()
    });
    let answer = remembered(&client, &token_by(KEY, "1")).get("/account");
    assert_eq!(answer.body, "alice fresh=false remembered=true");
    let answer = remembered(&client, &token("1")).get("/account");
    answer.assert_login_redirect("%2Faccount");
}

#[test]
fn one_whose_digest_is_no_digest_counts_for_nothing() {
    let client = client(replacing());
    let right = token("1");
    let digest = right.strip_prefix("1|").unwrap();
    for wrong in [
        format!("1|{}", digest.to_uppercase()),
        format!("1|{}", &digest[..127]),
        format!("1|{}", &digest[..32]),
        format!("1|{digest}0"),
        "1|\u{e9}".into(),
        "1|%C3%A9".into(),
        "\"1|\\351\"".into(),
        format!("1%7C{digest}"),
        "1|".into(),
        format!("2|{digest}"),
        format!("1|1|{digest}"),
        token_by("another key", "1"),
    ] {
        let answer = remembered(&client, &wrong).get("/account");
        assert_eq!(answer.status, Status::SeeOther, "{wrong}");
        answer.assert_no_cookies();
    }
}

#[test]
fn one_without_an_active_user_counts_for_nothing_and_stays() {
    let client = client(replacing());
    for id in ["99", "3", "0x1", " 1", "01", "one", "1|2"] {
        let answer = remembered(&client, &token(id)).get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
    }
    accounts(&client).set_active(3, true);
    let answer = remembered(&client, &token("3")).get("/account");
    assert_eq!(answer.body, "carol fresh=false remembered=true");
}

#[test]
fn a_loader_that_fails_takes_nothing_away() {
    let client = client(replacing());
    accounts(&client).set_failing(true);
    let mut browser = remembered(&client, &token("1"));
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::ServiceUnavailable);
    answer.assert_no_cookies();
    accounts(&client).set_failing(false);
    assert_eq!(browser.get("/account").status, Status::Ok);
}

#[test]
fn a_handshake_that_is_refused_leaves_nothing_behind() {
    let client = client(Config {
        session: with_store(StoreKind::Memory).session,
        ..replacing()
    });
    let mut browser = remembered(&client, &token("1")).with("Upgrade", "websocket");
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::Forbidden);
    answer.assert_no_cookies();
    assert_eq!(sessions(&client, 1), 0);
}

#[test]
fn strong_protection_and_these_tokens_work_together() {
    let client = client(Config {
        protection_level: ProtectionLevel::Strong,
        ..replacing()
    });
    let mut browser = remembered(&client, &token("1"));
    for _ in 0..3 {
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
    }
    browser.set_cookie("remember_token", &token("1"));
    browser.agent = CURL;
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("session") && answer.removes("remember_token"));
}

#[test]
fn a_page_of_another_site_takes_none() {
    let client = client(replacing());
    let mut browser = remembered(&client, &token("1")).with("Sec-Fetch-Site", "cross-site");
    let answer = browser.post("/settings", "");
    assert_eq!(answer.status, Status::Forbidden);
    answer.assert_no_cookies();
}

#[test]
fn a_token_of_ours_counts_before_one_of_theirs() {
    // There is one cookie for both: a token that can be read as ours is read as ours.
    let client = client(replacing());
    let mut browser = Browser::logged_in(&client, "id=2&remember=true");
    browser.restart();
    browser.set_cookie(FLASK, &flask(r#"{"_user_id":"1"}"#, 0));
    assert_eq!(browser.get("/").body, "hello bob");
}

#[test]
fn with_a_store_it_is_listed_and_ended_as_one_browser() {
    let client = client(Config {
        session: with_store(StoreKind::Memory).session,
        ..replacing()
    });
    let mut browser = remembered(&client, &token("1"));
    browser.get("/account");
    assert_eq!(sessions(&client, 1), 1);
    let ended = rocket::async_test(manager(&client).revoke_all(&1));
    assert_eq!(ended.unwrap(), 1);
    browser.get("/account").assert_login_redirect("%2Faccount");
    browser.get("/account").assert_login_redirect("%2Faccount");
}
