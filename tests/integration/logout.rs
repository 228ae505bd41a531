//! Logging out.

use rocket::http::Header;
use rocket::response::Responder;
use rocket::time::Duration;
use rocket::{post, routes};
use rocket_login::{Auth, LoginError};

use rocket::local::blocking::Client;

use crate::app::{self, Account, accounts, advance, client, client_of, config};
use crate::browser::Browser;
use crate::wire::{Curl, Server, raw};

#[test]
fn a_logout_removes_both_cookies_with_their_attributes() {
    let client = client(rocket_login::Config {
        cookie_domain: Some("app.example".into()),
        cookie_path: "/app".into(),
        cookie_secure: Some(true),
        cookie_partitioned: true,
        ..config()
    });
    let mut browser = Browser::new(&client);
    let set = browser.post("/login", "id=1&remember=true");
    let removed = browser.post("/logout", "");
    let names = ["__Secure-session", "__Secure-remember_token"];
    for name in names {
        assert!(removed.removes(name), "{removed:?}");
        let (set, removed) = (set.cookie(name).unwrap(), removed.cookie(name).unwrap());
        assert_eq!(removed.path(), set.path());
        assert_eq!(removed.domain(), set.domain());
        assert_eq!(removed.secure(), set.secure());
        assert_eq!(removed.http_only(), set.http_only());
        assert_eq!(removed.same_site(), set.same_site());
        let partitioned = (set.partitioned(), removed.partitioned());
        assert_eq!(partitioned, (Some(true), Some(true)));
        assert!(
            removed
                .expires_datetime()
                .is_some_and(|at| at.year() == 1970)
        );
    }
    let twins = removed.set_cookies.iter();
    let twins = twins.filter(|cookie| cookie.domain().is_none());
    let twins: Vec<_> = twins
        .map(|cookie| (cookie.name(), cookie.value()))
        .collect();
    assert_eq!(twins, names.map(|name| (name, "")));
    assert_eq!(removed.set_cookies.len(), 4);
    assert_eq!(browser.get("/").body, "hello nobody");
}

/// Chromium shows a page from memory until cookies change, and forgives some changes: see
/// `tests/browser/proxy/back.rs`.
#[test]
fn a_logout_changes_a_cookie_that_no_login_changes() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let answer = browser.post("/logout", "");
    let lines = answer.headers.iter().map(|(_, value)| value.as_str());
    let lines: Vec<_> = lines.filter(|value| value.contains("Path=/")).collect();
    let pairs: Vec<_> = lines.iter().map(|line| line.split(';').next()).collect();
    let expected = [
        "login_ended=1",
        "login_ended=",
        "session=",
        "remember_token=",
    ];
    assert_eq!(pairs, expected.map(Some));
    assert!(lines[0].contains("; Max-Age=1;"), "{lines:?}");
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn the_first_answer_to_a_login_that_is_over_changes_that_cookie_too() {
    type End = fn(&Client, &Browser<'_>);
    let ends: [End; 3] = [
        |_, browser| assert_eq!(browser.clone().post("/logout", "").body, "bye"),
        |client, _| accounts(client).set_active(1, false),
        |client, _| advance(client, Duration::hours(3)),
    ];
    for (end, path) in ends
        .into_iter()
        .flat_map(|end| [(end, "/account"), (end, "/")])
    {
        let client = client(config());
        let mut browser = Browser::logged_in(&client, "id=1");
        end(&client, &browser);
        for expected in [2, 0] {
            let answer = browser.get(path);
            let mut values = answer.headers.iter().map(|(_, value)| value);
            assert_eq!(
                values
                    .clone()
                    .filter(|it| it.starts_with("login_ended="))
                    .count(),
                expected
            );
            assert_eq!(values.any(|value| value == "no-store"), expected > 0);
            answer.assert_no_cookies();
        }
    }
}

/// One cookie that is not UTF-8 has Rocket drop them all.
#[test]
fn a_logout_removes_cookies_that_its_request_does_not_show() {
    for path in ["/logout", "/", "/account"] {
        let server = Server::serve(app::rocket(config()), |figment| figment);
        let mut alice = Curl::new(&server);
        alice.post("/login", "id=1&remember=true");
        let hidden = [b"Cookie: x=caf\xe9; ", alice.cookie_header().as_bytes()].concat();
        let method = if path == "/logout" { "POST" } else { "GET" };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", server.address);
        let end = b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let reply = raw(server.address, &[head.as_bytes(), &hidden, end].concat());
        let removed = [("session", ""), ("remember_token", "")];
        let expected = if path == "/logout" { &removed[..] } else { &[] };
        assert_eq!(reply.cookies(), expected, "{path}");
    }
}

#[test]
fn a_logout_removes_both_whichever_the_request_carried() {
    let client = client(config());
    for kept in ["session", "remember_token"] {
        let mut browser = Browser::logged_in(&client, "id=1&remember=true");
        for name in ["session", "remember_token"] {
            if name != kept {
                browser.drop_cookie(name);
            }
        }
        let answer = browser.post("/logout", "");
        assert!(
            answer.removes("session") && answer.removes("remember_token"),
            "{kept}"
        );
        assert_eq!(browser.get("/").body, "hello nobody");
    }
}

#[test]
fn a_logout_works_for_anyone_and_loads_no_user() {
    let client = client(config());
    assert_eq!(Browser::new(&client).post("/logout", "").body, "bye");
    let mut browser = Browser::logged_in(&client, "id=1");
    crate::app::accounts(&client).take_loads();
    crate::app::accounts(&client).set_failing(true);
    assert_eq!(browser.post("/logout", "").body, "bye");
    assert_eq!(crate::app::accounts(&client).take_loads(), 0);
}

#[test]
fn copies_of_logged_out_cookies_are_worth_nothing() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let mut thief = browser.clone();
    let mut tokens_only = browser.clone();
    tokens_only.drop_cookie("session");
    browser.post("/logout", "");

    for copy in [&mut thief, &mut tokens_only] {
        for _ in 0..2 {
            let answer = copy.get("/account");
            answer.assert_login_redirect("%2Faccount");
            answer.assert_no_cookies();
        }
    }
}

