//! The work of a store with its table.

use rocket::futures::future::join_all;
use rocket_login::store::{PostgresStore, SessionStore};
use rocket_login::testing::store_suite;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, PgConnection, PgPool};

use crate::postgres::server::Server;
use crate::sessions::{key, session};

#[rocket::async_test]
async fn postgres_does_what_every_store_does() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    store_suite(&store).await;
    let pool = PgPool::connect(&server.url()).await.unwrap();
    store_suite(&PostgresStore::with_pool(pool).await.unwrap()).await;
    assert_eq!(format!("{store:?}"), "PostgresStore(..)");
}

#[rocket::async_test]
async fn eight_nodes_make_the_table_at_once_and_those_after_them_find_it() {
    let server = Server::start();
    let url = server.url();
    for made in join_all((0..8).map(|_| PostgresStore::connect(&url))).await {
        made.unwrap();
    }
    let store = PostgresStore::connect(&url).await.unwrap();
    assert!(store.create(&session(1, 1)).await.unwrap());
    let store = PostgresStore::connect(&url).await.unwrap();
    assert!(store.load(&key(1)).await.unwrap().is_some());
}

#[rocket::async_test]
async fn an_account_that_may_not_make_tables_uses_one_that_is_there() {
    let server = Server::start();
    let url = server.url();
    let mut admin = PgConnection::connect(&url).await.unwrap();
    let account = "CREATE ROLE app LOGIN PASSWORD 'hunter2'; \
        REVOKE CREATE ON SCHEMA public FROM PUBLIC";
    admin.execute(account).await.unwrap();
    let of_app = url.replace("tester:", "app:");
    let refused = PostgresStore::connect(&of_app).await.unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("permission denied"), "{refused}");

    PostgresStore::connect(&url).await.unwrap();
    let rights = "GRANT SELECT, INSERT, UPDATE, DELETE \
        ON rocket_login_sessions, rocket_login_counters TO app";
    admin.execute(rights).await.unwrap();
    let store = PostgresStore::connect(&of_app).await.unwrap();
    store_suite(&store).await;
}

#[rocket::async_test]
async fn a_database_without_counters_gets_them_and_keeps_its_sessions() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    assert!(store.create(&session(1, 1)).await.unwrap());
    let mut admin = PgConnection::connect(&server.url()).await.unwrap();
    let older = "DROP TABLE rocket_login_counters";
    admin.execute(older).await.unwrap();
    assert!(store.count(&key(1), 1, 0, 10).await.is_err());
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    assert_eq!(store.count(&key(1), 1, 0, 10).await.unwrap(), Some(1));
    assert!(store.load(&key(1)).await.unwrap().is_some());
}

#[rocket::async_test]
async fn two_nodes_count_together() {
    let server = Server::start();
    let one = PostgresStore::connect(&server.url()).await.unwrap();
    let other = PostgresStore::connect(&server.url()).await.unwrap();
    let counts = (0..100).map(async |number| {
        let store = if number % 2 == 0 { &one } else { &other };
        store.count(&key(1), 1, 0, 10).await.unwrap().unwrap()
    });
    let mut counted = join_all(counts).await;
    counted.sort_unstable();
    assert!(counted.into_iter().eq(1..=100));
}

#[rocket::async_test]
async fn a_counter_that_begins_again_meanwhile_is_not_deleted_as_expired() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    for number in 1..=3 {
        assert_eq!(store.count(&key(number), 1, 0, 10).await.unwrap(), Some(1));
    }
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    let renewal = "BEGIN; UPDATE rocket_login_counters SET expires = 20 \
        WHERE key = '\\x01010101010101010101010101010101'";
    other.execute(renewal).await.unwrap();
    assert_eq!(store.delete_expired(10, 10).await.unwrap(), 2);
    other.execute("COMMIT").await.unwrap();
    assert_eq!(store.delete_expired(10, 10).await.unwrap(), 0);
    assert_eq!(store.count(&key(1), 1, 10, 20).await.unwrap(), Some(2));
}

