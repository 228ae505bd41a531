//! A server that is gone, stands still, is full, or was never there.

use std::net::TcpListener;

use rocket::futures::future::join_all;
use rocket_login::store::{PostgresStore, SessionStore};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, PgConnection};

use crate::postgres::server::Server;
use crate::process::free_port;
use crate::sessions::{assert_each_failed, call_each, key, session};

/// Has every connection of the pool made.
async fn fill_pool(store: &PostgresStore) {
    for read in join_all((0..20).map(async |_| store.load(&key(1)).await)).await {
        read.unwrap();
    }
}

#[rocket::async_test]
async fn a_server_that_was_killed_loses_nothing_and_no_call_after_its_return() {
    let mut server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    let mut kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    for signal in ["KILL", "QUIT", "INT"] {
        fill_pool(&store).await;
        server.kill(signal);
        assert_each_failed(call_each(&store, &kept).await);
        server.restart();
        // The pool is full of connections that have died without being used.
        for restart in [false, true] {
            if restart {
                fill_pool(&store).await;
                server.kill(signal);
                server.restart();
            }
            assert_eq!(store.load(&key(1)).await.unwrap(), Some(kept.clone()));
            assert!(store.save(&kept).await.unwrap(), "{signal}");
            kept.revision += 1;
        }
        fill_pool(&store).await;
        server.kill(signal);
        server.restart();
        assert!(store.save(&kept).await.unwrap(), "{signal}");
        kept.revision += 1;
        assert_eq!(store.of_user(&key(1), 1000).await.unwrap(), [kept.clone()]);
    }
}

#[rocket::async_test]
async fn many_calls_at_once_after_a_restart_all_succeed() {
    let mut server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    assert!(store.create(&session(1, 1)).await.unwrap());
    fill_pool(&store).await;
    server.kill("KILL");
    server.restart();
    let reads = join_all((0..40).map(async |_| store.load(&key(1)).await));
    let writes = join_all((100..140).map(async |number| store.create(&session(number, 2)).await));
    let (reads, writes) = rocket::tokio::join!(reads, writes);
    assert!(reads.into_iter().all(|read| read.unwrap().is_some()));
    assert!(writes.into_iter().all(|created| created.unwrap()));
}

#[rocket::async_test]
async fn a_server_that_stands_still_is_an_error_and_then_forgotten() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    let kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    fill_pool(&store).await;
    server.freeze();
    for _ in 0..2 {
        assert_each_failed(call_each(&store, &kept).await);
    }
    server.thaw();
    fill_pool(&store).await;
    assert!(store.save(&kept).await.unwrap());
    assert!(
        call_each(&store, &kept)
            .await
            .iter()
            .all(|(_, error, _)| error.is_none())
    );
}

#[rocket::async_test]
async fn a_table_that_another_client_locks_is_an_error_and_the_server_gives_up_too() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    let kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    let lock = "BEGIN; LOCK TABLE rocket_login_sessions, rocket_login_counters";
    other.execute(lock).await.unwrap();
    let said = call_each(&store, &kept).await;
    let (others, publish) = said.split_at(said.len() - 1);
    assert_each_failed(others.to_vec());
    assert_eq!(publish[0].1, None);
    other.execute("COMMIT").await.unwrap();
    assert!(store.save(&kept).await.unwrap());
    assert_eq!(store.load(&key(200)).await.unwrap(), None);
}

#[rocket::async_test]
async fn a_pool_run_dry_is_an_error() {
    let server = Server::start();
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.connect(&server.url()).await.unwrap();
    let store = PostgresStore::with_pool(pool.clone()).await.unwrap();
    let kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    let held = pool.acquire().await.unwrap();
    assert_each_failed(call_each(&store, &kept).await);
    drop(held);
    assert!(store.load(&kept.key).await.unwrap().is_some());
}

#[rocket::async_test]
async fn a_full_disk_is_an_error_and_loses_nothing() {
    let server = Server::start();
    let store = PostgresStore::connect(&server.url()).await.unwrap();
    let mut kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    let mut admin = PgConnection::connect(&server.url()).await.unwrap();
    let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$; \
        CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON rocket_login_sessions \
        FOR EACH ROW EXECUTE FUNCTION full_disk()";
    admin.execute(full).await.unwrap();
    let error = store.create(&session(2, 1)).await.unwrap_err().to_string();
    assert!(error.contains("could not extend file"), "{error}");
    assert!(store.save(&kept).await.is_err());
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap(), [kept.clone()]);

    let empty = "DROP TRIGGER full_disk ON rocket_login_sessions";
    admin.execute(empty).await.unwrap();
    assert!(store.save(&kept).await.unwrap());
    kept.revision += 1;
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(kept));
}

#[rocket::async_test]
async fn a_failed_connection_names_the_reason_and_not_the_password() {
    let server = Server::start();
    // It accepts and never answers.
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let silent = silent.local_addr().unwrap().port();
    let nobody = free_port();
    for (url, reason) in [
        (server.url_with("sesame"), "password authentication failed"),
        (
            server.url().replace("/postgres", "/nothing"),
            "\"nothing\" does not exist",
        ),
        (server.url() + "?sslmode=require", "TLS"),
        (server.url() + "?pasword=sesame", "parameter"),
        (
            format!("postgres://a:sesame@127.0.0.1:{nobody}/b"),
            "refused",
        ),
        (
            format!("postgres://a:sesame@127.0.0.1:{silent}/b"),
            "within 5 seconds",
        ),
        ("postgres://a:sesame@127.0.0.1:port/b".into(), "port"),
    ] {
        let error = PostgresStore::connect(&url).await.unwrap_err();
        let error = format!("{error} {error:?}");
        assert!(error.contains(reason), "{reason}: {error}");
        assert!(
            !error.contains("sesame") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
