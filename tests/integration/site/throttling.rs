//! How often a password may be tried, and the answer to one attempt more.

use std::net::Ipv4Addr;

use rocket::time::Duration;

use super::{ALICE, logged_in, server};
use crate::wire::{Curl, Reply, Server, raw};

/// The demo where time stands still until it is moved.
pub(super) fn stopped() -> Server {
    let server = server();
    server.advance(Duration::ZERO);
    server
}

/// An unknown browser at the last number of an address.
pub(super) fn stranger(server: &Server, at: u8) -> Curl {
    let mut curl = Curl::new(server);
    curl.from = Ipv4Addr::new(127, 0, 0, at).into();
    curl
}

/// A wrong password from an unknown browser.
pub(super) fn guess(server: &Server, at: u8, name: &str) -> Reply {
    let form = format!("username={name}&password=rabbit&next=%2Faccount");
    stranger(server, at).post("/login", &form)
}

/// Tries alice's password from many addresses until the limit of the name is reached.
pub(super) fn saturate(server: &Server) {
    for at in 100..120 {
        let expected = if at < 110 { 401 } else { 429 };
        assert_eq!(guess(server, at, "alice").status, expected, "{at}");
    }
}

/// In seconds; at most the window of the limits.
pub(super) fn retry_after(reply: &Reply) -> i64 {
    assert_eq!(reply.status, 429, "{reply:?}");
    let seconds = reply.headers("retry-after").next().unwrap();
    let seconds = seconds.parse().unwrap();
    assert!((1..=900).contains(&seconds), "{seconds}");
    seconds
}

/// A page without the time to wait, which depends on the name.
fn without_time(page: &str) -> String {
    let (before, after) = page.split_once("Wait ").unwrap();
    format!("{before}{}", after.split_once(',').unwrap().1)
}

#[test]
fn after_ten_wrong_passwords_the_right_one_is_not_tried_either() {
    let server = stopped();
    saturate(&server);
    let form = format!("{ALICE}&next=%2Faccount");
    let reply = stranger(&server, 2).post("/login", &form);
    assert_eq!(reply.location(), None);
    assert!(reply.cookies().is_empty(), "{reply:?}");
    retry_after(&reply);
}

#[test]
fn people_get_the_form_again_with_the_time_to_wait() {
    let server = stopped();
    saturate(&server);
    let page = guess(&server, 2, "alice").body;
    for shown in [
        "<title>Error: Log in",
        "role=\"alert\">Too many attempts. Wait ",
        ", then try again.",
        "aria-describedby=\"error\"",
        "name=\"username\" value=\"alice\"",
        "name=\"next\" value=\"/account\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("do not match"), "{page}");
}

#[test]
fn programs_get_a_line() {
    let server = stopped();
    saturate(&server);
    let ask = |accept: &str| {
        let headers =
            format!("Content-Type: application/x-www-form-urlencoded\r\nAccept: {accept}\r\n");
        // By hand: the client accepts everything.
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: {0}\r\n{headers}Content-Length: {1}\r\n\
             Connection: close\r\n\r\n{ALICE}",
            server.address,
            ALICE.len()
        );
        raw(server.address, request.as_bytes())
    };
    let reply = ask("application/json");
    retry_after(&reply);
    assert!(
        reply.body.starts_with("Too many attempts: wait "),
        "{reply:?}"
    );
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for accept in [browser, "*/*"] {
        assert!(ask(accept).body.contains("<form"), "{accept}");
    }
}

#[test]
fn the_wait_that_was_told_opens_for_ten_more() {
    let server = stopped();
    saturate(&server);
    let wait = retry_after(&guess(&server, 2, "alice"));
    server.advance(Duration::seconds(wait - 1));
    let early = guess(&server, 2, "alice");
    assert_eq!(retry_after(&early), 1);
    assert!(early.body.contains("Wait 1 second,"), "{early:?}");
    server.advance(Duration::seconds(1));
    assert_eq!(stranger(&server, 2).post("/login", ALICE).status, 303);
    saturate(&server);
}