#[rocket::async_test]
async fn one_node_at_a_time_deletes_what_has_expired() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    assert!(store.create(&session(1, 1)).await.unwrap());
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    let lock = "BEGIN; SELECT pg_advisory_xact_lock(1919709031, 2)";
    other.execute(lock).await.unwrap();
    assert_eq!(store.delete_expired(i64::MAX, 10).await.unwrap(), 0);
    other.execute("COMMIT").await.unwrap();
    assert_eq!(store.delete_expired(i64::MAX, 10).await.unwrap(), 1);
}

#[rocket::async_test]
async fn a_session_that_is_saved_meanwhile_is_not_deleted_as_expired() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    for number in 1..=3 {
        assert!(store.create(&session(number, 1)).await.unwrap());
    }
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    let renewal = "BEGIN; UPDATE rocket_login_sessions SET expires = expires + 1000 \
        WHERE key = '\\x01010101010101010101010101010101'";
    other.execute(renewal).await.unwrap();
    assert_eq!(store.delete_expired(2_000_000_000, 10).await.unwrap(), 2);
    other.execute("COMMIT").await.unwrap();
    assert_eq!(store.delete_expired(2_000_000_000, 10).await.unwrap(), 0);
    assert!(store.load(&key(1)).await.unwrap().is_some());
}

#[rocket::async_test]
async fn a_spoilt_row_is_an_error_and_no_other_users_session() {
    let server = Server::start();
    let mut admin = PgConnection::connect(&server.url()).await.unwrap();
    let careless = "CREATE TABLE rocket_login_sessions (key bytea PRIMARY KEY, \
        user_key bytea, expires bigint, revision bigint, value bytea); \
        INSERT INTO rocket_login_sessions VALUES \
        (decode(repeat('01', 16), 'hex'), decode(repeat('01', 15), 'hex'), 9, 0, ''), \
        (decode(repeat('02', 16), 'hex'), decode(repeat('02', 16), 'hex'), 9, 0, NULL), \
        (decode(repeat('03', 15), 'hex'), decode(repeat('03', 16), 'hex'), 9, 0, '')";
    admin.execute(careless).await.unwrap();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    for number in [1, 2] {
        let error = store.load(&key(number)).await.unwrap_err().to_string();
        assert!(error.contains("spoilt"), "{error}");
    }
    assert_eq!(store.load(&key(3)).await.unwrap(), None);
    assert!(store.of_user(&key(1), 1000).await.unwrap().is_empty());
    for user in [2, 3] {
        assert!(store.of_user(&key(user), 1000).await.is_err());
    }
    assert_eq!(store.delete_of_user(&key(2)).await.unwrap(), 1);
    assert_eq!(store.delete_expired(9, 10).await.unwrap(), 2);
}

#[rocket::async_test]
async fn the_table_keeps_spoilt_rows_out() {
    let server = Server::start();
    PostgresStore::connect(&server.url()).await.unwrap();
    let pool = PgPoolOptions::new().connect(&server.url()).await.unwrap();
    for values in [
        "'\\x01', decode(repeat('01', 16), 'hex'), 9, 0, ''",
        "decode(repeat('01', 16), 'hex'), '\\x01', 9, 0, ''",
        "decode(repeat('01', 16), 'hex'), decode(repeat('01', 16), 'hex'), 9, 0, NULL",
    ] {
        let insert = format!("INSERT INTO rocket_login_sessions VALUES ({values})");
        assert!(pool.execute(insert.as_str()).await.is_err(), "{values}");
    }
    for values in ["'\\x01', 1, 9", "decode(repeat('01', 16), 'hex'), 0, 9"] {
        let insert = format!("INSERT INTO rocket_login_counters VALUES ({values})");
        assert!(pool.execute(insert.as_str()).await.is_err(), "{values}");
    }
}
