//! The chat, and what closes it.

use crate::visitor::{Visitor, soon};
use crate::wire::Server;

const ALICE: (&str, &str) = ("alice", "wonderland");
const BOB: (&str, &str) = ("bob", "builder");

fn server() -> Server {
    Server::start(|figment| figment)
}

fn chatting(server: &Server, (name, password): (&str, &str)) -> Visitor {
    Visitor::chatting(server, name, password)
}

#[test]
fn a_logout_in_one_tab_closes_the_chat_in_the_other_within_a_second() {
    let server = server();
    let alice = chatting(&server, ALICE);
    alice.say("curiouser and <b>curiouser</b>");
    let lines = ["hello alice", "curiouser and <b>curiouser</b>"];
    soon(lines, || alice.lines());
    // By the clock that both tabs have: it does not matter how long it takes to look at them.
    alice.script(
        "new MutationObserver(() => localStorage.closed = Date.now())
            .observe(document.querySelector('#status'), { childList: true })",
    );
    let chat = alice.tab();

    alice.new_tab();
    alice.go("/account");
    alice.script(
        "document.querySelector('form[action=\"/logout\"]')
            .addEventListener('submit', () => localStorage.left = Date.now())",
    );
    alice.log_out();

    alice.go_to(&chat);
    soon("closed: 1008, logged out", || alice.status());
    let took = alice.script("return localStorage.closed - localStorage.left");
    // On a busy machine; by itself it is some milliseconds.
    assert!((0.0..5000.0).contains(&took.as_f64().unwrap()), "{took} ms");
    let disabled = "return [...document.forms.say.elements].every((control) => control.disabled)";
    assert_eq!(alice.script(disabled), true);
}

#[test]
fn two_people_hear_each_other_until_one_of_them_leaves() {
    let server = server();
    let alice = chatting(&server, ALICE);
    let bob = chatting(&server, BOB);
    alice.say("who are you?");
    soon(["hello bob", "who are you?"], || bob.lines());
    bob.say("bob");
    soon(["hello alice", "who are you?", "bob"], || alice.lines());

    let chat = alice.tab();
    alice.new_tab();
    alice.go("/");
    alice.log_out();
    alice.go_to(&chat);
    soon("closed: 1008, logged out", || alice.status());

    bob.say("alice?");
    soon(["hello bob", "who are you?", "bob", "alice?"], || {
        bob.lines()
    });
    assert_eq!(bob.status(), "connected");
    assert_eq!(alice.lines(), ["hello alice", "who are you?", "bob"]);
}

#[test]
fn a_new_password_closes_the_chat_in_the_other_browser_and_not_here() {
    let server = server();
    let here = chatting(&server, ALICE);
    let there = chatting(&server, ALICE);
    let chat = here.tab();
    here.new_tab();
    here.go("/settings");
    here.type_into("#new_password", "looking-glass");
    here.click(".card button");
    here.arrives_at("/account");

    let closed = "closed: 1008, the user's credentials have changed";
    soon(closed, || there.status());
    here.go_to(&chat);
    here.say("still here");
    soon(["hello alice", "still here"], || here.lines());
    assert_eq!(here.status(), "connected");
}

#[test]
fn a_chat_outlives_a_confirmation_and_still_ends_with_the_logout() {
    let server = server();
    let alice = chatting(&server, ALICE);
    let chat = alice.tab();
    let elsewhere = alice.new_tab();
    alice.go("/reauthenticate");
    alice.type_into("#password", "wonderland");
    alice.click(".card button");
    alice.arrives_at("/");

    alice.go_to(&chat);
    alice.say("it is still me");
    soon(["hello alice", "it is still me"], || alice.lines());
    assert_eq!(alice.status(), "connected");

    alice.go_to(&elsewhere);
    alice.log_out();
    alice.go_to(&chat);
    soon("closed: 1008, logged out", || alice.status());
}
