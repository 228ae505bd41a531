//! Handshakes that are accepted to say why they are refused.

use std::time::{Duration, Instant};

use rocket::error::ErrorKind;
use rocket::futures::{SinkExt, StreamExt};
use rocket::{Build, Request, Rocket, catch, catchers};
use rocket_login::ws::frame::{CloseCode, CloseFrame};
use rocket_login::{Config, LegacyTokens, LoginManager, Reason, WsStream, ws};

use super::{Socket, origin, serve_rocket, socket_routes, visitor};
use crate::app::{self, bare, config};
use crate::legacy::{legacy, token};
use crate::wire::{Curl, Server};

fn rocket<F, Fut>(handler: F) -> Rocket<Build>
where
    F: Fn(WsStream, Reason) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ws::result::Result<()>> + Send + 'static,
{
    rocket_by(config(), handler)
}

fn rocket_by<F, Fut>(config: Config, handler: F) -> Rocket<Build>
where
    F: Fn(WsStream, Reason) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ws::result::Result<()>> + Send + 'static,
{
    let fairing = LoginManager::fairing(app::load).config(config);
    let rocket = bare().attach(fairing.ws_not_authenticated(handler));
    let rocket = rocket.mount("/", app::routes());
    rocket.mount("/", socket_routes())
}

async fn says_why(mut stream: WsStream, reason: Reason) -> ws::result::Result<()> {
    stream.send(format!("sorry: {reason:?}").into()).await
}

async fn open(server: &Server, who: &Curl, path: &str) -> Socket {
    Socket::open(server, who, path).await
}

#[rocket::async_test]
async fn strangers_hear_why_and_the_socket_is_closed_behind_them() {
    let server = serve_rocket(rocket(says_why));
    for path in ["/ws", "/fresh-ws", "/user-ws"] {
        let mut socket = open(&server, &Curl::new(&server), path).await;
        assert_eq!(socket.hear().await, "sorry: NotLoggedIn", "{path}");
        socket.assert_ended("not logged in").await;
    }
    let stale = visitor(&server, "id=1&fresh=false");
    let mut socket = open(&server, &stale, "/fresh-ws").await;
    assert_eq!(socket.hear().await, "sorry: NotFresh");
    socket.assert_ended("the login is not fresh").await;

    let mut alice = visitor(&server, "id=1");
    alice.post("/database/1/deactivate", "");
    let mut socket = open(&server, &alice, "/ws").await;
    assert_eq!(socket.hear().await, "sorry: Inactive");
    socket.assert_ended("the user is not active").await;
}

#[rocket::async_test]
async fn after_a_logout_an_old_token_opens_no_socket_and_the_reason_is_told() {
    let server = serve_rocket(rocket_by(legacy(LegacyTokens::Write), says_why));
    let mut alice = Curl::new(&server);
    alice.set_cookie("remember_token", &token("1"));
    assert_eq!(alice.post("/logout", "").body, "bye");
    alice.set_cookie("remember_token", &token("1"));
    assert_eq!(alice.get("/account", "").status, 200);
    let mut socket = open(&server, &alice, "/ws").await;
    assert_eq!(socket.hear().await, "sorry: NotLoggedIn");
    socket.assert_ended("not logged in").await;
}

#[rocket::async_test]
async fn users_are_served_as_before_and_pages_are_challenged_as_before() {
    let server = serve_rocket(rocket(says_why));
    let mut socket = open(&server, &visitor(&server, "id=1"), "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    let reply = Curl::new(&server).get("/account", "");
    assert_eq!(reply.location(), Some("/login?next=%2Faccount"));
    let half = "Upgrade: websocket\r\n";
    assert_eq!(Curl::new(&server).get("/account", half).status, 401);
}

#[rocket::async_test]
async fn pages_of_other_sites_hear_nothing() {
    let server = serve_rocket(rocket(says_why));
    for who in [Curl::new(&server), visitor(&server, "id=1")] {
        let headers = [("Origin", "http://evil.example")];
        let refused = Socket::try_open(&server, &who, "/ws", &headers).await;
        assert_eq!(refused.err(), Some(403));
    }
}

#[rocket::async_test]
async fn a_failing_loader_is_still_503() {
    let server = serve_rocket(rocket(says_why));
    let mut alice = visitor(&server, "id=1");
    alice.post("/database/1/fail", "");
    let origin = origin(&server);
    let refused = Socket::try_open(&server, &alice, "/ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(503));
}

#[rocket::async_test]
async fn a_handler_chooses_its_own_code() {
    let server = serve_rocket(rocket(|mut stream, _| async move {
        let code = CloseCode::from(4401);
        let reason = "log in first".into();
        stream.close(Some(CloseFrame { code, reason })).await?;
        stream.close(None).await
    }));
    let mut socket = open(&server, &Curl::new(&server), "/ws").await;
    assert_eq!(socket.closed().await, (4401, "log in first".into()));
    assert!(socket.next().await.is_none());
}

#[rocket::async_test]
async fn strangers_cannot_stay_or_send_much() {
    let server = serve_rocket(rocket(|mut stream, _| async move {
        while let Some(message) = stream.next().await {
            stream.send(message?).await?;
        }
        Ok(())
    }));
    let mut socket = open(&server, &Curl::new(&server), "/ws").await;
    assert_eq!(socket.ask("a word").await, "a word");
    socket.0.send("x".repeat(5000).into()).await.unwrap();
    assert_eq!(socket.closed().await, (1008, "not logged in".into()));

    let mut patient = open(&server, &Curl::new(&server), "/ws").await;
    let began = Instant::now();
    patient.assert_ended("not logged in").await;
    assert!(began.elapsed() > Duration::from_secs(4));
}

#[catch(401)]
fn own_catcher(_: &Request<'_>) -> &'static str {
    "mine"
}

#[catch(default)]
fn default_catcher(_: &Request<'_>) -> &'static str {
    "mine, too"
}

#[rocket::async_test]
async fn beside_a_catcher_of_the_application_the_launch_is_aborted() {
    let clash = rocket(says_why).register("/", catchers![own_catcher]);
    let error = clash.ignite().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::FailedFairings(_)));
    let below = rocket(says_why).register("/api", catchers![own_catcher]);
    assert!(below.ignite().await.is_ok());
    let default = rocket(says_why).register("/", catchers![default_catcher]);
    assert!(default.ignite().await.is_ok());
    let without = app::rocket(config()).register("/", catchers![own_catcher]);
    assert!(without.ignite().await.is_ok());
}
