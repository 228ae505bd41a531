//! A socket ends with its session, and with no other.

use std::time::{Duration, Instant};

use super::{Socket, serve, visitor};
use crate::app::{config, strong};
use crate::wire::{Curl, Server};

pub(super) async fn greeted(server: &Server, who: &Curl) -> Socket {
    let mut socket = Socket::open(server, who, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    socket
}

#[rocket::async_test]
async fn a_logout_in_another_tab_ends_it_within_a_second() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let phone = visitor(&server, "id=1");
    let mut sockets = [
        greeted(&server, &alice).await,
        greeted(&server, &alice).await,
    ];
    let mut other = greeted(&server, &phone).await;
    let began = Instant::now();
    alice.post("/logout", "");
    for socket in &mut sockets {
        socket.assert_ended("logged out").await;
    }
    assert!(began.elapsed() < Duration::from_secs(1));
    other.assert_open().await;
}

#[rocket::async_test]
async fn it_stays_open_while_its_session_is_confirmed() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    let before = alice.cookie("session").unwrap().to_string();
    for _ in 0..2 {
        assert_eq!(alice.post("/confirm", "").body, "fresh=true");
        socket.assert_open().await;
    }
    assert_ne!(alice.cookie("session"), Some(before.as_str()));
    alice.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_logout_with_a_superseded_cookie_ends_it_as_well() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let mut old = alice.clone();
    let mut socket = greeted(&server, &alice).await;
    alice.post("/confirm", "");
    old.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_new_password_ends_all_but_one_s_own() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let phone = visitor(&server, "id=1");
    let bob = visitor(&server, "id=2");
    let mut here = greeted(&server, &alice).await;
    let mut there = greeted(&server, &phone).await;
    let mut other = Socket::open(&server, &bob, "/ws").await;
    assert_eq!(other.hear().await, "hello bob");
    assert_eq!(alice.post("/password/new", "").body, "changed, fresh=true");
    there
        .assert_ended("the user's credentials have changed")
        .await;
    here.assert_open().await;
    other.assert_open().await;
    assert_eq!(here.ask("valid?").await, "true");

    alice.post("/password/newer", "");
    here.assert_open().await;
    alice.post("/logout", "");
    here.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_remember_token_of_an_older_password_ends_none() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1&remember=true");
    let mut old = alice.clone();
    old.cookies.retain(|(name, ..)| name == "remember_token");
    alice.post("/password/new", "");
    let mut socket = greeted(&server, &alice).await;
    assert_eq!(old.get("/account", "").status, 303);
    socket.assert_open().await;
}

#[rocket::async_test]
async fn another_login_in_the_same_browser_ends_it() {
    let server = serve(config());
    for next in ["id=2", "id=1"] {
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        alice.post("/login", next);
        socket
            .assert_ended("another login has taken its place")
            .await;
    }
}

#[rocket::async_test]
async fn a_login_under_way_is_told_by_the_manager() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let bob = visitor(&server, "id=2");
    let mut socket = greeted(&server, &alice).await;
    let mut other = Socket::open(&server, &bob, "/ws").await;
    other.hear().await;
    alice.post("/auth-changed/1", "");
    socket
        .assert_ended("the user's credentials have changed")
        .await;
    other.assert_open().await;
}

#[rocket::async_test]
async fn it_ends_without_requests_for_pages_and_writing_makes_no_difference() {
    let server = serve(config());
    let alice = visitor(&server, "id=1");
    let mut anybody = Curl::new(&server);
    let mut socket = greeted(&server, &alice).await;
    for _ in 0..3 {
        anybody.post("/advance/30", "");
        socket.assert_open().await;
    }
    anybody.post("/advance/30", "");
    socket.assert_ended("the session has expired").await;
}

#[rocket::async_test]
async fn a_page_extends_it_until_the_session_is_over_for_good() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    for _ in 0..4 {
        alice.post("/advance/90", "");
        assert!(alice.get("/account", "").body.starts_with("alice"));
        socket.assert_open().await;
    }

    let mut permanent = visitor(&server, "id=1&permanent=true");
    let mut socket = greeted(&server, &permanent).await;
    permanent.post("/advance/20159", "");
    socket.assert_open().await;
    permanent.get("/account", "");
    permanent.post("/advance/1", "");
    socket.assert_ended("the session has expired").await;
}

#[rocket::async_test]
async fn a_confirmation_and_a_renewal_extend_it() {
    for path in ["/confirm", "/password/new"] {
        let server = serve(config());
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        // Not yet a tenth of the window, so that the guard alone extends nothing.
        alice.post("/advance/10", "");
        assert_eq!(alice.post(path, "").status, 200);
        alice.post("/advance/110", "");
        socket.assert_open().await;
        alice.post("/advance/10", "");
        socket.assert_ended("the session has expired").await;
    }
}

#[rocket::async_test]
async fn a_forced_login_stays() {
    let server = serve(config());
    let carol = visitor(&server, "id=3&force=true");
    let mut socket = Socket::open(&server, &carol, "/ws").await;
    assert_eq!(socket.hear().await, "hello carol");
    assert_eq!(socket.ask("valid?").await, "true");
}

#[rocket::async_test]
async fn changes_past_the_manager_are_seen_at_the_next_request() {
    for (change, why) in [
        ("delete", "there is no such user any more"),
        ("deactivate", "the user is not active"),
        ("password", "the user's credentials have changed"),
    ] {
        let server = serve(config());
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        alice.post(&format!("/database/1/{change}"), "");
        socket.assert_open().await;
        alice.get("/account", "");
        socket.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn a_handler_can_ask_with_one_load() {
    for (change, why) in [
        ("delete", "there is no such user any more"),
        ("deactivate", "the user is not active"),
        ("password", "the user's credentials have changed"),
    ] {
        let server = serve(config());
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        let mut twin = greeted(&server, &alice).await;
        alice.get("/loads", "");
        assert_eq!(socket.ask("valid?").await, "true");
        assert_eq!(alice.get("/loads", "").body, "1");

        alice.post("/database/1/fail", "");
        let unavailable = socket.ask("valid?").await;
        assert_eq!(unavailable, "the login cannot be served at the moment");
        socket.assert_open().await;
        alice.post("/database/1/recover", "");

        alice.post(&format!("/database/1/{change}"), "");
        assert_eq!(socket.ask("valid?").await, "false");
        socket.assert_ended(why).await;
        twin.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn strong_protection_ends_it() {
    let server = serve(strong());
    let alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    let mut thief = alice.clone();
    thief.agent = "another browser";
    thief.get("/account", "");
    socket
        .assert_ended("the session turned up in another browser")
        .await;
}
