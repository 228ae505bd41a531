//! Records that another program has written in place of the store's.

use rocket_login::store::SessionStore;

use super::server::Server;
use super::{error, key, record, session, set};

#[rocket::async_test]
async fn a_spoilt_record_is_an_error_and_no_users_session() {
    let server = Server::start().await;
    let store = server.store().await;
    for (field, wrong) in [
        ("user", "0101"),
        ("user", "\u{e9}"),
        ("expires", "tomorrow"),
        ("expires", "99999999999999999999"),
        ("revision", ""),
        ("revision", "1.5"),
        ("value", "-"),
    ] {
        assert!(store.create(&session(1, 1)).await.unwrap());
        let record = record(1);
        match wrong {
            "-" => server.ask::<()>(&["HDEL", &record, field]).await,
            wrong => server.ask::<()>(&["HSET", &record, field, wrong]).await,
        }
        assert!(error(store.load(&key(1)).await).contains(field));
        if field != "user" {
            assert!(error(store.of_user(&key(1), 1000).await).contains(field));
        }
        assert!(store.delete(&key(1)).await.unwrap());
        server.ask::<()>(&["FLUSHALL"]).await;
    }
}

#[rocket::async_test]
async fn a_record_without_a_user_goes_with_the_user_that_lists_it() {
    let server = Server::start().await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    server.ask::<()>(&["HDEL", &record(1), "user"]).await;
    assert!(store.load(&key(1)).await.is_err());
    assert!(store.of_user(&key(1), 1000).await.is_err());
    assert_eq!(store.delete_of_user(&key(1)).await.unwrap(), 1);
    assert_eq!(server.ask::<i64>(&["DBSIZE"]).await, 0);
}

#[rocket::async_test]
async fn a_set_that_lists_anothers_session_gives_nothing_away() {
    let server = Server::start().await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    assert!(store.create(&session(2, 2)).await.unwrap());
    let member = "02".repeat(16);
    for member in [&member, "", "../..", "\u{e9}"] {
        server.ask::<()>(&["ZADD", &set(1), "3e9", member]).await;
    }
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap(), [session(1, 1)]);
    server.ask::<()>(&["ZADD", &set(1), "3e9", &member]).await;
    assert_eq!(store.delete_of_user(&key(1)).await.unwrap(), 1);
    assert_eq!(store.load(&key(2)).await.unwrap(), Some(session(2, 2)));
}

#[rocket::async_test]
async fn a_key_of_another_type_is_an_error() {
    let server = Server::start().await;
    let store = server.store().await;
    server.ask::<()>(&["SET", &record(1), "text"]).await;
    server.ask::<()>(&["SET", &set(2), "text"]).await;
    for number in [1, 2] {
        let kept = session(number, number);
        assert!(error(store.create(&kept).await).contains("WRONGTYPE"));
    }
    assert!(error(store.load(&key(1)).await).contains("WRONGTYPE"));
    assert!(error(store.save(&session(1, 1)).await).contains("WRONGTYPE"));
    assert!(error(store.delete(&key(1)).await).contains("WRONGTYPE"));
    assert!(error(store.of_user(&key(2), 1000).await).contains("WRONGTYPE"));
    assert!(error(store.delete_of_user(&key(2)).await).contains("WRONGTYPE"));
    // A failing call writes nothing.
    assert_eq!(server.ask::<i64>(&["DBSIZE"]).await, 2);
}
