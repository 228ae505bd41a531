//! Sockets of several nodes that share a store.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rocket::Route;
use rocket::tokio::time::{Duration, sleep};
use rocket_login::{Config, LoginManager};

use super::line::Line;
use super::{Socket, serve_rocket, socket_routes, visitor};
use crate::app::{self, bare, stateless};
use crate::wire::{Curl, Server};

fn routes() -> Vec<Route> {
    let mut routes = app::routes();
    routes.extend(super::revoked::routes());
    routes.extend(socket_routes());
    routes
}

/// Two nodes that hear each other, and the line between them.
async fn nodes() -> ([Server; 2], Arc<Line>) {
    nodes_with([stateless(), stateless()]).await
}

async fn nodes_with(configs: [Config; 2]) -> ([Server; 2], Arc<Line>) {
    let line = Arc::<Line>::default();
    let nodes = configs.map(|config| {
        let login = LoginManager::fairing(app::load).config(config);
        let login = login.session_store(line.clone());
        serve_rocket(bare().attach(login).mount("/", routes()))
    });
    while line.said.receiver_count() < nodes.len() {
        sleep(Duration::from_millis(5)).await;
    }
    (nodes, line)
}

/// The same browser, as it visits another node.
fn at(node: &Server, who: &Curl) -> Curl {
    let mut there = Curl::new(node);
    there.cookies = who.cookies.clone();
    there
}

async fn opened(nodes: &[Server; 2], form: &str) -> (Curl, [Socket; 2]) {
    let alice = visitor(&nodes[0], form);
    let mut sockets = [
        Socket::open(&nodes[0], &alice, "/ws").await,
        Socket::open(&nodes[1], &at(&nodes[1], &alice), "/ws").await,
    ];
    for socket in &mut sockets {
        assert!(socket.hear().await.starts_with("hello"));
    }
    (alice, sockets)
}

#[rocket::async_test]
async fn the_end_of_a_session_on_one_node_ends_its_sockets_on_all() {
    for (path, form, why) in [
        ("/logout", "", "logged out"),
        ("/login", "id=2", "another login has taken its place"),
        ("/revoke-all", "", "the session was ended elsewhere"),
    ] {
        let (nodes, _line) = nodes().await;
        let (mut alice, sockets) = opened(&nodes, "id=1").await;
        alice.post(path, form);
        for mut socket in sockets {
            socket.assert_ended(why).await;
        }
    }
}

