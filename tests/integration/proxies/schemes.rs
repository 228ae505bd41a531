//! `X-Forwarded-Proto`.

use std::io::{Read, Write};

use super::{FORM, PROXY, odd_values, proxy, serve};
use crate::sockets::handshake::HANDSHAKE;
use crate::wire::{Curl, Server, connect};

/// Which pages may log in where the proxy sends these lines: of `https`, of `http`.
fn own_pages(who: &Curl, server: &Server, lines: &str) -> (bool, bool) {
    let [https, http] = ["https", "http"].map(|scheme| {
        let lines = format!("Origin: {scheme}://{}\r\n{lines}{FORM}", server.address);
        let reply = who.clone().send("POST", "/login", &lines, "id=1");
        assert!([303, 403].contains(&reply.status), "{lines}: {reply:?}");
        reply.status == 303
    });
    (https, http)
}

fn line(value: &str) -> String {
    format!("X-Forwarded-Proto: {value}\r\n")
}

#[test]
fn a_scheme_counts_if_all_members_mean_it() {
    let server = serve();
    let proxy = proxy(&server);
    for value in ["https", "HTTPS", "wss", "Wss", "https,https", "https, wss"] {
        let found = own_pages(&proxy, &server, &line(value));
        assert_eq!(found, (true, false), "{value}");
    }
    for value in ["http", "ws", "WS", "http,ws"] {
        let found = own_pages(&proxy, &server, &line(value));
        assert_eq!(found, (false, true), "{value}");
    }
    let twice = line("https") + &line("wss").to_uppercase();
    assert_eq!(own_pages(&proxy, &server, &twice), (true, false));
}

/// Without the header `cookie_secure` decides, which is off here.
#[test]
fn an_unknown_scheme_is_an_absent_one() {
    let server = serve();
    let proxy = proxy(&server);
    let absent = own_pages(&proxy, &server, "");
    assert_eq!(absent, (false, true));
    let mixed = ["https,http", "wss,", ",https", "https://", "gopher, https"];
    for value in mixed.map(String::from).into_iter().chain(odd_values()) {
        assert_eq!(own_pages(&proxy, &server, &line(&value)), absent, "{value}");
        let twice = line("https") + &line(&value);
        assert_eq!(own_pages(&proxy, &server, &twice), absent, "{value}");
    }
}

#[test]
fn another_peer_names_no_scheme() {
    let server = serve();
    let stranger = Curl::new(&server);
    for value in ["https", "wss", "HTTPS", "https,https"].map(String::from) {
        let found = own_pages(&stranger, &server, &line(&value));
        assert_eq!(found, (false, true), "{value}");
    }
    for value in odd_values() {
        let found = own_pages(&stranger, &server, &line(&value));
        assert_eq!(found, (false, true), "{value}");
    }
}

/// The headers of Traefik for a handshake.
fn traefik(host: &str) -> String {
    format!(
        "Host: {host}\r\nX-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Host: {host}\r\n\
         X-Forwarded-Port: 443\r\nX-Forwarded-Proto: wss\r\nX-Forwarded-Server: 5f1c\r\n\
         X-Real-Ip: 198.51.100.7\r\nOrigin: https://{host}\r\n{HANDSHAKE}"
    )
}

#[test]
fn the_socket_of_the_demo_opens_behind_traefik() {
    let server =
        Server::start(|figment| figment.merge(("login.trusted_proxies", [PROXY.to_string()])));
    let mut alice = proxy(&server);
    let headers = format!("{}X-Forwarded-For: 198.51.100.7\r\n{FORM}", line("https"));
    let form = "username=alice&password=wonderland";
    assert_eq!(alice.send("POST", "/login", &headers, form).status, 303);
    let open = |from| {
        let mut stream = connect(from, server.address);
        let (cookies, agent) = (alice.cookie_header(), alice.agent);
        let lines = traefik("app.example");
        let head = format!("GET /ws HTTP/1.1\r\nUser-Agent: {agent}\r\nCookie: {cookies}\r\n");
        stream
            .write_all(format!("{head}{lines}\r\n").as_bytes())
            .unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        String::from_utf8_lossy(&start[9..]).into_owned()
    };
    assert_eq!(open(PROXY), "101");
    assert_eq!(open(Curl::new(&server).from), "403");
}
