//! Tokens from before the store, and of other keys.

use std::sync::Arc;

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::{State, post};
use rocket_login::store::MemoryStore;
use rocket_login::{Auth, Config, LoginError, LoginManager, MaybeUser, testing};

use super::{TOKEN, assert_in, assert_out, heard, remembered, rows};
use crate::app::{self, Account, Accounts, advance, stateless};
use crate::browser::Browser;
use crate::stored::{client, memory, routes};

#[test]
fn a_token_from_before_the_store_is_exchanged_once() {
    let before = app::client(stateless());
    let old = remembered(&before).cookie(TOKEN).unwrap();
    let (client, heard) = heard(false);
    let hold = || {
        let mut browser = Browser::new(&client);
        browser.set_cookie(TOKEN, &old);
        browser
    };
    let mut alice = hold();
    assert_in(&mut alice);
    assert_ne!(alice.cookie(TOKEN).unwrap(), old);
    assert_eq!(rows(&mut alice), 1);
    // Requests that come at once are one browser's.
    assert_in(&mut hold());
    advance(&client, Duration::minutes(1));
    alice.restart();
    assert_in(&mut alice);

    for _ in 0..2 {
        assert_out(&mut hold());
    }
    let events = heard.lock().unwrap().join("\n");
    assert_eq!(events.matches("stolen").count(), 1, "{events}");
    assert_in(&mut alice);
    // Not even its end makes it count again.
    alice.post("/logout", "");
    assert_out(&mut hold());
    advance(&client, Duration::days(300));
    assert_out(&mut hold());
}

#[test]
fn a_token_from_before_the_store_that_was_ended_is_never_taken_in() {
    let before = app::client(stateless());
    let old = remembered(&before).cookie(TOKEN).unwrap();
    for is_used in [true, false] {
        let client = client(memory());
        let mut alice = Browser::new(&client);
        alice.set_cookie(TOKEN, &old);
        let mut copy = alice.clone();
        if is_used {
            assert_in(&mut alice);
        }
        alice.post("/logout", "");
        assert_out(&mut copy);
        advance(&client, Duration::days(300));
        assert_out(&mut copy);
    }
    let client = client(memory());
    let mut alice = Browser::new(&client);
    alice.set_cookie(TOKEN, &old);
    let mut copy = alice.clone();
    assert_in(&mut alice);
    alice.send(Method::Delete, "/admin/sessions/1", None);
    assert_out(&mut copy);
}

/// Logs a user in again that a guard has just restored.
#[post("/again/<id>")]
async fn again(
    id: i64,
    _before: MaybeUser<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.login(&accounts.find(id).unwrap()).await?;
    Ok(())
}

/// Two nodes that share a store, in the middle of a change of keys.
fn nodes() -> (Client, Client) {
    let store = Arc::new(MemoryStore::default());
    let node = |current: &str, previous: &str| {
        let config = Config {
            previous_secret_keys: vec![previous.into()],
            ..Config {
                secret_key: Some(current.into()),
                ..stateless()
            }
        };
        let login = LoginManager::fairing(app::load).config(config);
        let login = login.session_store(store.clone());
        let rocket = app::bare().attach(login).mount("/", app::routes());
        app::client_of(
            rocket
                .mount("/", routes())
                .mount("/", rocket::routes![again]),
        )
    };
    let newer = "another key of at least thirty-two bytes";
    (node(app::KEY, newer), node(newer, app::KEY))
}

#[test]
fn a_login_on_top_of_a_restored_one_keeps_the_newer_token() {
    let (one, other) = nodes();
    for client in [&other, &one] {
        let mut alice = Browser::new(client);
        alice.set_cookie(TOKEN, &remembered(&one).cookie(TOKEN).unwrap());
        assert_eq!(alice.post("/again/1", "").status, Status::Ok);
        advance(client, Duration::minutes(5));
        alice.drop_cookie("session");
        assert_in(&mut alice);
        advance(client, Duration::minutes(5));
        alice.drop_cookie("session");
        assert_in(&mut alice);
    }
}

#[test]
fn nodes_with_one_store_and_other_current_keys_rotate_alike() {
    let (one, other) = nodes();
    let alice = remembered(&one);
    let mut here = alice.clone();
    assert_in(&mut here);
    let mut there = Browser::new(&other);
    there.set_cookie(TOKEN, &alice.cookie(TOKEN).unwrap());
    assert_in(&mut there);
    assert_eq!(rows(&mut there), 1);
    for _ in 0..3 {
        advance(&one, Duration::minutes(5));
        testing::set_now(other.rocket(), testing::now(one.rocket()));
        there.restart();
        assert_in(&mut there);
    }
}
