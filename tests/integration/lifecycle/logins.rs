//! Two clicks on "Log in": two logins of one browser at the same time.

use rocket::http::Status;
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::time::Duration;
use rocket::tokio::join;
use rocket_login::testing;

use super::jar::{Jar, account, logged_in, post};
use super::{REMEMBERED, restless_nodes, second};

/// How often each kind of browser clicks twice.
const ROUNDS: usize = 200;

/// The logins that two requests ask for in parallel.
const FORMS: [[&str; 2]; 3] = [
    [REMEMBERED, REMEMBERED],
    ["id=1", REMEMBERED],
    ["id=1", "id=1"],
];

/// Two parallel logins, both of which take place.
async fn twice<'c>(
    [one, two]: [&'c Client; 2],
    jar: &Jar,
    forms: [&'static str; 2],
) -> [LocalResponse<'c>; 2] {
    let (one, two) = join!(
        post(one, "/login", jar, forms[0]),
        post(two, "/login", jar, forms[1])
    );
    for answer in [&one, &two] {
        assert_eq!(answer.status(), Status::SeeOther);
    }
    [one, two]
}

/// The jars that either order of the answers leaves.
fn either_order(jar: &Jar, [one, two]: &[LocalResponse<'_>; 2]) -> [Jar; 2] {
    [jar.with(one).with(two), jar.with(two).with(one)]
}

/// Neither a page nor a login with these cookies is refused for the store's sake.
async fn assert_can_log_in(client: &Client, jar: &Jar) {
    let page = account(client, jar).await;
    assert!([Status::Ok, Status::SeeOther].contains(&page), "{page}");
    let login = post(client, "/login", jar, "id=1").await;
    assert_eq!(login.status(), Status::SeeOther);
    assert_eq!(account(client, &jar.with(&login)).await, Status::Ok);
}

async fn click_twice(nodes: &[Client; 2], jar: Jar, round: usize) {
    let forms = FORMS[round % FORMS.len()];
    let client = second(nodes, round);
    let answers = twice([&nodes[0], client], &jar, forms).await;
    let jars = either_order(&jar, &answers);
    for held in &jars {
        assert_eq!(account(client, held).await, Status::Ok, "round {round}");
    }
    if forms == FORMS[0] {
        for held in &jars {
            let closed = held.closed();
            assert_eq!(account(client, &closed).await, Status::Ok, "round {round}");
        }
    }
    for held in jars.iter().chain([&jar]) {
        assert_can_log_in(client, held).await;
    }
    for answer in &answers {
        assert_can_log_in(client, &jar.with(answer)).await;
    }
}

#[rocket::async_test]
async fn two_parallel_logins_with_session_and_remember_cookie_both_work() {
    let nodes = restless_nodes().await;
    for round in 0..ROUNDS {
        let jar = logged_in(&nodes[0], REMEMBERED).await;
        click_twice(&nodes, jar, round).await;
    }
}

#[rocket::async_test]
async fn two_parallel_logins_with_a_remember_cookie_alone_both_work() {
    let nodes = restless_nodes().await;
    for round in 0..ROUNDS {
        let jar = logged_in(&nodes[0], REMEMBERED).await.closed();
        click_twice(&nodes, jar, round).await;
    }
}

#[rocket::async_test]
async fn two_parallel_logins_without_cookies_both_work() {
    let nodes = restless_nodes().await;
    for round in 0..ROUNDS {
        click_twice(&nodes, Jar::default(), round).await;
    }
}

#[rocket::async_test]
async fn a_browser_can_click_twice_again_and_again() {
    let nodes = restless_nodes().await;
    let mut jar = Jar::default();
    for round in 0..ROUNDS {
        let client = second(&nodes, round);
        let answers = twice([&nodes[0], client], &jar, FORMS[0]).await;
        let [one, two] = either_order(&jar, &answers);
        for held in [&one, &two] {
            assert_eq!(account(client, held).await, Status::Ok, "round {round}");
        }
        jar = if round % 2 == 0 { one } else { two };
    }
    let client = &nodes[0];
    let out = post(client, "/logout", &jar, "").await;
    assert_eq!(out.status(), Status::Ok);
    for held in jar.each_alone() {
        assert_eq!(account(client, &held).await, Status::SeeOther);
    }
}

#[rocket::async_test]
async fn a_login_whose_browser_sees_no_guarded_page_for_a_day_is_still_remembered() {
    let nodes = restless_nodes().await;
    let client = &nodes[0];
    testing::advance(client.rocket(), Duration::ZERO);
    let once = logged_in(client, REMEMBERED).await;
    let old = logged_in(client, REMEMBERED).await;
    let answers = twice([client, client], &old, FORMS[0]).await;
    let [one, two] = either_order(&old, &answers);
    testing::advance(client.rocket(), Duration::days(1));
    for held in [once, one, two] {
        assert_eq!(account(client, &held.closed()).await, Status::Ok);
    }
}
