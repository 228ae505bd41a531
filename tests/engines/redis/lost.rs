//! Answers that are lost on the way: no one knows whether the command was executed.

use rocket_login::store::SessionStore;

use super::server::Server;
use super::way::Way;
use super::{error, key, session};

#[rocket::async_test]
async fn a_write_of_the_first_try_counts_as_written() {
    let server = Server::start().await;
    let way = Way::to(&server).await;
    let (store, other) = (way.store().await, server.store().await);
    let mut kept = session(1, 1);
    way.lose(1);
    assert!(store.create(&kept).await.unwrap());
    assert!(way.has_lost());
    kept.value = b"saved".to_vec();
    way.lose(1);
    assert!(store.save(&kept).await.unwrap());
    assert!(way.has_lost());
    kept.revision = 1;
    assert_eq!(other.load(&key(1)).await.unwrap(), Some(kept));
}

#[rocket::async_test]
async fn a_write_of_another_client_does_not_count_as_written() {
    let server = Server::start().await;
    let way = Way::to(&server).await;
    let (store, other) = (way.store().await, server.store().await);
    let kept = session(1, 1);
    assert!(other.create(&kept).await.unwrap());
    // Without a loss, an equal record that is there already is still another client's.
    assert!(!store.create(&kept).await.unwrap());
    let mut mine = kept.clone();
    mine.value = b"mine".to_vec();
    way.lose(1);
    assert!(!store.create(&mine).await.unwrap());
    assert!(way.has_lost());
    assert!(other.save(&kept).await.unwrap());
    assert!(!store.save(&kept).await.unwrap());
    way.lose(1);
    assert!(!store.save(&mine).await.unwrap());
    assert!(way.has_lost());
    let found = other.load(&key(1)).await.unwrap().unwrap();
    assert_eq!((found.revision, found.value), (1, kept.value));
}

#[rocket::async_test]
async fn a_lost_read_is_repeated_and_a_lost_deletion_stays() {
    let server = Server::start().await;
    let way = Way::to(&server).await;
    let (store, other) = (way.store().await, server.store().await);
    for number in 1..4 {
        assert!(other.create(&session(number, 1)).await.unwrap());
    }
    way.lose(1);
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(session(1, 1)));
    assert!(way.has_lost());
    way.lose(1);
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap().len(), 3);
    assert!(way.has_lost());
    way.lose(1);
    // The second request finds nothing, and cannot know why.
    assert!(!store.delete(&key(1)).await.unwrap());
    assert!(way.has_lost());
    way.lose(1);
    assert_eq!(store.delete_of_user(&key(1)).await.unwrap(), 0);
    assert!(way.has_lost());
    assert_eq!(server.ask::<i64>(&["DBSIZE"]).await, 0);
}

#[rocket::async_test]
async fn nothing_is_counted_twice() {
    let server = Server::start().await;
    let way = Way::to(&server).await;
    let store = way.store().await;
    let count = async |by| store.count(&key(1), by, 0, super::FAR).await;
    assert_eq!(count(1).await.unwrap(), Some(1));
    // The first answer is whether the connection is alive.
    way.lose(1);
    assert_eq!(count(1).await.unwrap(), Some(2));
    assert!(way.has_lost());
    way.lose(2);
    assert!(error(count(1).await).contains("Redis: "));
    assert!(way.has_lost());
    assert_eq!(count(0).await.unwrap(), Some(3));
}

#[rocket::async_test]
async fn no_message_is_sent_twice() {
    let server = Server::start().await;
    let way = Way::to(&server).await;
    let store = way.store().await;
    let sent = async || {
        let stats: String = server.ask(&["INFO", "commandstats"]).await;
        let publish = stats
            .lines()
            .find_map(|line| line.strip_prefix("cmdstat_publish:calls="));
        publish.map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
    };
    // The first answer is whether the connection is alive.
    way.lose(1);
    store.publish("hello").await.unwrap();
    assert!(way.has_lost() && sent().await == 1);
    way.lose(2);
    assert!(error(store.publish("hello").await).contains("Redis: "));
    assert!(way.has_lost() && sent().await == 2);
    store.publish("hello").await.unwrap();
}