#[rocket::async_test]
async fn a_node_that_finds_its_user_changed_ends_its_own_sockets_and_tells_no_other() {
    for (path, why) in [
        ("/database/1/deactivate", "the user is not active"),
        ("/database/1/delete", "there is no such user any more"),
        (
            "/database/1/password",
            "the user's credentials have changed",
        ),
    ] {
        let (nodes, line) = nodes().await;
        let mut said = line.said.subscribe();
        let (mut alice, [mut here, mut there]) = opened(&nodes, "id=1").await;
        alice.post(path, "");
        alice.get("/account", "");
        here.assert_ended(why).await;
        // Each node has a database of its own here, and that of the other may lag.
        let mut elsewhere = at(&nodes[1], &alice);
        assert_eq!(elsewhere.get("/account", "").status, 200);
        there.assert_open().await;
        assert!(said.try_recv().is_err());
        elsewhere.post(path, "");
        elsewhere.get("/account", "");
        there.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn a_new_password_spares_the_sockets_of_the_session_that_knows_it() {
    let (nodes, _line) = nodes().await;
    let (mut alice, [mut here, mut there]) = opened(&nodes, "id=1&remember=true").await;
    let (_, [mut phone, mut tablet]) = opened(&nodes, "id=1&remember=true").await;
    assert_eq!(alice.post("/password/new", "").status, 200);
    for socket in [&mut phone, &mut tablet] {
        socket
            .assert_ended("the user's credentials have changed")
            .await;
    }
    here.assert_open().await;
    there.assert_open().await;
    let mut elsewhere = at(&nodes[1], &alice);
    elsewhere.post("/logout", "");
    here.assert_ended("logged out").await;
    there.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn sockets_stay_open_while_nodes_confirm_their_session_and_end_with_its_logout() {
    let (nodes, line) = nodes().await;
    let mut said = line.said.subscribe();
    let (alice, [mut here, mut there]) = opened(&nodes, "id=1").await;
    let mut elsewhere = at(&nodes[1], &alice);
    assert_eq!(elsewhere.post("/confirm", "").body, "fresh=true");
    here.assert_open().await;
    let mut again = at(&nodes[0], &elsewhere);
    assert_eq!(again.post("/confirm", "").body, "fresh=true");
    here.assert_open().await;
    there.assert_open().await;
    at(&nodes[1], &again).post("/logout", "");
    for socket in [&mut here, &mut there] {
        socket.assert_ended("logged out").await;
    }
    // Nodes were told of nothing else.
    let message = said.try_recv().unwrap();
    let words: Vec<_> = message.split(' ').collect();
    let [_, _, _, "ended", _, _, "loggedout"] = words[..] else {
        panic!("{message}")
    };
    assert!(said.try_recv().is_err());
}

#[rocket::async_test]
async fn a_node_that_could_not_hear_looks_for_itself() {
    let (nodes, line) = nodes().await;
    let (mut alice, [mut here, mut there]) = opened(&nodes, "id=1").await;
    let (mut bob, [_, mut bobs]) = opened(&nodes, "id=2").await;
    line.set_deaf(true);
    alice.post("/revoke-all", "");
    here.assert_ended("the session was ended elsewhere").await;
    bob.post("/confirm", "");
    there.assert_open().await;
    line.set_deaf(false);
    there.assert_ended("the session was ended elsewhere").await;
    // The other session goes on.
    bobs.assert_open().await;
    bob.post("/logout", "");
    bobs.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_message_that_could_not_be_sent_is_sent_later() {
    let (nodes, line) = nodes().await;
    let (mut alice, [mut here, mut there]) = opened(&nodes, "id=1").await;
    line.set_mute(true);
    alice.post("/confirm", "");
    alice.post("/logout", "");
    here.assert_ended("logged out").await;
    there.assert_open().await;
    line.set_mute(false);
    there.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_logout_is_heard_although_it_is_said_before_a_new_password_that_came_first() {
    let (nodes, line) = nodes().await;
    let mut said = line.said.subscribe();
    let (mut alice, [mut here, mut there]) = opened(&nodes, "id=1").await;
    let (_, [mut phone, mut tablet]) = opened(&nodes, "id=1").await;
    line.set_mute(true);
    assert_eq!(alice.post("/password/new", "").status, 200);
    while line.unsaid.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    // The one node tries again in a moment, and the other speaks now.
    line.set_mute(false);
    at(&nodes[1], &alice).post("/logout", "");
    here.assert_ended("logged out").await;
    there.assert_ended("logged out").await;
    for socket in [&mut phone, &mut tablet] {
        socket
            .assert_ended("the user's credentials have changed")
            .await;
    }
    let mut words = [said.try_recv().unwrap(), said.try_recv().unwrap()]
        .map(|message| message.split(' ').nth(3).unwrap().to_string());
    words.sort();
    assert_eq!(words, ["changed", "ended"]);
}

#[rocket::async_test]
async fn a_message_from_before_a_shutdown_arrives() {
    let (nodes, _line) = nodes().await;
    let (mut alice, [_, mut there]) = opened(&nodes, "id=1").await;
    alice.post("/logout", "");
    let [here, _there] = nodes;
    drop(here);
    there.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_new_password_spares_its_sockets_while_the_nodes_change_their_keys() {
    const NEW: &str = "the new secret key, as long as it has to be";
    let keys = |secret: &str, previous: &str| Config {
        secret_key: Some(secret.into()),
        previous_secret_keys: vec![previous.into()],
        ..stateless()
    };
    let configs = [keys(NEW, app::KEY), keys(app::KEY, NEW)];
    let (nodes, _line) = nodes_with(configs).await;
    let (mut alice, [_here, mut there]) = opened(&nodes, "id=1").await;
    // The nodes share a database in truth; here each has its own.
    at(&nodes[1], &alice).post("/database/1/password", "");
    let path = "/password/set%20behind%20its%20back";
    assert_eq!(alice.post(path, "").status, 200);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(there.ask("valid?").await, "true");
}
