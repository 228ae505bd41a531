//! Several nodes on one store, as processes that are stopped, killed and cut off from it.
//!
//! A node is the example `cluster`: `cargo build --example cluster` makes it.

/// Makes tests of functions that take an engine: one for each engine.
macro_rules! on_every_engine {
    ($($test:ident)*) => {
        mod on_redis {
            $(#[rocket::async_test]
            async fn $test() {
                super::$test(crate::nodes::Engine::redis().await).await;
            })*
        }

        mod on_postgres {
            $(#[rocket::async_test]
            async fn $test() {
                super::$test(crate::nodes::Engine::postgres().await).await;
            })*
        }
    };
}

mod browser;
mod ends;
mod engine;
mod failover;
mod killed;
mod load;
mod logins;
mod lost;
mod node;
mod remembered;
mod slow;
mod socket;

use std::time::{Duration, Instant};

use rocket::tokio::time::sleep;

use browser::Browser;
use engine::Engine;
use node::Node;
use socket::Socket;

/// Longer than anything takes that works.
const LONG: Duration = Duration::from_secs(20);

/// How soon all nodes are to know what has happened on one.
const SOON: Duration = Duration::from_secs(2);

const ELSEWHERE: &str = "the session was ended elsewhere";
const LOGGED_OUT: &str = "logged out";

const ALICE: &str = "name=alice&password=wonderland";
const BOB: &str = "name=bob&password=builder";

/// Asks again and again, until it is so.
#[track_caller]
fn until(
    what: &str,
    within: Duration,
    mut holds: impl AsyncFnMut() -> bool,
) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let start = Instant::now();
        while !holds().await {
            assert!(start.elapsed() < within, "{caller}: not in time: {what}");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Asserts that all nodes know the user of the browser.
async fn assert_in(browser: &mut Browser, name: &str, nodes: &[&Node]) {
    for node in nodes {
        let reply = browser.get(node, "/whoami").await;
        assert_eq!((reply.status, reply.body.trim_end()), (200, name));
    }
}

/// Asserts that no node knows the user of the browser, with the remember token or without.
async fn assert_out(browser: &Browser, nodes: &[&Node]) {
    for node in nodes {
        let mut copy = browser.clone();
        assert_eq!(copy.get(node, "/whoami").await.status, 401);
    }
}

/// The sockets are closed by now, or soon.
async fn assert_ended(sockets: Vec<Socket>, why: &str) {
    assert_ended_by(sockets, &[why]).await;
}

/// The same, by a logout. A node that does not listen yet, or hears of it before it hears
/// of the id that the session had, looks for itself: it sees the end, but not why.
async fn assert_logged_out(sockets: Vec<Socket>) {
    assert_ended_by(sockets, &[LOGGED_OUT, ELSEWHERE]).await;
}

async fn assert_ended_by(sockets: Vec<Socket>, reasons: &[&str]) {
    let start = Instant::now();
    for mut socket in sockets {
        let (code, why) = socket.closed(SOON.saturating_sub(start.elapsed())).await;
        assert!(
            code == 1008 && reasons.contains(&why.as_str()),
            "{code} {why}"
        );
    }
}
