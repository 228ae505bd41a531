//! A `pgbouncer` before the server.

use std::fs;
use std::time::{Duration, Instant};

use rocket::tokio::time::sleep;
use rocket_login::store::{PostgresStore, StoreResult};
use rocket_login::testing::store_suite;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::postgres::listening::assert_hears;
use crate::postgres::server::{Server, restricted};
use crate::process::{Folder, Process, free_port};

struct Bouncer {
    port: u16,
    _process: Process,
    _folder: Folder,
}

impl Bouncer {
    async fn before(server: &Server, mode: &str) -> Self {
        let (folder, port) = (Folder::new("pgbouncer"), free_port());
        let settings = format!(
            "[databases]\n\
             postgres = host=127.0.0.1 port={} user=tester password=hunter2\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n\
             unix_socket_dir =\npool_mode = {mode}\n",
            server.port()
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).unwrap();
        let mut command = restricted("/usr/sbin/pgbouncer".as_ref());
        let process = Process::start(command.arg(file), &folder.path().join("log"));
        Self {
            port,
            _process: process,
            _folder: folder,
        }
    }

    /// Connects, as soon as it takes connections.
    async fn connect(&self) -> StoreResult<PostgresStore> {
        let start = Instant::now();
        loop {
            match PostgresStore::connect(&self.url()).await {
                Err(error) if error.to_string().contains("refused") => {
                    assert!(start.elapsed() < Duration::from_secs(20), "{error}");
                    sleep(Duration::from_millis(20)).await;
                }
                connected => return connected,
            }
        }
    }

    fn url(&self) -> String {
        format!("postgres://tester@127.0.0.1:{}/postgres", self.port)
    }
}

#[rocket::async_test]
async fn a_pool_of_transactions_is_refused_with_what_to_write() {
    let server = Server::start();
    for mode in ["transaction", "statement"] {
        let bouncer = Bouncer::before(&server, mode).await;
        for _ in 0..5 {
            let error = bouncer.connect().await.err().unwrap().to_string();
            assert!(error.contains("`pool_mode = session`"), "{mode}: {error}");
        }
        let options: PgConnectOptions = bouncer.url().parse().unwrap();
        let pool = PgPoolOptions::new().connect_lazy_with(options.extra_float_digits(None));
        let error = PostgresStore::with_pool(pool)
            .await
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("`pool_mode = session`"), "{mode}: {error}");
    }
}

#[rocket::async_test]
async fn a_pool_of_sessions_will_do() {
    let server = Server::start();
    let bouncer = Bouncer::before(&server, "session").await;
    let store = bouncer.connect().await.unwrap();
    store_suite(&store).await;
    assert_hears(store).await;
}
