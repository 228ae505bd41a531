//! Sockets of two kinds of users with the same id.

use rocket::State;
use rocket::futures::{SinkExt, StreamExt};
use rocket_login::{WsUser, ws};

use super::*;
use crate::sockets::{Socket, serve_rocket, socket_routes, visitor};
use crate::wire::Server;

#[get("/staff/ws")]
fn socket<'r>(ws: ws::WebSocket, staff: WsUser<'r, Staff>) -> ws::Channel<'r> {
    staff.channel(ws, |mut stream| async move {
        while let Some(message) = stream.next().await {
            stream.send(message?).await?;
        }
        Ok(())
    })
}

#[post("/staff/logout")]
async fn logout(auth: Auth<'_, Staff>) {
    auth.logout().await.unwrap();
}

#[post("/staff/changed")]
async fn changed(manager: &State<LoginManager<Staff>>) {
    manager.auth_changed(&1).await.unwrap();
}

fn server() -> Server {
    let rocket = rocket(staff_config()).mount("/", socket_routes());
    serve_rocket(rocket.mount("/", routes![socket, logout, changed]))
}

#[rocket::async_test]
async fn a_socket_ends_with_its_own_kind_alone() {
    for (path, why) in [
        ("/staff/logout", "logged out"),
        ("/staff/changed", "the user's credentials have changed"),
    ] {
        let server = server();
        let mut visitor = visitor(&server, "id=1");
        visitor.post("/staff/login", "");
        let mut customers = Socket::open(&server, &visitor, "/ws").await;
        assert_eq!(customers.hear().await, "hello alice");
        let mut staff = Socket::open(&server, &visitor, "/staff/ws").await;
        staff.assert_open().await;
        visitor.post(path, "");
        staff.assert_ended(why).await;
        customers.assert_open().await;
    }
}

#[rocket::async_test]
async fn a_session_of_one_kind_opens_no_socket_of_the_other() {
    let server = server();
    let visitor = visitor(&server, "id=1");
    let origin = format!("http://{}", server.address);
    let headers = [("Origin", origin.as_str())];
    let refused = Socket::try_open(&server, &visitor, "/staff/ws", &headers).await;
    assert_eq!(refused.err(), Some(401));
}