#[test]
fn a_logout_here_leaves_the_other_browser_logged_in() {
    let client = client(config());
    let mut here = Browser::logged_in(&client, "id=1");
    let mut there = Browser::logged_in(&client, "id=1");
    here.post("/logout", "");
    assert_eq!(there.get("/").body, "hello alice");
}

#[test]
fn an_ended_session_is_remembered_until_every_copy_has_expired() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    advance(&client, Duration::minutes(30));
    let mut copy = browser.clone();
    browser.post("/logout", "");
    let session = copy.cookie("session").unwrap();
    for _ in 0..6 {
        copy.set_cookie("session", &session);
        assert_eq!(copy.get("/").body, "hello nobody");
        advance(&client, Duration::minutes(29));
    }
}

#[test]
fn a_session_of_a_node_whose_clock_is_ahead_stays_logged_out() {
    let client = client(config());
    let now = rocket_login::testing::now(client.rocket());
    rocket_login::testing::set_now(client.rocket(), now + Duration::seconds(60));
    let mut browser = Browser::logged_in(&client, "id=1");
    rocket_login::testing::set_now(client.rocket(), now);
    browser.clone().post("/logout", "");
    advance(&client, Duration::hours(2) + Duration::seconds(30));
    Browser::logged_in(&client, "id=2").post("/logout", "");
    assert_eq!(
        browser.get("/account").status,
        rocket::http::Status::SeeOther
    );
}

#[test]
fn a_permanent_session_stays_logged_out_for_as_long_as_it_would_have_lasted() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&permanent=true");
    let mut copy = browser.clone();
    browser.post("/logout", "");
    advance(&client, Duration::days(13));
    Browser::logged_in(&client, "id=2").post("/logout", "");
    copy.get("/account").assert_login_redirect("%2Faccount");
}

const FETCHED_AHEAD: &str = "\"prefetchCache\", \"prerenderCache\"";

#[derive(Responder)]
struct Cleared(&'static str, Header<'static>);

/// Clears more than this crate does.
#[post("/clear")]
async fn clear(auth: Auth<'_, Account>) -> Result<Cleared, LoginError> {
    auth.logout().await?;
    Ok(Cleared(
        "bye",
        Header::new("Clear-Site-Data", "\"storage\""),
    ))
}

/// The effect is tested in `tests/browser/proxy/ahead.rs`.
#[test]
fn pages_that_were_fetched_ahead_are_forgotten_at_logins_and_logouts_alone() {
    let client = client_of(app::rocket(config()).mount("/", routes![clear]));
    let mut browser = Browser::new(&client);
    let mut cleared = |path: &str, form: &str| -> Vec<String> {
        let answer = browser.post(path, form);
        let headers = answer.headers.into_iter();
        let headers = headers.filter(|(name, _)| name == "Clear-Site-Data");
        headers.map(|(_, value)| value).collect()
    };
    assert_eq!(cleared("/login", "id=99"), [""; 0]);
    assert_eq!(cleared("/login", "id=1"), [FETCHED_AHEAD]);
    assert_eq!(cleared("/confirm", ""), [""; 0]);
    assert_eq!(cleared("/password/new", ""), [""; 0]);
    assert_eq!(cleared("/logout", ""), [FETCHED_AHEAD]);
    cleared("/login", "id=1");
    assert_eq!(cleared("/clear", ""), ["\"storage\"", FETCHED_AHEAD]);
}
