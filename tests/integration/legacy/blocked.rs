//! Right after a logout a token of an application before begins no session in that browser.

use rocket::http::{Header, Method, Status};
use rocket::time::Duration;
use rocket_login::testing;

use super::under_way::{each_site, sessions};
use crate::parallel::{cookie, pair, request, status};

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
async fn right_after_a_logout_who_proves_who_they_are_logs_in() {
    for (client, token) in each_site().await {
        let out = request(&client, Method::Post, "/logout", &token);
        assert_eq!(out.dispatch().await.status(), Status::Ok);
        let changed = request(&client, Method::Post, "/password/new", &token);
        let answer = changed.dispatch().await;
        assert_eq!(answer.status(), Status::Ok);
        assert_eq!(answer.headers().get_one("Cache-Control"), Some("no-store"));
        assert_eq!(answer.headers().get_one("Vary"), None);
        let confirm = request(&client, Method::Post, "/confirm", &token);
        let session = pair(&confirm.dispatch().await, "session");
        assert_eq!(status(&client, &session).await, Status::Ok);
    }
}
