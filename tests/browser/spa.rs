//! The example `spa`: its script in a browser, under the policy that the example sends.

use rocket::figment::Figment;
use serde_json::json;

use crate::visitor::{Visitor, soon};
use crate::wire::Server;

#[path = "../../examples/spa/main.rs"]
mod example;

const OVER: &str = "Your session is over. Please log in to go on.";

impl Visitor {
    #[track_caller]
    fn tries_in_the_page(&self, name: &str, password: &str) {
        self.script("document.getElementById('login').reset()");
        self.type_into("[name=name]", name);
        self.type_into("[name=password]", password);
        self.click("#login button");
    }

    /// Has the note of this user in front of them.
    #[track_caller]
    fn has_note(&self, name: &str, text: &str) {
        soon(name, || self.text("#name"));
        let note = || self.script("return document.querySelector('textarea').value");
        soon(json!(text), note);
    }

    #[track_caller]
    fn is_told(&self, message: &str) {
        soon(message, || self.text("#alert"));
    }

    fn sees_the_login(&self) -> bool {
        self.text("main").contains("Password")
    }
}

#[test]
fn a_page_outlives_its_session_and_no_user_sees_what_another_has_typed() {
    let site = example::rocket(Figment::from(rocket::Config::debug_default()));
    let server = Server::serve(site, |figment| figment);
    let alice = Visitor::of(&server);
    alice.go("/");
    soon(true, || alice.sees_the_login());
    alice.tries_in_the_page("alice", "looking-glass");
    alice.is_told("This name and this password do not belong together.");
    alice.tries_in_the_page("alice", "wonderland");
    alice.has_note("alice", "");
    alice.type_into("textarea", "tea");
    alice.click("#note button");
    alice.is_told("Saved.");

    // The session ends, and the page does not know.
    let end = "return fetch('/api/logout', { method: 'POST' }).then((it) => it.status)";
    assert_eq!(alice.script(end), 204);
    alice.type_into("textarea", " at six");
    alice.click("#note button");
    alice.is_told(OVER);
    assert!(alice.sees_the_login());
    alice.tries_in_the_page("alice", "wonderland");
    alice.has_note("alice", "tea at six");

    // The next user logs in on the page that she leaves.
    assert_eq!(alice.script(end), 204);
    alice.click("#note button");
    alice.is_told(OVER);
    let bob = alice;
    bob.tries_in_the_page("bob", "builder");
    bob.has_note("bob", "");
    bob.click("#logout");
    soon(true, || bob.sees_the_login());
    bob.tries_in_the_page("alice", "wonderland");
    bob.has_note("alice", "tea");
}
