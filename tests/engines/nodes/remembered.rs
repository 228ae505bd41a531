//! A browser that comes back to several nodes at once.

use rocket::futures::future::join_all;
use rocket::tokio::join;

use crate::nodes::{ALICE, Browser, Engine, Node, assert_in, assert_out};

on_every_engine! {
    a_browser_that_comes_back_to_all_nodes_at_once_has_one_session
    a_logout_ends_what_comes_back_to_all_nodes_at_once
}

const AT_ONCE: usize = 16;

/// How often it is tried.
const ROUNDS: usize = 6;

/// The tabs of a browser that has a remember token alone.
async fn tabs(node: &Node) -> Vec<Browser> {
    vec![Browser::remembered(node, ALICE).await; AT_ONCE]
}

/// Has each of them ask another node than the one before.
async fn come_back(tabs: &mut [Browser], nodes: [&Node; 3]) -> Vec<crate::nodes::browser::Reply> {
    let asked = tabs.iter_mut().zip(nodes.into_iter().cycle());
    join_all(asked.map(|(tab, node)| tab.get(node, "/whoami"))).await
}

async fn a_browser_that_comes_back_to_all_nodes_at_once_has_one_session(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let nodes = [&a, &b, &c];
    for _ in 0..ROUNDS {
        let mut tabs = tabs(&a).await;
        let replies = come_back(&mut tabs, nodes).await;
        for reply in &replies {
            assert_eq!((reply.status, reply.body.trim_end()), (200, "alice"));
        }
        assert!(replies.iter().any(|reply| reply.cookies().next().is_some()));
        // Whichever answer comes last, the browser can go on with it.
        for tab in &mut tabs {
            assert_in(tab, "alice", &nodes).await;
            let lines = tab.sessions(&b).await;
            assert!(lines.len() == 1 && lines[0].ends_with(" this"), "{lines:?}");
        }
        assert_eq!(tabs[0].post(&c, "/logout", "").await.status, 200);
        for tab in &tabs {
            assert_out(tab, &[&a]).await;
        }
    }
}

async fn a_logout_ends_what_comes_back_to_all_nodes_at_once(engine: Engine) {
    let [a, b, c] = engine.nodes().await;
    let mut other = Browser::logged_in(&a, ALICE).await;
    for number in 0..ROUNDS {
        let mut tabs = tabs(&a).await;
        let mut leaving = tabs[0].clone();
        let node = [&a, &b, &c][number % 3];
        let (replies, left) = join!(
            come_back(&mut tabs, [&a, &b, &c]),
            leaving.post(node, "/logout", "")
        );
        assert_eq!(left.status, 200, "{left:?}");
        for reply in replies {
            assert!([200, 401].contains(&reply.status), "{reply:?}");
        }
        for tab in &tabs {
            assert_out(tab, &[&b]).await;
        }
        assert_eq!(other.sessions(&c).await.len(), 1);
    }
}
