//! The cost of open sockets while nothing happens: memory beyond rocket_ws's own, and processor
//! time. `cargo bench --bench sockets` prints both.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

use std::alloc::System;
use std::borrow::Cow;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use rocket::fairing::AdHoc;
use rocket::futures::StreamExt;
use rocket::{Build, Request, Rocket, get, post, routes};
use rocket_login::{Auth, AuthUser, Config, LoginError, LoginManager, WsUser, ws};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SOCKETS: usize = 2_000;
const IDLE: Duration = Duration::from_secs(10);

struct Account;

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        1
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"hash"[..].into()
    }
}

async fn load(_: &Request<'_>, _: i64) -> Result<Option<Account>, std::convert::Infallible> {
    Ok(Some(Account))
}

#[get("/plain")]
fn plain(ws: ws::WebSocket) -> ws::Channel<'static> {
    ws.channel(|mut stream| {
        Box::pin(async move {
            while stream.next().await.is_some() {}
            Ok(())
        })
    })
}

#[get("/guarded")]
fn guarded<'r>(ws: ws::WebSocket, user: WsUser<'r, Account>) -> ws::Channel<'r> {
    user.channel(ws, |mut stream| async move {
        while stream.next().await.is_some() {}
        Ok(())
    })
}

#[post("/login")]
async fn login(auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.login(&Account).await?;
    Ok(())
}

fn rocket() -> Rocket<Build> {
    let figment = rocket::Config::figment()
        .merge(("port", 0))
        .merge(("log_level", "off"))
        .merge(("workers", 1));
    let config = Config {
        cookie_secure: Some(false),
        ..Config::new(
            "/login",
            "a benchmark's secret of at least thirty-two bytes",
        )
    };
    rocket::custom(figment)
        .attach(LoginManager::fairing(load).config(config))
        .mount("/", routes![plain, guarded, login])
}

/// Launches the application in a thread of its own.
fn launch() -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    let learn = AdHoc::on_liftoff("Address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        let sent = sender.send(address);
        Box::pin(async move { sent.unwrap() })
    });
    let rocket = rocket().attach(learn);
    std::thread::spawn(move || rocket::execute(rocket.launch()).unwrap());
    receiver.recv().unwrap()
}

/// Sends a request, and reads the head of the answer.
fn ask(address: SocketAddr, request: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::with_capacity(1024);
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    (stream, String::from_utf8(head).unwrap())
}

fn open(address: SocketAddr, path: &str, cookie: &str) -> TcpStream {
    let (stream, head) = ask(
        address,
        &format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {cookie}\r\n\r\n"
        ),
    );
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    stream
}

/// Heap bytes per open socket, both ends together.
fn memory(address: SocketAddr, path: &str, cookie: &str) -> (f64, Vec<TcpStream>) {
    // Single allocations are over by now.
    drop(
        (0..100)
            .map(|_| open(address, path, cookie))
            .collect::<Vec<_>>(),
    );
    std::thread::sleep(Duration::from_millis(500));
    let mut sockets = Vec::with_capacity(SOCKETS);
    let region = Region::new(ALLOCATOR);
    sockets.extend((0..SOCKETS).map(|_| open(address, path, cookie)));
    std::thread::sleep(Duration::from_millis(500));
    let change = region.change();
    let kept = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
    (kept / SOCKETS as f64, sockets)
}

/// Processor time of this process so far, in hundredths of a second.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = |index: usize| -> u64 { fields.split(' ').nth(index).unwrap().parse().unwrap() };
    ticks(12) + ticks(13)
}

fn main() {
    let address = launch();
    let request = format!("POST /login HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n");
    let (_, head) = ask(address, &request);
    let cookie = head.split("set-cookie: ").nth(1).unwrap();
    let cookie = cookie.split(';').next().unwrap();

    let (plain, sockets) = memory(address, "/plain", cookie);
    drop(sockets);
    std::thread::sleep(Duration::from_secs(1));
    let (guarded, _sockets) = memory(address, "/guarded", cookie);
    println!("memory of a socket: {plain:.0} bytes of rocket_ws alone, {guarded:.0} guarded");
    println!("a guard costs {:.0} bytes", guarded - plain);

    let before = processor_time();
    std::thread::sleep(IDLE);
    let used = processor_time() - before;
    println!("{SOCKETS} idle sockets: {used} hundredths of a second of processor time in {IDLE:?}");
}
