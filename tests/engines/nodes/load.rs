//! An engine that is killed while many are asking.

use std::cell::Cell;

use rocket::futures::future::join_all;
use rocket::tokio::join;

use crate::nodes::{ALICE, BOB, Browser, Engine, LONG, Node, until};

on_every_engine! {
    under_load_everybody_is_who_they_are_or_told_to_wait
}

/// How often the engine is killed.
const ROUNDS: usize = 2;

/// How many of each user ask.
const CLIENTS: usize = 4;

/// How often they were answered.
#[derive(Default)]
struct Answers {
    served: Cell<usize>,
    refused: Cell<usize>,
    is_over: Cell<bool>,
}

impl Answers {
    /// Asks in turn until it is over.
    async fn ask(&self, mut who: Browser, name: &str, nodes: [&Node; 2]) {
        for node in nodes.into_iter().cycle() {
            if self.is_over.get() {
                return;
            }
            let reply = who.get(node, "/whoami").await;
            let count = match reply.status {
                200 => &self.served,
                503 => &self.refused,
                _ => panic!("{name} gets {reply:?}"),
            };
            if reply.status == 200 {
                assert_eq!(reply.body.trim_end(), name);
            }
            assert_eq!(reply.cookies().next(), None, "{reply:?}");
            count.set(count.get() + 1);
        }
    }

    /// Waits until each has been answered like this a few times.
    async fn wait_for_more(&self, count: &Cell<usize>) {
        let enough = count.get() + 2 * CLIENTS * 3;
        until("answers", LONG, async || count.get() >= enough).await;
    }

    async fn fail(&self, engine: &mut Engine) {
        for _ in 0..ROUNDS {
            self.wait_for_more(&self.served).await;
            engine.kill();
            self.wait_for_more(&self.refused).await;
            engine.restart().await;
        }
        self.wait_for_more(&self.served).await;
        self.is_over.set(true);
    }
}

async fn under_load_everybody_is_who_they_are_or_told_to_wait(mut engine: Engine) {
    let [a, b] = engine.nodes().await;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        // Half of them could come back by a remember token, and must not have to.
        let remember = format!("&remember={}", number % 2 == 0);
        let login = async |form| Browser::logged_in(&a, &format!("{form}{remember}")).await;
        clients.push((login(ALICE).await, "alice"));
        clients.push((login(BOB).await, "bob"));
    }
    let answers = Answers::default();
    let asking = clients.into_iter();
    let asking = asking.map(|(who, name)| answers.ask(who, name, [&a, &b]));
    join!(join_all(asking), answers.fail(&mut engine));
}
