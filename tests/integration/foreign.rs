//! Pages of other sites, which may change nothing.

use std::sync::{Arc, Mutex};

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket::{options, post, routes};
use rocket_login::{
    Auth, Config, Event, LoginErrorKind, LoginManager, MaybeUser, Reason, login_required,
};

use crate::app::{self, Account, accounts, bare, client, client_of, config};
use crate::browser::{Answer, Browser};

const OWN: &str = "http://app.example:8000";
const EVIL: &str = "http://evil.example";

/// A browser with a session, on any page.
fn visitor(client: &Client) -> Browser<'_> {
    let mut browser = Browser::new(client).with("Host", "app.example:8000");
    browser.post("/login", "id=1&remember=true");
    browser
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!(answer.status, Status::Forbidden, "{answer:?}");
    answer.assert_no_cookies();
    assert_eq!(answer.location, None);
    assert!(!answer.body.contains("alice"), "{answer:?}");
}

#[test]
fn a_foreign_form_logs_no_user_in_or_out() {
    let client = client(config());
    let mut stranger = Browser::new(&client).with("Host", "app.example:8000");
    stranger = stranger.with("Origin", EVIL);
    assert_refused(&stranger.post("/login", "id=1&remember=true"));

    let alice = visitor(&client);
    for origin in [
        EVIL,
        "null",
        "",
        "http://app.example",
        "https://app.example:8000",
    ] {
        let mut there = alice.clone().with("Origin", origin);
        assert_refused(&there.post("/logout", ""));
        assert_refused(&there.post("/confirm", ""));
        assert_refused(&there.post("/password/new", ""));
        assert_refused(&there.post("/login", "id=2"));
    }
    assert_eq!(accounts(&client).find(1).unwrap().password, "hash of alice");
    let mut here = alice.clone().with("Origin", OWN);
    assert_eq!(here.post("/confirm", "").body, "fresh=true");
    assert_eq!(here.post("/logout", "").body, "bye");
}

#[post("/maybe")]
fn maybe(user: MaybeUser<Account>) -> String {
    format!("{}", user.is_some())
}

#[post("/asks")]
async fn asks(auth: Auth<'_, Account>) -> Result<String, String> {
    let refused = auth.user().await.unwrap_err();
    assert_eq!(refused.kind(), LoginErrorKind::CrossOrigin);
    assert_eq!(refused.kind().status(), Status::Forbidden);
    assert!(auth.logout().await.is_err());
    Err(refused.to_string())
}

#[post("/staff")]
fn staff() -> &'static str {
    "staff"
}

#[options("/staff")]
fn preflight() -> &'static str {
    "preflight"
}

#[test]
fn every_guard_of_a_user_refuses_a_foreign_change() {
    let rocket = app::rocket(config()).mount("/", routes![maybe, asks]);
    let staff = login_required::<Account>(routes![staff, preflight]);
    let client = client_of(rocket.mount("/", staff));
    let alice = visitor(&client);
    let mut there = alice.clone().with("Origin", EVIL);
    accounts(&client).take_loads();
    assert_refused(&there.post("/settings", ""));
    assert_refused(&there.post("/maybe", ""));
    assert_refused(&there.post("/staff", ""));
    assert_eq!(accounts(&client).take_loads(), 0);
    let asked = there.post("/asks", "");
    assert_eq!(asked.body, Reason::CrossOrigin.to_string());
    asked.assert_no_cookies();
    let preflight = there.send(Method::Options, "/staff", None);
    assert_eq!(preflight.body, "preflight");

    let mut here = alice.clone().with("Origin", OWN);
    assert_eq!(here.post("/settings", "").body, "saved for alice");
    assert_eq!(here.post("/maybe", "").body, "true");
    assert_eq!(here.post("/staff", "").body, "staff");
}

#[test]
fn pages_are_shown_wherever_the_link_was() {
    let client = client(config());
    let alice = visitor(&client);
    let mut there = alice.clone().with("Origin", EVIL);
    assert!(there.get("/account").body.starts_with("alice"));
    let mut there = alice.clone().with("Sec-Fetch-Site", "cross-site");
    assert!(there.get("/account").body.starts_with("alice"));
    assert_eq!(
        there.send(Method::Head, "/account", None).status,
        Status::Ok
    );
}

