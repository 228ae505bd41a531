//! A session that one node ends has ended on all.

use rocket::futures::future::join_all;

use crate::nodes::{
    ALICE, BOB, Browser, ELSEWHERE, Engine, LOGGED_OUT, LONG, Socket, assert_ended, assert_in,
    assert_logged_out, assert_out, until,
};

on_every_engine! {
    a_login_on_one_node_is_one_on_all
    a_session_revoked_on_one_node_has_ended_on_all
    a_remembered_browser_revoked_on_one_node_comes_back_on_none
    a_logout_on_one_node_is_one_on_all
    all_others_revoked_on_one_node_have_ended_on_all
    a_confirmed_session_goes_on_everywhere_until_its_end_anywhere
    a_logout_with_an_older_cookie_ends_what_has_taken_its_place
    a_renewed_session_alone_goes_on_everywhere
    a_node_that_shuts_down_after_logouts_tells_of_them
    a_node_that_shuts_down_says_so_to_its_own_sockets_alone
}

const SHUTDOWN: &str = "the server is shutting down";
const CHANGED: &str = "the user's credentials have changed";

async fn a_login_on_one_node_is_one_on_all(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    assert_out(&Browser::default(), &nodes).await;
    let mut alice = Browser::logged_in(&a, ALICE).await;
    let mut bob = Browser::logged_in(&b, BOB).await;
    assert_in(&mut alice, "alice", &nodes).await;
    assert_in(&mut bob, "bob", &nodes).await;
    for mut socket in Socket::open_on(&nodes, &alice).await {
        socket.assert_open().await;
    }
}

async fn a_session_revoked_on_one_node_has_ended_on_all(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let phone = Browser::logged_in(&a, ALICE).await;
    let mut laptop = Browser::logged_in(&b, ALICE).await;
    let sockets = Socket::open_on(&nodes, &phone).await;
    let mut staying = Socket::open_on(&nodes, &laptop).await;
    laptop.revoke_other(&c).await;
    assert_out(&phone, &nodes).await;
    assert_ended(sockets, ELSEWHERE).await;
    assert_in(&mut laptop, "alice", &nodes).await;
    for socket in &mut staying {
        socket.assert_open().await;
    }
}

async fn a_remembered_browser_revoked_on_one_node_comes_back_on_none(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let mut laptop = Browser::logged_in(&a, ALICE).await;
    let closed = Browser::remembered(&b, ALICE).await;
    laptop.revoke_other(&c).await;
    assert_out(&closed, &nodes).await;

    let mut back = Browser::remembered(&b, ALICE).await;
    assert_in(&mut back, "alice", &[&c]).await;
    let sockets = Socket::open_on(&nodes, &back).await;
    laptop.revoke_other(&a).await;
    assert_out(&back, &nodes).await;
    assert_ended(sockets, ELSEWHERE).await;
    assert_eq!(laptop.sessions(&b).await.len(), 1);
}

async fn a_logout_on_one_node_is_one_on_all(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let form = format!("{ALICE}&remember=true");
    for node in nodes {
        let mut alice = Browser::logged_in(&a, &form).await;
        let copy = alice.clone();
        let sockets = Socket::open_on(&nodes, &alice).await;
        assert_eq!(alice.post(node, "/logout", "").await.status, 200);
        assert_out(&alice, &nodes).await;
        assert_out(&copy, &nodes).await;
        assert_ended(sockets, LOGGED_OUT).await;
    }
}

async fn all_others_revoked_on_one_node_have_ended_on_all(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let mut others = Vec::new();
    let mut sockets = Vec::new();
    for node in nodes {
        let other = Browser::logged_in(node, &format!("{ALICE}&remember=true")).await;
        sockets.extend(Socket::open_on(&nodes, &other).await);
        others.push(other);
    }
    let mut bob = Browser::logged_in(&a, BOB).await;
    let mut laptop = Browser::logged_in(&a, ALICE).await;
    let mut staying = Socket::open_on(&nodes, &laptop).await;
    staying.extend(Socket::open_on(&nodes, &bob).await);
    let reply = laptop.post(&b, "/sessions/others/revoke", "").await;
    assert_eq!((reply.status, reply.body.trim_end()), (200, "ended 3"));
    for other in &others {
        assert_out(other, &nodes).await;
    }
    assert_ended(sockets, ELSEWHERE).await;
    assert_in(&mut laptop, "alice", &nodes).await;
    assert_in(&mut bob, "bob", &nodes).await;
    for socket in &mut staying {
        socket.assert_open().await;
    }
}

