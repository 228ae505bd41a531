//! A browser that is killed before it has written its cookies to disk, and one that opens its
//! tabs again.

use rocket::time::Duration;

use crate::visitor::Visitor;
use crate::wire::Server;

const UNGUARDED: &str = "/static/site.css";

#[track_caller]
fn token(alice: &Visitor) -> String {
    alice.go(UNGUARDED);
    alice.cookie("remember_token")
}

#[test]
fn a_browser_that_is_killed_after_coming_back_is_logged_in_at_its_next_start() {
    let server = Server::start(|figment| figment);
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
        server.advance(Duration::seconds(40));
        alice.go("/account");
        alice.arrives_at("/account");
        let came_back_with = token(&alice);
        assert_ne!(came_back_with, written);
        server.advance(Duration::seconds(4));
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
    server.advance(Duration::seconds(40));
    alice.go("/account");
    alice.arrives_at("/account");
    alice.restart();
    assert_ne!(token(&alice), written);
    server.advance(Duration::days(1));
    alice.go("/account");
    alice.arrives_at("/account");
}

#[test]
fn a_session_survives_a_browser_that_opens_its_tabs_again() {
    let server = Server::start(|figment| figment);
    let mut alice = Visitor::of(&server);
    alice.log_in("/account", "alice", "wonderland");
    alice.restart_with_tabs();
    alice.go("/account");
    alice.arrives_at("/account");
    server.advance(Duration::hours(3));
    alice.go("/account");
    alice.arrives_at("/login?next=%2Faccount");
}