#[test]
fn names_of_no_account_are_limited_alike() {
    let server = stopped();
    let told = |name: &str, at: u8| {
        let replies = (0..12).map(|nth| {
            let reply = guess(&server, at, name);
            let page = reply.body_for_anybody(name);
            let page = if nth < 10 { page } else { without_time(&page) };
            (reply.status, page)
        });
        replies.collect::<Vec<_>>()
    };
    let known = told("alice", 2);
    assert_eq!((known[9].0, known[10].0), (401, 429));
    assert_eq!(told("nobody", 3), known);
}

#[test]
fn spellings_of_a_name_count_together() {
    let server = stopped();
    for name in ["ALICE", "Alice", "+alice", "alice+", "%09aLiCe"] {
        for at in [2, 3] {
            assert_eq!(guess(&server, at, name).status, 401, "{name}");
        }
    }
    assert_eq!(guess(&server, 4, "alice").status, 429);
}

#[test]
fn of_guesses_at_once_no_more_are_tried_than_one_after_the_other() {
    let server = stopped();
    let guesses = || (0..40).map(|at| (at, &server));
    let replies = std::thread::scope(|scope| {
        let threads =
            guesses().map(|(at, server)| scope.spawn(move || guess(server, at + 10, "alice")));
        let threads: Vec<_> = threads.collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap());
        joined.map(|reply| reply.status).collect::<Vec<_>>()
    });
    let count = |status| replies.iter().filter(|found| **found == status).count();
    assert_eq!((count(401), count(429)), (10, 30), "{replies:?}");
}

#[test]
fn logins_use_nothing_up() {
    let server = stopped();
    for _ in 0..12 {
        logged_in(&server, ALICE);
    }
    saturate(&server);
}

#[test]
fn each_form_with_a_password_has_the_same_limit() {
    let server = stopped();
    let mut curl = logged_in(&server, ALICE);
    for _ in 0..10 {
        assert_eq!(curl.post("/reauthenticate", "password=rabbit").status, 401);
    }
    let right = curl.post("/reauthenticate", "password=wonderland&next=%2Fsettings");
    let wait = retry_after(&right);
    let shown = "value=\"/settings\"";
    assert!(right.body.contains("Confirm it is you") && right.body.contains(shown));
    let changed = curl.post("/password", "new_password=looking-glass");
    retry_after(&changed);
    assert!(changed.body.contains("role=\"alert\">Too many attempts."));
    retry_after(&curl.post("/login", ALICE));

    server.advance(Duration::seconds(wait));
    let confirmed = curl.post("/reauthenticate", "password=wonderland&next=%2Fsettings");
    assert_eq!(confirmed.location(), Some("/settings"));
    let changed = curl.post("/password", "new_password=looking-glass");
    assert_eq!(changed.status, 303);
    let confirmed = curl.post("/reauthenticate", "password=looking-glass");
    assert_eq!(confirmed.status, 303);
}

#[test]
fn a_known_browser_logs_in_while_its_name_and_address_are_out_of_attempts() {
    let server = stopped();
    let mut alice = logged_in(&server, ALICE);
    alice.post("/logout", "");
    saturate(&server);
    for name in 0..30 {
        assert_eq!(guess(&server, 1, &format!("name{name}")).status, 401);
    }
    retry_after(&guess(&server, 1, "another"));
    retry_after(&stranger(&server, 1).post("/login", ALICE));
    assert_eq!(alice.post("/login", ALICE).status, 303);
}

#[test]
fn a_new_password_makes_other_browsers_unknown() {
    let server = stopped();
    let mut here = logged_in(&server, ALICE);
    let mut there = logged_in(&server, ALICE);
    here.post("/password", "new_password=looking-glass");
    here.post("/logout", "");
    saturate(&server);
    let form = "username=alice&password=looking-glass";
    retry_after(&there.post("/login", form));
    assert_eq!(here.post("/login", form).status, 303);
}
