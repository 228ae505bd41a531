//! Handshakes that are overtaken while their user is being loaded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;
use rocket::tokio::join;
use rocket::tokio::sync::Notify;
use rocket_login::{Config, LoginManager, StoreKind};

use super::{Socket, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, bare, config};
use crate::wire::{Curl, Server};

/// Where the next load waits.
#[derive(Default)]
struct Gate {
    is_shut: AtomicBool,
    arrived: Notify,
    open: Notify,
}

async fn load(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    let account = app::load(request, id).await;
    let gate = request.rocket().state::<Arc<Gate>>().unwrap();
    if gate.is_shut.swap(false, Ordering::SeqCst) {
        gate.arrived.notify_one();
        gate.open.notified().await;
    }
    account
}

fn serve() -> (Server, Arc<Gate>) {
    serve_with(config())
}

fn serve_with(config: Config) -> (Server, Arc<Gate>) {
    let gate = Arc::<Gate>::default();
    let fairing = LoginManager::fairing(load).config(config);
    let rocket = bare().attach(fairing).manage(gate.clone());
    let rocket = rocket.mount("/", app::routes());
    let rocket = rocket.mount("/", super::revoked::routes());
    (serve_rocket(rocket.mount("/", socket_routes())), gate)
}

/// A socket whose user is loaded before something happens, and checked after.
async fn overtaken(server: &Server, gate: &Gate, who: &Curl, what: impl FnOnce()) -> Socket {
    try_overtaken(server, gate, who, what).await.unwrap()
}

/// The same, or the status with which the handshake is refused.
async fn try_overtaken(
    server: &Server,
    gate: &Gate,
    who: &Curl,
    what: impl FnOnce(),
) -> Result<Socket, u16> {
    gate.is_shut.store(true, Ordering::SeqCst);
    let meanwhile = async {
        gate.arrived.notified().await;
        what();
        gate.open.notify_one();
    };
    let origin = super::origin(server);
    let headers = [("Origin", origin.as_str())];
    let (opened, ()) = join!(Socket::try_open(server, who, "/ws", &headers), meanwhile);
    opened.map(|(socket, _)| socket)
}

#[rocket::async_test]
async fn a_logout_overtakes_a_handshake() {
    let (server, gate) = serve();
    let alice = visitor(&server, "id=1");
    let mut elsewhere = alice.clone();
    let logout = || drop(elsewhere.post("/logout", ""));
    let mut socket = overtaken(&server, &gate, &alice, logout).await;
    socket.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_handshake_restores_nothing_that_a_logout_ends_meanwhile() {
    for config in [app::stateless(), app::with_store(StoreKind::Memory)] {
        let (server, gate) = serve_with(config);
        let mut alice = visitor(&server, "id=1&remember=true");
        let mut elsewhere = alice.clone();
        alice.restart();
        let logout = || drop(elsewhere.post("/logout", ""));
        let handshake = try_overtaken(&server, &gate, &alice, logout).await;
        assert_eq!(handshake.err(), Some(401));
        assert_eq!(alice.get("/account", "").status, 303);
    }
}

#[rocket::async_test]
async fn a_revocation_overtakes_a_handshake() {
    let (server, gate) = serve_with(app::with_store(StoreKind::Memory));
    let alice = visitor(&server, "id=1");
    let mut elsewhere = Curl::new(&server);
    let revoke = || assert_eq!(elsewhere.post("/revoke-all", "").body, "1");
    let mut socket = overtaken(&server, &gate, &alice, revoke).await;
    socket.assert_ended("the session was ended elsewhere").await;
}

#[rocket::async_test]
async fn a_confirmation_takes_a_handshake_along() {
    let (server, gate) = serve();
    let alice = visitor(&server, "id=1");
    let mut elsewhere = alice.clone();
    let confirm = || drop(elsewhere.post("/confirm", ""));
    let mut socket = overtaken(&server, &gate, &alice, confirm).await;
    assert_eq!(socket.hear().await, "hello alice");
    socket.assert_open().await;
    elsewhere.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_page_that_finds_a_change_overtakes_a_handshake() {
    for (change, why) in [
        ("delete", "there is no such user any more"),
        ("deactivate", "the user is not active"),
        ("password", "the user's credentials have changed"),
    ] {
        let (server, gate) = serve();
        let alice = visitor(&server, "id=1");
        let mut elsewhere = alice.clone();
        let change = || {
            elsewhere.post(&format!("/database/1/{change}"), "");
            elsewhere.get("/account", "");
        };
        let mut socket = overtaken(&server, &gate, &alice, change).await;
        socket.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn another_login_overtakes_a_handshake() {
    let (server, gate) = serve();
    let alice = visitor(&server, "id=1");
    let mut elsewhere = alice.clone();
    let login = || drop(elsewhere.post("/login", "id=2"));
    let mut socket = overtaken(&server, &gate, &alice, login).await;
    socket
        .assert_ended("another login has taken its place")
        .await;
}

#[rocket::async_test]
async fn a_renewal_takes_a_handshake_and_a_question_along() {
    let (server, gate) = serve();
    let mut alice = visitor(&server, "id=1");
    let mut elsewhere = alice.clone();
    let renew = || drop(elsewhere.post("/password/new", ""));
    let mut socket = overtaken(&server, &gate, &alice, renew).await;
    assert_eq!(socket.hear().await, "hello alice");

    alice = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &alice, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    gate.is_shut.store(true, Ordering::SeqCst);
    let meanwhile = async {
        gate.arrived.notified().await;
        alice.post("/password/newer", "");
        gate.open.notify_one();
    };
    let (valid, ()) = join!(socket.ask("valid?"), meanwhile);
    assert_eq!(valid, "true");
    socket.assert_open().await;
}

#[rocket::async_test]
async fn a_new_password_overtakes_a_handshake() {
    let (server, gate) = serve();
    let alice = visitor(&server, "id=1");
    let mut phone = visitor(&server, "id=1");
    let change = || drop(phone.post("/password/new", ""));
    let mut socket = overtaken(&server, &gate, &alice, change).await;
    socket
        .assert_ended("the user's credentials have changed")
        .await;
}

#[rocket::async_test]
async fn another_s_new_password_costs_a_handshake_nothing() {
    let (server, gate) = serve();
    let mut alice = visitor(&server, "id=1");
    let mut bob = visitor(&server, "id=2");
    alice.get("/loads", "");
    let change = || drop(bob.post("/password/new", ""));
    let mut socket = overtaken(&server, &gate, &alice, change).await;
    assert_eq!(socket.hear().await, "hello alice");
    socket.assert_open().await;
    // Bob for the guard, the renewal and the answer, and alice once.
    assert_eq!(alice.get("/loads", "").body, "4");
}
