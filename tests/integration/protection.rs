//! Session protection: the effect of another identifier.

use rocket::http::Status;
use rocket_login::{Config, LoginManager, ProtectionLevel};

use crate::app::{self, bare, client, client_of, config, stateless, strong};
use crate::browser::{Browser, CURL, FIREFOX};

fn level(protection_level: ProtectionLevel) -> Config {
    Config {
        protection_level,
        ..config()
    }
}

fn stateless_level(protection_level: ProtectionLevel) -> Config {
    Config {
        protection_level,
        ..stateless()
    }
}

#[test]
fn without_protection_nothing_happens() {
    let client = client(level(ProtectionLevel::Off));
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.agent = CURL;
    let answer = browser.get("/settings");
    assert_eq!(answer.status, Status::Ok);
    answer.assert_no_cookies();
}

#[test]
fn basic_protection_takes_freshness_once() {
    let client = client(stateless_level(ProtectionLevel::Basic));
    for form in ["id=1", "id=1&permanent=true"] {
        let mut browser = Browser::logged_in(&client, form);
        browser.agent = CURL;
        let answer = browser.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=false");
        assert_eq!(answer.set_cookies.len(), 1);
        browser.get("/account").assert_no_cookies();

        browser.agent = FIREFOX;
        assert_eq!(browser.get("/settings").status, Status::SeeOther);
    }
}

#[test]
fn strong_protection_ends_a_session_that_is_not_permanent() {
    let client = client(strong());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let mut owner = browser.clone();
    browser.agent = CURL;
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("session") && answer.removes("remember_token"));
    assert_eq!(browser.get("/").body, "hello nobody");

    // Copies of the cookies no longer count.
    assert_eq!(owner.get("/").body, "hello nobody");
}

#[test]
fn strong_protection_takes_freshness_from_a_permanent_session() {
    let client = client(strong());
    let mut browser = Browser::logged_in(&client, "id=1&permanent=true&remember=true");
    browser.agent = CURL;
    let answer = browser.get("/account");
    assert_eq!(answer.body, "alice fresh=false remembered=false");
    assert!(answer.cookie("remember_token").is_none());
}

#[test]
fn the_address_counts_as_well_as_the_user_agent() {
    let client = client(strong());
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.remote = "192.0.2.1:50000";
    assert_eq!(browser.get("/account").status, Status::Ok);
    browser.remote = "192.0.2.2:40000";
    assert_eq!(browser.get("/account").status, Status::SeeOther);
}

#[test]
fn an_address_in_a_header_does_not_count() {
    let client = client(strong());
    for name in ["X-Real-IP", "X-Forwarded-For", "Forwarded"] {
        let mut browser = Browser::logged_in(&client, "id=1").with(name, "203.0.113.9");
        assert_eq!(browser.get("/account").status, Status::Ok, "{name}");
    }
}

#[test]
fn a_trusted_proxy_names_the_client() {
    let client = client(Config {
        trusted_proxies: vec!["192.0.2.0/24".into()],
        ..strong()
    });
    let through = |forwarded: &str| {
        let mut browser = Browser::new(&client).with("X-Forwarded-For", forwarded);
        browser.post("/login", "id=1");
        browser
    };
    let mut browser = through("203.0.113.9");
    browser.remote = "192.0.2.77:1";
    assert_eq!(browser.get("/account").status, Status::Ok);

    let mut thief = through("203.0.113.9");
    let session = thief.cookie("session").unwrap();
    thief = Browser::new(&client).with("X-Forwarded-For", "203.0.113.9, 198.51.100.1");
    thief.set_cookie("session", &session);
    assert_eq!(thief.get("/account").status, Status::SeeOther);
}

#[test]
fn a_mapped_address_is_the_same_address() {
    let client = client(strong());
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.remote = "[::ffff:192.0.2.1]:40000";
    assert_eq!(browser.get("/account").status, Status::Ok);
}

