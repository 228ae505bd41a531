//! Sockets of sessions that a remember token restored, and of browsers that come
//! with an older cookie.

use rocket::{State, post, routes};
use rocket_login::{Auth, LoginError, MaybeUser};

use super::ends::greeted;
use super::{Socket, origin, serve, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, Accounts, config};
use crate::wire::{Curl, Server};

/// A browser before and after a confirmation whose answer got lost.
fn confirmed(server: &Server, form: &str) -> (Curl, Curl) {
    let mut alice = visitor(server, form);
    let old = alice.clone();
    assert_eq!(alice.post("/confirm", "").body, "fresh=true");
    (old, alice)
}

#[rocket::async_test]
async fn an_old_cookie_beside_a_token_opens_it_for_the_newer_session() {
    for (path, form, why) in [
        ("/logout", "", "logged out"),
        ("/login", "id=2", "another login has taken its place"),
    ] {
        let server = serve(config());
        let (old, mut new) = confirmed(&server, "id=1&remember=true");
        let mut socket = greeted(&server, &old).await;
        new.post(path, form);
        socket.assert_ended(why).await;

        let (mut old, _) = confirmed(&server, "id=1&remember=true");
        let mut socket = greeted(&server, &old).await;
        old.post(path, form);
        socket.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn a_confirmation_with_an_old_cookie_takes_it_along() {
    let server = serve(config());
    let (mut old, new) = confirmed(&server, "id=1&remember=true");
    let mut socket = greeted(&server, &new).await;
    // The browser holds what the last answer sets.
    assert_eq!(old.post("/confirm", "").body, "fresh=true");
    socket.assert_open().await;
    old.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[post("/switch-to/<id>")]
async fn switch_to(
    id: i64,
    _before: MaybeUser<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.login(&accounts.find(id).unwrap()).await?;
    Ok(())
}

#[rocket::async_test]
async fn a_login_with_an_old_cookie_ends_it() {
    let rocket = app::rocket(config()).mount("/", routes![switch_to]);
    let server = serve_rocket(rocket.mount("/", socket_routes()));
    for remember in [false, true] {
        let (mut old, new) = confirmed(&server, &format!("id=1&remember={remember}"));
        let mut socket = greeted(&server, &new).await;
        assert_eq!(old.post("/switch-to/2", "").status, 200);
        socket
            .assert_ended("another login has taken its place")
            .await;
    }
}

#[rocket::async_test]
async fn of_several_sessions_from_one_token_all_end_with_the_logout() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1&remember=true");
    alice.restart();
    let mut tabs = [alice.clone(), alice];
    for tab in &mut tabs {
        assert_eq!(tab.get("/account", "").status, 200);
    }
    let mut first = greeted(&server, &tabs[0]).await;
    assert_eq!(tabs[0].post("/confirm", "").body, "fresh=true");
    let mut second = greeted(&server, &tabs[0]).await;
    tabs[1].post("/logout", "");
    first.assert_ended("logged out").await;
    second.assert_ended("logged out").await;
}

/// Without the cookies of the handshake, as clients are that are no browsers.
async fn restored(server: &Server) -> (Socket, Curl) {
    let mut alice = visitor(server, "id=1&remember=true");
    alice.restart();
    (greeted(server, &alice).await, alice)
}

#[rocket::async_test]
async fn the_socket_of_a_client_with_the_token_alone_ends_with_the_token() {
    let server = serve(config());
    let (mut socket, mut alice) = restored(&server).await;
    alice.post("/login", "id=2");
    socket
        .assert_ended("another login has taken its place")
        .await;

    let (mut socket, mut alice) = restored(&server).await;
    alice.post("/database/1/password", "");
    assert_eq!(alice.get("/account", "").status, 303);
    socket
        .assert_ended("the user's credentials have changed")
        .await;

    let (mut socket, mut alice) = restored(&server).await;
    alice.post("/database/1/delete", "");
    assert_eq!(alice.get("/account", "").status, 303);
    socket.assert_ended("there is no such user any more").await;
}

#[rocket::async_test]
async fn a_handshake_that_is_refused_for_its_origin_restores_nothing() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1&remember=true");
    alice.restart();
    let reply = alice.get(
        "/ws",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    );
    assert_eq!(reply.status, 403);
    assert_eq!(reply.cookies(), []);
}

#[rocket::async_test]
async fn a_logout_in_the_socket_ends_what_the_handshake_restored() {
    let server = super::handlers::traced().0;
    let mut alice = visitor(&server, "id=1&remember=true");
    alice.restart();
    let own = origin(&server);
    let opened = Socket::try_open(&server, &alice, "/late", &[("Origin", &own)]).await;
    let (mut socket, response) = opened.unwrap();
    let cookie = response
        .headers()
        .get("Set-Cookie")
        .unwrap()
        .to_str()
        .unwrap();
    let pair = cookie.split(';').next().unwrap().to_string();
    super::handlers::assert_too_late(&mut socket).await;
    let mut copy = Curl::new(&server);
    let reply = copy.get("/account", &format!("Cookie: {pair}\r\n"));
    assert_eq!(reply.status, 303);
}
