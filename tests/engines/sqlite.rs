//! Sessions in a SQLite file.

use std::path::Path;

use rocket::futures::future::join_all;
use rocket_login::store::{SessionStore, SqliteStore};
use rocket_login::testing::store_suite;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::process::Folder;
use crate::sessions::{assert_each_failed, call_each, key, session};

fn url(folder: &Folder) -> String {
    format!("sqlite://{}/sessions.db", folder.path().display())
}

#[rocket::async_test]
async fn sqlite_does_what_every_store_does() {
    let folder = Folder::new("sqlite");
    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    store_suite(&store).await;
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    store_suite(&SqliteStore::with_pool(pool).await.unwrap()).await;
    assert_eq!(format!("{store:?}"), "SqliteStore(..)");
}

#[rocket::async_test]
async fn eight_processes_make_the_file_at_once_and_those_after_them_find_it() {
    for _ in 0..10 {
        let folder = Folder::new("sqlite");
        let url = url(&folder);
        for made in join_all((0..8).map(|_| SqliteStore::connect(&url))).await {
            made.unwrap();
        }
        let store = SqliteStore::connect(&url).await.unwrap();
        assert!(store.create(&session(1, 1)).await.unwrap());
        let store = SqliteStore::connect(&url).await.unwrap();
        assert!(store.load(&key(1)).await.unwrap().is_some());
    }
}

#[rocket::async_test]
async fn sixteen_writers_in_two_processes_wait_for_each_other() {
    let folder = Folder::new("sqlite");
    let one = SqliteStore::connect(&url(&folder)).await.unwrap();
    let other = SqliteStore::connect(&url(&folder)).await.unwrap();
    let write = async |number: u8| {
        let store = if number.is_multiple_of(2) {
            &one
        } else {
            &other
        };
        for round in 0..10 {
            let mut kept = session(number * 10 + round, number);
            assert!(store.create(&kept).await.unwrap());
            kept.value = vec![number];
            assert!(store.save(&kept).await.unwrap());
        }
    };
    join_all((0..16).map(write)).await;
    let counts = (0..16).map(async |number| {
        let store = if number % 2 == 0 { &one } else { &other };
        store.count(&key(1), 1, 0, 10).await.unwrap().unwrap()
    });
    let mut counted = join_all(counts).await;
    counted.sort_unstable();
    assert!(counted.into_iter().eq(1..=16));
    assert_eq!(one.delete_expired(10, 10).await.unwrap(), 1);
    for number in 0..16_u8 {
        // Each sees what the other has written.
        let store = if number.is_multiple_of(2) {
            &other
        } else {
            &one
        };
        let found = store.of_user(&key(number), 1000).await.unwrap();
        assert_eq!(found.len(), 10);
        assert!(found.iter().all(|kept| kept.value == [number]));
        assert_eq!(store.delete_of_user(&key(number)).await.unwrap(), 10);
    }
    store_suite(&other).await;
}

#[rocket::async_test]
async fn a_file_that_another_process_locks_can_be_read_and_writing_is_an_error() {
    let folder = Folder::new("sqlite");
    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    let kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    let mut other = SqliteConnection::connect(&url(&folder)).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let said = call_each(&store, &kept).await;
    let (reads, writes) = said.split_at(2);
    assert!(reads.iter().all(|(_, error, _)| error.is_none()));
    // No node is told, so nothing is written.
    let (publish, writes) = writes.split_last().unwrap();
    assert_eq!(publish.1, None);
    assert_each_failed(writes.to_vec());
    other.execute("COMMIT").await.unwrap();
    assert!(store.save(&kept).await.unwrap());
    assert_eq!(store.load(&key(200)).await.unwrap(), None);
}

#[rocket::async_test]
async fn a_sqlite_pool_run_dry_is_an_error() {
    let folder = Folder::new("sqlite");
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("sessions.db"))
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect_with(options).await.unwrap();
    let store = SqliteStore::with_pool(pool.clone()).await.unwrap();
    let kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    let held = pool.acquire().await.unwrap();
    let mut said = call_each(&store, &kept).await;
    said.pop();
    assert_each_failed(said);
    drop(held);
    assert!(store.load(&kept.key).await.unwrap().is_some());
}

