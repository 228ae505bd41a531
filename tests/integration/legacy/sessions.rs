//! The session of an application that runs beside this one.

use rocket::http::{Header, Status};
use rocket::time::Duration;
use rocket_login::{Config, LegacyTokens, ProtectionLevel, StoreKind};

use super::{FLASK, flask, legacy, starlette, token};
use crate::app::{accounts, advance, client, with_store};
use crate::browser::{Browser, CURL};

pub(super) const ALICE: &str = r#"{"_user_id":"1","_fresh":true,"_id":"ab"}"#;

pub(super) fn beside<'c>(
    client: &'c rocket::local::blocking::Client,
    session: &str,
) -> Browser<'c> {
    let mut browser = Browser::new(client);
    browser.set_cookie(FLASK, session);
    browser
}

#[test]
fn a_user_who_is_logged_in_there_is_here_without_a_cookie() {
    let client = client(legacy(LegacyTokens::Off));
    for session in [
        flask(ALICE, 0),
        flask(r#"{"_user_id":1}"#, 0),
        starlette(ALICE, 0),
        starlette(r#"{"_user_id": 1}"#, 0),
    ] {
        let mut browser = beside(&client, &session);
        for _ in 0..2 {
            let answer = browser.get("/account");
            assert_eq!(answer.body, "alice fresh=false remembered=false");
            answer.assert_no_cookies();
            assert_eq!(answer.header("Cache-Control"), Some("no-store"));
            assert_eq!(answer.header("Vary"), None);
        }
        // A logout there is one here, too.
        browser.drop_cookie(FLASK);
        browser.get("/account").assert_login_redirect("%2Faccount");
    }
}

#[test]
fn a_session_that_is_fresh_there_is_not_fresh_here() {
    let client = client(legacy(LegacyTokens::Off));
    let answer = beside(&client, &flask(ALICE, 0)).get("/settings");
    let page = "/reauthenticate?next=%2Fsettings";
    assert_eq!(answer.location.as_deref(), Some(page));
}

#[test]
fn a_confirmation_begins_a_session_of_ours() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let mut config = legacy(LegacyTokens::Off);
        config.session = with_store(store).session;
        let client = client(config);
        let mut browser = beside(&client, &flask(ALICE, 0));
        assert_eq!(browser.post("/confirm", "").body, "fresh=true");
        browser.drop_cookie(FLASK);
        assert_eq!(browser.get("/settings").body, "settings of alice");
    }
}

#[test]
fn it_counts_for_no_longer_than_one_of_ours_would_last() {
    let client = client(legacy(LegacyTokens::Off));
    let day = 24 * 60 * 60;
    let mut browser = beside(&client, &flask(ALICE, 13 * day));
    assert_eq!(browser.get("/").body, "hello alice");
    advance(&client, Duration::days(1));
    let answer = browser.get("/");
    assert_eq!(answer.body, "hello nobody");
    answer.assert_no_cookies();
}

