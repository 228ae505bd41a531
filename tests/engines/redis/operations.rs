//! The work of a store while nothing happens to the server.

use std::time::SystemTime;

use rocket::futures::future::join_all;
use rocket_login::store::{RedisStore, SessionStore};
use rocket_login::testing::store_suite;

use super::server::Server;
use super::{FAR, key, record, session, set};

fn now() -> i64 {
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    time.unwrap().as_secs().try_into().unwrap()
}

#[rocket::async_test]
async fn it_does_what_every_store_does_and_leaves_nothing() {
    for server in Server::start_each().await {
        store_suite(&server.store().await).await;
        assert_eq!(server.ask::<i64>(&["DBSIZE"]).await, 0);
    }
}

#[rocket::async_test]
async fn it_does_so_with_the_newer_protocol_and_in_another_database() {
    let server = Server::start().await;
    let url = format!("{}3?protocol=resp3", server.url());
    store_suite(&RedisStore::connect(&url).await.unwrap()).await;
}

/// The line in the documentation of the store.
fn documented_rights() -> Vec<&'static str> {
    let documentation = include_str!("../../../src/store/redis/mod.rs");
    let (_, line) = documentation.split_once("/// ACL SETUSER ").unwrap();
    let (line, _) = line.split_once("```").unwrap();
    let words = line.split_whitespace().filter(|word| *word != "///");
    ["ACL", "SETUSER"].into_iter().chain(words).collect()
}

#[rocket::async_test]
async fn the_rights_in_its_documentation_are_enough() {
    for server in Server::start_each().await {
        server.ask::<()>(&documented_rights()).await;
        let url = format!("redis://app:password@127.0.0.1:{}", server.port());
        let store = RedisStore::connect(&url).await.unwrap();
        store_suite(&store).await;
        store.publish("hello").await.unwrap();
        server.ask::<()>(&["ACL", "SETUSER", "app", "-info"]).await;
        RedisStore::connect(&url).await.unwrap();
        // No other channel, which is what a new user of Redis 6.2 has.
        let shop = RedisStore::connect(&url).await.unwrap().with_prefix("shop");
        let refused = shop.publish("hello").await.unwrap_err().to_string();
        assert!(refused.contains("channels"), "{refused}");
    }
}

#[rocket::async_test]
async fn two_stores_see_what_each_other_changes() {
    let server = Server::start().await;
    let (one, other) = (server.store().await, server.store().await);
    let mut kept = session(1, 1);
    assert!(one.create(&kept).await.unwrap());
    assert!(!other.create(&kept).await.unwrap());
    kept.value = b"changed".to_vec();
    assert!(other.save(&kept).await.unwrap());
    assert!(!one.save(&kept).await.unwrap());
    kept.revision = 1;
    assert_eq!(one.load(&key(1)).await.unwrap().as_ref(), Some(&kept));
    assert_eq!(one.of_user(&key(1), 1000).await.unwrap(), [kept]);
    assert_eq!(other.delete_of_user(&key(1)).await.unwrap(), 1);
    assert_eq!(one.load(&key(1)).await.unwrap(), None);
}

#[rocket::async_test]
async fn prefixes_keep_applications_apart() {
    let server = Server::start().await;
    let one = server.store().await;
    let other = server.store().await.with_prefix("shop");
    assert!(one.create(&session(1, 1)).await.unwrap());
    assert!(other.create(&session(1, 1)).await.unwrap());
    assert_eq!(other.delete_of_user(&key(1)).await.unwrap(), 1);
    assert!(one.load(&key(1)).await.unwrap().is_some());
    store_suite(&other).await;
}

#[rocket::async_test]
async fn it_does_many_things_at_once() {
    let server = Server::start().await;
    let store = server.store().await;
    let created = (0..200).map(|number| {
        let store = &store;
        async move { store.create(&session(number, number % 3)).await.unwrap() }
    });
    assert!(join_all(created).await.into_iter().all(|created| created));
    let of_user = store.of_user(&key(0), 1000).await.unwrap();
    assert_eq!(of_user.len(), 67);
}

#[rocket::async_test]
async fn scripts_that_were_taken_away_are_brought_again() {
    let server = Server::start().await;
    let store = server.store().await;
    for number in 0..3 {
        assert!(store.create(&session(number, 1)).await.unwrap());
        server.ask::<()>(&["SCRIPT", "FLUSH"]).await;
    }
    assert_eq!(store.delete_of_user(&key(1)).await.unwrap(), 3);
}

