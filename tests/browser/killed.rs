//! A browser that is killed before it has written its cookies to disk, and one that opens its
//! tabs again.

use rocket::fairing::AdHoc;
use rocket::time::Duration;
use rocket_login::testing;

use crate::demo;
use crate::visitor::Visitor;
use crate::wire::{Curl, Server};

const UNGUARDED: &str = "/static/site.css";

/// A site whose clock a request can set forward.
fn server() -> Server {
    let clock = AdHoc::on_request("Clock", |request, _| {
        Box::pin(async move {
            if let Some(seconds) = request.headers().get_one("Test-Advance") {
                let by = Duration::seconds(seconds.parse().unwrap());
                testing::advance(request.rocket(), by);
            }
        })
    });
    Server::serve(demo::rocket().attach(clock), |figment| figment)
}

fn advance(server: &Server, seconds: u32) {
    let header = format!("Test-Advance: {seconds}\r\n");
    assert_eq!(Curl::new(server).get(UNGUARDED, &header).status, 200);
}

#[track_caller]
fn token(alice: &Visitor) -> String {
    alice.go(UNGUARDED);
    alice.cookie("remember_token")
}

#[test]
fn a_browser_that_is_killed_after_coming_back_is_logged_in_at_its_next_start() {
    let server = server();
    let mut alice = Visitor::of(&server);
    alice.go("/account");
    alice.type_into("#username", "alice");
    alice.type_into("#password", "wonderland");
    alice.click("#remember");
    alice.click(".card button");
    alice.arrives_at("/account");
    alice.restart();
    let (mut written, mut losses, mut rounds) = (token(&alice), 0, 0);
    while losses < 3 {
        advance(&server, 40);
        alice.go("/account");
        alice.arrives_at("/account");
        let came_back_with = token(&alice);
        assert_ne!(came_back_with, written);
        advance(&server, 4);
        alice.kill_and_restart();
        let kept = token(&alice);
        if kept == written {
            // It has lost the token that it came back with.
            losses += 1;
        } else {
            // Chromium was faster than the kill: it has lost nothing this time.
            assert_eq!(kept, came_back_with);
            (written, losses) = (kept, 0);
        }
        rounds += 1;
        assert!(rounds < 20, "no three losses in a row");
    }
    advance(&server, 40);
    alice.go("/account");
    alice.arrives_at("/account");
    alice.restart();
    assert_ne!(token(&alice), written);
    advance(&server, 86_400);
    alice.go("/account");
    alice.arrives_at("/account");
}

#[test]
fn a_session_survives_a_browser_that_opens_its_tabs_again() {
    let server = server();
    let mut alice = Visitor::of(&server);
    alice.log_in("/account", "alice", "wonderland");
    alice.restart_with_tabs();
    alice.go("/account");
    alice.arrives_at("/account");
    advance(&server, 3 * 60 * 60);
    alice.go("/account");
    alice.arrives_at("/login?next=%2Faccount");
}
