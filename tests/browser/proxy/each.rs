//! The features that work behind every proxy.

use super::programs::{APACHE, CADDY, HAPROXY, NGINX};
use super::*;
use socket::Socket;

/// A page whose query has characters that no URI should have.
const PAGE: &str = "/account?q=a|b^%&r=`";

#[track_caller]
fn works(program: &Program) {
    let site = Site::behind(program, &[], 60, |figment| figment);
    let alice = site.client(HERE);
    let plain = alice.try_url("http://app.example/account?tab=1", &[]);
    let plain = plain.unwrap();
    assert!([301, 308].contains(&plain.status), "{plain:?}");
    let secure = plain
        .location()
        .unwrap()
        .replace(&format!(":{}", site.proxy.https), "");
    assert_eq!(secure, "https://app.example/account?tab=1");

    let challenged = alice.ask(PAGE, &[]);
    let login = challenged
        .location()
        .unwrap_or_else(|| panic!("{challenged:?}"));
    assert_eq!(
        login,
        "/login?next=%2Faccount%3Fq%3Da%257Cb%255E%2525%26r%3D%2560"
    );
    let own = format!("Origin: {ORIGIN}");
    let form = [
        &ALICE[..],
        &["--data", "next=/account?q=a%257Cb", "--header", &own],
    ]
    .concat();
    let done = alice.ask("/login", &form);
    assert_eq!(
        (done.status, done.location()),
        (303, Some("/account?q=a%7Cb"))
    );
    assert_eq!(done.headers("strict-transport-security").count(), 1);
    assert_eq!(alice.ask(PAGE, &[]).status, 200);

    let spoofed = SPOOFED.map(|claim| ["--header", claim]).concat();
    let sessions = alice.ask("/sessions", &spoofed).body;
    assert!(sessions.contains("127.0.0.2"), "{sessions}");
    assert_eq!(
        site.client(ELSEWHERE).ask("/client_ip", &spoofed).body,
        "127.0.0.3"
    );
    let thief = alice.copied_to(ELSEWHERE);

    let mut socket = Socket::open(&site.proxy, &alice, ORIGIN).ok().unwrap();
    assert_eq!(socket.hear(), "hello alice");
    socket.say("curiouser");
    assert_eq!(socket.hear(), "curiouser");
    for foreign in ["https://evil.example", "http://app.example"] {
        let refused = Socket::open(&site.proxy, &alice, foreign).err();
        assert_eq!(refused, Some(403), "{foreign}");
    }
    let foreign = [
        "--request",
        "POST",
        "--header",
        "Origin: http://app.example",
    ];
    let refused = alice.ask("/logout", &[&foreign[..], &spoofed].concat());
    assert_eq!(refused.status, 403, "{refused:?}");
    let left = alice.ask("/logout", &["--request", "POST", "--header", &own]);
    assert_eq!((left.status, left.location()), (303, Some("/")));
    assert_eq!(socket.closed(), (1008, "logged out".into()));
    assert_eq!(thief.ask("/account", &spoofed).status, 303);
}

#[test]
fn a_login_works_behind_nginx() {
    works(&NGINX);
}

#[test]
fn a_login_works_behind_caddy() {
    works(&CADDY);
}

#[test]
fn a_login_works_behind_haproxy() {
    works(&HAPROXY);
}

#[test]
fn a_login_works_behind_apache() {
    works(&APACHE);
}