#[test]
fn one_that_does_not_count_is_left_alone() {
    let client = client(legacy(LegacyTokens::Off));
    for session in [
        "",
        "x",
        "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        &flask(r#"{"_user_id":"99"}"#, 0),
        &flask(r#"{"_user_id":"alice"}"#, 0),
        &flask(r#"{"_user_id":"3"}"#, 0),
        &flask(r#"{"cart":[1]}"#, 0),
        &flask("[]", 0),
        &starlette("{}", 0),
    ] {
        let mut browser = beside(&client, session);
        let answer = browser.get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
    }
}

#[test]
fn it_is_not_read_unless_it_is_named() {
    let client = client(crate::app::config());
    let answer = beside(&client, &flask(ALICE, 0)).get("/");
    assert_eq!(answer.body, "hello nobody");
}

#[test]
fn one_that_is_there_twice_is_none() {
    let client = client(legacy(LegacyTokens::Off));
    let (alices, bobs) = (flask(ALICE, 0), flask(r#"{"_user_id":"2"}"#, 0));
    let cookies = format!("{FLASK}={alices}; {FLASK}={bobs}");
    let twice = client.get("/").header(Header::new("Cookie", cookies));
    let answer = twice.dispatch().into_string();
    assert_eq!(answer.as_deref(), Some("hello nobody"));
}

#[test]
fn a_name_in_disguise_is_another_name() {
    let client = client(legacy(LegacyTokens::Off));
    let mut browser = beside(&client, &flask(ALICE, 0));
    browser.set_cookie("fl%61sk", &flask(r#"{"_user_id":"2"}"#, 0));
    assert_eq!(browser.get("/").body, "hello alice");
    browser.drop_cookie(FLASK);
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn a_login_here_counts_before_one_there() {
    let client = client(legacy(LegacyTokens::Off));
    let mut browser = Browser::logged_in(&client, "id=2");
    browser.set_cookie(FLASK, &flask(ALICE, 0));
    assert_eq!(browser.get("/").body, "hello bob");
}

#[test]
fn it_counts_before_a_remember_token_of_theirs_which_is_for_later() {
    for tokens in [LegacyTokens::Replace, LegacyTokens::Write] {
        let client = client(legacy(tokens));
        let mut browser = beside(&client, &flask(ALICE, 0));
        browser.set_cookie("remember_token", &token("2"));
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=false");
        answer.assert_no_cookies();

        browser.drop_cookie(FLASK);
        let answer = browser.get("/account");
        assert_eq!(answer.body, "bob fresh=false remembered=true");
    }
}

#[test]
fn one_of_a_user_who_is_gone_is_in_no_tokens_way() {
    for tokens in [LegacyTokens::Replace, LegacyTokens::Write] {
        let client = client(legacy(tokens));
        let mut browser = beside(&client, &flask(r#"{"_user_id":"99"}"#, 0));
        browser.set_cookie("remember_token", &token("2"));
        for _ in 0..2 {
            let answer = browser.get("/account");
            assert_eq!(answer.body, "bob fresh=false remembered=true");
        }
    }
}

#[test]
fn a_stolen_session_does_not_go_on_by_the_token_beside_it() {
    let client = client(Config {
        protection_level: ProtectionLevel::Strong,
        ..legacy(LegacyTokens::Replace)
    });
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.set_cookie("remember_token", &token("1"));
    browser.set_cookie(FLASK, &flask(r#"{"_user_id":"99"}"#, 0));
    browser.agent = CURL;
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("session") && answer.removes("remember_token"));
}

#[test]
fn a_logout_here_says_that_it_is_none_there() {
    let client = client(legacy(LegacyTokens::Off));
    let mut browser = Browser::logged_in(&client, "id=2");
    browser.set_cookie(FLASK, &flask(ALICE, 0));
    let answer = browser.post("/logout", "");
    assert_eq!(answer.status, Status::Conflict);
    assert!(answer.removes("session"));
    assert!(answer.cookie(FLASK).is_none());
    assert_eq!(browser.get("/").body, "hello alice");

    browser.set_cookie(FLASK, &flask(r#"{"cart":[]}"#, 0));
    assert_eq!(browser.post("/logout", "").status, Status::Ok);
}

#[test]
fn a_new_password_here_leaves_the_login_there() {
    let client = client(legacy(LegacyTokens::Off));
    let mut elsewhere = Browser::logged_in(&client, "id=1");
    let mut browser = beside(&client, &flask(ALICE, 0));
    let answer = browser.post("/password/new", "");
    assert_eq!(answer.status, Status::Ok);
    answer.assert_no_cookies();
    assert_eq!(browser.get("/").body, "hello alice");
    assert_eq!(elsewhere.get("/").body, "hello nobody");
}

#[test]
fn a_page_of_another_site_has_no_use_for_it() {
    let client = client(legacy(LegacyTokens::Off));
    let mut browser = beside(&client, &flask(ALICE, 0)).with("Sec-Fetch-Site", "cross-site");
    assert_eq!(browser.post("/settings", "").status, Status::Forbidden);
}

#[test]
fn a_loader_that_fails_is_503() {
    let client = client(legacy(LegacyTokens::Off));
    accounts(&client).set_failing(true);
    let answer = beside(&client, &flask(ALICE, 0)).get("/account");
    assert_eq!(answer.status, Status::ServiceUnavailable);
}
