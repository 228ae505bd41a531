//! A way to a server, on which answers can be lost, and which can lead to another server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::net::{TcpListener, TcpStream};
use rocket::tokio::{select, spawn};
use rocket_login::store::RedisStore;

use super::server::Server;

pub(crate) struct Way {
    port: u16,
    turns: Arc<Turns>,
}

#[derive(Default)]
struct Turns {
    /// The port of the server to which new connections lead.
    to: AtomicU16,
    /// How many answers from now on the connection is cut, if not at none.
    cut_at: AtomicUsize,
    /// How many questions from now on the server becomes a replica before it has one, if not at
    /// none.
    demote_at: AtomicUsize,
}

impl Way {
    pub(crate) async fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let turns = Arc::<Turns>::default();
        let way = Self {
            port,
            turns: turns.clone(),
        };
        way.lead_to(server);
        spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                spawn(carry(client, turns.clone()));
            }
        });
        way
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A store that goes this way, and has been used for everything once.
    pub(super) async fn store(&self) -> RedisStore {
        let store = RedisStore::connect(&self.url()).await.unwrap();
        rocket_login::testing::store_suite(&store).await;
        store
    }

    /// Leads new connections to this server. Those that are there stay where they are.
    pub(crate) fn lead_to(&self, server: &Server) {
        self.turns.to.store(server.port(), Ordering::SeqCst);
    }

    pub(super) fn lose(&self, answer: usize) {
        self.turns.cut_at.store(answer, Ordering::SeqCst);
    }

    /// Whether the one that was to be lost has been.
    pub(super) fn has_lost(&self) -> bool {
        self.turns.cut_at.load(Ordering::SeqCst) == 0
    }

    /// Has the server become a replica before it has this question.
    pub(crate) fn demote_at(&self, question: usize) {
        self.turns.demote_at.store(question, Ordering::SeqCst);
    }

    /// Whether the server has become a replica.
    pub(crate) fn has_demoted(&self) -> bool {
        self.turns.demote_at.load(Ordering::SeqCst) == 0
    }
}

/// Whether this is the one, of those that are counted down.
fn is_due(left: &AtomicUsize) -> bool {
    let next = |left: usize| left.checked_sub(1);
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) == Ok(1)
}

async fn carry(mut client: TcpStream, turns: Arc<Turns>) {
    let to = turns.to.load(Ordering::SeqCst);
    let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
    let (mut asked, mut said) = ([0; 4096], [0; 4096]);
    loop {
        select! {
            length = client.read(&mut asked) => match length {
                Ok(length @ 1..) => {
                    if is_due(&turns.demote_at) {
                        demote(to).await;
                    }
                    server.write_all(&asked[..length]).await.unwrap();
                }
                _ => return,
            },
            length = server.read(&mut said) => match length {
                Ok(1..) if is_due(&turns.cut_at) => return,
                Ok(length @ 1..) => client.write_all(&said[..length]).await.unwrap(),
                _ => return,
            },
        }
    }
}

/// Makes a server the replica of one that does not answer.
async fn demote(port: u16) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    server
        .write_all(b"REPLICAOF 127.0.0.1 1\r\n")
        .await
        .unwrap();
    server.read_exact(&mut [0; 5]).await.unwrap();
}
