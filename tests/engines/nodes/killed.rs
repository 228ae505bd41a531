//! A node that is killed while many log in.

use std::cell::{Cell, RefCell};

use rocket::futures::future::join_all;
use rocket::tokio::join;

use crate::nodes::{ALICE, BOB, Browser, Engine, LONG, Node, assert_in, until};

on_every_engine! {
    a_login_that_was_answered_outlives_its_node
}

const CLIENTS: usize = 8;
const LOGINS: usize = 1000;

/// After how many of them the node is killed.
const KILLED_AFTER: usize = 400;

/// Logs in again and again: a node that answers no more, no further.
async fn log_in(
    nodes: [&Node; 2],
    (form, name): (&str, &'static str),
    answered: &RefCell<Vec<(Browser, &'static str)>>,
    unanswered: &Cell<usize>,
) {
    let [mut node, other] = nodes;
    for _ in 0..LOGINS / CLIENTS {
        let mut browser = Browser::default();
        match browser.try_post(node, "/login", form).await {
            Ok(reply) => {
                assert_eq!(reply.status, 200, "{reply:?}");
                answered.borrow_mut().push((browser, name));
            }
            Err(_) => {
                unanswered.set(unanswered.get() + 1);
                node = other;
            }
        }
    }
}

async fn a_login_that_was_answered_outlives_its_node(engine: Engine) {
    let [first, second] = engine.nodes().await;
    let (answered, unanswered) = (RefCell::default(), Cell::new(0));
    let clients = (0..CLIENTS).map(|number| {
        let user = [(ALICE, "alice"), (BOB, "bob")][number % 2];
        log_in([&first, &second], user, &answered, &unanswered)
    });
    let killing = async {
        until("logins", LONG * 3, async || {
            answered.borrow().len() >= KILLED_AFTER
        })
        .await;
        first.kill();
    };
    join!(join_all(clients), killing);

    // Each client was told once that the first node is gone.
    assert_eq!(unanswered.get(), CLIENTS);
    let answered = answered.into_inner();
    assert_eq!(answered.len(), LOGINS / CLIENTS * CLIENTS - CLIENTS);
    let mut queues = vec![Vec::new(); CLIENTS];
    for (number, session) in answered.into_iter().enumerate() {
        queues[number % CLIENTS].push(session);
    }
    let asked = queues.into_iter().map(|queue| async {
        for (mut browser, name) in queue {
            assert_in(&mut browser, name, &[&second]).await;
        }
    });
    join_all(asked).await;
}
