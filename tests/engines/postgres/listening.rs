//! The messages between nodes.

use std::sync::Arc;

use rocket::tokio::spawn;
use rocket::tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use rocket::tokio::task::JoinHandle;
use rocket::tokio::time::timeout;
use rocket_login::store::{ChannelEvent, PostgresStore, SessionStore, StoreResult};

use crate::postgres::server::Server;
use crate::sessions::PATIENCE;

/// Listens in the background, until it fails.
fn listen(store: &Arc<PostgresStore>) -> (UnboundedReceiver<String>, JoinHandle<StoreResult<()>>) {
    let (sender, receiver) = unbounded_channel();
    let store = store.clone();
    let listening = spawn(async move {
        let hear = move |heard: ChannelEvent<'_>| {
            let heard = match heard {
                ChannelEvent::Listening => "listening",
                ChannelEvent::Message(message) => message,
            };
            sender.send(heard.to_owned()).unwrap();
        };
        store.listen(&hear).await
    });
    (receiver, listening)
}

async fn next(heard: &mut UnboundedReceiver<String>) -> String {
    timeout(PATIENCE, heard.recv()).await.unwrap().unwrap()
}

/// Twice the patience: a silent connection is asked first.
async fn assert_lost(listening: JoinHandle<StoreResult<()>>) {
    let ended = timeout(PATIENCE * 2, listening).await;
    assert!(ended.expect("it still listens").unwrap().is_err());
}

/// This store hears its own messages.
pub(super) async fn assert_hears(store: PostgresStore) {
    let store = Arc::new(store);
    let (mut heard, _listening) = listen(&store);
    assert_eq!(next(&mut heard).await, "listening");
    store.publish("told").await.unwrap();
    assert_eq!(next(&mut heard).await, "told");
}

#[rocket::async_test]
async fn one_node_hears_what_another_publishes_in_its_order() {
    let server = Server::start();
    let one = Arc::new(PostgresStore::connect(&server.url()).await.unwrap());
    let other = PostgresStore::connect(&server.url()).await.unwrap();
    other.publish("too early").await.unwrap();
    let (mut heard, listening) = listen(&one);
    assert_eq!(next(&mut heard).await, "listening");
    let long = "x".repeat(1000);
    for message in ["first", "second", "it's; --", &long] {
        other.publish(message).await.unwrap();
        one.publish(message).await.unwrap();
    }
    for message in ["first", "second", "it's; --", &long] {
        assert_eq!(next(&mut heard).await, message);
        assert_eq!(next(&mut heard).await, message);
    }
    assert!(!listening.is_finished());
}

#[rocket::async_test]
async fn a_listener_learns_that_the_server_was_killed() {
    let mut server = Server::start();
    let store = Arc::new(PostgresStore::connect(&server.url()).await.unwrap());
    for signal in ["KILL", "QUIT"] {
        let (mut heard, listening) = listen(&store);
        assert_eq!(next(&mut heard).await, "listening");
        server.kill(signal);
        assert_lost(listening).await;
        let (_, listening) = listen(&store);
        assert_lost(listening).await;
        server.restart();
    }
    let (mut heard, _listening) = listen(&store);
    assert_eq!(next(&mut heard).await, "listening");
    store.publish("again").await.unwrap();
    assert_eq!(next(&mut heard).await, "again");
}

#[rocket::async_test]
async fn a_listener_learns_that_the_server_stands_still() {
    let server = Server::start();
    let store = Arc::new(PostgresStore::connect(&server.url()).await.unwrap());
    let (mut heard, listening) = listen(&store);
    assert_eq!(next(&mut heard).await, "listening");
    server.freeze();
    assert_lost(listening).await;
    server.thaw();
    let (mut heard, _listening) = listen(&store);
    assert_eq!(next(&mut heard).await, "listening");
}
