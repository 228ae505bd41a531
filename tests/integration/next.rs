//! Back to where one was going, and nowhere else.

use std::path::PathBuf;

use rocket::http::{Cookie, CookieJar, RawStr, Status};
use rocket::serde::Deserialize;
use rocket::{get, routes, uri};
use rocket_login::{NextField, NextRedirect, User};

use crate::app::{self, Account, client, config};
use crate::browser::Browser;
use crate::wire::{Curl, Server};

#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct Case {
    payload: String,
    expect: String,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../data/next-targets.json")).unwrap()
}

#[test]
fn a_login_leads_back_to_pages_of_this_site_alone() {
    let client = client(config());
    for case in cases() {
        let next = RawStr::new(&case.payload).percent_encode().to_string();
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.status, Status::SeeOther);
        let expected = match case.expect.as_str() {
            "accept" => case.payload.as_str(),
            _ => "/",
        };
        assert_eq!(
            answer.location.as_deref(),
            Some(expected),
            "{:?}",
            case.payload
        );
    }
}

#[test]
fn the_login_page_hears_of_pages_of_this_site_alone() {
    let client = client(config());
    for case in cases() {
        let next = RawStr::new(&case.payload).percent_encode().to_string();
        let answer = Browser::new(&client).get(&format!("/login?next={next}"));
        let expected = match case.expect.as_str() {
            "accept" => case.payload.as_str(),
            _ => "home",
        };
        assert_eq!(
            answer.body,
            format!("login, then {expected}"),
            "{:?}",
            case.payload
        );
    }
}

/// A proxy that puts an address into a link does not encode it, and the login page decodes it.
#[test]
fn an_address_that_lost_its_encoding_gets_it_back() {
    let client = client(config());
    for (next, to) in [
        ("/search?q=a b|c", "/search?q=a%20b%7Cc"),
        ("/caf\u{e9}?100%", "/caf%C3%A9?100%25"),
    ] {
        let next = RawStr::new(next).percent_encode().to_string();
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.location.as_deref(), Some(to));
        let page = Browser::new(&client).get(&format!("/login?next={next}"));
        assert_eq!(page.body, format!("login, then {to}"));
    }
}

#[test]
fn two_targets_are_none() {
    let client = client(config());
    for fields in [
        "next=/a&next=/b",
        "next=/a&next=//evil.com",
        "next=//evil.com&next=/a",
        "next=/a&next=/a",
    ] {
        let answer = Browser::new(&client).post("/login", &format!("id=1&{fields}"));
        assert_eq!(answer.location.as_deref(), Some("/"), "{fields}");
        let answer = Browser::new(&client).get(&format!("/login?{fields}"));
        assert_eq!(answer.body, "login, then home", "{fields}");
    }
}

#[test]
fn a_missing_or_empty_target_is_the_default() {
    let client = client(config());
    for form in ["id=1", "id=1&next=", "id=1&next"] {
        let answer = Browser::new(&client).post("/login", form);
        assert_eq!(answer.location.as_deref(), Some("/"), "{form}");
    }
    assert_eq!(
        Browser::new(&client).get("/login?next[]=/a").body,
        "login, then home"
    );
}

#[test]
fn the_name_of_the_field_is_a_setting() {
    let client = client(rocket_login::Config {
        next_name: "return_to".into(),
        ..config()
    });
    let answer = Browser::new(&client).get("/account");
    assert_eq!(
        answer.location.as_deref(),
        Some("/login?return_to=%2Faccount")
    );
    let page = Browser::new(&client).get("/login?return_to=%2Faccount&next=%2Fother");
    assert_eq!(page.body, "login, then /account");
}

#[test]
fn pages_that_would_lead_in_circles_are_never_returned_to() {
    let client = client(rocket_login::Config {
        never_next: vec!["/logout".into(), "/goodbye".into()],
        ..config()
    });
    for page in [
        "/login",
        "/login?next=/a",
        "/logout",
        "/goodbye/",
        "/reauthenticate",
        "/%6cogout",
    ] {
        let next = RawStr::new(page).percent_encode().to_string();
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.location.as_deref(), Some("/"), "{page}");
    }
}

#[test]
fn a_page_never_to_return_to_may_be_written_encoded() {
    let client = client(rocket_login::Config {
        never_next: vec!["/%6fpen".into()],
        ..config()
    });
    let answer = Browser::new(&client).post("/login", "id=1&next=/open");
    assert_eq!(answer.location.as_deref(), Some("/"));
}

/// A login that comes back from elsewhere, with the page in a cookie.
#[get("/back")]
fn back(cookies: &CookieJar<'_>) -> NextRedirect {
    let kept = cookies.get("kept");
    NextField::from_text(kept.map(|kept| kept.value())).redirect_or(uri!("/home"))
}

