//! A network that loses what is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rocket::futures::future::join_all;
use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use rocket::tokio::net::{TcpListener, TcpStream};
use rocket::tokio::{join, spawn};
use rocket_login::store::{PostgresStore, SessionStore};

use crate::postgres::server::Server;
use crate::sessions::{key, session};

/// With what a connection is tested: the message `Sync`.
const PING: &[u8] = b"S\0\0\0\x04";

/// How long until what is lost is given up, and a bit more.
const PATIENCE: Duration = Duration::from_secs(12);

/// Stands before the server, and may lose pings and all that comes after one; says
/// where.
async fn network(server: &Server, loses_pings: Arc<AtomicBool>) -> String {
    let url = server.url();
    let (before, rest) = url.split_once("127.0.0.1:").unwrap();
    let (port, after) = rest.split_once('/').unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let upstream = format!("127.0.0.1:{port}");
    spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&upstream).await.unwrap();
            spawn(forward(client, server, loses_pings.clone()));
        }
    });
    format!("{before}{address}/{after}")
}

async fn forward(mut client: TcpStream, mut server: TcpStream, loses_pings: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let there = async {
        let mut buffer = vec![0; 64 * 1024];
        let mut is_lost = false;
        while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
            let sent = &buffer[..length];
            is_lost |= sent == PING && loses_pings.load(Ordering::SeqCst);
            if !is_lost && to_server.write_all(sent).await.is_err() {
                return;
            }
        }
    };
    let _ = join!(there, copy(&mut from_server, &mut to_client));
}

#[rocket::async_test]
async fn a_pool_whose_connections_have_all_gone_silent_gives_them_up() {
    let server = Server::start();
    let loses_pings = Arc::new(AtomicBool::new(false));
    let url = network(&server, loses_pings.clone()).await;
    let store = PostgresStore::connect(&url).await.unwrap();
    let kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());

    // Each goes silent on its way back into the pool, where no request waits for it.
    loses_pings.store(true, Ordering::SeqCst);
    let reads = join_all((0..10).map(async |_| store.load(&key(1)).await)).await;
    // That of `create` may have been on its way, too.
    assert!(reads.iter().filter(|read| read.is_ok()).count() >= 9);
    assert!(store.save(&kept).await.is_err(), "none has gone silent");
    loses_pings.store(false, Ordering::SeqCst);

    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = store.load(&key(1)).await {
        assert!(Instant::now() < deadline, "{error}");
    }
    assert!(store.save(&kept).await.unwrap());
}
