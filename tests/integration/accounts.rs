//! The demo's accounts, in a file that outlives it.

use std::path::PathBuf;

use rocket::error::ErrorKind;
use rocket::figment::Figment;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::demo;
use crate::wire::{Curl, Server};

/// A folder that goes when the test is over.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("rocket_login-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("accounts.db")
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(|figment| with_file(figment, self.file()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// With a key of its own and sessions in cookies, so that several nodes take each other's.
fn with_file(figment: Figment, file: PathBuf) -> Figment {
    let figment = figment.merge(("demo.database", file));
    let figment = figment.merge(("login.session.store", "cookie"));
    figment.merge(("login.secret_key", crate::app::KEY))
}

fn log_in(server: &Server, password: &str) -> (Curl, u16) {
    let mut curl = Curl::new(server);
    let form = format!("username=alice&password={password}");
    let status = curl.post("/login", &form).status;
    (curl, status)
}

#[test]
fn a_restart_loses_no_account() {
    let folder = Folder::new("restart");
    let first = folder.serve();
    let (mut alice, status) = log_in(&first, "wonderland");
    assert_eq!(status, 303);
    let changed = alice.post("/password", "new_password=looking-glass");
    assert_eq!(changed.location(), Some("/account"));
    drop(first);

    let second = folder.serve();
    alice.move_to(&second);
    assert_eq!(alice.get("/account", "").status, 200);
    assert_eq!(log_in(&second, "wonderland").1, 401);
    assert_eq!(log_in(&second, "looking-glass").1, 303);
}

#[test]
fn several_nodes_share_a_file() {
    let folder = Folder::new("nodes");
    let nodes = [folder.serve(), folder.serve()];
    let (mut alice, _) = log_in(&nodes[0], "wonderland");
    let (mut phone, _) = log_in(&nodes[1], "wonderland");
    alice.move_to(&nodes[1]);
    alice.post("/password", "new_password=looking-glass");
    assert_eq!(alice.get("/account", "").status, 200);
    phone.move_to(&nodes[0]);
    assert_eq!(phone.get("/account", "").status, 303);
}

#[test]
fn without_a_file_each_starts_afresh() {
    let servers = [
        Server::start(|figment| figment),
        Server::start(|figment| figment),
    ];
    let (mut alice, _) = log_in(&servers[0], "wonderland");
    alice.post("/password", "new_password=looking-glass");
    assert_eq!(log_in(&servers[0], "looking-glass").1, 303);
    assert_eq!(log_in(&servers[1], "wonderland").1, 303);
}

#[test]
fn a_user_who_is_no_longer_staff_is_so_after_a_restart_too() {
    let folder = Folder::new("staff");
    let server = folder.serve();
    let (mut alice, _) = log_in(&server, "wonderland");
    assert_eq!(alice.get("/staff/reports", "").status, 200);
    let options = SqliteConnectOptions::new().filename(folder.file());
    rocket::async_test(async {
        let pool = SqlitePool::connect_with(options).await.unwrap();
        let dismissal = sqlx::query("DELETE FROM staff").execute(&pool).await;
        assert_eq!(dismissal.unwrap().rows_affected(), 1);
    });
    assert_eq!(alice.get("/staff/reports", "").status, 403);
    drop(server);

    let server = folder.serve();
    alice.move_to(&server);
    assert_eq!(alice.get("/staff/reports", "").status, 403);
    assert_eq!(alice.get("/account", "").status, 200);
}

#[test]
fn accounts_that_cannot_be_reached_log_no_user_out() {
    let folder = Folder::new("gone");
    let server = folder.serve();
    let (mut alice, _) = log_in(&server, "wonderland");
    let options = SqliteConnectOptions::new().filename(folder.file());
    rocket::async_test(async {
        let pool = SqlitePool::connect_with(options).await.unwrap();
        sqlx::query("ALTER TABLE accounts RENAME TO hidden")
            .execute(&pool)
            .await
            .unwrap();
        assert_eq!(alice.get("/account", "").status, 503);
        assert_eq!(log_in(&server, "wonderland").1, 503);
        sqlx::query("ALTER TABLE hidden RENAME TO accounts")
            .execute(&pool)
            .await
            .unwrap();
    });
    assert_eq!(alice.get("/account", "").status, 200);
}

#[rocket::async_test]
async fn a_database_that_cannot_be_had_aborts_the_launch() {
    let folder = Folder::new("wrong");
    for (key, value) in [
        ("demo.database", folder.0.to_str().unwrap()),
        ("demo.database", "/nowhere/at/all/accounts.db"),
        ("demo.databse", "accounts.db"),
        ("demo", "accounts.db"),
    ] {
        let rocket = demo::rocket();
        let figment = rocket.figment().clone().select("debug");
        let figment = figment.merge(("log_level", "off")).merge((key, value));
        let error = rocket.configure(figment).ignite().await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::FailedFairings(_)),
            "{key}"
        );
    }
}
