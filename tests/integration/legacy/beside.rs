//! Remember tokens of an application before, beside a session here or there, and beside a login.

use rocket::http::{Header, Status};
use rocket::time::Duration;
use rocket_login::{Config, StoreKind};

use super::tokens::{remembered, replacing, sessions};
use super::{FLASK, flask, starlette, token};
use crate::app::{accounts, advance, client, with_store};
use crate::browser::Browser;

#[test]
fn one_beside_a_session_that_a_new_password_suspends_does_not_take_its_place() {
    let client = client(replacing());
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.set_cookie("remember_token", &token("1"));
    let password = accounts(&client).find(1).unwrap().password;
    accounts(&client).set_password(1, "another");
    for _ in 0..2 {
        let answer = browser.get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
    }
    accounts(&client).set_password(1, &password);
    let answer = browser.get("/account");
    assert_eq!(answer.body, "alice fresh=true remembered=false");
    answer.assert_no_cookies();
}

#[test]
fn one_beside_a_session_of_ours_stays_where_it_is() {
    let client = client(replacing());
    let mut browser = Browser::logged_in(&client, "id=2");
    browser.set_cookie("remember_token", &token("1"));
    let answer = browser.get("/account");
    assert_eq!(answer.body, "bob fresh=true remembered=false");
    answer.assert_no_cookies();
}

#[test]
fn beside_a_superseded_session_token_it_waits_until_that_counts_no_longer() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let client = client(Config {
            session: with_store(store).session,
            ..replacing()
        });
        advance(&client, Duration::ZERO);
        let mut browser = Browser::logged_in(&client, "id=1");
        let mut late = browser.clone();
        late.set_cookie("remember_token", &token("1"));
        assert_eq!(browser.post("/confirm", "").status, Status::Ok);
        advance(&client, Duration::seconds(30));
        let answer = late.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=false");
        answer.assert_no_cookies();
        advance(&client, Duration::seconds(1));
        let answer = late.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
        assert!(answer.cookie("session").is_some());
    }
}

#[test]
fn a_login_with_the_password_keeps_the_users_own_and_removes_anothers() {
    let client = client(replacing());
    let mut browser = remembered(&client, &token("1"));
    let answer = browser.post("/login", "id=1");
    assert!(answer.cookie("remember_token").is_none());
    let mut browser = remembered(&client, &token("1"));
    let answer = browser.post("/login", "id=2");
    assert!(answer.removes("remember_token"));
    let mut browser = remembered(&client, &token("1"));
    let answer = browser.post("/login", "id=2&remember=true");
    assert!(!answer.removes("remember_token"));
    browser.restart();
    assert_eq!(browser.get("/").body, "hello bob");
}

#[test]
fn a_logout_removes_it_and_what_came_of_it() {
    let client = client(replacing());
    let mut browser = remembered(&client, &token("1"));
    let answer = browser.post("/logout", "");
    assert!(answer.removes("remember_token"));

    let client = self::client(replacing());
    let mut browser = remembered(&client, &token("1"));
    browser.get("/account");
    let mut copy = browser.clone();
    assert_eq!(browser.post("/logout", "").status, Status::Ok);
    copy.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn a_change_of_the_password_in_the_same_request_keeps_what_came_of_it() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let client = client(Config {
            session: with_store(store).session,
            ..replacing()
        });
        let mut browser = remembered(&client, &token("1"));
        assert_eq!(browser.post("/password/new", "").status, Status::Ok);
        if store == StoreKind::Memory {
            assert_eq!(sessions(&client, 1), 1);
        }
        browser.restart();
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
    }
}

#[test]
fn another_user_in_the_same_request_gets_nothing_of_it() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let client = client(Config {
            session: with_store(store).session,
            ..replacing()
        });
        let mut browser = remembered(&client, &token("1"));
        let answer = browser.post("/switch/2", "");
        assert_eq!(answer.body, "alice bob nobody");
        assert!(answer.removes("remember_token") && answer.removes("session"));
        if store == StoreKind::Memory {
            assert_eq!((sessions(&client, 1), sessions(&client, 2)), (0, 0));
        }
    }
}

#[test]
fn a_user_who_has_logged_out_there_is_not_brought_back() {
    let client = client(replacing());
    for session in [
        flask(r#"{"_remember":"clear"}"#, 9),
        starlette(r#"{"_fresh": false, "_remember": "clear"}"#, 9),
    ] {
        let mut browser = remembered(&client, &token("1"));
        browser.set_cookie(FLASK, &session);
        let answer = browser.get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
        // Their session says so, and it is the next to be written.
        browser.drop_cookie(FLASK);
        assert_eq!(browser.get("/").body, "hello alice");
    }
}

#[test]
fn a_user_who_logged_out_there_long_ago_is_not_brought_back_either() {
    let client = client(replacing());
    let day = 24 * 60 * 60;
    let mut browser = remembered(&client, &token("1"));
    browser.set_cookie(FLASK, &starlette(r#"{"_remember":"clear"}"#, 15 * day));
    browser.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn of_two_sessions_there_either_may_tell_of_a_logout() {
    let client = client(replacing());
    let (token, session) = (token("1"), flask("{}", 9));
    let cookies = format!("remember_token={token}; {FLASK}={session}; {FLASK}=planted");
    let request = client
        .get("/account")
        .header(Header::new("Cookie", cookies));
    assert_eq!(request.dispatch().status(), Status::SeeOther);
}
