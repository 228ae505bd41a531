//! Parallel requests of one browser on two nodes: logins, pages that come back, logouts.

use rocket::tokio::join;

use crate::nodes::browser::Reply;
use crate::nodes::{ALICE, Browser, Engine, Node, assert_in, assert_out};

on_every_engine! {
    two_parallel_logins_with_session_and_remember_cookie_both_work
    two_parallel_logins_with_a_remember_cookie_alone_both_work
    two_parallel_logins_without_cookies_both_work
    a_login_beside_a_page_that_comes_back_works
    a_logout_beside_a_page_that_comes_back_ends_what_both_name
    a_logout_beside_a_login_and_a_page_ends_what_its_request_named
}

/// How often it is tried.
const ROUNDS: usize = 200;

fn remember() -> String {
    format!("{ALICE}&remember=true")
}

async fn log_in(node: &Node, browser: &Browser, form: &str) -> Reply {
    let reply = browser.clone().post(node, "/login", form).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply
}

async fn come_back(node: &Node, browser: &Browser) -> Reply {
    let reply = browser.clone().get(node, "/whoami").await;
    assert!([200, 401].contains(&reply.status), "{reply:?}");
    reply
}

async fn log_out(node: &Node, browser: &Browser) -> Reply {
    let reply = browser.clone().post(node, "/logout", "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply
}

/// A page with these cookies is answered, and a login with them works.
async fn assert_harmless(browser: &Browser, nodes: [&Node; 2]) {
    come_back(nodes[0], browser).await;
    let login = log_in(nodes[1], browser, ALICE).await;
    assert_in(&mut browser.with(&login), "alice", &nodes).await;
}

/// None of these cookies counts on any node, neither with the others nor alone.
async fn assert_each_out(browser: &Browser, nodes: [&Node; 2]) {
    assert_out(browser, &nodes).await;
    for alone in browser.each_alone() {
        assert_out(&alone, &nodes).await;
    }
}

async fn click_twice(browser: &Browser, nodes: [&Node; 2], round: usize) {
    let form = remember();
    let [a, b] = nodes;
    let (one, two) = join!(log_in(a, browser, &form), log_in(b, browser, &form));
    let either_order = [browser.with(&one).with(&two), browser.with(&two).with(&one)];
    for held in &either_order {
        assert_in(&mut held.clone(), "alice", &nodes).await;
        assert_in(&mut held.closed(), "alice", &nodes).await;
    }
    let [first, second] = either_order;
    let one = browser.with(&one);
    let two = browser.with(&two);
    let held = [first, second, one, two, browser.clone()];
    // One of them each time, to save time.
    assert_harmless(&held[round % held.len()], nodes).await;
}

async fn two_parallel_logins_with_session_and_remember_cookie_both_work(engine: Engine) {
    let [a, b] = engine.nodes().await;
    for round in 0..ROUNDS {
        let alice = Browser::logged_in(&a, &remember()).await;
        click_twice(&alice, [&a, &b], round).await;
    }
}

async fn two_parallel_logins_with_a_remember_cookie_alone_both_work(engine: Engine) {
    let [a, b] = engine.nodes().await;
    for round in 0..ROUNDS {
        let alice = Browser::remembered(&a, ALICE).await;
        click_twice(&alice, [&a, &b], round).await;
    }
}

async fn two_parallel_logins_without_cookies_both_work(engine: Engine) {
    let [a, b] = engine.nodes().await;
    for round in 0..ROUNDS {
        click_twice(&Browser::default(), [&a, &b], round).await;
    }
}

async fn a_login_beside_a_page_that_comes_back_works(engine: Engine) {
    let [a, b] = engine.nodes().await;
    let form = remember();
    for round in 0..ROUNDS {
        let alice = Browser::remembered(&a, ALICE).await;
        let (login, page) = join!(log_in(&a, &alice, &form), come_back(&b, &alice));
        let last = alice.with(&page).with(&login);
        assert_in(&mut last.clone(), "alice", &[&a, &b]).await;
        assert_in(&mut last.closed(), "alice", &[&b]).await;
        let held = [alice.with(&login).with(&page), alice.with(&page), alice];
        assert_harmless(&held[round % held.len()], [&a, &b]).await;
    }
}

async fn a_logout_beside_a_page_that_comes_back_ends_what_both_name(engine: Engine) {
    let [a, b] = engine.nodes().await;
    for round in 0..ROUNDS {
        let both = Browser::logged_in(&a, &remember()).await;
        let alice = both.closed();
        let (page, out) = join!(come_back(&b, &alice), log_out(&a, &alice));
        assert_each_out(&both, [&a, &b]).await;
        assert_each_out(&alice.with(&page), [&a, &b]).await;
        let held = [alice.with(&page).with(&out), alice.with(&out).with(&page)];
        assert_harmless(&held[round % held.len()], [&a, &b]).await;
    }
}

async fn a_logout_beside_a_login_and_a_page_ends_what_its_request_named(engine: Engine) {
    let [a, b] = engine.nodes().await;
    let form = remember();
    for _ in 0..ROUNDS {
        let both = Browser::logged_in(&b, &form).await;
        let alice = both.closed();
        let (login, page, out) = join!(
            log_in(&a, &alice, &form),
            come_back(&b, &alice),
            log_out(&b, &alice)
        );
        assert_each_out(&both, [&a, &b]).await;
        assert_each_out(&Browser::default().with(&page), [&a, &b]).await;
        // The login is another session, which the logout did not name.
        for mut alone in Browser::default().with(&login).each_alone() {
            assert_in(&mut alone, "alice", &[&a, &b]).await;
        }
        let last = alice.with(&login).with(&out).with(&page);
        assert_harmless(&last, [&a, &b]).await;
    }
}
