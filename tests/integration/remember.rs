//! Remember me.

use rocket::http::Status;
use rocket::time::Duration;
use rocket_login::{Config, ProtectionLevel, StoreKind};

use crate::app::{self, accounts, advance, client, config};
use crate::browser::{Browser, CURL};

const LEVELS: [ProtectionLevel; 3] = [
    ProtectionLevel::Off,
    ProtectionLevel::Basic,
    ProtectionLevel::Strong,
];

#[test]
fn no_user_is_remembered_without_asking() {
    let client = client(config());
    for form in ["id=1", "id=1&remember=false", "id=1&remember=false&days=3"] {
        let answer = Browser::new(&client).post("/login", form);
        assert!(answer.cookie("remember_token").is_none(), "{form}");
    }
}

#[test]
fn a_remember_cookie_lasts_as_long_as_the_setting_says() {
    let client = client(config());
    let answer = Browser::new(&client).post("/login", "id=1&remember=true");
    let cookie = answer.cookie("remember_token").unwrap();
    assert_eq!(cookie.max_age(), Some(Duration::days(365)));
    assert!(cookie.expires_datetime().is_some());
    assert_eq!(cookie.http_only(), Some(true));
    assert!(cookie.value().len() <= 140, "{}", cookie.value().len());
}

#[test]
fn a_user_who_closed_the_browser_is_back_under_every_protection_level() {
    for protection_level in LEVELS {
        let client = client(Config {
            protection_level,
            ..config()
        });
        let mut browser = Browser::logged_in(&client, "id=1&remember=true");
        browser.restart();
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
        assert!(answer.cookie("session").is_some());
        let token = answer.cookie("remember_token");
        assert_eq!(token.is_some(), app::tokens_rotate());
        for _ in 0..3 {
            let answer = browser.get("/account");
            assert_eq!(answer.body, "alice fresh=false remembered=true");
            answer.assert_no_cookies();
        }
        let answer = browser.get("/settings");
        assert_eq!(
            answer.location.as_deref(),
            Some("/reauthenticate?next=%2Fsettings")
        );
    }
}

#[test]
fn a_restored_session_is_bound_to_the_browser_that_restored_it() {
    let client = client(Config {
        protection_level: ProtectionLevel::Strong,
        ..config()
    });
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    browser.agent = CURL;
    browser.remote = "198.51.100.7:1";
    assert_eq!(browser.get("/account").status, Status::Ok);
    assert_eq!(browser.get("/account").status, Status::Ok);
    browser.agent = crate::browser::FIREFOX;
    assert_eq!(browser.get("/account").status, Status::SeeOther);
}

#[test]
fn each_restore_hands_out_a_new_session_token() {
    let client = client(config());
    // From now on the clock stands still.
    advance(&client, Duration::ZERO);
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let mut sessions = vec![browser.cookie("session")];
    for _ in 0..2 {
        browser.restart();
        advance(&client, Duration::seconds(1));
        browser.get("/account");
        assert!(!sessions.contains(&browser.cookie("session")));
        sessions.push(browser.cookie("session"));
    }
}

#[test]
fn restoring_loads_the_user_once() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    accounts(&client).take_loads();
    browser.get("/account");
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn a_token_counts_on_the_server_no_longer_than_in_the_browser() {
    let client = client(config());
    // From now on the clock stands still.
    advance(&client, Duration::ZERO);
    let mut browser = Browser::logged_in(&client, "id=1&remember=true&days=30");
    assert_eq!(
        Browser::new(&client)
            .post("/login", "id=1&days=30")
            .cookie("remember_token")
            .and_then(|cookie| cookie.max_age()),
        Some(Duration::days(30))
    );
    browser.restart();
    advance(&client, Duration::days(30) - Duration::seconds(1));
    let mut earlier = browser.clone();
    assert_eq!(earlier.get("/account").status, Status::Ok);
    advance(&client, Duration::seconds(1));
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
}

#[test]
fn durations_that_make_no_sense_are_refused() {
    let client = client(config());
    for days in ["0", "-1", "36501", "100000000000", "-100000000000"] {
        let answer = Browser::new(&client).post("/login", &format!("id=1&days={days}"));
        assert_eq!(answer.status, Status::InternalServerError, "{days}");
        assert!(answer.body.contains("zero, negative"), "{}", answer.body);
        answer.assert_no_cookies();
    }
}

#[test]
fn a_new_password_ends_remembering() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    let password = accounts(&client).find(1).unwrap().password;
    accounts(&client).set_password(1, "new");
    for _ in 0..2 {
        let answer = browser.get("/account");
        answer.assert_login_redirect("%2Faccount");
        answer.assert_no_cookies();
    }
    // A lagging replica of the database logs no browser out.
    accounts(&client).set_password(1, &password);
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=true"
    );
}

#[test]
fn an_expired_session_is_restored_too() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    advance(&client, Duration::hours(3));
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=false remembered=true"
    );
    browser.get("/account").assert_no_cookies();
}

#[test]
fn logging_in_again_to_be_fresh_does_not_mean_to_be_forgotten() {
    let client = client(config());
    advance(&client, Duration::ZERO);
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    let old = browser.clone();
    advance(&client, Duration::days(300));
    let answer = browser.post("/login", "id=1");
    let token = answer.cookie("remember_token").unwrap();
    assert_eq!(token.max_age(), Some(Duration::days(65)));
    assert_eq!(browser.get("/settings").status, Status::Ok);
    browser.restart();
    assert_eq!(browser.get("/account").status, Status::Ok);
    old.clone()
        .get("/account")
        .assert_login_redirect("%2Faccount");
}

#[test]
fn a_new_token_takes_the_place_of_the_old_one() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let mut copy = browser.clone();
    browser.post("/login", "id=1&remember=true");
    copy.drop_cookie("session");
    let answer = copy.get("/account");
    answer.assert_login_redirect("%2Faccount");
    // The same browser may hold the new one by now.
    answer.assert_no_cookies();
}

#[test]
fn a_token_beside_a_login_with_the_password_makes_it_no_remembered_one() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    assert!(browser.cookie("remember_token").is_some());
    let answer = browser.get("/account");
    assert_eq!(answer.body, "alice fresh=true remembered=false");
}

#[test]
fn confirming_makes_a_remembered_login_fresh() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    browser.get("/account");
    let before = browser.cookie("session");
    assert_eq!(browser.post("/confirm", "").body, "fresh=true");
    assert_ne!(browser.cookie("session"), before);
    assert_eq!(
        browser.get("/account").body,
        "alice fresh=true remembered=true"
    );
    assert_eq!(browser.get("/settings").status, Status::Ok);
}

#[test]
fn a_superseded_token_brings_no_fresh_session() {
    let client = client(app::with_store(StoreKind::Memory));
    advance(&client, Duration::ZERO);
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    let mut copy = browser.clone();
    browser.get("/account");
    assert_eq!(browser.post("/confirm", "").body, "fresh=true");
    for _ in 0..2 {
        let answer = copy.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
    }
    assert_eq!(browser.get("/settings").status, Status::Ok);
}
