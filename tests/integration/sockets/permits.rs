//! Sockets for those alone who are permitted.

use std::convert::Infallible;

use rocket::{Request, get, routes};
use rocket_login::{LoginManager, Permit, Policy, WsUser, permission_required, ws};

use super::{Socket, origin, serve_rocket, visitor};
use crate::app::{self, Account, bare, config};
use crate::wire::{Curl, Server};

/// For alice alone.
#[derive(Default)]
struct Alice;

impl Policy<Account> for Alice {
    type Error = Infallible;

    async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        Ok(user.name == "alice")
    }
}

#[get("/admin-ws")]
fn admin<'r>(
    ws: ws::WebSocket,
    _permit: Permit<Alice, Account>,
    user: WsUser<'r, Account>,
) -> ws::Channel<'r> {
    user.channel(ws, |_| async { Ok(()) })
}

#[get("/prices")]
fn prices(ws: ws::WebSocket) -> ws::Channel<'static> {
    ws.channel(|_| Box::pin(async { Ok(()) }))
}

fn serve() -> Server {
    let fairing = LoginManager::fairing(app::load).config(config());
    let fairing = fairing.ws_not_authenticated(|_, _| async { Ok(()) });
    let rocket = bare().attach(fairing).mount("/", app::routes());
    let group = permission_required::<Alice, Account>(routes![prices]);
    serve_rocket(rocket.mount("/", routes![admin]).mount("/", group))
}

#[rocket::async_test]
async fn a_handshake_that_is_not_permitted_is_403_also_beside_ws_not_authenticated() {
    let server = serve();
    let origin = origin(&server);
    let own = [("Origin", origin.as_str())];
    let foreign = [("Origin", "http://evil.example")];
    let (alice, bob) = (visitor(&server, "id=1"), visitor(&server, "id=2"));
    for path in ["/admin-ws", "/prices"] {
        Socket::open(&server, &alice, path).await;
        let refused = Socket::try_open(&server, &alice, path, &foreign).await;
        assert_eq!(refused.err(), Some(403), "{path}");
        let refused = Socket::try_open(&server, &bob, path, &own).await;
        assert_eq!(refused.err(), Some(403), "{path}");
        // A stranger gets a last word.
        let mut socket = Socket::open(&server, &Curl::new(&server), path).await;
        socket.assert_ended("not logged in").await;
    }
}
