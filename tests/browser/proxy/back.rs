//! The buttons Back and Forward. Chromium keeps pages in memory when it leaves them, and shows
//! them again without a request.

use rocket::get;
use rocket::response::{Flash, Redirect};
use serde_json::json;

use super::*;
use crate::visitor::soon;

const LOGIN: &str = "/login?next=%2Faccount";
const SURVIVAL: &str = include_str!("../../../docs/what-survives-what.md");

/// Greets users after the login, with a message of the application's own.
#[get("/welcome")]
pub(super) fn welcome() -> Flash<Redirect> {
    Flash::success(Redirect::to("/account"), "Welcome!")
}

/// Arrives at the account's page by way of a form for a password, and of `next`.
#[track_caller]
fn prove(visitor: &Visitor, form: &str, next: &str, who: Option<(&str, bool)>, password: &str) {
    visitor.go(&format!("{form}?next={next}"));
    if let Some((name, is_remembered)) = who {
        visitor.type_into("#username", name);
        if is_remembered {
            visitor.click("#remember");
        }
    }
    visitor.type_into("#password", password);
    visitor.click(".card button");
    visitor.arrives_at("/account");
}

/// Logs alice in, to be remembered.
#[track_caller]
fn log_in(alice: &Visitor) {
    let who = Some(("alice", true));
    prove(alice, "/login", "/account", who, "wonderland");
}

#[track_caller]
fn go_home(visitor: &Visitor) {
    visitor.click("a.brand");
    visitor.arrives_at("/");
}

/// Goes home from the account's page and back, without a request: Chromium has kept it.
#[track_caller]
fn is_kept(visitor: &Visitor) {
    visitor.script("window.mark = true");
    go_home(visitor);
    visitor.goes("back");
    visitor.arrives_at("/account");
    let mark = "return window.mark === true";
    soon(json!(true), || visitor.script(mark));
}

#[test]
fn back_after_a_logout_leads_to_the_login_page() {
    let site = Site::start();
    let alice = site.visitor(&[HOST]);
    for (is_remembered, next) in [(false, "/account"), (true, "/account"), (true, "/welcome")] {
        for is_confirmed in [false, true] {
            let who = Some(("alice", is_remembered));
            prove(&alice, "/login", next, who, "wonderland");
            if is_confirmed {
                prove(&alice, "/reauthenticate", next, None, "wonderland");
            }
            is_kept(&alice);
            alice.log_out();
            alice.goes("back");
            alice.arrives_at(LOGIN);
        }
    }
}

#[test]
fn a_logout_in_another_tab_counts_for_back_as_well() {
    let site = Site::start();
    let alice = site.visitor(&[HOST]);
    log_in(&alice);
    go_home(&alice);
    let left = alice.tab();
    alice.new_tab();
    alice.go("/account");
    alice.log_out();
    alice.go_to(&left);
    alice.goes("back");
    alice.arrives_at(LOGIN);
}

#[test]
fn back_and_forward_never_show_another_users_page() {
    let site = Site::start();
    let visitor = site.visitor(&[HOST]);
    // Before the first page is an empty one.
    let heading = || visitor.script("return document.querySelector('h1')?.textContent ?? ''");
    let users = [("alice", "wonderland"), ("bob", "builder")];
    for (name, password) in users.repeat(3) {
        prove(&visitor, "/login", "/account", Some((name, true)), password);
        go_home(&visitor);
        for way in ["back", "back", "back", "forward", "forward", "forward"] {
            visitor.goes(way);
            match heading().as_str().unwrap() {
                "Your account" => assert!(visitor.text("dl").contains(name)),
                "" | "Log in" | "Hello, stranger!" => {}
                greeting => assert_eq!(greeting, format!("Hello, {name}!")),
            }
        }
        visitor.log_out();
        for way in ["back", "back", "forward", "forward"] {
            visitor.goes(way);
            let heading = heading();
            assert!(
                heading == "Log in" || heading == "Hello, stranger!",
                "{heading}"
            );
        }
    }
}

/// Ends all sessions of alice but that of another browser.
#[track_caller]
fn end_others(site: &Site) {
    let post = ["--request", "POST"];
    let ended = site.alice().ask("/sessions/end-others", &post);
    assert_eq!(ended.status, 303);
}

#[test]
fn back_shows_no_page_once_this_browser_has_heard_of_a_revocation_elsewhere() {
    let site = Site::start();
    let alice = site.visitor(&[HOST]);
    for page in ["/", "/sessions"] {
        log_in(&alice);
        is_kept(&alice);
        end_others(&site);
        alice.go(page);
        alice.goes("back");
        alice.arrives_at(LOGIN);
    }
}

/// A session that another browser has ended: this one hears of it when it asks.
#[test]
fn a_page_that_asks_is_not_shown_after_a_revocation_elsewhere() {
    let site = Site::start();
    let alice = site.visitor(&[HOST]);
    let asks = SURVIVAL.split("```js\n").nth(1).unwrap();
    let asks = asks.split("```").next().unwrap();
    for (script, shown) in [("", "/account"), (asks, LOGIN)] {
        log_in(&alice);
        alice.script(script);
        go_home(&alice);
        end_others(&site);
        alice.goes("back");
        alice.arrives_at(shown);
    }
}
