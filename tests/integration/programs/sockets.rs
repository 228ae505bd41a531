//! Sockets of programs, over real connections.

use rocket::State;
use rocket_login::StoreKind;

use super::*;
use crate::app::with_store;
use crate::sockets::{Socket, serve_rocket, socket_routes, visitor};
use crate::wire::{Curl, Server};

const HANDSHAKE: &[(&str, &str)] = &[("Authorization", ALICE)];

#[post("/revoke-key/<id>")]
fn revoke_key(id: i64, keys: &State<Keys>) {
    keys.revoke(id);
}

fn server(store: StoreKind) -> Server {
    let rocket = rocket(with_store(store));
    serve_rocket(
        rocket
            .mount("/", socket_routes())
            .mount("/", routes![revoke_key]),
    )
}

async fn opened(server: &Server, who: &Curl, headers: &[(&str, &str)]) -> Result<Socket, u16> {
    let (mut socket, response) = Socket::try_open(server, who, "/ws", headers).await?;
    assert_eq!(response.headers().get("Set-Cookie"), None);
    assert_eq!(socket.hear().await, "hello alice");
    Ok(socket)
}

#[rocket::async_test]
async fn a_key_opens_a_socket_from_wherever_it_comes() {
    let server = server(StoreKind::Cookie);
    let program = Curl::new(&server);
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let origin = origin.map(|origin| ("Origin", origin));
        let headers: Vec<_> = HANDSHAKE.iter().copied().chain(origin).collect();
        let mut socket = opened(&server, &program, &headers).await.unwrap();
        socket.assert_open().await;
    }
    let wrong = [("Authorization", "Bearer 1.wrong")];
    let refused = opened(&server, &program, &wrong).await;
    assert_eq!(refused.err(), Some(401));
    let elsewhere = [wrong[0], ("Origin", "https://evil.example")];
    let refused = opened(&server, &program, &elsewhere).await;
    assert_eq!(refused.err(), Some(403));
}

#[rocket::async_test]
async fn a_key_beside_a_session_does_not_make_up_for_the_page() {
    let server = server(StoreKind::Cookie);
    let alice = visitor(&server, "id=1");
    for origin in [None, Some(("Origin", "https://evil.example"))] {
        let headers: Vec<_> = HANDSHAKE.iter().copied().chain(origin).collect();
        let refused = opened(&server, &alice, &headers).await;
        assert_eq!(refused.err(), Some(403), "{origin:?}");
    }
    let basic = [
        ("Authorization", "Basic 1.alices-key"),
        ("Origin", "https://evil.example"),
    ];
    let refused = opened(&server, &Curl::new(&server), &basic).await;
    assert_eq!(refused.err(), Some(403));
    let of_a_browser = [("Authorization", ALICE), ("Cookie", "theme=dark")];
    let refused = opened(&server, &Curl::new(&server), &of_a_browser).await;
    assert_eq!(refused.err(), Some(401));
}

#[rocket::async_test]
async fn a_socket_of_a_program_has_no_limit() {
    let server = server(StoreKind::Memory);
    let mut program = Curl::new(&server);
    let mut socket = opened(&server, &program, HANDSHAKE).await.unwrap();
    program.post("/advance/100000", "");
    socket.assert_open().await;
    assert_eq!(socket.ask("valid?").await, "true");
}

#[rocket::async_test]
async fn it_ends_when_its_user_has_changed() {
    let server = server(StoreKind::Memory);
    let mut admin = Curl::new(&server);
    let mut socket = opened(&server, &admin, HANDSHAKE).await.unwrap();
    admin.post("/auth-changed/2", "");
    socket.assert_open().await;
    admin.post("/auth-changed/1", "");
    let why = "the user's credentials have changed";
    socket.assert_ended(why).await;
}

#[rocket::async_test]
async fn it_ends_when_it_is_asked_and_the_key_is_good_no_longer() {
    let server = server(StoreKind::Memory);
    let mut admin = Curl::new(&server);
    let mut socket = opened(&server, &admin, HANDSHAKE).await.unwrap();
    assert_eq!(socket.ask("valid?").await, "true");
    admin.post("/revoke-key/1", "");
    socket.assert_open().await;
    assert_eq!(socket.ask("valid?").await, "false");
    socket.assert_ended("the session was ended elsewhere").await;
}

#[rocket::async_test]
async fn it_ends_when_it_is_asked_and_its_user_is_not_active() {
    let server = server(StoreKind::Cookie);
    let mut admin = Curl::new(&server);
    let mut socket = opened(&server, &admin, HANDSHAKE).await.unwrap();
    assert_eq!(socket.ask("valid?").await, "true");
    admin.post("/database/1/deactivate", "");
    assert_eq!(socket.ask("valid?").await, "false");
    socket.assert_ended("the user is not active").await;
}

#[rocket::async_test]
async fn it_ends_when_it_is_asked_and_the_news_of_a_change_was_lost() {
    let server = server(StoreKind::Cookie);
    let mut admin = Curl::new(&server);
    let mut socket = opened(&server, &admin, HANDSHAKE).await.unwrap();
    admin.post("/database/1/password", "");
    socket.assert_open().await;
    assert_eq!(socket.ask("valid?").await, "false");
    let why = "the user's credentials have changed";
    socket.assert_ended(why).await;
}

#[rocket::async_test]
async fn a_logout_of_its_user_elsewhere_leaves_it_open() {
    let server = server(StoreKind::Memory);
    let mut alice = visitor(&server, "id=1");
    let mut socket = opened(&server, &Curl::new(&server), HANDSHAKE)
        .await
        .unwrap();
    assert_eq!(alice.post("/logout", "").body, "bye");
    socket.assert_open().await;
    assert_eq!(socket.ask("valid?").await, "true");
}
