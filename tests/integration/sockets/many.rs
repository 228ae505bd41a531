//! Clients that leave without a word, in numbers, and those that do not listen.

use std::time::{Duration, Instant};

use rocket::futures::SinkExt;
use rocket::tokio::time::sleep;
use rocket::{get, routes};
use rocket_login::{WsUser, ws};

use super::{Socket, serve, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, config};
use crate::wire::Curl;

/// Waits until the process knows of so many sockets.
pub(super) async fn until_open(who: &mut Curl, expected: &str) -> Duration {
    let began = Instant::now();
    loop {
        let open = who.get("/open-sockets", "").body;
        if open == expected {
            return began.elapsed();
        }
        assert!(began.elapsed() < super::LONG, "{open} are open");
        sleep(Duration::from_millis(10)).await;
    }
}

#[rocket::async_test]
async fn nothing_stays_of_five_thousand_sockets_that_were_dropped() {
    let server = serve(config());
    let mut visitors = Vec::new();
    for id in [1, 2] {
        visitors.push(visitor(&server, &format!("id={id}&remember=true")));
    }
    let mut restored = visitor(&server, "id=1&remember=true");
    restored.restart();
    visitors.push(restored);
    let mut who = visitors[0].clone();
    for _ in 0..20 {
        let mut open = Vec::new();
        for number in 0..250 {
            let visitor = &visitors[number % visitors.len()];
            open.push(Socket::open(&server, visitor, "/ws").await);
        }
        who.post("/confirm", "");
        visitors[0] = who.clone();
        drop(open);
    }
    until_open(&mut who, "0").await;
    let mut socket = Socket::open(&server, &who, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    until_open(&mut who, "1").await;
}

/// Never stops talking.
#[get("/flood")]
fn flood<'r>(ws: ws::WebSocket, user: WsUser<'r, Account>) -> ws::Channel<'r> {
    user.channel(ws, |mut stream| async move {
        loop {
            stream.send("x".repeat(60_000).into()).await?;
        }
    })
}

#[rocket::async_test]
async fn a_client_that_never_reads_is_let_go() {
    let rocket = app::rocket(config()).mount("/", routes![flood]);
    let server = serve_rocket(rocket.mount("/", socket_routes()));
    let mut alice = visitor(&server, "id=1");
    let _deaf = Socket::open(&server, &alice, "/flood").await;
    until_open(&mut alice, "1").await;
    // Until the buffers are full and the handler waits for the client.
    sleep(Duration::from_millis(300)).await;
    alice.post("/logout", "");
    let took = until_open(&mut alice, "0").await;
    assert!(took < Duration::from_secs(5), "{took:?}");
}
