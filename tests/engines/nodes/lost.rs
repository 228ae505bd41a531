//! Nodes that lose their engine for a while, or each other.

use rocket::futures::future::join_all;
use rocket::tokio::join;

use crate::nodes::{
    ALICE, BOB, Browser, ELSEWHERE, Engine, LONG, Node, SOON, Socket, assert_ended, assert_in,
    assert_logged_out, assert_out, until,
};

on_every_engine! {
    while_the_engine_is_away_nobody_is_taken_for_a_stranger
    what_a_stopped_node_has_not_heard_it_hears_when_it_goes_on
    what_nobody_repeats_a_node_finds_out_when_it_listens_again
    what_has_vanished_from_the_engine_has_ended
}

/// Asks everything that there is of a node that cannot ask its engine.
async fn assert_unavailable(node: &Node, who: &Browser) {
    let (mut page, mut list, mut form) = (who.clone(), who.clone(), who.clone());
    let (mut login, mut health, mut nobody) = (who.clone(), who.clone(), Browser::default());
    let (page, list, form, login, socket, health, nobody) = join!(
        page.get(node, "/whoami"),
        list.get(node, "/sessions"),
        form.post(node, "/sessions/others/revoke", ""),
        login.post(node, "/login", ALICE),
        Socket::try_open(node, who),
        health.get(node, "/health"),
        nobody.get(node, "/login"),
    );
    for reply in [page, list, form, login] {
        assert_eq!(reply.status, 503, "{reply:?}");
        assert_eq!(reply.cookies().next(), None, "{reply:?}");
    }
    assert_eq!(socket.err(), Some(503));
    assert_eq!((health.status, nobody.status), (200, 200));
}

async fn while_the_engine_is_away_nobody_is_taken_for_a_stranger(mut engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let mut alice = Browser::logged_in(&a, &format!("{ALICE}&remember=true")).await;
    let mut bob = Browser::logged_in(&b, BOB).await;
    let mut closed = Browser::remembered(&c, ALICE).await;
    let mut sockets = Socket::open_on(&nodes, &alice).await;
    engine.kill();
    for _ in 0..2 {
        let asked = nodes.map(|node| {
            let (alice, bob, closed) = (&alice, &bob, &closed);
            async move {
                join!(
                    assert_unavailable(node, alice),
                    assert_unavailable(node, bob),
                    assert_unavailable(node, closed),
                )
            }
        });
        join_all(asked).await;
        for socket in &mut sockets {
            socket.assert_open().await;
        }
    }

    engine.restart().await;
    until("everybody is served again", SOON, async || {
        let asked = nodes.map(|node| async {
            let (mut alice, mut bob) = (alice.clone(), bob.clone());
            let (alice, bob) = join!(alice.get(node, "/whoami"), bob.get(node, "/whoami"));
            let statuses = [alice.status, bob.status];
            assert!(statuses.iter().all(|status| [200, 503].contains(status)));
            statuses == [200, 200]
        });
        join_all(asked).await.into_iter().all(|is_served| is_served)
    })
    .await;
    assert_in(&mut alice, "alice", &nodes).await;
    assert_in(&mut bob, "bob", &nodes).await;
    assert_in(&mut closed, "alice", &nodes).await;
    for socket in &mut sockets {
        socket.assert_open().await;
    }
    assert_eq!(alice.post(&b, "/logout", "").await.status, 200);
    assert_logged_out(sockets).await;
    assert_in(&mut closed, "alice", &nodes).await;
}

/// Its messages may take a moment longer when it goes on.
async fn assert_ended_late(mut socket: Socket) {
    let ended = socket.closed(SOON * 2).await;
    assert_eq!(ended, (1008, ELSEWHERE.into()));
}

async fn what_a_stopped_node_has_not_heard_it_hears_when_it_goes_on(engine: Engine) {
    let [a, b] = engine.nodes().await;
    let phone = Browser::logged_in(&a, ALICE).await;
    let mut laptop = Browser::logged_in(&b, ALICE).await;
    let here = Socket::open(&a, &phone).await;
    let there = Socket::open(&b, &phone).await;
    let mut staying = Socket::open(&b, &laptop).await;
    b.stop();
    laptop.revoke_other(&a).await;
    assert_ended(vec![here], ELSEWHERE).await;
    b.go_on();
    assert_ended_late(there).await;
    assert_out(&phone, &[&a, &b]).await;
    staying.assert_open().await;
}

async fn what_nobody_repeats_a_node_finds_out_when_it_listens_again(mut engine: Engine) {
    let [a, b] = engine.nodes().await;
    let phone = Browser::logged_in(&a, ALICE).await;
    let mut laptop = Browser::logged_in(&b, ALICE).await;
    let there = Socket::open(&b, &phone).await;
    let mut staying = Socket::open(&b, &laptop).await;
    b.stop();
    // Its connections are gone, and what is said from now on is not for it.
    engine.kill();
    engine.restart().await;
    laptop.revoke_other(&a).await;
    let confirmed = laptop.post(&a, "/confirm", "password=wonderland").await;
    assert_eq!(confirmed.status, 200);
    b.go_on();
    assert_ended_late(there).await;
    assert_out(&phone, &[&a, &b]).await;
    assert_in(&mut laptop, "alice", &[&a, &b]).await;
    staying.assert_open().await;
    // It has found out under which id the other one goes on.
    assert_eq!(laptop.post(&a, "/logout", "").await.status, 200);
    assert_logged_out(vec![staying]).await;
}

async fn what_has_vanished_from_the_engine_has_ended(mut engine: Engine) {
    let [a, b] = engine.nodes().await;
    let nodes = [&a, &b];
    let alice = Browser::logged_in(&a, ALICE).await;
    let sockets = Socket::open_on(&nodes, &alice).await;
    nodes.into_iter().for_each(Node::stop);
    engine.kill();
    engine.restart().await;
    engine.forget().await;
    nodes.into_iter().for_each(Node::go_on);
    for socket in sockets {
        assert_ended_late(socket).await;
    }
    until("it is known", LONG, async || {
        let mut copy = alice.clone();
        let status = copy.get(&a, "/whoami").await.status;
        assert!([401, 503].contains(&status));
        status == 401
    })
    .await;
    assert_out(&alice, &nodes).await;
}
