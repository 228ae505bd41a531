//! nginx that asks this application whether a request to another one may pass.

use super::*;
use crate::small;

/// The line after the part that the chapter adds.
const NEXT: &str = "    # Where sockets are opened";

/// As a browser says that it goes to a page.
const PERSON: [&str; 4] = ["-H", "Sec-Fetch-Mode: navigate", "-H", "Accept: text/html"];
const PROGRAM: [&str; 2] = ["-H", "Accept: application/json"];

/// The small site behind nginx, with the other application in it, and this edit.
fn start(edit: Edit<'_>) -> (Server, Proxy) {
    let (server, _) = small::start();
    let section = ONE_HOST.split("## A login for other applications\n").nth(1);
    let added = shown_in(section.unwrap(), "nginx");
    let edits = [
        (NEXT, &*format!("{added}{NEXT}")),
        ("http://127.0.0.1:9000", "http://app"),
        edit,
    ];
    let nginx = Proxy::before(&programs::NGINX, server.address.port(), &edits, 60);
    (server, nginx)
}

#[test]
fn a_stranger_is_led_to_the_login_and_a_user_may_pass() {
    let (_server, nginx) = start(("/login?next=", "/login?next="));
    let alice = Client::new(&nginx, HERE);
    for options in [&PERSON[..], &PROGRAM, &["--data", "a=b"]] {
        let reply = alice.ask("/other/page?a=1%20%7C", options);
        assert_eq!(reply.status, 303);
        let to = reply.location().unwrap();
        assert!(to.ends_with("/login?next=/other/page?a=1%20%7C"), "{to}");
    }
    // As the login page reads it.
    let login = alice.ask("/login", &["--data", "next=/other/page?a=1%20%7C"]);
    assert_eq!(
        (login.status, login.location()),
        (303, Some("/other/page?a=1%20%7C"))
    );
    for options in [&PERSON[..], &PROGRAM, &["--data", "a=b"]] {
        let reply = alice.ask("/other/page", options);
        assert_eq!((reply.status, &*reply.body), (200, "another application"));
    }
    assert_eq!(alice.ask("/auth", &PERSON).status, 404);
}

#[test]
fn the_401_comes_through_with_its_scheme() {
    let (_server, nginx) = start(("        error_page 401 = @login;\n", ""));
    let stranger = Client::new(&nginx, HERE);
    for options in [&PERSON[..], &PROGRAM] {
        let reply = stranger.ask("/other/page", options);
        let schemes: Vec<_> = reply.headers("www-authenticate").collect();
        let scheme = "RocketLogin error=\"login_required\"";
        assert_eq!((reply.status, schemes), (401, vec![scheme]));
    }
}
