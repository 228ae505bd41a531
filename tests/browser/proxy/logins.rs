use serde_json::json;

use super::*;
use crate::visitor::soon;

#[test]
fn a_stranger_is_led_to_the_login_and_back() {
    let site = Site::start();
    let alice = site.client(HERE);
    let challenged = alice.ask("/account", &[]);
    assert_eq!(challenged.status, 303);
    assert_eq!(challenged.location(), Some("/login?next=%2Faccount"));

    let form = [&ALICE[..], &["--data", "next=/account"]].concat();
    let login = alice.ask("/login", &form);
    assert_eq!((login.status, login.location()), (303, Some("/account")));
    let page = alice.ask("/account", &[]);
    assert!(
        page.status == 200 && page.body.contains("alice"),
        "{page:?}"
    );

    let left = alice.ask("/logout", &["--request", "POST"]);
    assert_eq!((left.status, left.location()), (303, Some("/")));
    assert_eq!(alice.ask("/account", &[]).status, 303);
}

#[test]
fn both_cookies_are_for_this_host_on_tls_alone() {
    let site = Site::start();
    let alice = site.client(HERE);
    let form = [&ALICE[..], &["--data", "remember=on"]].concat();
    let login = alice.ask("/login", &form);
    for name in ["__Host-session", "__Host-remember_token"] {
        let start = format!("{name}=");
        let mut lines = login.headers("set-cookie");
        let line = lines.find(|line| line.starts_with(&start)).unwrap();
        for part in ["; Secure", "; HttpOnly", "; Path=/"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!line.contains("Domain"), "{line}");
        let mut kept = alice.cookies().into_iter();
        assert!(kept.any(|(kept, _)| kept == name), "curl refuses {name}");
    }
}

#[test]
fn a_remembered_user_comes_back_but_is_not_fresh() {
    let site = Site::start();
    let alice = site.alice();
    assert_eq!(alice.ask("/settings", &[]).status, 200);
    alice.restart();
    assert_eq!(alice.ask("/account", &[]).status, 200);
    let stale = alice.ask("/settings", &[]);
    assert_eq!(stale.status, 303);
    assert_eq!(stale.location(), Some("/reauthenticate?next=%2Fsettings"));
}

#[test]
fn a_browser_logs_in_and_chats_until_the_logout_in_another_tab() {
    let site = Site::start();
    let alice = site.visitor(&[HOST]);
    alice.log_in("/chat", "alice", "wonderland");
    soon("connected", || alice.status());
    alice.say("who are you?");
    soon(["hello alice", "who are you?"], || alice.lines());
    assert_eq!(alice.script("return document.cookie"), json!(""));

    let chat = alice.tab();
    alice.new_tab();
    alice.go("/account");
    alice.log_out();
    alice.go_to(&chat);
    soon("closed: 1008, logged out", || alice.status());
}
