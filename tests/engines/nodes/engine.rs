//! What the nodes keep their sessions in.

use crate::nodes::Node;
use crate::redis;

/// A server of a test's own that keeps what it has acknowledged.
pub(super) enum Engine {
    Redis(redis::server::Server),
}

impl Engine {
    pub(super) async fn redis() -> Self {
        Self::Redis(redis::server::Server::start().await)
    }

    /// So many nodes that share it.
    pub(super) async fn nodes<const COUNT: usize>(&self) -> [Node; COUNT] {
        self.nodes_with("").await
    }

    /// The same, with these settings of sessions besides, such as `,idle_timeout="6s"`.
    pub(super) async fn nodes_with<const COUNT: usize>(&self, settings: &str) -> [Node; COUNT] {
        let (store, url) = match self {
            Self::Redis(server) => ("redis", server.url()),
        };
        let settings = format!("store={store:?},url={url:?}{settings}");
        let mut nodes = std::array::from_fn(|_| Node::start(&settings));
        for node in &mut nodes {
            node.wait_until_it_listens().await;
        }
        nodes
    }

    /// Ends it at once, as a crash does.
    pub(super) fn kill(&mut self) {
        match self {
            Self::Redis(server) => server.kill(),
        }
    }

    /// Starts it again, with what it has kept.
    pub(super) async fn restart(&mut self) {
        match self {
            Self::Redis(server) => {
                server.restart();
                server.wait_until_it_answers().await;
            }
        }
    }

    /// Loses all sessions, without a word to anybody.
    pub(super) async fn forget(&self) {
        match self {
            Self::Redis(server) => server.ask::<()>(&["FLUSHALL"]).await,
        }
    }
}