#[rocket::async_test]
async fn the_server_forgets_a_minute_after_the_end() {
    let server = Server::start().await;
    let store = server.store().await;
    let mut kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    let forgotten = async |key: String| server.ask::<i64>(&["EXPIRETIME", &key]).await;
    assert_eq!(forgotten(record(1)).await, FAR + 60);
    kept.expires += 100;
    assert!(store.save(&kept).await.unwrap());
    assert_eq!(forgotten(record(1)).await, FAR + 160);
    assert_eq!(forgotten(set(1)).await, FAR + 160);
    // No shorter life takes anything from a longer.
    let mut shorter = session(2, 1);
    shorter.expires -= 100;
    assert!(store.create(&shorter).await.unwrap());
    assert_eq!(forgotten(set(1)).await, FAR + 160);
    assert!(store.delete(&key(1)).await.unwrap());
    assert_eq!(forgotten(set(1)).await, FAR - 40);

    for (number, expires) in [(3, i64::MAX), (4, now() - 50)] {
        let mut odd = session(number, 1);
        odd.expires = expires;
        assert!(store.create(&odd).await.unwrap());
        assert_eq!(store.load(&odd.key).await.unwrap(), Some(odd));
    }
    let mut over = session(5, 1);
    over.expires = i64::MIN;
    assert!(store.create(&over).await.unwrap());
    assert_eq!(store.load(&over.key).await.unwrap(), None);
}

#[rocket::async_test]
async fn the_set_of_a_user_forgets_what_has_expired() {
    let server = Server::start().await;
    let store = server.store().await;
    let size = async || server.ask::<i64>(&["ZCARD", &set(1)]).await;
    // As it is when the server has forgotten the records by itself.
    for number in 100..150 {
        let member = format!("{number:032x}");
        let then = (now() - 10).to_string();
        server.ask::<i64>(&["ZADD", &set(1), &then, &member]).await;
    }
    assert!(store.create(&session(1, 1)).await.unwrap());
    assert_eq!(size().await, 1);
    let mut over = session(2, 1);
    over.expires = now() - 100;
    assert!(store.create(&over).await.unwrap());
    assert_eq!(size().await, 1);
    // And as it is when the record was thrown away before its time.
    assert!(store.create(&session(3, 1)).await.unwrap());
    server.ask::<i64>(&["DEL", &record(3)]).await;
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap(), [session(1, 1)]);
    assert_eq!(size().await, 1);
}

#[rocket::async_test]
async fn a_deleted_session_takes_no_place_in_a_short_list() {
    let server = Server::start().await;
    let store = server.store().await;
    for number in 0..3 {
        assert!(store.create(&session(number, 1)).await.unwrap());
    }
    let size = async || server.ask::<i64>(&["ZCARD", &set(1)]).await;
    // Forgotten in time, and thrown away before: both come first in the set.
    for then in [now() - 10, now() + 1000] {
        for number in 0..150 {
            let member = format!("{number:016x}{then:016x}");
            let then = then.to_string();
            server.ask::<i64>(&["ZADD", &set(1), &then, &member]).await;
        }
    }
    assert_eq!(store.of_user(&key(1), 2).await.unwrap().len(), 2);
    assert_eq!(size().await, 3 + 150);
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap().len(), 3);
    // A server that forgets nothing more is read as well.
    let member = "0".repeat(31) + "f";
    server.ask::<i64>(&["ZADD", &set(1), "19e8", &member]).await;
    let options = ["CONFIG", "SET", "min-replicas-to-write", "1"];
    server.ask::<()>(&options).await;
    for (limit, expected) in [(1, 1), (3, 3), (4, 3)] {
        let listed = store.of_user(&key(1), limit).await.unwrap();
        assert_eq!(listed.len(), expected);
    }
    assert_eq!(size().await, 3 + 150 + 1);
}

#[rocket::async_test]
async fn a_session_is_found_by_the_user_it_has_now() {
    let server = Server::start().await;
    let store = server.store().await;
    let mut kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    kept.user = key(2);
    assert!(store.save(&kept).await.unwrap());
    assert_eq!(store.delete_of_user(&key(1)).await.unwrap(), 0);
    assert_eq!(store.of_user(&key(2), 1000).await.unwrap().len(), 1);
    assert_eq!(server.ask::<i64>(&["EXISTS", &set(1)]).await, 0);
}

#[rocket::async_test]
async fn a_socket_in_the_file_system_is_a_server_as_well() {
    let server = Server::start_with(&["--unixsocket", "socket"]).await;
    let url = format!("unix://{}", server.folder().path().join("socket").display());
    store_suite(&RedisStore::connect(&url).await.unwrap()).await;
    drop(server);
    assert!(RedisStore::connect(&url).await.is_err());
}
