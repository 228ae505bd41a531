//! How often a password may be tried, and what those are told who have tried it too often.

use std::net::Ipv4Addr;
use std::time::Duration;

use governor::clock::FakeRelativeClock;
use rocket::http::{ContentType, Header, Status};

use super::{ALICE, logged_in};
use crate::demo::alarm::Alarm;
use crate::demo::clock::Clock;
use crate::wire::{Curl, Reply, Server, raw};
use crate::{app, demo};

const BOB: &str = "username=bob&password=builder";

/// The demo where time stands still until it is moved.
pub(super) fn stopped() -> (Server, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    let rocket = demo::rocket_by(Clock::of(clock.clone()));
    (Server::serve(rocket, |figment| figment), clock)
}

/// A browser that nobody knows, at the last number of an address.
pub(super) fn stranger(server: &Server, at: u8) -> Curl {
    let mut curl = Curl::new(server);
    curl.from = Ipv4Addr::new(127, 0, 0, at).into();
    curl
}

/// A wrong password, from a browser that nobody knows.
pub(super) fn guess(server: &Server, at: u8, name: &str) -> Reply {
    let form = format!("username={name}&password=rabbit&next=%2Faccount");
    stranger(server, at).post("/login", &form)
}

/// Tries alice's password from here and there until nobody may any more.
pub(super) fn saturate(server: &Server) {
    for at in 100..120 {
        let expected = if at < 110 { 401 } else { 429 };
        assert_eq!(guess(server, at, "alice").status, expected, "{at}");
    }
}

pub(super) fn retry_after(reply: &Reply) -> Option<&str> {
    reply.headers("retry-after").next()
}

#[test]
fn after_ten_wrong_passwords_the_right_one_is_not_tried_either() {
    let (server, _clock) = stopped();
    saturate(&server);
    let form = format!("{ALICE}&next=%2Faccount");
    let reply = stranger(&server, 2).post("/login", &form);
    assert_eq!((reply.status, reply.location()), (429, None));
    assert!(reply.cookies().is_empty(), "{reply:?}");
    assert_eq!(retry_after(&reply), Some("60"));
}

#[test]
fn people_get_the_form_again_with_the_time_to_wait() {
    let (server, _clock) = stopped();
    saturate(&server);
    let page = guess(&server, 2, "alice").body;
    for shown in [
        "<title>Error: Log in",
        "role=\"alert\">Too many attempts. Wait 60 seconds, then try again.",
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
    let (server, _clock) = stopped();
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
    assert_eq!((reply.status, retry_after(&reply)), (429, Some("60")));
    assert_eq!(reply.body, "Too many attempts: wait 60 seconds.\n");
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for accept in [browser, "*/*"] {
        assert!(ask(accept).body.contains("<form"), "{accept}");
    }
}

#[test]
fn waiting_opens_for_one_more() {
    let (server, clock) = stopped();
    saturate(&server);
    clock.advance(Duration::from_millis(59_500));
    let early = guess(&server, 2, "alice");
    assert_eq!((early.status, retry_after(&early)), (429, Some("1")));
    assert!(early.body.contains("Wait 1 second,"), "{early:?}");
    clock.advance(Duration::from_millis(500));
    assert_eq!(guess(&server, 2, "alice").status, 401);
    assert_eq!(guess(&server, 2, "alice").status, 429);
    clock.advance(Duration::from_secs(60));
    assert_eq!(stranger(&server, 2).post("/login", ALICE).status, 303);
}

#[test]
fn names_that_nobody_has_are_limited_alike() {
    let (server, _clock) = stopped();
    let told = |name: &str, at: u8| {
        let replies = (0..12).map(|_| {
            let reply = guess(&server, at, name);
            let retry = retry_after(&reply).map(String::from);
            (reply.status, retry, reply.body_for_anybody(name))
        });
        replies.collect::<Vec<_>>()
    };
    let known = told("alice", 2);
    assert_eq!((known[9].0, known[10].0), (401, 429));
    assert_eq!(told("nobody", 3), known);
}

#[test]
fn spellings_of_a_name_count_together() {
    let (server, _clock) = stopped();
    for name in ["ALICE", "Alice", "+alice", "alice+", "%09aLiCe"] {
        for at in [2, 3] {
            assert_eq!(guess(&server, at, name).status, 401, "{name}");
        }
    }
    assert_eq!(guess(&server, 4, "alice").status, 429);
}

#[test]
fn of_guesses_at_once_no_more_are_tried_than_one_after_the_other() {
    let (server, _clock) = stopped();
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
    let (server, _clock) = stopped();
    for _ in 0..12 {
        logged_in(&server, ALICE);
    }
    saturate(&server);
}

#[test]
fn whatever_asks_for_a_password_has_the_same_limit() {
    let (server, clock) = stopped();
    let mut curl = logged_in(&server, ALICE);
    for _ in 0..10 {
        assert_eq!(curl.post("/reauthenticate", "password=rabbit").status, 401);
    }
    let right = curl.post("/reauthenticate", "password=wonderland&next=%2Fsettings");
    assert_eq!((right.status, retry_after(&right)), (429, Some("60")));
    let shown = "value=\"/settings\"";
    assert!(right.body.contains("Confirm it is you") && right.body.contains(shown));
    let changed = curl.post("/password", "new_password=looking-glass");
    assert_eq!((changed.status, retry_after(&changed)), (429, Some("60")));
    assert!(changed.body.contains("role=\"alert\">Too many attempts."));
    assert_eq!(curl.post("/login", ALICE).status, 429);

    clock.advance(Duration::from_secs(60));
    let confirmed = curl.post("/reauthenticate", "password=wonderland&next=%2Fsettings");
    assert_eq!(confirmed.location(), Some("/settings"));
    assert_eq!(
        curl.post("/password", "new_password=looking-glass").status,
        303
    );
    assert_eq!(
        curl.post("/reauthenticate", "password=looking-glass")
            .status,
        303
    );
}

#[test]
fn every_refused_login_is_reported() {
    let rocket = demo::rocket_by(Clock::of(FakeRelativeClock::default()));
    let figment = rocket.figment().clone().select("debug");
    let client = app::client_of(rocket.configure(figment.merge(("log_level", "off"))));
    let post = |path: &'static str, form: &str| {
        let request = client.post(path).header(ContentType::Form).body(form);
        request.dispatch().status()
    };
    for _ in 0..10 {
        assert_eq!(post("/login", "username=alice"), Status::Unauthorized);
    }
    assert_eq!(post("/login", ALICE), Status::TooManyRequests);
    assert_eq!(
        client.post("/login").dispatch().status(),
        Status::Unauthorized
    );
    assert_eq!(post("/login", BOB), Status::SeeOther);
    let foreign = client.post("/login").header(ContentType::Form).body(BOB);
    let foreign = foreign.header(Header::new("Origin", "https://evil.com"));
    assert_eq!(foreign.dispatch().status(), Status::Forbidden);
    let alarm: &Alarm = client.rocket().state().unwrap();
    assert_eq!(alarm.count(), 13);
}