/// Rocket has changed the method before anybody could see it.
#[test]
fn a_foreign_form_that_calls_itself_harmless_is_refused() {
    let client = client(config());
    let alice = visitor(&client);
    let mut there = alice.clone().with("Origin", EVIL);
    for method in ["GET", "get", "HEAD", "OPTIONS"] {
        let answer = there.post("/account", &format!("_method={method}"));
        assert_ne!(answer.status, Status::Ok, "{method} {answer:?}");
        assert!(!answer.body.contains("alice"), "{method} {answer:?}");
    }
    assert_refused(&there.post("/account", "_method=GET"));
    let mut here = alice.clone().with("Origin", OWN);
    assert_eq!(here.post("/account", "_method=GET").status, Status::Ok);
}

#[test]
fn a_scheme_is_believed_from_trusted_proxies_alone() {
    for (trusted, status) in [
        ("192.0.2.1", Status::SeeOther),
        ("192.0.2.9", Status::Forbidden),
    ] {
        let client = client(Config {
            trusted_proxies: vec![trusted.into()],
            ..config()
        });
        let mut browser = Browser::new(&client).with("Host", "app.example");
        browser = browser.with("X-Forwarded-Proto", "https");
        browser = browser.with("Origin", "https://app.example");
        assert_eq!(browser.post("/login", "id=1").status, status, "{trusted}");
    }
}

#[test]
fn sec_fetch_site_counts_before_origin() {
    let client = client(config());
    let alice = visitor(&client);
    let from = |site: &'static str| alice.clone().with("Sec-Fetch-Site", site);
    for site in ["cross-site", "same-site", ""] {
        assert_refused(&from(site).post("/confirm", ""));
        assert_refused(&from(site).with("Origin", OWN).post("/confirm", ""));
    }
    for site in ["same-origin", "none"] {
        let mut browser = from(site).with("Origin", "null");
        assert_eq!(browser.post("/settings", "").status, Status::Ok);
    }
    let mut twice = from("same-origin").with("Sec-Fetch-Site", "same-origin");
    assert_refused(&twice.post("/confirm", ""));
    let mut twice = alice.clone().with("Origin", OWN).with("Origin", OWN);
    assert_refused(&twice.post("/confirm", ""));
    let mut nothing = alice.clone();
    assert_eq!(nothing.post("/settings", "").status, Status::Ok);
}

#[test]
fn a_host_that_does_not_parse_has_no_pages() {
    let client = client(config());
    for host in [
        "app.example/",
        "app.example:8000 ",
        "u@app.example:8000",
        "",
    ] {
        let mut browser = Browser::new(&client).with("Host", host);
        browser = browser.with("Origin", format!("http://{host}"));
        assert_refused(&browser.post("/login", "id=1"));
    }
    let mut browser = Browser::new(&client).with("Host", "app.example:8000");
    browser = browser.with("Host", "app.example:8000").with("Origin", OWN);
    assert_refused(&browser.post("/login", "id=1"));
    let mut loud = Browser::new(&client).with("Host", "APP.example:8000");
    loud = loud.with("Origin", OWN);
    assert_eq!(loud.post("/login", "id=1").status, Status::SeeOther);
}

#[test]
fn other_sites_are_let_in_by_name() {
    let client = client(Config {
        allowed_origins: vec!["https://shop.example".into()],
        ..config()
    });
    let alice = visitor(&client);
    let mut shop = alice.clone().with("Origin", "https://shop.example");
    assert_eq!(shop.post("/settings", "").status, Status::Ok);
    shop = shop.with("Sec-Fetch-Site", "cross-site");
    assert_eq!(shop.post("/settings", "").status, Status::Ok);
    for origin in [
        "https://shop.example.evil.com",
        "https://shop.example/",
        "http://shop.example",
    ] {
        let mut there = alice.clone().with("Origin", origin);
        assert_refused(&there.post("/settings", ""));
    }
}

#[test]
fn pages_of_apps_and_extensions_are_let_in_by_name() {
    let mine = [
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "app://.",
        "chrome-extension://gighmmpiobklfepjocnamgkkbiglidom",
        "safari-web-extension://9C1B2E4A-6F7D-4B0C-8E53-2D1A7F6B3C90",
        "com.example.app://[::1]:8080",
    ];
    let client = client(Config {
        allowed_origins: mine.map(String::from).into(),
        ..config()
    });
    let alice = visitor(&client);
    for origin in mine {
        for origin in [origin.into(), origin.to_uppercase(), origin.to_lowercase()] {
            let mut app = alice.clone().with("Origin", origin.clone());
            assert_eq!(app.post("/settings", "").status, Status::Ok, "{origin}");
            app = app.with("Sec-Fetch-Site", "cross-site");
            assert_eq!(app.post("/settings", "").status, Status::Ok, "{origin}");
        }
        for origin in [
            format!("{origin}/"),
            format!("{origin}:1"),
            format!("x{origin}"),
            format!("{origin}.evil"),
            origin.replace("://", "://evil."),
            origin.replace("://", ":"),
            format!("{origin}, {origin}"),
        ] {
            assert_refused(&alice.clone().with("Origin", origin).post("/settings", ""));
        }
    }
    assert_refused(&alice.clone().with("Origin", "null").post("/settings", ""));
}

