//! The messages between stores.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rocket::tokio::spawn;
use rocket::tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use rocket::tokio::task::JoinHandle;
use rocket::tokio::time::timeout;
use rocket_login::store::{ChannelEvent, RedisStore, SessionStore};

use super::server::Server;

struct Listener {
    heard: UnboundedReceiver<Option<String>>,
    task: JoinHandle<String>,
}

impl Listener {
    /// One that listens already.
    async fn start(store: RedisStore) -> Self {
        let (sender, heard) = unbounded_channel();
        let task = spawn(async move {
            let hear = move |heard: ChannelEvent<'_>| {
                let _ = sender.send(match heard {
                    ChannelEvent::Listening => None,
                    ChannelEvent::Message(text) => Some(text.to_string()),
                });
            };
            store.listen(&hear).await.unwrap_err().to_string()
        });
        let mut listener = Self { heard, task };
        assert_eq!(listener.next().await, None, "it listens");
        listener
    }

    async fn next(&mut self) -> Option<String> {
        let heard = timeout(Duration::from_secs(5), self.heard.recv()).await;
        heard.unwrap().unwrap()
    }

    async fn end(self) -> (String, Duration) {
        let start = Instant::now();
        let ended = timeout(Duration::from_secs(8), self.task).await;
        (ended.unwrap().unwrap(), start.elapsed())
    }
}

#[rocket::async_test]
async fn each_message_is_heard_once_and_in_order() {
    let server = Server::start().await;
    let mut listener = Listener::start(server.store().await).await;
    let mut stranger = Listener::start(server.store().await.with_prefix("shop")).await;
    let speaker = server.store().await;
    let longest = "~".repeat(1000);
    for text in ["one", "two", &longest] {
        speaker.publish(text).await.unwrap();
    }
    server
        .ask::<()>(&["PUBLISH", "{shop}:signals", "elsewhere"])
        .await;
    for text in ["one", "two", &longest] {
        assert_eq!(listener.next().await.as_deref(), Some(text));
    }
    assert_eq!(stranger.next().await.as_deref(), Some("elsewhere"));
    assert!(listener.heard.try_recv().is_err() && stranger.heard.try_recv().is_err());
}

#[rocket::async_test]
async fn it_hears_with_the_newer_protocol_and_past_what_is_no_text() {
    let server = Server::start().await;
    let url = format!("{}?protocol=resp3", server.url());
    let store = RedisStore::connect(&url).await.unwrap();
    let mut listener = Listener::start(store).await;
    let client = ::redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for bytes in [&b"\xff"[..], b"text"] {
        let mut command = ::redis::cmd("PUBLISH");
        command.arg("{rocket_login}:signals").arg(bytes);
        command.query_async::<()>(&mut connection).await.unwrap();
    }
    assert_eq!(listener.next().await.as_deref(), Some("text"));
}

#[rocket::async_test]
async fn it_listens_for_longer_than_a_check_takes() {
    let server = Server::start().await;
    for protocol in ["resp2", "resp3"] {
        let url = format!("{}?protocol={protocol}", server.url());
        let store = RedisStore::connect(&url).await.unwrap();
        let mut listener = Listener::start(store).await;
        // The server counts how often it was asked whether it is there.
        let start = Instant::now();
        let pings = async || {
            let stats: String = server.ask(&["INFO", "commandstats"]).await;
            let ping = stats.lines().find(|line| line.starts_with("cmdstat_ping"));
            ping.map(ToString::to_string)
        };
        let before = pings().await;
        while pings().await == before {
            assert!(start.elapsed() < Duration::from_secs(5), "it never asks");
            rocket::tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.store().await.publish("still").await.unwrap();
        assert_eq!(listener.next().await.as_deref(), Some("still"));
    }
}

#[rocket::async_test]
async fn a_listener_hears_that_a_server_is_killed_and_can_listen_again() {
    let mut server = Server::start().await;
    let listener = Listener::start(server.store().await).await;
    server.kill();
    let (why, took) = listener.end().await;
    assert!(
        why.contains("lost") && took < Duration::from_secs(1),
        "{why}"
    );
    let store = Arc::new({
        server.restart();
        server.wait_until_it_answers().await;
        server.store().await
    });
    let mut listener = Listener::start(server.store().await).await;
    store.publish("back").await.unwrap();
    assert_eq!(listener.next().await.as_deref(), Some("back"));
}

#[rocket::async_test]
async fn a_listener_hears_that_a_server_is_stopped() {
    let server = Server::start().await;
    let listener = Listener::start(server.store().await).await;
    server.stop();
    let (why, took) = listener.end().await;
    assert!(
        why.contains("in time") && took < Duration::from_secs(6),
        "{why}"
    );
    server.go_on();
}
