//! Requests that come at once.

use rocket::futures::future::join_all;
use rocket::http::{Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::time::Duration;
use rocket::{Request, State, get, post, routes};
use rocket_login::{Auth, LoginError, LoginManager, User, testing};

use super::{Probe, memory, routes as more};
use crate::app::{self, Account, stateless};
use crate::parallel::{Slow, cookie, login, meanwhile, pair, request, slow_confirm, status};

#[get("/slow")]
async fn slow(user: User<Account>, slow: &State<Slow>) -> String {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    user.name.clone()
}

#[post("/slow-sessions")]
async fn slow_sessions(auth: Auth<'_, Account>, slow: &State<Slow>) -> Result<String, LoginError> {
    let user = auth.user().await?.unwrap();
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    auth.confirm_as(&user).await?;
    Ok(auth.sessions().await?.len().to_string())
}

#[post("/slow-password")]
async fn slow_password(
    user: User<Account>,
    auth: Auth<'_, Account>,
    slow: &State<Slow>,
    accounts: &State<app::Accounts>,
) -> Result<(), LoginError> {
    accounts.set_password(user.id, "new");
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    auth.renew(&accounts.find(user.id).unwrap()).await
}

/// A loader that waits if the request says so.
async fn load(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    if request.headers().contains("X-Slow") {
        let slow: &Slow = request.rocket().state().unwrap();
        slow.arrived.notify_one();
        slow.go_on.notified().await;
    }
    app::load(request, id).await
}

fn rocket(fairing: rocket_login::LoginFairing<Account>) -> rocket::Rocket<rocket::Build> {
    app::bare()
        .attach(fairing)
        .manage(Slow::default())
        .mount("/", app::routes())
        .mount(
            "/",
            routes![slow, slow_confirm, slow_password, slow_sessions],
        )
        .mount("/", more())
}

async fn client() -> Client {
    let fairing = LoginManager::fairing(load).config(memory());
    Client::untracked(rocket(fairing)).await.unwrap()
}

async fn body(client: &Client, uri: &str) -> String {
    let answer = client.get(uri.to_string()).dispatch().await;
    answer.into_string().await.unwrap()
}

/// How many sessions alice has.
async fn count(client: &Client) -> usize {
    let listed = body(client, "/admin/sessions/1").await;
    listed.matches("handle").count()
}

async fn post<'c>(client: &'c Client, uri: &'c str, cookies: &str) -> LocalResponse<'c> {
    request(client, Method::Post, uri, cookies).dispatch().await
}

#[rocket::async_test]
async fn a_slow_request_does_not_bring_a_session_back_that_was_ended() {
    let ends = [
        (Method::Post, "/logout"),
        (Method::Delete, "/admin/sessions/1"),
    ];
    let slow = [
        (Method::Get, "/slow", false),
        (Method::Get, "/account", true),
        (Method::Post, "/slow-confirm", false),
    ];
    for (method, end) in ends {
        for (slow_method, uri, is_loader_slow) in slow {
            let client = client().await;
            let (session, _) = login(&client).await;
            // So late that it is to be seen.
            testing::advance(client.rocket(), Duration::hours(1));
            let mut under_way = request(&client, slow_method, uri, &session);
            if is_loader_slow {
                under_way = under_way.header(Header::new("X-Slow", "yes"));
            }
            let end = request(&client, method, end, &session);
            let (answer, ended) = meanwhile(&client, under_way, end).await;
            assert_eq!(ended.status(), Status::Ok);
            let set = cookie(&answer, "session").filter(|value| !value.is_empty());
            assert_eq!(set, None, "{uri}");
            assert_eq!(status(&client, &session).await, Status::SeeOther);
            assert_eq!(count(&client).await, 0, "{uri}");
        }
    }
}

#[rocket::async_test]
async fn two_confirmations_at_once_hand_out_one_generation() {
    let client = client().await;
    let (session, _) = login(&client).await;
    let slow = request(&client, Method::Post, "/slow-confirm", &session);
    let other = request(&client, Method::Post, "/confirm", &session);
    let (slow, other) = meanwhile(&client, slow, other).await;
    assert_eq!((slow.status(), other.status()), (Status::Ok, Status::Ok));
    // Whichever answer the browser keeps, it holds the same.
    assert_eq!(pair(&slow, "session"), pair(&other, "session"));
    assert_eq!(status(&client, &pair(&other, "session")).await, Status::Ok);
    assert_eq!(count(&client).await, 1);
}

#[rocket::async_test]
async fn many_confirmations_at_once_hand_out_one_generation() {
    let client = client().await;
    let (session, _) = login(&client).await;
    let confirmations = (0..16).map(|_| post(&client, "/confirm", &session));
    let mut set = Vec::new();
    for answer in join_all(confirmations).await {
        assert_eq!(answer.status(), Status::Ok);
        set.extend(cookie(&answer, "session").filter(|value| !value.is_empty()));
    }
    assert_eq!(set.len(), 16);
    assert!(set.iter().all(|value| *value == set[0]));
    let session = format!("session={}", set[0]);
    assert_eq!(status(&client, &session).await, Status::Ok);
    assert_eq!(count(&client).await, 1);
}

#[rocket::async_test]
async fn a_new_password_and_a_confirmation_at_once_leave_the_browser_logged_in() {
    let client = client().await;
    let (session, _) = login(&client).await;
    let slow = request(&client, Method::Post, "/slow-confirm", &session);
    let change = request(&client, Method::Post, "/password/new", &session);
    let (slow, change) = meanwhile(&client, slow, change).await;
    assert_eq!(cookie(&slow, "session"), None);
    assert_eq!(status(&client, &pair(&change, "session")).await, Status::Ok);
    assert_eq!(count(&client).await, 1);
}

#[rocket::async_test]
async fn a_new_password_takes_a_session_with_it_that_was_seen_to_be_outdated() {
    let client = client().await;
    let (session, _) = login(&client).await;
    // The handler has stored the new password, and not kept its login yet.
    let slow = request(&client, Method::Post, "/slow-password", &session);
    let look = request(&client, Method::Get, "/account", &session);
    let (changed, looked) = meanwhile(&client, slow, look).await;
    assert_eq!(looked.status(), Status::SeeOther);
    assert_eq!(changed.status(), Status::Ok);
    let session = pair(&changed, "session");
    assert_eq!(status(&client, &session).await, Status::Ok);
    assert_eq!(count(&client).await, 1);
}

#[rocket::async_test]
async fn many_requests_at_the_half_of_the_window_all_get_in() {
    let probe = std::sync::Arc::new(Probe::default());
    let fairing = LoginManager::fairing(load).config(stateless());
    let fairing = fairing.session_store(probe.clone());
    let client = Client::untracked(rocket(fairing)).await.unwrap();
    let (session, _) = login(&client).await;
    testing::advance(client.rocket(), Duration::hours(1));
    let requests = (0..32).map(|_| status(&client, &session));
    let answers = join_all(requests).await;
    assert!(answers.iter().all(|status| *status == Status::Ok));
    let left = probe.left().await;
    let saved: i64 = left.iter().map(|kept| kept.revision).sum();
    assert_eq!((left.len(), saved), (1, 1));
}

#[rocket::async_test]
async fn a_session_restored_by_a_logged_out_token_is_not_left_behind() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let both = format!("{session}; {token}");
    let slow = request(&client, Method::Get, "/slow", &token);
    let logout = request(&client, Method::Post, "/logout", &both);
    let (answer, _) = meanwhile(&client, slow, logout).await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(cookie(&answer, "session"), None);
    assert_eq!(count(&client).await, 0);
}

#[rocket::async_test]
async fn a_superseded_session_token_counts_before_its_remember_token() {
    let client = client().await;
    let (session, token) = login(&client).await;
    post(&client, "/confirm", &session).await;
    let both = format!("{session}; {token}");
    let answer = request(&client, Method::Get, "/account", &both)
        .dispatch()
        .await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(answer.headers().get("Set-Cookie").count(), 0);
    assert_eq!(count(&client).await, 1);
}

#[rocket::async_test]
async fn a_list_is_asked_for_after_a_confirmation() {
    let client = client().await;
    let (session, _) = login(&client).await;
    let slow = request(&client, Method::Post, "/slow-sessions", &session);
    let other = client.get("/open");
    let (slow, _) = meanwhile(&client, slow, other).await;
    assert_eq!(slow.into_string().await.as_deref(), Some("1"));
}
