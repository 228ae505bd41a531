//! Requests under way with a token of an application before, while it is given up.

use rocket::futures::future::join_all;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::Client;
use rocket::time::Duration;
use rocket_login::{Config, LegacyTokens, LoginManager, StoreKind, testing};

use super::{legacy, token};
use crate::app::{Account, with_store};
use crate::inflight::{logged_out_meanwhile, rocket};
use crate::parallel::{cookie, meanwhile, pair, request, status};

const MODES: [LegacyTokens; 2] = [LegacyTokens::Replace, LegacyTokens::Write];

async fn each_site() -> Vec<(Client, String)> {
    let mut sites = Vec::new();
    for tokens in MODES {
        for store in [StoreKind::Cookie, StoreKind::Memory] {
            let config = Config {
                session: with_store(store).session,
                ..legacy(tokens)
            };
            let client = Client::untracked(rocket(config)).await.unwrap();
            sites.push((client, format!("remember_token={}", token("1"))));
        }
    }
    sites
}

/// How many sessions and remembered browsers alice has, where they are counted.
async fn sessions(client: &Client) -> Option<usize> {
    let manager: &LoginManager<Account> = client.rocket().state().unwrap();
    let sessions = manager.sessions(&1).await.ok()?;
    Some(sessions.len())
}

#[rocket::async_test]
async fn a_logout_is_not_undone() {
    for (client, token) in each_site().await {
        let before = sessions(&client).await;
        let answer = logged_out_meanwhile(&client, Method::Get, "/slow", &token, &token).await;
        assert_eq!(answer.status(), Status::Ok);
        assert_eq!(cookie(&answer, "session"), None);
        assert_eq!(cookie(&answer, "remember_token"), None);
        drop(answer);
        assert_eq!(sessions(&client).await, before);
    }
}

#[rocket::async_test]
async fn the_login_of_another_user_is_not_undone() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Get, "/slow", &token);
        let login = request(&client, Method::Post, "/login", &token);
        let login = login.header(ContentType::Form).body("id=2");
        let (answer, login) = meanwhile(&client, slow, login).await;
        assert!(cookie(&login, "session").is_some());
        assert_eq!(cookie(&answer, "session"), None);
        assert_eq!(cookie(&answer, "remember_token"), None);
    }
}

#[rocket::async_test]
async fn right_after_a_logout_it_serves_the_request_alone() {
    for (client, token) in each_site().await {
        let out = request(&client, Method::Post, "/logout", &token);
        assert_eq!(out.dispatch().await.status(), Status::Ok);
        let before = sessions(&client).await;
        let late = request(&client, Method::Get, "/account", &token);
        let answer = late.dispatch().await;
        assert_eq!(answer.status(), Status::Ok);
        assert_eq!(answer.headers().get("Set-Cookie").count(), 0);
        assert_eq!(sessions(&client).await, before);
        drop(answer);

        testing::advance(client.rocket(), Duration::seconds(601));
        let later = request(&client, Method::Get, "/account", &token);
        assert!(cookie(&later.dispatch().await, "session").is_some());
    }
}

#[rocket::async_test]
async fn another_browser_is_brought_back_all_the_same() {
    for (client, token) in each_site().await {
        let out = request(&client, Method::Post, "/logout", &token);
        assert_eq!(out.dispatch().await.status(), Status::Ok);
        let other = request(&client, Method::Get, "/account", &token);
        let other = other.header(Header::new("User-Agent", "another"));
        assert!(cookie(&other.dispatch().await, "session").is_some());
        assert_eq!(status(&client, &token).await, Status::Ok);
    }
}

#[rocket::async_test]
async fn of_many_at_once_each_is_let_in_and_the_browser_goes_on_with_any() {
    for (client, token) in each_site().await {
        let at_once = (0..8).map(|_| request(&client, Method::Get, "/account", &token).dispatch());
        for answer in join_all(at_once).await {
            assert_eq!(answer.status(), Status::Ok);
            let session = pair(&answer, "session");
            assert_eq!(status(&client, &session).await, Status::Ok);
            if cookie(&answer, "remember_token").is_some() {
                let ours = pair(&answer, "remember_token");
                assert_eq!(status(&client, &ours).await, Status::Ok);
            }
        }
    }
}
