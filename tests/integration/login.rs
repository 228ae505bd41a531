//! Logging in.

use rocket::http::{SameSite, Status};
use rocket::time::Duration;
use rocket_login::{Config, SessionConfig};

use crate::app::{accounts, advance, client, config, stateless};
use crate::browser::Browser;

#[test]
fn a_login_sets_a_session_cookie_that_ends_with_the_browser() {
    let client = client(config());
    let answer = Browser::new(&client).post("/login", "id=1");
    assert_eq!(answer.set_cookies.len(), 1);
    let cookie = answer.cookie("session").unwrap();
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.same_site(), Some(SameSite::Lax));
    assert_eq!(cookie.path(), Some("/"));
    assert_eq!((cookie.max_age(), cookie.expires()), (None, None));
    assert_eq!((cookie.domain(), cookie.secure()), (None, None));
    assert!(cookie.value().len() <= 160, "{}", cookie.value().len());
}

#[test]
fn a_permanent_login_outlives_the_browser_and_no_longer() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    let answer = browser.post("/login", "id=1&permanent=true");
    let cookie = answer.cookie("session").unwrap();
    assert_eq!(cookie.max_age(), Some(Duration::days(14)));
    assert!(cookie.expires_datetime().is_some());

    browser.restart();
    advance(&client, Duration::days(14) - Duration::seconds(1));
    assert_eq!(browser.get("/account").status, Status::Ok);
    advance(&client, Duration::seconds(1));
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
}

#[test]
fn permanent_can_be_the_default_and_be_declined() {
    let permanent = SessionConfig {
        permanent: true,
        ..SessionConfig::default()
    };
    let client = client(Config {
        session: permanent,
        ..config()
    });
    let age = |form| {
        let answer = Browser::new(&client).post("/login", form);
        answer.cookie("session").unwrap().max_age()
    };
    assert_eq!(age("id=1"), Some(Duration::days(14)));
    assert_eq!(age("id=1&permanent=false"), None);
}

#[test]
fn an_inactive_user_is_refused_and_nothing_changes() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    let answer = browser.post("/login", "id=3");
    assert_eq!(answer.status, Status::Forbidden);
    assert_eq!(answer.body, "the user is not active");
    answer.assert_no_cookies();
    assert_eq!(browser.get("/").body, "hello alice");
}

#[test]
fn a_forced_login_lets_an_inactive_user_in_for_one_session() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=3&force=true&remember=true");
    for _ in 0..2 {
        assert_eq!(
            browser.get("/account").body,
            "carol fresh=true remembered=false"
        );
    }
    browser.restart();
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    accounts(&client).set_active(3, true);
    assert_eq!(
        browser.get("/account").body,
        "carol fresh=false remembered=true"
    );
}

#[test]
fn force_is_no_pass_for_a_user_who_is_deactivated_later() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&force=true");
    accounts(&client).set_active(1, false);
    browser.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn every_login_gets_a_new_session_and_ends_the_old_one() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    let before = browser.cookie("session").unwrap();
    browser.post("/login", "id=1");
    let after = browser.cookie("session").unwrap();
    assert_ne!(before, after);
    assert_eq!(browser.get("/").body, "hello alice");

    let mut thief = Browser::new(&client);
    thief.set_cookie("session", &before);
    assert_eq!(thief.get("/").body, "hello nobody");
}

#[test]
fn another_user_takes_nothing_over_from_the_first() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let alices = browser.cookie("session").unwrap();
    let answer = browser.post("/login", "id=2");
    assert!(answer.removes("remember_token"));
    assert_eq!(browser.get("/").body, "hello bob");
    browser.restart();
    assert_eq!(browser.get("/").body, "hello nobody");

    browser.set_cookie("session", &alices);
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn a_login_stands_with_every_answer_of_the_handler() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    let answer = browser.post("/login-and-fail/1", "");
    assert_eq!(answer.status, Status::InternalServerError);
    assert_eq!(browser.get("/").body, "hello alice");
}

#[test]
fn guards_see_what_was_done_earlier_in_the_same_request() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    assert_eq!(browser.post("/switch/1", "").body, "nobody alice nobody");
    assert_eq!(browser.get("/").body, "hello nobody");

    let mut browser = Browser::logged_in(&client, "id=2");
    let answer = browser.post("/switch/1", "");
    assert_eq!(answer.body, "bob alice nobody");
    assert!(answer.removes("session"));
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn an_idle_session_ends_and_one_in_use_is_renewed_from_a_tenth() {
    let client = client(stateless());
    let mut browser = Browser::logged_in(&client, "id=1");
    advance(&client, Duration::minutes(11));
    browser.get("/account").assert_no_cookies();
    advance(&client, Duration::minutes(1));
    assert!(browser.get("/account").cookie("session").is_some());
    browser.get("/account").assert_no_cookies();

    advance(&client, Duration::hours(2) - Duration::seconds(1));
    assert_eq!(browser.get("/account").status, Status::Ok);
    advance(&client, Duration::hours(2));
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
}

#[test]
fn a_session_in_use_ends_at_its_lifetime_all_the_same() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    for _ in 0..14 * 24 - 1 {
        advance(&client, Duration::hours(1));
        assert_eq!(browser.get("/account").status, Status::Ok);
    }
    advance(&client, Duration::hours(1));
    browser.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn a_lifetime_made_longer_later_does_not_lengthen_what_was_issued() {
    let with_lifetime = |days: u64| {
        let session = SessionConfig {
            permanent: true,
            lifetime: std::time::Duration::from_secs(days * 24 * 60 * 60),
            ..SessionConfig::default()
        };
        client(Config {
            session,
            ..config()
        })
    };
    let issued = Browser::logged_in(&with_lifetime(1), "id=1")
        .cookie("session")
        .unwrap();
    let longer = with_lifetime(30);
    let mut browser = Browser::new(&longer);
    browser.set_cookie("session", &issued);
    assert_eq!(browser.get("/account").status, Status::Ok);
    advance(&longer, Duration::days(1) + Duration::seconds(1));
    browser.set_cookie("session", &issued);
    assert_eq!(browser.get("/account").status, Status::SeeOther);
}

#[test]
fn a_login_is_fresh_for_as_long_as_the_setting_says() {
    let client = client(Config {
        fresh_for: Some(std::time::Duration::from_secs(15 * 60)),
        ..config()
    });
    let mut browser = Browser::logged_in(&client, "id=1");
    advance(&client, Duration::minutes(15) - Duration::seconds(1));
    assert_eq!(browser.get("/settings").status, Status::Ok);
    advance(&client, Duration::seconds(1));
    assert_eq!(browser.get("/settings").status, Status::SeeOther);
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=false"
    );

    assert_eq!(browser.post("/confirm", "").body, "fresh=true");
    assert_eq!(browser.get("/settings").status, Status::Ok);
}

#[test]
fn a_clock_set_back_is_harmless() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    advance(&client, Duration::seconds(-60));
    assert_eq!(browser.get("/account").status, Status::Ok);
    // Made two minutes in the future: no honest node could have given such a cookie out.
    advance(&client, Duration::seconds(-60));
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
    advance(&client, Duration::seconds(60));
    let answer = browser.get("/account");
    assert_eq!(answer.body, "alice fresh=true remembered=false");
}
