//! A login and a logout beside a page that comes back by the remember token.

use rocket::http::Status;
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::tokio::join;

use super::jar::{Jar, account, get, logged_in, post};
use super::{REMEMBERED, restless_nodes, second};

const ROUNDS: usize = 200;

/// Cookies that work or count as absent; a login with them takes place.
async fn assert_harmless(client: &Client, jar: &Jar) {
    let page = account(client, jar).await;
    assert!([Status::Ok, Status::SeeOther].contains(&page), "{page}");
    let login = post(client, "/login", jar, "id=1").await;
    assert_eq!(login.status(), Status::SeeOther);
    assert_eq!(account(client, &jar.with(&login)).await, Status::Ok);
}

async fn assert_each_out(client: &Client, jar: &Jar, round: usize) {
    for held in jar.each_alone().iter().chain([jar]) {
        let page = account(client, held).await;
        assert_eq!(page, Status::SeeOther, "round {round}");
    }
}

#[track_caller]
fn assert_page(answer: &LocalResponse<'_>) {
    let status = answer.status();
    assert!([Status::Ok, Status::SeeOther].contains(&status), "{status}");
}

#[rocket::async_test]
async fn a_login_beside_a_page_that_comes_back_works() {
    let nodes = restless_nodes().await;
    for round in 0..ROUNDS {
        let (client, other) = (&nodes[0], second(&nodes, round));
        let jar = logged_in(client, REMEMBERED).await.closed();
        let (login, page) = join!(
            post(client, "/login", &jar, REMEMBERED),
            get(other, "/account", &jar)
        );
        assert_eq!(login.status(), Status::SeeOther, "round {round}");
        assert_page(&page);
        let last = jar.with(&page).with(&login);
        assert_eq!(account(client, &last).await, Status::Ok, "round {round}");
        let closed = account(client, &last.closed()).await;
        assert_eq!(closed, Status::Ok, "round {round}");
        for held in [jar.with(&login).with(&page), jar.with(&page), jar, last] {
            assert_harmless(other, &held).await;
        }
    }
}

#[rocket::async_test]
async fn a_logout_beside_a_page_that_comes_back_ends_what_both_name() {
    let nodes = restless_nodes().await;
    for round in 0..ROUNDS {
        let (client, other) = (&nodes[0], second(&nodes, round));
        let both = logged_in(client, REMEMBERED).await;
        let jar = both.closed();
        let (page, out) = join!(
            get(other, "/account", &jar),
            post(client, "/logout", &jar, "")
        );
        assert_page(&page);
        assert_eq!(out.status(), Status::Ok, "round {round}");
        assert_each_out(other, &both, round).await;
        assert_each_out(other, &jar.with(&page), round).await;
        for held in [jar.with(&page).with(&out), jar.with(&out).with(&page)] {
            assert_harmless(other, &held).await;
        }
    }
}

#[rocket::async_test]
async fn a_logout_beside_a_login_and_a_page_ends_what_its_request_named() {
    let nodes = restless_nodes().await;
    for round in 0..ROUNDS {
        let (client, other) = (&nodes[0], second(&nodes, round));
        let both = logged_in(client, REMEMBERED).await;
        let jar = if round % 2 == 0 {
            both.closed()
        } else {
            both.clone()
        };
        let (login, page, out) = join!(
            post(client, "/login", &jar, REMEMBERED),
            get(other, "/account", &jar),
            post(client, "/logout", &jar, "")
        );
        assert_eq!(login.status(), Status::SeeOther, "round {round}");
        assert_page(&page);
        assert_eq!(out.status(), Status::Ok, "round {round}");
        assert_each_out(other, &both, round).await;
        assert_each_out(other, &Jar::default().with(&page), round).await;
        // The login is another session, which the logout did not name.
        for held in Jar::default().with(&login).each_alone() {
            assert_eq!(account(client, &held).await, Status::Ok, "round {round}");
        }
        assert_harmless(other, &jar.with(&login).with(&out).with(&page)).await;
    }
}
