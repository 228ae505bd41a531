//! A server that goes away and comes back.

use std::time::{Duration, Instant};

use rocket::tokio::time::sleep;
use rocket_login::store::{RedisStore, SessionStore};

use super::server::Server;
use super::{key, session};

/// Asks everything that there is, of which nothing may be done and nothing said.
async fn expect_errors(store: &RedisStore, longest: Duration) {
    let start = Instant::now();
    let (kept, user) = (session(1, 1), key(1));
    let asked = rocket::tokio::join!(
        async { store.load(&kept.key).await.map(drop) },
        async { store.of_user(&user, 1000).await.map(drop) },
        async { store.create(&session(9, 9)).await.map(drop) },
        async { store.publish("hello").await },
    );
    for result in [asked.0, asked.1, asked.2, asked.3] {
        assert!(result.is_err());
    }
    assert!(start.elapsed() < longest, "{:?}", start.elapsed());
}

#[rocket::async_test]
async fn a_killed_server_is_an_error_and_loses_nothing() {
    let mut server = Server::start().await;
    let (store, idle) = (server.store().await, server.store().await);
    let mut kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    assert!(store.save(&kept).await.unwrap());
    kept.revision = 1;
    assert!(store.create(&session(2, 1)).await.unwrap());
    assert!(store.delete(&key(2)).await.unwrap());

    server.kill();
    for _ in 0..3 {
        expect_errors(&store, Duration::from_secs(3)).await;
    }
    server.restart();
    server.wait_until_it_answers().await;
    // The first of all requests is served, by whichever store.
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(kept.clone()));
    assert!(idle.save(&kept).await.unwrap());
    assert_eq!(store.load(&key(2)).await.unwrap(), None);
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn the_first_of_every_kind_of_request_is_served_after_a_restart() {
    let mut server = Server::start().await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    for round in 0..8 {
        // Without a request: the connection is lost, and no one notices.
        server.restart();
        server.wait_until_it_answers().await;
        match round {
            0 => assert!(store.load(&key(1)).await.unwrap().is_some()),
            1 => assert_eq!(store.of_user(&key(1), 1000).await.unwrap().len(), 1),
            2 => assert!(store.save(&session(1, 1)).await.unwrap()),
            3 => assert!(store.create(&session(2, 1)).await.unwrap()),
            4 => assert!(store.delete(&key(2)).await.unwrap()),
            5 => assert_eq!(store.delete_of_user(&key(1)).await.unwrap(), 1),
            6 => assert_eq!(store.count(&key(1), 1, 0, i64::MAX).await.unwrap(), Some(1)),
            _ => store.publish("hello").await.unwrap(),
        }
    }
}

#[rocket::async_test]
async fn a_restart_within_a_moment_is_not_noticed() {
    let mut server = Server::start().await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    server.restart();
    // Not waited for: the store does.
    assert!(store.load(&key(1)).await.unwrap().is_some());
}

#[rocket::async_test]
async fn a_stopped_server_is_an_error_until_it_goes_on() {
    let server = Server::start().await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    server.stop();
    expect_errors(&store, Duration::from_secs(6)).await;
    expect_errors(&store, Duration::from_secs(6)).await;
    server.go_on();
    assert!(store.load(&key(1)).await.unwrap().is_some());
    assert!(store.save(&session(1, 1)).await.unwrap());
}

#[rocket::async_test]
async fn a_write_acknowledged_while_a_server_is_killed_again_and_again_stays() {
    let mut server = Server::start().await;
    let store = std::sync::Arc::new(server.store().await);
    let writer = {
        let store = store.clone();
        rocket::tokio::spawn(async move {
            let mut kept = session(1, 1);
            store.create(&kept).await.unwrap();
            let start = Instant::now();
            let mut failures = 0;
            while start.elapsed() < Duration::from_secs(3) {
                match store.save(&kept).await {
                    Ok(saved) => assert!(saved, "somebody else has saved"),
                    // It may have been done: the answer of the server says so.
                    Err(_) => {
                        failures += 1;
                        let found = loop {
                            match store.load(&kept.key).await {
                                Ok(found) => break found.expect("it was acknowledged"),
                                Err(_) => sleep(Duration::from_millis(10)).await,
                            }
                        };
                        let ahead = found.revision - kept.revision;
                        assert!((0..=1).contains(&ahead), "{ahead}");
                        kept = found;
                        continue;
                    }
                }
                kept.revision += 1;
            }
            (kept.revision, failures)
        })
    };
    for _ in 0..4 {
        sleep(Duration::from_millis(500)).await;
        server.restart();
        server.wait_until_it_answers().await;
    }
    let (revision, _) = writer.await.unwrap();
    assert!(revision > 10, "{revision}");
    let found = store.load(&key(1)).await.unwrap().unwrap();
    assert_eq!(found.revision, revision);
}

#[rocket::async_test]
async fn a_server_that_is_reading_its_file_is_waited_for() {
    // As slow as if the file were long: 2200 commands, 100 microseconds each.
    let mut server = Server::start_with(&["--key-load-delay", "100"]).await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    let client = ::redis::Client::open(server.url()).unwrap();
    let mut filler = client.get_multiplexed_async_connection().await.unwrap();
    let mut filling = ::redis::pipe();
    for number in 0..2200 {
        filling.set("filler", number).ignore();
    }
    filling.exec_async(&mut filler).await.unwrap();
    server.restart();
    assert!(store.load(&key(1)).await.unwrap().is_some());
    let errors: String = server.ask(&["INFO", "errorstats"]).await;
    assert!(errors.contains("LOADING"), "it has not waited: {errors}");
}

#[rocket::async_test]
async fn a_server_that_had_no_room_for_a_connection_is_tried_again() {
    let mut server = Server::start_with_password("wonderland").await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    server.restart();
    server.wait_until_it_answers().await;
    // One place, and it is taken.
    let client = ::redis::Client::open(server.url()).unwrap();
    let mut other = client.get_multiplexed_async_connection().await.unwrap();
    let mut set = async |clients: &str| {
        let mut command = ::redis::cmd("CONFIG");
        command.arg(&["SET", "maxclients", clients]);
        command.query_async::<()>(&mut other).await.unwrap();
    };
    set("1").await;
    for _ in 0..3 {
        assert!(store.load(&key(1)).await.is_err());
    }
    set("100").await;
    assert!(store.load(&key(1)).await.unwrap().is_some());
}
