//! How a socket is closed when its handler is done or fails, or the server stops.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rocket::futures::{SinkExt, StreamExt};
use rocket::tokio::sync::mpsc;
use rocket::tokio::time::timeout;
use rocket::{State, get, routes, tokio};
use rocket_login::ws::frame::{CloseCode, CloseFrame};
use rocket_login::ws::result::{Error, Result};
use rocket_login::{WsStream, WsUser, ws};
use tokio_tungstenite::tungstenite::Message;

use super::ends::greeted;
use super::many::until_open;
use super::{LONG, Socket, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, config};
use crate::wire::{Curl, Server};

type Done = mpsc::UnboundedSender<&'static str>;

/// Where tasks say that they are over.
struct Tasks(Done);

async fn read_all(mut stream: WsStream) -> Result<()> {
    while let Some(message) = stream.next().await {
        message?;
    }
    Ok(())
}

async fn close_twice(mut stream: WsStream) -> Result<()> {
    let code = CloseCode::from(4401);
    let reason = "enough".into();
    stream.close(Some(CloseFrame { code, reason })).await?;
    stream.close(None).await
}

/// Gives its halves to tasks, and panics.
async fn panic_after_split(stream: WsStream, tasks: Done) -> Result<()> {
    let (mut sink, mut source) = stream.split();
    tokio::spawn(async move {
        while let Some(Ok(message)) = source.next().await {
            let _ = sink.send(message).await;
        }
        let _ = tasks.send("echo");
    });
    panic!("as a handler may");
}

/// One task reads and one writes, and neither gets anywhere.
async fn wait_in_tasks(stream: WsStream, tasks: Done) -> Result<()> {
    let (mut sink, mut source) = stream.split();
    let reader = tasks.clone();
    tokio::spawn(async move {
        while source.next().await.is_some() {}
        let _ = reader.send("reader");
    });
    tokio::spawn(async move {
        while sink.send("x".repeat(60_000).into()).await.is_ok() {}
        let _ = tasks.send("writer");
    });
    std::future::pending().await
}

#[get("/does/<what>")]
fn does<'r>(
    what: &'r str,
    ws: ws::WebSocket,
    user: WsUser<'r, Account>,
    tasks: &'r State<Tasks>,
) -> ws::Channel<'r> {
    let tasks = tasks.0.clone();
    let ws = ws.config(ws::Config {
        max_message_size: Some(1000),
        ..ws::Config::default()
    });
    user.channel(ws, move |stream| async move {
        match what {
            "read" => read_all(stream).await,
            "return" => Ok(()),
            "fail" => Err(Error::Io(std::io::Error::other("the database is gone"))),
            "close" => close_twice(stream).await,
            "panic" => panic_after_split(stream, tasks).await,
            _ => wait_in_tasks(stream, tasks).await,
        }
    })
}

fn serve() -> (Server, mpsc::UnboundedReceiver<&'static str>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let rocket = app::rocket(config()).manage(Tasks(sender));
    let rocket = rocket.mount("/", routes![does]);
    (serve_rocket(rocket.mount("/", socket_routes())), receiver)
}

#[rocket::async_test]
async fn the_code_says_how_it_went() {
    let (server, _tasks) = serve();
    let alice = visitor(&server, "id=1");
    for (what, code, reason) in [
        ("/does/return", 1000, ""),
        ("/does/fail", 1011, ""),
        ("/does/close", 4401, "enough"),
    ] {
        let mut socket = Socket::open(&server, &alice, what).await;
        assert_eq!(socket.closed().await, (code, reason.into()), "{what}");
        assert!(socket.next().await.is_none(), "{what}");
    }
    let mut socket = Socket::open(&server, &alice, "/does/read").await;
    socket.0.send("x".repeat(1001).into()).await.unwrap();
    assert_eq!(socket.closed().await.0, 1009);
}

#[rocket::async_test]
async fn a_client_that_is_still_talking_hears_it() {
    let (server, _tasks) = serve();
    let alice = visitor(&server, "id=1");
    for (what, code) in [("/does/return", 1000), ("/does/close", 4401)] {
        let mut socket = Socket::open(&server, &alice, what).await;
        for _ in 0..50 {
            let _ = socket.0.feed(Message::Text("x".repeat(1000))).await;
        }
        let _ = timeout(Duration::from_millis(200), socket.0.flush()).await;
        assert_eq!(socket.closed().await.0, code, "{what}");
    }
}

/// A client that reads bytes and says nothing.
fn silent(server: &Server, who: &Curl, path: &str) -> TcpStream {
    let (address, cookies, agent) = (server.address, who.cookie_header(), who.agent);
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Cookie: {cookies}\r\nUser-Agent: {agent}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    stream
}

#[test]
fn a_client_has_time_to_answer_and_not_for_ever() {
    let (server, _tasks) = serve();
    let alice = visitor(&server, "id=1");
    for path in ["/does/close", "/does/return"] {
        let mut stream = silent(&server, &alice, path);
        let began = Instant::now();
        let mut frame = [0; 2];
        stream.read_exact(&mut frame).unwrap();
        // A close frame, and its length.
        assert_eq!(frame[0], 0x88, "{path}");
        stream.read_to_end(&mut Vec::new()).unwrap();
        let took = began.elapsed();
        assert!((2..6).contains(&took.as_secs()), "{path} {took:?}");
    }
}

#[rocket::async_test]
async fn a_panic_leaves_the_stream_to_no_task() {
    let (server, mut tasks) = serve();
    let mut alice = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &alice, "/does/panic").await;
    let ended = timeout(LONG, tasks.recv()).await.unwrap();
    assert_eq!(ended, Some("echo"));
    assert!(!matches!(socket.next().await, Some(Ok(Message::Text(_)))));
    until_open(&mut alice, "0").await;
}

#[rocket::async_test]
async fn the_end_of_the_session_wakes_all_who_wait_at_the_stream() {
    let (server, mut tasks) = serve();
    let mut alice = visitor(&server, "id=1");
    let _deaf = Socket::open(&server, &alice, "/does/wait").await;
    // Until the writer waits for a client that does not read.
    tokio::time::sleep(Duration::from_millis(300)).await;
    alice.post("/logout", "");
    let mut ended = Vec::new();
    for _ in 0..2 {
        ended.extend(timeout(LONG, tasks.recv()).await.unwrap());
    }
    ended.sort_unstable();
    assert_eq!(ended, ["reader", "writer"]);
}

/// Whether a socket hears of a shutdown.
async fn is_told_of_a_shutdown() -> bool {
    let rocket = app::rocket(config()).mount("/", socket_routes());
    let server = Server::serve(rocket, |figment| figment.merge(("shutdown.grace", 1)));
    let alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    server.shut_down();
    match socket.next().await {
        Some(Ok(Message::Close(Some(frame)))) => {
            assert_eq!(u16::from(frame.code), 1001);
            assert_eq!(frame.reason, "the server is shutting down");
            true
        }
        _ => false,
    }
}

#[rocket::async_test]
async fn a_shutdown_is_announced() {
    // Now and then Rocket stops at once, and tells no fairing.
    for _ in 0..6 {
        if is_told_of_a_shutdown().await {
            return;
        }
    }
    panic!("nobody was told");
}
