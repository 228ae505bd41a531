//! The life of a login from its beginning to its end, seen from outside: parallel requests, lost
//! answers, copied tokens, twins, other settings, failing stores.

mod answers;
mod beside;
mod domain;
mod failing;
mod jar;
mod kept;
mod late_fairing;
mod logins;
mod lost;
mod namespace;
mod replica;
mod rows;
mod theft;
mod twins;
mod watched;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::http::Status;
use rocket::local::asynchronous;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::tokio::task::yield_now;
use rocket::{Build, Request, Rocket};
use rocket_login::{Config, Event, LoginManager, StoreKind};

use crate::app::{self, Account, advance, config};
use crate::browser::{Answer, Browser};
use crate::stored;
use watched::Watched;

const REMEMBERED: &str = "id=1&remember=true";
const SESSION: &str = "session";
const TOKEN: &str = "remember_token";
const NAMES: [&str; 2] = [SESSION, TOKEN];

/// Confirms a login: the route in `app.rs` names the method.
fn confirm(browser: &mut Browser<'_>) -> Answer {
    browser.post("/confirm", "")
}

/// Whether an event says that a superseded remember token was used.
fn tells_of_reuse(event: &Event) -> bool {
    matches!(event, Event::TokenReused { .. })
}

/// Settings with a store, also where the other tests run without one.
fn stored() -> Config {
    if app::tokens_rotate() {
        config()
    } else {
        app::with_store(StoreKind::Memory)
    }
}

fn rocket(login: rocket_login::LoginFairing<Account>) -> Rocket<Build> {
    app::bare()
        .attach(login)
        .mount("/", app::routes())
        .mount("/", stored::routes())
}

fn client(config: Config) -> Client {
    app::client_of(rocket(LoginManager::fairing(app::load).config(config)))
}

/// An application whose store is watched.
fn watched() -> (Client, Arc<Watched>) {
    let store = Arc::new(Watched::default());
    let login = LoginManager::fairing(app::load).config(app::stateless());
    let rocket = rocket(login.session_store(store.clone()));
    (app::client_of(rocket), store)
}

/// An application that counts the events about reused tokens.
fn counting(config: Config) -> (Client, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let told = count.clone();
    let login = LoginManager::fairing(app::load).config(config);
    let login = login.on_event(move |event, _| {
        if tells_of_reuse(event) {
            told.fetch_add(1, Ordering::SeqCst);
        }
    });
    (app::client_of(rocket(login)), count)
}

/// Two nodes of one application, whose requests give way to each other.
async fn restless_nodes() -> [asynchronous::Client; 2] {
    let config = config();
    let is_in_memory = config.session.store == StoreKind::Memory;
    let store = is_in_memory.then(|| Arc::new(Watched::restless()));
    let node = || {
        let login = LoginManager::fairing(load_restlessly);
        let login = if let Some(store) = &store {
            login.config(app::stateless()).session_store(store.clone())
        } else {
            login.config(config.clone())
        };
        asynchronous::Client::untracked(rocket(login))
    };
    [node().await.unwrap(), node().await.unwrap()]
}

/// The node for the second of two requests: both nodes in turn if they share a store.
fn second(nodes: &[asynchronous::Client; 2], round: usize) -> &asynchronous::Client {
    let number = if app::tokens_rotate() { round % 2 } else { 0 };
    &nodes[number]
}

async fn load_restlessly(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    pause().await;
    let found = app::load(request, id).await;
    pause().await;
    found
}

/// Lets other requests go first, sometimes.
async fn pause() {
    static STEP: AtomicUsize = AtomicUsize::new(1);
    let step = STEP.fetch_add(1, Ordering::SeqCst);
    // A multiplicative hash spreads the steps over the numbers from 0 to 3.
    let turns = step.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 62;
    for _ in 0..turns {
        yield_now().await;
    }
}

/// A browser that was closed and has its remember token alone; the clock stands still.
fn remembered(client: &Client) -> Browser<'_> {
    advance(client, Duration::ZERO);
    let mut alice = Browser::logged_in(client, REMEMBERED);
    alice.restart();
    alice
}

/// The same browser with one of its cookies alone.
fn alone<'c>(browser: &Browser<'c>, name: &str) -> Browser<'c> {
    let mut alone = browser.clone();
    for other in NAMES.into_iter().filter(|other| *other != name) {
        alone.drop_cookie(other);
    }
    alone
}

#[track_caller]
fn assert_in(browser: &mut Browser<'_>) {
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::Ok, "{answer:?}");
}

#[track_caller]
fn assert_out(browser: &mut Browser<'_>) {
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::SeeOther, "{answer:?}");
}

/// No cookie of this browser counts, neither with the other one nor alone.
#[track_caller]
fn assert_all_out(browser: &Browser<'_>) {
    assert_out(&mut browser.clone());
    for name in NAMES {
        assert_out(&mut alone(browser, name));
    }
}