#[test]
fn of_an_ipv6_address_the_network_counts() {
    let client = client(Config {
        trusted_proxies: vec!["192.0.2.1".into()],
        ..strong()
    });
    for (next, status) in [
        ("2001:db8:1:2:aaaa::1", Status::Ok),
        ("[2001:db8:1:2::9]:443", Status::Ok),
        ("2001:db8:1:3::1", Status::SeeOther),
        ("192.0.2.9", Status::SeeOther),
    ] {
        let mut browser = Browser::new(&client);
        browser.remote = "[2001:db8:1:2::1]:40000";
        browser.post("/login", "id=1");
        let mut later = Browser::new(&client).with("X-Forwarded-For", next);
        later.set_cookie("session", &browser.cookie("session").unwrap());
        assert_eq!(later.get("/account").status, status, "{next}");
    }
}

#[test]
fn anonymous_visitors_have_no_identifier_that_could_change() {
    let client = client(strong());
    let mut browser = Browser::new(&client);
    browser.get("/").assert_no_cookies();
    browser.agent = CURL;
    browser.get("/").assert_no_cookies();
}

#[test]
fn confirming_binds_the_present_identifier() {
    let client = client(level(ProtectionLevel::Basic));
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.agent = CURL;
    browser.get("/account");
    browser.post("/confirm", "");
    assert_eq!(browser.get("/settings").status, Status::Ok);
    browser.agent = FIREFOX;
    assert_eq!(browser.get("/settings").status, Status::SeeOther);
}

#[test]
fn an_application_can_recognise_browsers_in_its_own_way() {
    let fairing = LoginManager::fairing(app::load)
        .config(strong())
        .identifier(|request| {
            request
                .headers()
                .get_one("X-Device")
                .unwrap_or_default()
                .to_string()
        });
    let client = client_of(bare().attach(fairing).mount("/", app::routes()));
    let mut browser = Browser::new(&client).with("X-Device", "phone");
    browser.post("/login", "id=1");
    browser.agent = CURL;
    assert_eq!(browser.get("/account").status, Status::Ok);

    let session = browser.cookie("session").unwrap();
    let mut other = Browser::new(&client).with("X-Device", "tablet");
    other.set_cookie("session", &session);
    assert_eq!(other.get("/account").status, Status::SeeOther);
}

#[test]
fn a_trusted_proxy_may_be_written_as_a_mapped_address() {
    for proxy in ["::ffff:192.0.2.1", "::ffff:192.0.2.0/120"] {
        let client = client(Config {
            trusted_proxies: vec![proxy.into()],
            ..strong()
        });
        let mut browser = Browser::new(&client).with("X-Forwarded-For", "203.0.113.5");
        browser.post("/login", "id=1");
        let mut other = Browser::new(&client).with("X-Forwarded-For", "203.0.113.99");
        other.set_cookie("session", &browser.cookie("session").unwrap());
        assert_eq!(other.get("/").body, "hello nobody", "{proxy}");
    }
}

#[test]
fn a_change_of_keys_adopts_no_foreign_browser() {
    let old = client(stateless_level(ProtectionLevel::Off));
    let session = Browser::logged_in(&old, "id=1").cookie("session").unwrap();
    let rotated = |protection_level| {
        client(Config {
            protection_level,
            previous_secret_keys: vec![app::KEY.into()],
            ..Config::new("login_page", "the new secret key, as long as it has to be")
        })
    };
    let lax = rotated(ProtectionLevel::Off);
    let mut thief = Browser::new(&lax);
    thief.agent = CURL;
    thief.set_cookie("session", &session);
    assert_eq!(thief.get("/").body, "hello alice");
    let signed_anew = thief.cookie("session").unwrap();
    assert_ne!(signed_anew, session);

    // Had the new token been bound to the thief's browser, it would count here.
    let strong = rotated(ProtectionLevel::Strong);
    let mut thief = Browser::new(&strong);
    thief.agent = CURL;
    thief.set_cookie("session", &signed_anew);
    assert_eq!(thief.get("/").body, "hello nobody");
}
