//! A Redis that is the primary no longer.

use crate::nodes::{ALICE, Browser, Node, assert_in, assert_out};
use crate::redis::server::Server;
use crate::redis::way::Way;

/// A node, and the way from it to its server.
async fn node(server: &Server) -> (Node, Way) {
    let way = Way::to(server).await;
    let mut node = Node::start(&format!("store=\"redis\",url={:?}", way.url()));
    node.wait_until_it_answers().await;
    (node, way)
}

#[rocket::async_test]
async fn a_failover_behind_one_address_is_hardly_noticed() {
    for primary in Server::start_each().await {
        let (node, way) = node(&primary).await;
        let replica = primary.start_replica().await;
        let mut alice = Browser::logged_in(&node, &format!("{ALICE}&remember=true")).await;
        let mut phone = Browser::logged_in(&node, ALICE).await;
        // The record of the last login has to be there.
        primary.ask::<i64>(&["WAIT", "1", "5000"]).await;

        replica.follow(None).await;
        primary.follow(Some(replica.port())).await;
        way.lead_to(&replica);
        // The connection that is open still leads to the server of before.
        let mut other = Browser::logged_in(&node, ALICE).await;
        for browser in [&mut alice, &mut phone, &mut other] {
            assert_in(browser, "alice", &[&node]).await;
        }
        assert_eq!(phone.post(&node, "/logout", "").await.status, 200);
        assert_eq!(
            alice.post(&node, "/sessions/others/revoke", "").await.body,
            "ended 1\n"
        );
        assert_out(&other, &[&node]).await;
        assert_in(&mut alice, "alice", &[&node]).await;
    }
}

#[rocket::async_test]
async fn a_server_that_becomes_a_replica_during_a_login_leaves_nothing_half_done() {
    for server in Server::start_each().await {
        let (node, way) = node(&server).await;
        let mut alice = Browser::logged_in(&node, ALICE).await;
        let mut questions = 0;
        loop {
            questions += 1;
            way.demote_at(questions);
            let reply = alice.clone().post(&node, "/login", ALICE).await;
            if reply.status == 200 {
                // Later messages are for other nodes.
                break;
            }
            assert_eq!((reply.status, way.has_demoted()), (503, true), "{reply:?}");
            assert_eq!(reply.cookies().next(), None, "{reply:?}");
            assert_in(&mut alice, "alice", &[&node]).await;
            server.follow(None).await;
            // Its user is in as before. A record that cannot be withdrawn yet has no cookie.
            let listed = alice.sessions(&node).await;
            assert!(
                listed.iter().any(|line| line.ends_with(" this")),
                "{listed:?}"
            );
        }
        assert!(questions > 3, "{questions}");
    }
}