async fn a_confirmed_session_goes_on_everywhere_until_its_end_anywhere(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let mut alice = Browser::logged_in(&a, ALICE).await;
    let before = alice.clone();
    let mut sockets = Socket::open_on(&nodes, &alice).await;
    // Its id changes again and again, each time on another node.
    for node in [&b, &c, &a, &b] {
        let reply = alice.post(node, "/confirm", "password=wonderland").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(reply.cookies().next().is_some());
        assert_in(&mut alice, "alice", &nodes).await;
    }
    assert_eq!(alice.sessions(&c).await.len(), 1);
    for socket in &mut sockets {
        socket.assert_open().await;
    }
    sockets.extend(Socket::open_on(&nodes, &alice).await);
    assert_eq!(alice.post(&c, "/logout", "").await.status, 200);
    assert_logged_out(sockets).await;
    assert_out(&alice, &nodes).await;
    assert_out(&before, &nodes).await;
}

async fn a_logout_with_an_older_cookie_ends_what_has_taken_its_place(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let mut alice = Browser::logged_in(&a, ALICE).await;
    let mut older = alice.clone();
    for node in [&a, &b] {
        let reply = alice.post(node, "/confirm", "password=wonderland").await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    let sockets = Socket::open_on(&nodes, &alice).await;
    // This node has never heard of a session of this id, but can look it up.
    assert_eq!(older.post(&c, "/logout", "").await.status, 200);
    assert_out(&alice, &nodes).await;
    assert_logged_out(sockets).await;
}

async fn a_renewed_session_alone_goes_on_everywhere(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    let form = format!("{ALICE}&remember=true");
    let mut alice = Browser::logged_in(&a, &form).await;
    let before = alice.clone();
    let other = Browser::logged_in(&b, &form).await;
    let mut bob = Browser::logged_in(&b, BOB).await;
    let mut sockets = Socket::open_on(&nodes, &alice).await;
    let ending = Socket::open_on(&nodes, &other).await;
    assert_eq!(alice.post(&c, "/renew", "").await.status, 200);
    assert_ended(ending, CHANGED).await;
    assert_out(&other, &nodes).await;
    assert_in(&mut alice, "alice", &nodes).await;
    assert_in(&mut bob, "bob", &nodes).await;
    for socket in &mut sockets {
        socket.assert_open().await;
    }
    assert_eq!(alice.post(&b, "/logout", "").await.status, 200);
    assert_logged_out(sockets).await;
    assert_out(&alice, &nodes).await;
    assert_out(&before, &nodes).await;
}

/// So many at once that not all are told of before the node is to end.
const LEAVING: usize = 16;

async fn a_node_that_shuts_down_after_logouts_tells_of_them(engine: Engine) {
    let [mut a, b, c] = engine.nodes().await;
    let others = [&b, &c];
    let mut bob = Browser::logged_in(&a, BOB).await;
    let mut staying = Socket::open_on(&others, &bob).await;
    let (mut leaving, mut sockets) = (Vec::new(), Vec::new());
    for number in 0..LEAVING {
        let alice = Browser::logged_in(others[number % 2], ALICE).await;
        sockets.extend(Socket::open_on(&others, &alice).await);
        leaving.push(alice);
    }
    let logouts = leaving
        .iter_mut()
        .map(|alice| alice.post(&a, "/logout", ""));
    let replies = join_all(logouts).await;
    a.shut_down();
    for reply in replies {
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    assert_ended(sockets, LOGGED_OUT).await;
    until("it ends", LONG, async || a.has_ended()).await;
    for alice in &leaving {
        assert_out(alice, &others).await;
    }
    assert_in(&mut bob, "bob", &others).await;
    for socket in &mut staying {
        socket.assert_open().await;
    }
}

async fn a_node_that_shuts_down_says_so_to_its_own_sockets_alone(engine: Engine) {
    let [mut a, b] = engine.nodes().await;
    let mut alice = Browser::logged_in(&a, ALICE).await;
    let mut here = Socket::open(&a, &alice).await;
    let mut there = Socket::open(&b, &alice).await;
    a.shut_down();
    assert_eq!(here.closed(LONG).await, (1001, SHUTDOWN.into()));
    until("it ends", LONG, async || a.has_ended()).await;
    there.assert_open().await;
    assert_in(&mut alice, "alice", &[&b]).await;
}
