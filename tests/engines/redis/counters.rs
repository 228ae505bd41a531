//! The counters on the server.

use rocket::futures::future::join_all;
use rocket_login::store::SessionStore;

use super::server::Server;
use super::{FAR, counter, error, key};

#[rocket::async_test]
async fn the_server_forgets_a_counter_a_minute_after_its_end_which_stays() {
    let server = Server::start().await;
    let store = server.store().await;
    let forgotten = async || server.ask::<i64>(&["EXPIRETIME", &counter(1)]).await;
    for (until, expected) in [(FAR, 1), (FAR + 100, 2), (FAR - 100, 3)] {
        let counted = store.count(&key(1), 1, FAR - 10, until).await.unwrap();
        assert_eq!(counted, Some(expected));
        assert_eq!(forgotten().await, FAR + 60);
    }
    let counted = store.count(&key(1), 1, FAR, FAR + 100).await.unwrap();
    assert_eq!(counted, Some(1));
    assert_eq!(forgotten().await, FAR + 160);
    for until in [i64::MIN, 0] {
        assert_eq!(store.count(&key(2), 1, 0, until).await.unwrap(), Some(1));
    }
    assert_eq!(store.count(&key(2), 1, 0, i64::MAX).await.unwrap(), Some(1));
    assert_eq!(store.count(&key(2), 1, 0, i64::MAX).await.unwrap(), Some(2));
    assert_eq!(server.ask::<i64>(&["DBSIZE"]).await, 2);
}

#[rocket::async_test]
async fn two_nodes_count_together_and_apart_by_prefix() {
    let server = Server::start().await;
    let (one, other) = (server.store().await, server.store().await);
    let counts = (0..100).map(async |number| {
        let store = if number % 2 == 0 { &one } else { &other };
        store.count(&key(1), 1, 0, FAR).await.unwrap().unwrap()
    });
    let mut counted = join_all(counts).await;
    counted.sort_unstable();
    assert!(counted.into_iter().eq(1..=100));
    let shop = server.store().await.with_prefix("shop");
    assert_eq!(shop.count(&key(1), 1, 0, FAR).await.unwrap(), Some(1));
}

#[rocket::async_test]
async fn a_spoilt_counter_is_an_error() {
    let server = Server::start().await;
    let store = server.store().await;
    for (field, wrong) in [("count", "many"), ("expires", "soon"), ("expires", "-")] {
        assert_eq!(store.count(&key(1), 1, 0, FAR).await.unwrap(), Some(1));
        match wrong {
            "-" => server.ask::<()>(&["HDEL", &counter(1), field]).await,
            wrong => server.ask::<()>(&["HSET", &counter(1), field, wrong]).await,
        }
        assert!(
            store.count(&key(1), 1, 0, FAR).await.is_err(),
            "{field} {wrong}"
        );
        server.ask::<()>(&["DEL", &counter(1)]).await;
    }
    server.ask::<()>(&["SET", &counter(1), "7"]).await;
    assert!(error(store.count(&key(1), 1, 0, FAR).await).contains("WRONGTYPE"));
}
