//! Why a store cannot be opened.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use ::redis::{Client, TlsCertificates};
use rocket_login::store::{RedisStore, SessionStore};
use rocket_login::testing::store_suite;

use super::server::Server;
use super::{error, session};
use crate::process::{Folder, free_port};

/// Why not, which takes no longer than it may and does not name the password.
async fn why(url: &str) -> String {
    let start = Instant::now();
    let why = error(RedisStore::connect(url).await);
    assert!(start.elapsed() < Duration::from_secs(5), "{why}");
    assert!(!why.contains("hunter2"), "{why}");
    why
}

#[rocket::async_test]
async fn the_reason_is_given_and_the_password_is_not() {
    let server = Server::start_with_password("wonderland").await;
    let at = format!("127.0.0.1:{}", server.port());
    let wrong = why(&format!("redis://:hunter2@{at}")).await;
    assert!(wrong.contains("uthentication failed"), "{wrong}");
    let unknown = why(&format!("redis://alice:hunter2@{at}/?protocol=resp3")).await;
    assert!(unknown.contains("password"), "{unknown}");
    let none = why(&format!("redis://{at}")).await;
    assert!(none.contains("uthentication required"), "{none}");
    let database = why(&format!("redis://:wonderland@{at}/99")).await;
    assert!(database.contains("DB index"), "{database}");
    let refused = why(&format!("redis://:hunter2@127.0.0.1:{}", free_port())).await;
    assert!(refused.contains("refused"), "{refused}");
    let nowhere = why("redis://:hunter2@nowhere.invalid").await;
    assert!(nowhere.starts_with("Redis: "), "{nowhere}");
    for wrong in [
        "redis:hunter2",
        "http://:hunter2@localhost",
        "",
        "redis://:hunter2@h/x",
    ] {
        assert!(why(wrong).await.starts_with("Redis: "));
    }
}

#[rocket::async_test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let why = why(&format!("redis://:hunter2@127.0.0.1:{port}")).await;
    assert!(why.contains("timed out"), "{why}");
}

#[rocket::async_test]
async fn it_shows_no_password() {
    let server = Server::start_with_password("wonderland").await;
    let shown = format!("{:?}", server.store().await);
    assert_eq!(
        shown,
        r#"RedisStore { names: Names("{rocket_login}"), .. }"#
    );
}

fn certificate(folder: &Folder) {
    let mut command = Command::new("openssl");
    command.current_dir(folder.path());
    command.args([
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
    ]);
    command.args([
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
    ]);
    command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    command.args(["-keyout", "key.pem", "-out", "cert.pem"]);
    let made = command.output().unwrap();
    assert!(made.status.success(), "{made:?}");
}

#[rocket::async_test]
async fn it_speaks_tls_with_trusted_servers_alone() {
    let folder = Folder::new("tls");
    certificate(&folder);
    let path = |name| folder.path().join(name).display().to_string();
    let (cert, key, port) = (path("cert.pem"), path("key.pem"), free_port().to_string());
    let options = ["--tls-port", &port, "--tls-auth-clients", "no"];
    let files = ["--tls-cert-file", &cert, "--tls-key-file", &key];
    let _server = Server::start_with(&[&options[..], &files[..]].concat()).await;

    let url = format!("rediss://localhost:{port}");
    let stranger = why(&url).await;
    assert!(stranger.contains("certificate"), "{stranger}");
    let trusted = TlsCertificates {
        client_tls: None,
        root_cert: Some(std::fs::read(&cert).unwrap()),
    };
    let client = Client::build_with_tls(url, trusted).unwrap();
    let store = RedisStore::with_client(client).await.unwrap();
    store_suite(&store).await;
    assert!(store.create(&session(1, 1)).await.unwrap());
}
