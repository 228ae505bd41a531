//! The limit of an address: behind proxies, and not for pages of other sites.

use super::throttling::{guess, retry_after, stopped, stranger};
use crate::demo;
use crate::wire::{Curl, Server, raw};

const BOB: &str = "username=bob&password=builder";

#[test]
fn an_address_has_one_limit_for_all_names_and_another_address_has_its_own() {
    let server = stopped();
    for name in 0..30 {
        assert_eq!(guess(&server, 2, &format!("name{name}")).status, 401);
    }
    retry_after(&guess(&server, 2, "another"));
    assert_eq!(guess(&server, 3, "another").status, 401);
}

#[test]
fn an_account_of_ones_own_opens_no_address_again() {
    let server = stopped();
    for name in 0..30 {
        assert_eq!(guess(&server, 2, &format!("name{name}")).status, 401);
        if name % 5 == 0 {
            assert_eq!(stranger(&server, 2).post("/login", BOB).status, 303);
        }
    }
    assert_eq!(guess(&server, 2, "another").status, 429);
    assert_eq!(stranger(&server, 2).post("/login", BOB).status, 429);
}

fn guess_for(curl: &mut Curl, header: &str, name: &str) -> u16 {
    let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{header}\r\n");
    let form = format!("username={name}&password=rabbit");
    curl.send("POST", "/login", &headers, &form).status
}

#[test]
fn an_address_in_a_header_does_not_count() {
    let server = stopped();
    for number in 0..31 {
        let header = format!("X-Forwarded-For: 198.51.100.{number}\r\nX-Real-IP: 192.0.2.{number}");
        let expected = if number < 30 { 401 } else { 429 };
        let name = format!("name{number}");
        let status = guess_for(&mut Curl::new(&server), &header, &name);
        assert_eq!(status, expected, "{number}");
    }
}

#[test]
fn behind_a_proxy_each_client_has_its_own_limit() {
    let proxies = ["127.0.0.1"];
    let server = Server::serve(demo::rocket(), |figment| {
        figment.merge(("login.trusted_proxies", proxies))
    });
    let mut curl = Curl::new(&server);
    for number in 0..31 {
        // The client's own text stands before the address from the proxy.
        let header = format!("X-Forwarded-For: 192.0.2.{number}, 198.51.100.1");
        let expected = if number < 30 { 401 } else { 429 };
        let status = guess_for(&mut curl, &header, &format!("name{number}"));
        assert_eq!(status, expected, "{number}");
    }
    let header = "X-Forwarded-For: 198.51.100.2";
    assert_eq!(guess_for(&mut curl, header, "another"), 401);
}

#[test]
fn another_sites_form_uses_nothing_up() {
    let server = stopped();
    for _ in 0..40 {
        let status = guess_for(&mut Curl::new(&server), "Origin: https://evil.com", "alice");
        assert_eq!(status, 403);
    }
    assert_eq!(guess(&server, 1, "alice").status, 401);
    let page = "POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.com\r\n\
                Connection: close\r\n\r\n";
    assert_eq!(raw(server.address, page.as_bytes()).status, 403);
}