#[rocket::async_test]
async fn a_full_file_is_an_error_and_loses_nothing() {
    let folder = Folder::new("sqlite");
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("sessions.db"))
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect_with(options).await.unwrap();
    let store = SqliteStore::with_pool(pool.clone()).await.unwrap();
    let mut kept = session(1, 1);
    assert!(store.create(&kept).await.unwrap());
    pool.execute("PRAGMA max_page_count = 16").await.unwrap();
    let mut large = session(2, 1);
    large.value = vec![0; 256 * 1024];
    let error = store.create(&large).await.unwrap_err().to_string();
    assert!(error.contains("full"), "{error}");
    large.key = kept.key;
    assert!(store.save(&large).await.is_err());
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap(), [kept.clone()]);

    pool.execute("PRAGMA max_page_count = 4294967294")
        .await
        .unwrap();
    assert!(store.save(&kept).await.unwrap());
    kept.revision += 1;
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(kept));
}

#[rocket::async_test]
async fn a_spoilt_row_of_a_file_is_an_error_and_no_other_users_session() {
    let folder = Folder::new("sqlite");
    let file = url(&folder) + "?mode=rwc";
    let mut careless = SqliteConnection::connect(&file).await.unwrap();
    let table = "CREATE TABLE rocket_login_sessions \
        (key PRIMARY KEY, user_key, expires, revision, value); \
        INSERT INTO rocket_login_sessions VALUES \
        (unhex('01010101010101010101010101010101'), x'01', 9, 0, x''), \
        (unhex('02020202020202020202020202020202'), \
         unhex('02020202020202020202020202020202'), 9, 0, NULL), \
        (unhex('03030303030303030303030303030303'), \
         unhex('03030303030303030303030303030303'), 'soon', 0, x''), \
        (unhex('04040404040404040404040404040404'), \
         unhex('04040404040404040404040404040404'), 9, 0.5, x''), \
        (x'05', unhex('05050505050505050505050505050505'), 9, 0, x'')";
    careless.execute(table).await.unwrap();
    let store = SqliteStore::connect(&file).await.unwrap();
    for number in 1..=4 {
        let error = store.load(&key(number)).await.unwrap_err().to_string();
        assert!(error.contains("spoilt"), "{error}");
    }
    assert_eq!(store.load(&key(5)).await.unwrap(), None);
    assert!(store.of_user(&key(1), 1000).await.unwrap().is_empty());
    for user in 2..=5 {
        assert!(store.of_user(&key(user), 1000).await.is_err());
        assert_eq!(store.delete_of_user(&key(user)).await.unwrap(), 1);
    }
}

#[rocket::async_test]
async fn the_table_of_a_file_keeps_spoilt_rows_out() {
    let folder = Folder::new("sqlite");
    SqliteStore::connect(&url(&folder)).await.unwrap();
    let mut other = SqliteConnection::connect(&url(&folder)).await.unwrap();
    for values in [
        "x'01', randomblob(16), 9, 0, x''",
        "randomblob(16), x'01', 9, 0, x''",
        "randomblob(16), randomblob(16), 'soon', 0, x''",
        "randomblob(16), randomblob(16), 9, 0, NULL",
        "'sixteen letters!', randomblob(16), 9, 0, x''",
    ] {
        let insert = format!("INSERT INTO rocket_login_sessions VALUES ({values})");
        assert!(other.execute(insert.as_str()).await.is_err(), "{values}");
    }
    for values in [
        "x'01', 1, 9",
        "randomblob(16), 0, 9",
        "randomblob(16), 1.5, 9",
    ] {
        let insert = format!("INSERT INTO rocket_login_counters VALUES ({values})");
        assert!(other.execute(insert.as_str()).await.is_err(), "{values}");
    }
}

#[rocket::async_test]
async fn a_file_that_cannot_be_opened_is_an_error_that_names_the_reason() {
    let folder = Folder::new("sqlite");
    std::fs::write(folder.path().join("text"), "no database, ".repeat(100)).unwrap();
    let in_folder = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    for (url, reason) in [
        ("sqlite::memory:".into(), "\"memory\""),
        ("sqlite://?mode=memory".into(), "\"memory\""),
        (in_folder("sessions.db?mode=memory"), "\"memory\""),
        ("sqlite://".into(), "\"memory\""),
        ("file::memory:".into(), "\"memory\""),
        (in_folder("missing/sessions.db"), "unable to open"),
        (in_folder("text"), "not a database"),
        (in_folder("sessions.db?mode=odd"), "mode"),
    ] {
        let error = SqliteStore::connect(&url).await.unwrap_err().to_string();
        assert!(error.contains(reason), "{url}: {error}");
    }
    assert!(!Path::new(":memory:").exists());
}
