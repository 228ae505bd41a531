//! The handshakes that may open a socket.

use std::io::{Read, Write};
use std::net::TcpStream;

use rocket::{get, routes};
use rocket_login::{LegacyTokens, ws, ws_login_required};

use super::{Socket, origin, serve, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, config};
use crate::legacy;
use crate::wire::{Curl, Server};

/// The status that a handshake with these header lines gets.
pub(super) fn raw(server: &Server, who: &Curl, path: &str, lines: &str) -> u16 {
    let cookies = who.cookie_header();
    let agent = who.agent;
    let request =
        format!("GET {path} HTTP/1.1\r\nUser-Agent: {agent}\r\nCookie: {cookies}\r\n{lines}\r\n");
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
}

pub(crate) const HANDSHAKE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[rocket::async_test]
async fn a_known_user_on_an_own_page_is_let_in_with_one_load() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    alice.get("/loads", "");
    let mut socket = Socket::open(&server, &alice, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    socket.assert_open().await;
    assert_eq!(alice.get("/loads", "").body, "1");
}

#[rocket::async_test]
async fn strangers_are_refused_and_never_redirected() {
    let server = serve(config());
    let stranger = Curl::new(&server);
    let origin = origin(&server);
    for path in ["/ws", "/fresh-ws", "/user-ws"] {
        for headers in [
            &[("Origin", origin.as_str())][..],
            &[],
            &[("Origin", &origin), ("Accept", "text/html")],
            &[("Origin", &origin), ("Sec-Fetch-Mode", "navigate")],
            &[("Origin", &origin), ("HX-Request", "true")],
        ] {
            let refused = Socket::try_open(&server, &stranger, path, headers).await;
            assert_eq!(refused.err(), Some(401), "{path} {headers:?}");
        }
    }
}

#[rocket::async_test]
async fn a_stale_login_opens_no_socket_for_fresh_ones() {
    let server = serve(config());
    let stale = visitor(&server, "id=1&fresh=false");
    let origin = origin(&server);
    let refused = Socket::try_open(&server, &stale, "/fresh-ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(401));
    let mut socket = Socket::open(&server, &stale, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    let fresh = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &fresh, "/fresh-ws").await;
    assert_eq!(socket.hear().await, "hello fresh alice");
}

#[rocket::async_test]
async fn a_session_of_another_application_opens_none() {
    let server = serve(legacy::legacy(LegacyTokens::Replace));
    let origin = origin(&server);
    let mut alice = Curl::new(&server);
    alice.set_cookie(legacy::FLASK, &legacy::flask(r#"{"_user_id":"1"}"#, 0));
    assert_eq!(alice.get("/", "").body, "hello alice");
    let refused = Socket::try_open(&server, &alice, "/ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(401));

    // A remember token does, since it begins a session of ours, but not beside it.
    alice.set_cookie("remember_token", &legacy::token("1"));
    let refused = Socket::try_open(&server, &alice, "/ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(401));
    alice.set_cookie(legacy::FLASK, "");
    let mut socket = Socket::open(&server, &alice, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
}

#[test]
fn a_request_that_is_no_handshake_is_left_to_other_routes() {
    let server = serve(config());
    let origin = format!(
        "Host: {}\r\nOrigin: {}\r\n",
        server.address,
        origin(&server)
    );
    for who in [visitor(&server, "id=1"), Curl::new(&server)] {
        for broken in [
            "",
            "Upgrade: websocket\r\n",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        ] {
            let lines = format!("{origin}{broken}");
            assert_eq!(raw(&server, &who, "/ws", &lines), 400, "{broken:?}");
        }
    }
}

#[rocket::async_test]
async fn a_failing_loader_is_no_stranger() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    alice.post("/database/1/fail", "");
    let origin = origin(&server);
    let refused = Socket::try_open(&server, &alice, "/ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(503));
}

#[rocket::async_test]
async fn a_user_who_is_not_active_is_refused() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    alice.post("/database/1/deactivate", "");
    let origin = origin(&server);
    let refused = Socket::try_open(&server, &alice, "/ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(401));
}

#[rocket::async_test]
async fn a_handshake_that_restores_a_session_brings_its_cookie() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1&remember=true");
    alice.restart();
    assert_eq!(alice.cookie("session"), None);
    let origin = origin(&server);
    let opened = Socket::try_open(&server, &alice, "/ws", &[("Origin", &origin)]).await;
    let (mut socket, response) = opened.unwrap();
    assert_eq!(socket.hear().await, "hello alice");
    let cookies: Vec<_> = response.headers().get_all("Set-Cookie").iter().collect();
    let names = cookies.iter().map(|cookie| cookie.to_str().unwrap());
    let names: Vec<_> = names.map(|cookie| cookie.split('=').next()).collect();
    let rotated = app::tokens_rotate().then_some("remember_token");
    let expected = [Some("session"), rotated];
    assert_eq!(names, expected[..1 + usize::from(rotated.is_some())]);

    // A client that did not keep it logs out with the token alone.
    alice.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[get("/prices")]
fn prices(ws: ws::WebSocket) -> ws::Stream!['static] {
    ws::Stream! { ws =>
        for await message in ws {
            yield message?;
        }
    }
}

#[get("/prices", rank = 2)]
fn prices_page() -> &'static str {
    "a page about prices"
}

#[test]
fn a_wrapper_guards_the_handshakes_of_a_group() {
    let group = ws_login_required::<Account>(routes![prices]);
    let rocket = app::rocket(config()).mount("/", group);
    let rocket = rocket.mount("/", routes![prices_page]);
    let server = serve_rocket(rocket.mount("/", socket_routes()));
    let mut alice = visitor(&server, "id=1");
    let lines = |origin: &str| format!("Host: app.example\r\nOrigin: {origin}\r\n{HANDSHAKE}");
    let own = lines("http://app.example");
    assert_eq!(raw(&server, &alice, "/prices", &own), 101);
    let foreign = lines("http://evil.example");
    assert_eq!(raw(&server, &alice, "/prices", &foreign), 403);
    assert_eq!(raw(&server, &Curl::new(&server), "/prices", &own), 401);
    assert_eq!(alice.get("/prices", "").body, "a page about prices");
}
