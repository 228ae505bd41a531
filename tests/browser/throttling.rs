//! An attacker guesses at the password, and two browsers: one is known, one is not.

use serde_json::json;

use crate::visitor::{Visitor, soon};
use crate::wire::{Curl, Server};

fn try_password(visitor: &Visitor, password: &str) {
    visitor.go("/login?next=%2Faccount");
    visitor.type_into("#username", "alice");
    visitor.type_into("#password", password);
    visitor.click(".card button");
}

#[test]
fn a_stranger_is_told_to_wait_and_a_known_browser_is_not() {
    let server = Server::start(|figment| figment);
    let known = Visitor::of(&server);
    known.log_in("/account", "alice", "wonderland");
    known.log_out();
    for _ in 0..10 {
        let guess = Curl::new(&server).post("/login", "username=alice&password=rabbit");
        assert_eq!(guess.status, 401);
    }

    let stranger = Visitor::of(&server);
    try_password(&stranger, "wonderland");
    soon("Log in", || stranger.text("h1"));
    let told = "return document.querySelector('[role=alert]')?.textContent.startsWith(
        'Too many attempts. Wait ')";
    soon(json!(true), || stranger.script(told));
    let kept = "return [username.value, password.value, document.activeElement.id,
        document.querySelector('[name=next]').value, document.title.startsWith('Error: ')]";
    let expected = json!(["alice", "", "password", "/account", true]);
    assert_eq!(stranger.script(kept), expected);

    try_password(&known, "wonderland");
    known.arrives_at("/account");
}