#[test]
fn a_page_that_a_handler_has_kept_is_one_of_this_site_or_none() {
    let site = app::rocket(config()).mount("/", routes![back]);
    let client = app::client_of(site);
    for case in cases() {
        let cookie = Cookie::new("kept", case.payload.clone());
        let answer = client.get("/back").cookie(cookie).dispatch();
        let expected = match case.expect.as_str() {
            "accept" => case.payload.as_str(),
            _ => "/home",
        };
        let location = answer.headers().get_one("Location");
        assert_eq!(location, Some(expected), "{:?}", case.payload);
    }
    let answer = client.get("/back").dispatch();
    assert_eq!(answer.headers().get_one("Location"), Some("/home"));
}

/// The query that reaches the handler.
#[get("/search?<q>&<p>")]
fn search(_user: User<Account>, q: Option<&str>, p: Option<&str>) -> String {
    format!("{q:?} {p:?}")
}

#[get("/file/<name..>")]
fn file(_user: User<Account>, name: PathBuf) -> String {
    format!("{name:?}")
}

/// Characters that no URI should have, and that browsers and hands send all the same.
#[test]
fn a_login_leads_back_to_what_was_asked_for_to_the_character() {
    let rocket = app::rocket(config()).mount("/", routes![search, file]);
    let server = Server::serve(rocket, |figment| figment);
    let is_led_back = |target: &str| {
        let mut browser = Curl::new(&server);
        let challenged = browser.get(target, "");
        assert_eq!(challenged.status, 303, "{target}: {challenged:?}");
        let login = challenged.location().unwrap();
        let next = login
            .strip_prefix("/login?next=")
            .unwrap_or_else(|| panic!("{target}"));
        let page = browser.get(login, "").body;
        let shown = page.strip_prefix("login, then ").unwrap();
        assert_eq!(
            RawStr::new(next).percent_decode().unwrap(),
            shown,
            "{target}"
        );
        let done = browser.post("/login", &format!("id=1&next={next}"));
        let location = done.location().unwrap();
        assert_eq!(location, shown, "{target}");
        assert!(location.is_ascii(), "{location}");
        assert!(
            !location.contains(['\\', '|', '{', '}', '^', '`', '"', '<', '>']),
            "{location}"
        );
        let there = browser.get(location, "").body;
        assert_eq!(browser.get(target, "").body, there, "{target}");
        there
    };
    assert_eq!(is_led_back("/search?q=a|b"), r#"Some("a|b") None"#);
    assert_eq!(
        is_led_back("/search?q=|{}^`\\&p=100%"),
        r#"Some("|{}^`\\") Some("100%")"#
    );
    assert_eq!(
        is_led_back("/search?q=%zz%2&p=%"),
        r#"Some("%zz%2") Some("%")"#
    );
    assert_eq!(
        is_led_back("/search?q=a%7Cb|+c%20d&p=%2"),
        r#"Some("a|b| c d") Some("%2")"#
    );
    assert_eq!(
        is_led_back("/search?q=[1]'()*!~$,;:@/?"),
        r#"Some("[1]'()*!~$,;:@/?") None"#
    );
    assert_eq!(
        is_led_back("/search?q=été&p=日|"),
        r#"Some("été") Some("日|")"#
    );
    assert_eq!(is_led_back("/file/a|{}^%/100%"), r#""a|{}^%/100%""#);
    assert_eq!(is_led_back("/file/%7C/%25|%zz"), r#""|/%|%zz""#);
    for byte in (b'!'..=b'~').filter(|byte| !b"#<>\"&+".contains(byte)) {
        let byte = char::from(byte);
        let found = is_led_back(&format!("/search?q=a{byte}z"));
        assert_eq!(found, format!("{:?} None", Some(format!("a{byte}z"))));
    }
}

/// The same page by the address in a browser's address bar.
#[test]
fn htmx_is_led_back_to_the_same_page() {
    let server = Server::serve(app::rocket(config()), |figment| figment);
    let own = format!("http://{}", server.address);
    let headers = format!("HX-Request: true\r\nHX-Current-URL: {own}/account?q=a|b%\r\n");
    let answer = Curl::new(&server).get("/account", &headers);
    let location = answer.headers("hx-redirect").next();
    assert_eq!(location, Some("/login?next=%2Faccount%3Fq%3Da%257Cb%2525"));
}

#[test]
fn a_backslash_in_a_path_leads_nowhere() {
    let server = Server::serve(app::rocket(config()), |figment| figment);
    for target in [
        "/any/\\evil.com",
        "/any\\evil.com",
        "/any/%|\\",
        "/any/%%35c",
    ] {
        let answer = Curl::new(&server).get(target, "");
        let location = answer.location();
        assert!(
            [None, Some("/login")].contains(&location),
            "{target}: {answer:?}"
        );
    }
}
