//! A logout on one node while another still answers a slow request of the session.

use std::time::{SystemTime, UNIX_EPOCH};

use rocket::tokio::join;

use crate::nodes::browser::Reply;
use crate::nodes::{ALICE, BOB, Browser, Engine, LONG, Node, assert_in, assert_out, until};

on_every_engine! {
    a_slow_answer_does_not_bring_a_session_back
    a_slow_request_that_extends_a_session_does_not_bring_it_back
    a_slow_request_that_restores_a_session_does_not_bring_it_back
}

/// Asks one node for something slow, and logs out on another as soon as it is under way;
/// `who` holds the cookies of the slow answer in the end.
async fn log_out_meanwhile(slow: &Node, who: &mut Browser, name: &str, node: &Node) -> Reply {
    let mut leaving = who.clone();
    let said = format!("Slow for {name}.");
    let (reply, ()) = join!(who.get(slow, "/slow"), async {
        slow.says(&said).await;
        assert_eq!(leaving.post(node, "/logout", "").await.status, 200);
    });
    let answer = (reply.status, reply.body.trim_end().to_string());
    assert_eq!(answer, (200, format!("{name}, at last")));
    reply
}

/// Nothing is left but what begins now.
async fn assert_no_session(nodes: &[&Node]) {
    let mut fresh = Browser::logged_in(nodes[0], ALICE).await;
    assert_eq!(fresh.sessions(nodes[1]).await.len(), 1);
}

async fn a_slow_answer_does_not_bring_a_session_back(engine: Engine) {
    let [a, b] = engine.nodes().await;
    let nodes = [&a, &b];
    let mut alice = Browser::logged_in(&a, &format!("{ALICE}&remember=true")).await;
    let before = alice.clone();
    log_out_meanwhile(&b, &mut alice, "alice", &a).await;
    assert_out(&before, &nodes).await;
    assert_out(&alice, &nodes).await;
    assert_no_session(&nodes).await;
}

/// By the clock that the nodes have, too.
fn seconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap().as_secs()
}

async fn a_slow_request_that_extends_a_session_does_not_bring_it_back(engine: Engine) {
    let [a, b] = engine.nodes_with(r#",idle_timeout="6s""#).await;
    let nodes = [&a, &b];
    let mut alice = Browser::logged_in(&a, ALICE).await;
    let mut bob = Browser::logged_in(&a, BOB).await;
    let (before, logged_in) = (alice.clone(), seconds());
    // A session is extended after a tenth of its time.
    until("half of it", LONG, async || seconds() >= logged_in + 3).await;
    let (_, extended) = join!(
        log_out_meanwhile(&b, &mut alice, "alice", &a),
        bob.get(&b, "/slow")
    );
    assert_eq!(extended.status, 200);
    assert!(seconds() >= logged_in + 6);
    assert_in(&mut bob, "bob", &nodes).await;
    assert_out(&before, &nodes).await;
    assert_out(&alice, &nodes).await;
    assert_no_session(&nodes).await;
}

async fn a_slow_request_that_restores_a_session_does_not_bring_it_back(engine: Engine) {
    let [a, b] = engine.nodes().await;
    let nodes = [&a, &b];
    let mut alice = Browser::remembered(&a, ALICE).await;
    let before = alice.clone();
    log_out_meanwhile(&b, &mut alice, "alice", &a).await;
    assert_out(&before, &nodes).await;
    assert_out(&alice, &nodes).await;
    assert_no_session(&nodes).await;

    let mut bob = Browser::remembered(&b, BOB).await;
    let mut restored = bob.clone();
    assert_in(&mut restored, "bob", &[&a]).await;
    // Another client's slow request, with the token that was just superseded.
    log_out_meanwhile(&a, &mut bob, "bob", &b).await;
    assert_out(&bob, &nodes).await;
    assert_out(&restored, &nodes).await;
}
