//! Confirming a login, and keeping it through a change of password.

use rocket::http::Status;
use rocket::time::Duration;

use crate::app::{accounts, advance, client, config};
use crate::browser::Browser;

#[test]
fn a_new_password_ends_every_other_session() {
    let client = client(config());
    let mut here = Browser::logged_in(&client, "id=1&remember=true");
    let mut there = Browser::logged_in(&client, "id=1&remember=true");
    assert_eq!(here.post("/password/new", "").body, "changed, fresh=true");
    assert_eq!(
        here.get("/account").body,
        "alice fresh=true remembered=false"
    );
    there.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn a_renewal_rotates_both_cookies_and_gives_no_time() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true&days=30");
    let (session, token) = (browser.cookie("session"), browser.cookie("remember_token"));
    let mut copy = browser.clone();
    advance(&client, Duration::days(1) / 24);
    let answer = browser.post("/password/new", "");
    let remember = answer.cookie("remember_token").unwrap();
    assert_eq!(
        remember.max_age(),
        Some(Duration::days(30) - Duration::hours(1))
    );
    assert_ne!(browser.cookie("session"), session);
    assert_ne!(browser.cookie("remember_token"), token);

    browser.restart();
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=true"
    );
    assert_eq!(copy.get("/account").status, Status::SeeOther);
    copy.drop_cookie("session");
    assert_eq!(copy.get("/account").status, Status::SeeOther);
}

#[test]
fn a_renewal_with_the_same_password_ends_the_older_tokens_as_well() {
    let client = client(config());
    accounts(&client).set_password(1, "same");
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let mut copy = browser.clone();
    copy.drop_cookie("session");
    advance(&client, Duration::seconds(1));
    browser.post("/password/same", "");
    assert_eq!(copy.get("/account").status, Status::SeeOther);
    browser.restart();
    assert_eq!(browser.get("/account").status, Status::Ok);
}

#[test]
fn a_renewal_in_the_moment_of_the_login_rotates_both_cookies_as_well() {
    let client = client(config());
    advance(&client, Duration::ZERO);
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let mut copy = browser.clone();
    browser.post("/password/new", "");
    browser.restart();
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=true"
    );
    copy.drop_cookie("session");
    assert_eq!(copy.get("/account").status, Status::SeeOther);
}

#[test]
fn a_renewal_makes_no_stale_login_fresh() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(
        browser.post("/password/new", "").body,
        "changed, fresh=false"
    );
}

#[test]
fn a_password_changed_elsewhere_ends_the_session() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_password(1, "new");
    accounts(&client).take_loads();
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    assert_eq!(accounts(&client).take_loads(), 1);
    browser.drop_cookie("session");
    browser.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn a_token_of_the_new_password_outlives_a_session_of_the_old_one() {
    let client = client(config());
    let mut old = Browser::logged_in(&client, "id=1");
    accounts(&client).set_password(1, "new");
    let new = Browser::logged_in(&client, "id=1&remember=true");
    old.set_cookie("remember_token", &new.cookie("remember_token").unwrap());
    accounts(&client).take_loads();
    assert_eq!(
        old.get("/account").body,
        "alice fresh=false remembered=true"
    );
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn an_anonymous_request_cannot_be_confirmed() {
    let client = client(config());
    let answer = Browser::new(&client).post("/confirm", "");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
}

#[test]
fn a_confirmation_rotates_the_session_and_the_old_token_counts_for_a_moment() {
    let client = client(config());
    advance(&client, Duration::ZERO);
    let mut browser = Browser::logged_in(&client, "id=1");
    let mut copy = browser.clone();
    accounts(&client).take_loads();
    assert_eq!(browser.post("/confirm", "").body, "fresh=true");
    // The confirmation asks again.
    assert_eq!(accounts(&client).take_loads(), 2);
    for seconds in [0, 30] {
        advance(&client, Duration::seconds(seconds));
        let answer = copy.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=false");
        // It may be the same browser, whose next request brings the new cookie.
        answer.assert_no_cookies();
        assert_eq!(copy.get("/settings").status, Status::SeeOther);
    }
    advance(&client, Duration::seconds(1));
    let answer = copy.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    assert_eq!(browser.get("/settings").status, Status::Ok);
}

#[test]
fn a_confirmation_does_not_extend_the_session() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&permanent=true");
    advance(&client, Duration::days(13));
    let answer = browser.post("/confirm", "");
    assert_eq!(
        answer.cookie("session").unwrap().max_age(),
        Some(Duration::days(1))
    );
    advance(&client, Duration::days(1));
    assert_eq!(browser.get("/account").status, Status::SeeOther);
}

#[test]
fn a_renewal_brings_no_token_of_an_older_password_back() {
    let client = client(config());
    let old = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_password(1, "newer");
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.set_cookie("remember_token", &old.cookie("remember_token").unwrap());
    browser.post("/password/newest", "");
    browser.drop_cookie("session");
    assert_eq!(browser.get("/account").status, Status::SeeOther);
}
