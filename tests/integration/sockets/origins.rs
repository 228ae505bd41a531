//! Pages that may open a socket, and those that may not.

use rocket_login::Config;

use super::handshake::{HANDSHAKE, raw};
use super::{serve, visitor};
use crate::app::config;
use crate::wire::Curl;

#[test]
fn pages_of_other_sites_open_nothing() {
    let server = serve(Config {
        origin: Some("https://app.example".into()),
        ..config()
    });
    let alice = visitor(&server, "id=1");
    for path in ["/ws", "/user-ws", "/fresh-ws"] {
        for origin in [
            "https://app.example.evil.com",
            "https://evilapp.example",
            "https://app.example:8443",
            "https://app.example:443",
            "http://app.example",
            "https://App.Example",
            "https://app.example.",
            "https://app.example/",
            "https://alice@app.example",
            "wss://app.example",
            "null",
            "",
            "\u{fffd}",
            "https://app.example\r\nOrigin: https://app.example",
            "https://app.example\r\nOrigin: https://evil.example",
        ] {
            let lines = format!("Host: app.example\r\nOrigin: {origin}\r\n{HANDSHAKE}");
            let lines = format!("{lines}Sec-Fetch-Site: same-origin\r\n");
            assert_eq!(raw(&server, &alice, path, &lines), 403, "{path} {origin:?}");
        }
        let lines = format!("Host: app.example\r\n{HANDSHAKE}");
        assert_eq!(raw(&server, &alice, path, &lines), 403, "{path} without");
        let lines = format!("{lines}Origin: https://app.example\r\n");
        assert_eq!(raw(&server, &alice, path, &lines), 101, "{path}");
    }
    let stranger = Curl::new(&server);
    let lines = format!("Host: app.example\r\nOrigin: https://evil.example\r\n{HANDSHAKE}");
    assert_eq!(raw(&server, &stranger, "/ws", &lines), 403);
}

#[test]
fn a_handshake_is_one_however_it_is_written() {
    let server = serve(config());
    let alice = visitor(&server, "id=1");
    for upgrade in ["WebSocket", "h2c, websocket", "h2c\r\nUpgrade: WEBSOCKET"] {
        let handshake = HANDSHAKE.replace("websocket", upgrade);
        for path in ["/ws", "/user-ws", "/account"] {
            let lines = format!("Host: app.example\r\nOrigin: http://evil.example\r\n{handshake}");
            assert_eq!(raw(&server, &alice, path, &lines), 403, "{path} {upgrade}");
        }
        let lines = format!("Host: app.example\r\nOrigin: http://app.example\r\n{handshake}");
        let stranger = Curl::new(&server);
        assert_eq!(
            raw(&server, &stranger, "/account", &lines),
            401,
            "{upgrade}"
        );
    }
}

#[test]
fn the_own_origin_is_that_of_the_host() {
    let server = serve(config());
    let alice = visitor(&server, "id=1");
    for (host, origin, status) in [
        ("app.example", "http://app.example", 101),
        ("APP.example", "http://app.example", 101),
        ("app.example:80", "http://app.example", 101),
        ("app.example:8000", "http://app.example:8000", 101),
        ("[::1]:8000", "http://[::1]:8000", 101),
        ("app.example", "http://APP.example", 403),
        ("app.example:8000", "http://app.example", 403),
        ("app.example", "https://app.example", 403),
        ("evil.example", "http://app.example", 403),
        ("", "http://", 403),
        ("", "", 403),
        ("a b", "http://a b", 403),
        ("app.example/", "http://app.example/", 403),
        (
            "app.example\r\nHost: app.example",
            "http://app.example",
            403,
        ),
    ] {
        let lines = format!("Host: {host}\r\nOrigin: {origin}\r\n{HANDSHAKE}");
        let found = raw(&server, &alice, "/ws", &lines);
        // Some hosts do not get past the parser of requests.
        let is_refused = status == 403 && (found == 400 || found == 403);
        assert!(found == status || is_refused, "{host:?} {origin:?} {found}");
    }
}

#[test]
fn the_settings_let_others_in() {
    let server = serve(Config {
        allowed_origins: vec!["https://shop.example".into()],
        allow_missing_origin: true,
        ..config()
    });
    let alice = visitor(&server, "id=1");
    let with = |line: &str| format!("Host: app.example\r\n{line}{HANDSHAKE}");
    assert_eq!(raw(&server, &alice, "/ws", &with("")), 101);
    let shop = with("Origin: https://shop.example\r\n");
    assert_eq!(raw(&server, &alice, "/ws", &shop), 101);
    for foreign in ["https://evil.example", "null", "", "https://Shop.example"] {
        let foreign = with(&format!("Origin: {foreign}\r\n"));
        assert_eq!(raw(&server, &alice, "/ws", &foreign), 403);
    }

    let server = serve(Config {
        cross_origin_check: false,
        ..config()
    });
    let alice = visitor(&server, "id=1");
    let evil = with("Origin: https://evil.example\r\n");
    assert_eq!(raw(&server, &alice, "/ws", &evil), 101);
}