#[test]
fn the_check_can_be_switched_off() {
    let client = client(Config {
        cross_origin_check: false,
        ..config()
    });
    let mut alice = visitor(&client).with("Origin", EVIL);
    assert_eq!(alice.post("/settings", "").status, Status::Ok);
    assert_eq!(alice.post("/logout", "").body, "bye");
}

#[test]
fn a_refusal_is_told_once_and_names_the_setting() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config());
    let fairing = fairing.on_event(move |event, _| ear.lock().unwrap().push(event.to_string()));
    let client = client_of(bare().attach(fairing).mount("/", app::routes()));
    let alice = visitor(&client);
    heard.lock().unwrap().clear();
    let origin = format!("http://evil.example\u{7f}{}", "x".repeat(1000));
    alice.clone().with("Origin", origin).post("/settings", "");
    let heard = heard.lock().unwrap();
    let [line] = heard.as_slice() else {
        panic!("{heard:?}")
    };
    assert!(line.contains(r#""http://evil.example\u{7f}xx"#), "{line}");
    assert!(
        line.contains("expected \"http://app.example:8000\""),
        "{line}"
    );
    assert!(
        line.contains("`allowed_origins`") && line.len() < 300,
        "{line}"
    );
}

/// Sends a login with these headers, and returns what is told of its refusal.
fn refused(config: Config, headers: &[(&'static str, &str)]) -> Event {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config);
    let fairing = fairing.on_event(move |event, _| ear.lock().unwrap().push(event.clone()));
    let client = client_of(bare().attach(fairing).mount("/", app::routes()));
    let mut browser = Browser::new(&client);
    for (name, value) in headers {
        browser = browser.with(name, *value);
    }
    assert_eq!(browser.post("/login", "id=1").status, Status::Forbidden);
    let mut heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1, "{heard:?}");
    heard.remove(0)
}

/// A release without TLS: browsers would not keep the cookies of a login.
#[test]
fn a_page_without_tls_is_told_what_it_needs() {
    let advised = |origin: &str, is_secure| {
        let config = Config {
            cookie_secure: Some(is_secure),
            ..config()
        };
        let line = refused(config, &[("Origin", origin), ("Host", "10.0.0.5:8000")]).to_string();
        line.ends_with("a page without TLS needs `cookie_secure = false`")
    };
    assert!(advised("http://10.0.0.5:8000", true));
    assert!(!advised("http://evil.example", true));
    assert!(!advised("https://10.0.0.5", true));
    assert!(!advised("https://10.0.0.5:8000", false));
}

#[test]
fn a_refusal_names_the_origin_that_was_expected() {
    let expected = |config: Config, headers: &[(&'static str, &str)]| {
        let event = refused(config, headers);
        let Event::CrossOrigin { expected, .. } = &event else {
            panic!("{event:?}")
        };
        let line = event.to_string();
        assert!(line.len() < 400, "{line}");
        expected
            .iter()
            .for_each(|own| assert!(line.contains(&own[..16]), "{line}"));
        expected.join(" ")
    };
    let secure = || Config {
        cookie_secure: Some(true),
        trusted_proxies: vec!["192.0.2.1".into()],
        ..config()
    };
    let evil = ("Origin", EVIL);
    let at = |host| ("Host", host);
    let found = expected(secure(), &[evil, at("App.example:443")]);
    assert_eq!(found, "https://app.example");
    let found = expected(secure(), &[evil, at("localhost:8000")]);
    assert_eq!(found, "https://localhost:8000 http://localhost:8000");
    let proto = ("X-Forwarded-Proto", "ws");
    let found = expected(secure(), &[evil, at("app.example:80"), proto]);
    assert_eq!(found, "http://app.example");
    let twice = [("Origin", OWN), evil, at("app.example:8000")];
    assert_eq!(expected(config(), &twice), OWN);
    let long = "x".repeat(8000);
    let found = expected(config(), &[evil, at(&long)]);
    assert_eq!(found, format!("http://{long}"));
    for hosts in [
        &[evil, at("a/b")][..],
        &[evil, at("a.example"), at("a.example")],
    ] {
        assert_eq!(expected(config(), hosts), "", "{hosts:?}");
    }
    let set = Config {
        origin: Some("https://shown.example".into()),
        ..config()
    };
    assert_eq!(
        expected(set, &[evil, at("app.example")]),
        "https://shown.example"
    );
}
