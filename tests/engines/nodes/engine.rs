//! The engine that keeps the sessions of the nodes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use rocket::tokio::task::spawn_blocking;
use sqlx::{Connection, PgConnection};

use crate::nodes::{LONG, Node, until};
use crate::{postgres, redis};

/// A server of a test's own that keeps what it has acknowledged.
pub(super) enum Engine {
    Redis(redis::server::Server),
    Postgres(Arc<Mutex<postgres::server::Server>>),
}

impl Engine {
    pub(super) async fn redis() -> Self {
        Self::Redis(redis::server::Server::start().await)
    }

    pub(super) async fn postgres() -> Self {
        let started = spawn_blocking(postgres::server::Server::start).await;
        Self::Postgres(Arc::new(Mutex::new(started.unwrap())))
    }

    /// The name in the settings, and the address.
    fn place(&self) -> (&'static str, String) {
        match self {
            Self::Redis(server) => ("redis", server.url()),
            Self::Postgres(server) => ("postgres", server.lock().unwrap().url()),
        }
    }

    /// So many nodes that share it.
    pub(super) async fn nodes<const COUNT: usize>(&self) -> [Node; COUNT] {
        self.nodes_with("").await
    }

    /// The same, with these settings of sessions besides, such as `,idle_timeout="6s"`.
    pub(super) async fn nodes_with<const COUNT: usize>(&self, settings: &str) -> [Node; COUNT] {
        let (store, url) = self.place();
        let settings = format!("store={store:?},url={url:?}{settings}");
        let mut nodes = std::array::from_fn(|_| Node::start(&settings));
        for node in &mut nodes {
            node.wait_until_it_answers().await;
        }
        self.wait_for_listeners(COUNT).await;
        nodes
    }

    /// A node answers a moment before it hears others. It learns which sessions ended before that,
    /// but not why.
    async fn wait_for_listeners(&self, count: usize) {
        let mut known = HashSet::new();
        until("all nodes hear each other", LONG, async || {
            known.extend(self.listeners().await);
            known.len() >= count
        })
        .await;
    }

    /// The listeners, by their numbers. One that has been asked something else since is not among
    /// them.
    async fn listeners(&self) -> Vec<i32> {
        match self {
            Self::Redis(server) => {
                let command = ["PUBSUB", "NUMSUB", "{rocket_login}:signals"];
                let (_, count): (String, i32) = server.ask(&command).await;
                (0..count).collect()
            }
            Self::Postgres(_) => {
                let mut connection = PgConnection::connect(&self.place().1).await.unwrap();
                let query = sqlx::query_scalar(
                    "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'",
                );
                query.fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    /// Ends it at once, as a crash does.
    pub(super) fn kill(&mut self) {
        match self {
            Self::Redis(server) => server.kill(),
            Self::Postgres(server) => server.lock().unwrap().kill("KILL"),
        }
    }

    /// Starts it again once it was killed, with what it has kept.
    pub(super) async fn restart(&mut self) {
        match self {
            Self::Redis(server) => {
                server.restart();
                server.wait_until_it_answers().await;
            }
            Self::Postgres(server) => {
                let server = server.clone();
                let restarted = spawn_blocking(move || server.lock().unwrap().restart());
                restarted.await.unwrap();
            }
        }
    }

    /// Loses all sessions, without a word to anybody.
    pub(super) async fn forget(&self) {
        match self {
            Self::Redis(server) => server.ask::<()>(&["FLUSHALL"]).await,
            Self::Postgres(_) => {
                let mut connection = PgConnection::connect(&self.place().1).await.unwrap();
                let query = sqlx::query("DELETE FROM rocket_login_sessions");
                query.execute(&mut connection).await.unwrap();
            }
        }
    }
}
