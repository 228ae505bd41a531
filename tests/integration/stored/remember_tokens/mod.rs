//! Remember tokens in a store: one is good at a time, and it ends with its session.

mod ends;
mod keys;
mod theft;

use std::sync::{Arc, Mutex};

use rocket::futures::future::join_all;
use rocket::http::{Method, Status};
use rocket::local::{asynchronous, blocking::Client};
use rocket::time::Duration;
use rocket_login::{LoginManager, ProtectionLevel, testing};

use super::{Probe, assert_unavailable, client, memory, probed, rocket, routes};
use crate::app::{self, advance, stateless};
use crate::browser::Browser;
use crate::parallel;

const LOGIN: &str = "id=1&remember=true";
const TOKEN: &str = "remember_token";

/// A browser with a remember token alone.
fn remembered(client: &Client) -> Browser<'_> {
    // From now on the clock stands still.
    advance(client, Duration::ZERO);
    let mut alice = Browser::logged_in(client, LOGIN);
    alice.restart();
    alice
}

fn rows(browser: &mut Browser<'_>) -> usize {
    browser.get("/sessions").body.matches("handle").count()
}

fn rows_of_alice(client: &Client) -> usize {
    let all = Browser::new(client).get("/admin/sessions/1").body;
    all.matches("handle").count()
}

#[track_caller]
fn assert_in(browser: &mut Browser<'_>) {
    assert_eq!(browser.get("/account").status, Status::Ok);
}

#[track_caller]
fn assert_out(browser: &mut Browser<'_>) {
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
}

/// An application whose events are written down.
fn heard(is_strong: bool) -> (Client, Arc<Mutex<Vec<String>>>) {
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let ear = heard.clone();
    let mut config = memory();
    if is_strong {
        config.protection_level = ProtectionLevel::Strong;
    }
    let login = LoginManager::fairing(app::load).config(config);
    let login = login.on_event(move |event, _| ear.lock().unwrap().push(event.to_string()));
    let rocket = app::bare().attach(login).mount("/", app::routes());
    (app::client_of(rocket.mount("/", routes())), heard)
}

#[test]
fn each_use_brings_another_token() {
    let client = client(memory());
    let mut alice = remembered(&client);
    let mut seen = vec![alice.cookie(TOKEN).unwrap()];
    for _ in 0..5 {
        let answer = alice.get("/account");
        assert_eq!(answer.body, "alice fresh=false remembered=true");
        let token = answer.cookie(TOKEN).unwrap();
        assert!(token.value().len() <= 140);
        assert!(!seen.contains(&token.value().to_string()));
        seen.push(token.value().to_string());
        assert_eq!(rows(&mut alice), 1);
        // Beside its session it is left alone.
        alice.get("/account").assert_no_cookies();
        advance(&client, Duration::days(1));
        alice.restart();
    }
}

#[test]
fn it_counts_no_longer_for_being_used() {
    let client = client(memory());
    let mut alice = remembered(&client);
    for _ in 0..36 {
        advance(&client, Duration::days(10));
        alice.restart();
        assert_in(&mut alice);
    }
    advance(&client, Duration::days(6));
    alice.restart();
    assert_out(&mut alice);
}

#[test]
fn a_superseded_token_counts_for_thirty_seconds() {
    let client = client(memory());
    let mut alice = remembered(&client);
    let mut late = alice.clone();
    assert_in(&mut alice);
    advance(&client, Duration::seconds(30));
    let answer = late.get("/account");
    assert_eq!(answer.status, Status::Ok);
    // Whichever answer the browser keeps, it holds the same.
    assert_eq!(late.cookie(TOKEN), alice.cookie(TOKEN));
    assert_eq!(late.cookie("session"), alice.cookie("session"));
    assert_eq!(rows(&mut alice), 1);
}

#[test]
fn a_handshake_that_is_refused_uses_no_token_up() {
    let client = client(memory());
    let mut alice = remembered(&client);
    let mut socket = alice.clone().with("Upgrade", "websocket");
    let refused = socket.get("/account");
    assert_eq!(refused.status, Status::Forbidden);
    refused.assert_no_cookies();
    advance(&client, Duration::minutes(5));
    assert_in(&mut alice);
}

#[test]
fn a_browser_with_a_newer_session_uses_no_token_up() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, LOGIN);
    let mut late = alice.clone();
    alice.post("/confirm", "");
    // Sent before the answer to the confirmation had arrived.
    let answer = late.get("/account");
    assert_eq!(answer.status, Status::Ok);
    answer.assert_no_cookies();
    advance(&client, Duration::days(1));
    alice.restart();
    assert_in(&mut alice);
}

#[rocket::async_test]
async fn many_at_once_get_one_token_and_leave_one_row() {
    let rocket = rocket(memory());
    let client = asynchronous::Client::untracked(rocket).await.unwrap();
    let (_, token) = parallel::login(&client).await;
    let ask = |cookies: &str| parallel::request(&client, Method::Get, "/account", cookies);
    let answers = join_all((0..16).map(|_| ask(&token).dispatch())).await;
    let mut held = Vec::new();
    for answer in answers {
        assert_eq!(answer.status(), Status::Ok);
        held.push(["session", TOKEN].map(|name| parallel::pair(&answer, name)));
    }
    assert!(held.iter().all(|both| *both == held[0]));

    let list = client.get("/admin/sessions/1").dispatch().await;
    let list = list.into_string().await.unwrap();
    assert_eq!(list.matches("handle").count(), 1, "{list}");
    // No user is locked out, now or later.
    testing::advance(client.rocket(), Duration::hours(5));
    let [_, token] = &held[0];
    assert_eq!(ask(token).dispatch().await.status(), Status::Ok);
}

#[test]
fn a_login_without_remember_keeps_the_token_of_the_same_user() {
    let client = client(memory());
    let mut alice = remembered(&client);
    alice.post("/login", "id=1");
    assert_eq!(rows(&mut alice), 1);
    let mut copy = alice.clone();
    alice.drop_cookie(TOKEN);
    alice.post("/logout", "");
    copy.restart();
    assert_out(&mut copy);
}

#[test]
fn a_failing_store_takes_no_token_away() {
    for method in ["load", "save"] {
        let (client, probe) = probed(stateless());
        let mut alice = remembered(&client);
        probe.fail_at(method);
        for _ in 0..3 {
            assert_unavailable(&alice.get("/account"));
        }
        probe.set_failing(false);
        advance(&client, Duration::minutes(5));
        assert_in(&mut alice);
        assert_eq!(rows(&mut alice), 1, "{method}");
        assert_eq!(records(&probe), 1, "{method}");
    }
}

fn records(probe: &Probe) -> usize {
    let mut runtime = rocket::tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap().block_on(probe.left()).len()
}

#[test]
fn tokens_of_one_user_s_store_are_none_of_another_s() {
    let client = client(memory());
    let alice = remembered(&client);
    let mut bob = Browser::logged_in(&client, "id=2");
    bob.set_cookie(TOKEN, &alice.cookie(TOKEN).unwrap());
    assert_eq!(bob.get("/").body, "hello bob");
    bob.drop_cookie("session");
    assert_eq!(bob.get("/").body, "hello alice");
}
