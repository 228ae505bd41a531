//! The example `htmx`, with htmx itself: a login where the page is more than what was loaded.

use std::sync::LazyLock;
use std::{env, fs};

use rocket::figment::Figment;
use serde_json::json;

use crate::visitor::{Visitor, soon};
use crate::wire::Server;

#[path = "../../examples/htmx/main.rs"]
mod example;

static HTMX: LazyLock<String> = LazyLock::new(|| {
    let file = env::var("ROCKET_LOGIN_HTMX")
        .expect("ROCKET_LOGIN_HTMX should name htmx.min.js: scripts/htmx says where it has put it");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
});

const CONTACTS: &str = "main > p > a[href='/contacts']";
const MORE: &str = "a[href^='/contacts?from=']";

fn server() -> Server {
    let figment = Figment::from(rocket::Config::debug_default());
    let site = example::rocket(figment, Some(HTMX.clone()));
    Server::serve(site, |figment| figment)
}

impl Visitor {
    #[track_caller]
    fn tries(&self, password: &str) {
        self.type_into("[name=name]", "alice");
        self.type_into("[name=password]", password);
        self.click("[action='/login'] button");
    }

    /// Has the list in front of them.
    #[track_caller]
    fn with_contacts(server: &Server) -> Self {
        let visitor = Self::of(server);
        visitor.go("/contacts");
        visitor.arrives_at("/login?next=%2Fcontacts");
        visitor.tries("wonderland");
        visitor.arrives_at("/contacts");
        visitor.has_rows(3);
        visitor
    }

    #[track_caller]
    fn has_rows(&self, count: usize) {
        let rows = "return document.querySelectorAll('li form').length";
        soon(json!(count), || self.script(rows));
    }

    /// Writes down in the page that it is this one.
    fn marks_the_page(&self) {
        self.script("window.mark = true");
    }

    #[track_caller]
    fn is_on_the_page_marked(&self, is: bool) {
        soon(json!(is), || self.script("return window.mark === true"));
    }

    /// Logs out in another tab, of which this page hears nothing.
    fn logs_out_elsewhere(&self) {
        let here = self.tab();
        self.new_tab();
        self.go("/");
        self.sees("Hello, alice");
        self.click("[action='/logout'] button");
        self.sees("Hello");
        self.go_to(&here);
    }
}

#[test]
fn the_list_grows_and_shrinks_in_the_page_that_is_there() {
    let server = server();
    let alice = Visitor::with_contacts(&server);
    let version = alice.script("return htmx.version");
    assert!(version.as_str().unwrap().starts_with("2."), "{version}");
    alice.go("/");
    alice.marks_the_page();
    alice.click(CONTACTS);
    alice.arrives_at("/contacts");
    for count in [3, 6, 7] {
        alice.has_rows(count);
        if count < 7 {
            alice.click(MORE);
        }
    }
    assert!(alice.text("main").starts_with("Contacts\nDinah"));
    alice.click("[action='/contacts/0/remove'] button");
    alice.has_rows(6);
    assert!(alice.text("main").starts_with("Contacts\nDuchess & Co."));
    assert_eq!(
        alice.script("return document.querySelectorAll('li').length"),
        6
    );
    alice.is_on_the_page_marked(true);
    alice.go("/contacts?from=0");
    assert!(!alice.text("main").contains("Dinah"));
}

#[test]
fn after_a_logout_elsewhere_the_next_click_leads_to_the_login_and_back() {
    let server = server();
    let alice = Visitor::with_contacts(&server);
    for click in [MORE, "[action='/contacts/0/remove'] button"] {
        alice.marks_the_page();
        alice.logs_out_elsewhere();
        alice.has_rows(3);
        alice.is_on_the_page_marked(true);
        alice.click(click);
        alice.arrives_at("/login?next=%2Fcontacts");
        alice.is_on_the_page_marked(false);
        alice.tries("wonderland");
        alice.arrives_at("/contacts");
        alice.has_rows(3);
        assert!(alice.text("main").contains("Dinah"));
    }
}

#[test]
fn a_wrong_password_is_told_in_the_page_and_a_logout_leaves_it() {
    let server = server();
    let alice = Visitor::of(&server);
    alice.go("/contacts");
    alice.arrives_at("/login?next=%2Fcontacts");
    alice.marks_the_page();
    alice.tries("rabbit");
    let told = "This name and this password do not belong together.";
    soon(told, || alice.text("[role=alert]"));
    alice.is_on_the_page_marked(true);
    alice.arrives_at("/login?next=%2Fcontacts");
    alice.tries("wonderland");
    alice.arrives_at("/contacts");
    alice.is_on_the_page_marked(false);

    alice.go("/");
    alice.marks_the_page();
    alice.click("[action='/logout'] button");
    alice.sees("Hello");
    alice.is_on_the_page_marked(false);
    alice.arrives_at("/");
    alice.go("/contacts");
    alice.arrives_at("/login?next=%2Fcontacts");
}

#[test]
fn a_step_back_shows_nothing_to_who_is_logged_out() {
    let server = server();
    let alice = Visitor::with_contacts(&server);
    alice.go("/");
    alice.click(CONTACTS);
    alice.arrives_at("/contacts");
    alice.has_rows(3);
    alice.script("history.back()");
    alice.sees("Hello, alice");
    alice.script("history.forward()");
    alice.has_rows(3);

    alice.logs_out_elsewhere();
    alice.script("history.back()");
    alice.sees("Hello");
    alice.arrives_at("/");
    alice.script("history.forward()");
    alice.arrives_at("/login?next=%2Fcontacts");
}
