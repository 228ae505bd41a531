//! A socket ends with a session that is ended from elsewhere.

use rocket::{Route, State, post, routes};
use rocket_login::{LoginManager, SessionConfig, SessionHandle, StoreKind};

use super::{Socket, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account};
use crate::wire::{Curl, Server};

#[post("/revoke/<which>")]
async fn revoke(which: usize, manager: &State<LoginManager<Account>>) -> String {
    let mut sessions = manager.sessions(&1).await.unwrap();
    sessions.sort_by_key(|session| session.user_agent() != Some("phone"));
    let handle = sessions[which].handle();
    manager.revoke(&1, &handle).await.unwrap().to_string()
}

#[post("/revoke-all")]
async fn revoke_all(manager: &State<LoginManager<Account>>) -> String {
    manager.revoke_all(&1).await.unwrap().to_string()
}

pub(super) fn routes() -> Vec<Route> {
    routes![revoke, revoke_all, revoke_as, handle_of]
}

fn serve(max_per_user: Option<usize>) -> Server {
    let config = rocket_login::Config {
        session: SessionConfig {
            store: StoreKind::Memory,
            max_per_user,
            ..SessionConfig::default()
        },
        ..app::config()
    };
    let rocket = app::rocket(config).mount("/", socket_routes());
    serve_rocket(rocket.mount("/", routes()))
}

fn phone(server: &Server) -> Curl {
    let mut phone = Curl::new(server);
    phone.agent = "phone";
    assert_eq!(phone.post("/login", "id=1").status, 303);
    phone
}

async fn greeted(server: &Server, who: &Curl) -> Socket {
    let mut socket = Socket::open(server, who, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    socket
}

const ELSEWHERE: &str = "the session was ended elsewhere";

#[rocket::async_test]
async fn a_lost_phone_is_cut_off_and_no_other() {
    let server = serve(None);
    let mut alice = visitor(&server, "id=1");
    let phone = phone(&server);
    let mut here = greeted(&server, &alice).await;
    let mut there = [
        greeted(&server, &phone).await,
        greeted(&server, &phone).await,
    ];
    assert_eq!(alice.post("/revoke/0", "").body, "true");
    for socket in &mut there {
        socket.assert_ended(ELSEWHERE).await;
    }
    here.assert_open().await;
    assert_eq!(here.ask("valid?").await, "true");
    let origin = super::origin(&server);
    let refused = Socket::try_open(&server, &phone, "/ws", &[("Origin", &origin)]).await;
    assert_eq!(refused.err(), Some(401));
}

#[rocket::async_test]
async fn one_that_was_confirmed_is_cut_off_as_well() {
    let server = serve(None);
    let mut alice = visitor(&server, "id=1");
    let mut phone = phone(&server);
    let mut there = greeted(&server, &phone).await;
    phone.post("/confirm", "");
    there.assert_open().await;
    assert_eq!(there.ask("valid?").await, "true");
    assert_eq!(alice.post("/revoke/0", "").body, "true");
    there.assert_ended(ELSEWHERE).await;
}

#[rocket::async_test]
async fn all_of_a_user_are_cut_off() {
    let server = serve(None);
    let mut alice = visitor(&server, "id=1");
    let bob = visitor(&server, "id=2");
    let mut sockets = [
        greeted(&server, &alice).await,
        greeted(&server, &phone(&server)).await,
    ];
    let mut other = Socket::open(&server, &bob, "/ws").await;
    assert_eq!(other.hear().await, "hello bob");
    assert_eq!(alice.post("/revoke-all", "").body, "2");
    for socket in &mut sockets {
        socket.assert_ended(ELSEWHERE).await;
    }
    other.assert_open().await;
}

#[rocket::async_test]
async fn a_login_too_many_cuts_the_oldest_off() {
    let server = serve(Some(1));
    let alice = visitor(&server, "id=1");
    let mut here = greeted(&server, &alice).await;
    let mut there = greeted(&server, &phone(&server)).await;
    here.assert_ended(ELSEWHERE).await;
    there.assert_open().await;
}

#[post("/revoke-as/<id>/<handle>")]
async fn revoke_as(
    id: i64,
    handle: SessionHandle,
    manager: &State<LoginManager<Account>>,
) -> String {
    manager.revoke(&id, &handle).await.unwrap().to_string()
}

#[post("/handle-of/<id>")]
async fn handle_of(id: i64, manager: &State<LoginManager<Account>>) -> String {
    manager.sessions(&id).await.unwrap()[0].handle().to_string()
}

#[rocket::async_test]
async fn a_handle_of_another_user_s_session_ends_no_socket() {
    let server = serve(None);
    let mut alice = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &alice, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    let handle = alice.post("/handle-of/1", "").body;
    // Bob, whose session it is not.
    assert_eq!(
        alice.post(&format!("/revoke-as/2/{handle}"), "").body,
        "false"
    );
    socket.assert_open().await;
}
