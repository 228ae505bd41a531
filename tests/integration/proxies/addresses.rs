//! `X-Forwarded-For`.

use rocket::{get, routes};
use rocket_login::Auth;

use super::{odd_values, proxy, serve_with};
use crate::app::Account;
use crate::wire::{Curl, raw_from};

#[get("/address")]
fn address(auth: Auth<'_, Account>) -> String {
    format!("{:?}", auth.client_address().unwrap())
}

fn seen(who: &Curl, lines: &str) -> String {
    who.clone().get("/address", lines).body
}

#[test]
fn a_value_that_is_no_address_ends_the_reading() {
    let server = serve_with(routes![address]);
    let (proxy, stranger) = (proxy(&server), Curl::new(&server));
    let line = |value: &str| format!("X-FORWARDED-FOR: {value}\r\n");
    let good = line("203.0.113.9");
    assert_eq!(seen(&proxy, &good), "203.0.113.9");
    assert_eq!(seen(&proxy, &(line("198.51.100.1") + &good)), "203.0.113.9");
    for odd in odd_values() {
        assert_eq!(seen(&proxy, &line(&odd)), "127.0.0.2", "{odd}");
        assert_eq!(seen(&proxy, &(good.clone() + &line(&odd))), "127.0.0.2");
        assert_eq!(seen(&proxy, &(line(&odd) + &good)), "203.0.113.9", "{odd}");
        let listed = line(&format!("{odd}, 203.0.113.9"));
        assert_eq!(seen(&proxy, &listed), "203.0.113.9", "{odd}");
        for lines in [line(&odd), good.clone() + &line(&odd), listed] {
            assert_eq!(seen(&stranger, &lines), "127.0.0.1", "{lines}");
        }
    }
}

/// Rocket drops a header with bytes that are no text.
#[test]
fn bytes_that_are_no_text_name_neither_an_address_nor_a_scheme() {
    let server = serve_with(routes![address]);
    let proxy = proxy(&server);
    let ask = |head: &str, header: &str, body: &str| {
        let mut request = format!("{head} HTTP/1.1\r\nHost: {}\r\n", server.address).into_bytes();
        request.extend_from_slice(format!("{header}: 203.0.113.9").as_bytes());
        request.extend_from_slice(b"\xff, https\r\n");
        request.extend_from_slice(format!("Connection: close\r\n{body}").as_bytes());
        raw_from(proxy.from, server.address, &request)
    };
    assert_eq!(
        ask("GET /address", "X-Forwarded-For", "\r\n").body,
        "127.0.0.2"
    );
    for (scheme, status) in [("http", 303), ("https", 403)] {
        let form = format!(
            "Origin: {scheme}://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: 4\r\n\r\nid=1",
            server.address
        );
        let reply = ask("POST /login", "X-Forwarded-Proto", &form);
        assert_eq!(reply.status, status, "{scheme}");
    }
}
