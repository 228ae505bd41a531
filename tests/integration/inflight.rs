//! Requests under way while their session ends.

use rocket::futures::future::join_all;
use rocket::http::{Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::time::Duration;
use rocket::{Request, State, get, routes};
use rocket_login::{Config, LoginManager, User, testing};

use crate::app::{self, Account, config, stateless};
use crate::parallel::{Slow, cookie, login, meanwhile, pair, request, sets_no_login, status};

#[get("/slow")]
async fn slow(user: User<Account>, slow: &State<Slow>) -> String {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    user.name.clone()
}

/// A loader that waits if the request says so.
async fn slow_load(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    if request.headers().contains("X-Slow") {
        let slow: &Slow = request.rocket().state().unwrap();
        slow.arrived.notify_one();
        slow.go_on.notified().await;
    }
    app::load(request, id).await
}

pub(crate) fn rocket(config: Config) -> rocket::Rocket<rocket::Build> {
    app::bare()
        .attach(LoginManager::fairing(slow_load).config(config))
        .manage(Slow::default())
        .mount("/", app::routes())
        .mount("/", routes![slow, crate::parallel::slow_confirm])
}

async fn client() -> Client {
    Client::untracked(rocket(config())).await.unwrap()
}

/// The answer to a request that was under way while its session was logged out.
pub(crate) async fn logged_out_meanwhile<'c>(
    client: &'c Client,
    method: Method,
    uri: &'c str,
    cookies: &str,
    logout: &str,
) -> LocalResponse<'c> {
    let slow = request(client, method, uri, cookies);
    let logout = request(client, Method::Post, "/logout", logout);
    let (answer, logout) = meanwhile(client, slow, logout).await;
    assert_eq!(logout.status(), Status::Ok);
    answer
}

#[rocket::async_test]
async fn a_renewal_under_way_does_not_bring_a_logged_out_session_back() {
    let client = client().await;
    let (session, _) = login(&client).await;
    testing::advance(client.rocket(), Duration::hours(1));
    let answer = logged_out_meanwhile(&client, Method::Get, "/slow", &session, &session).await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(cookie(&answer, "session"), None);
    assert_eq!(status(&client, &session).await, Status::SeeOther);
}

#[rocket::async_test]
async fn a_confirmation_under_way_does_not_bring_a_logged_out_session_back() {
    let client = client().await;
    let (session, _) = login(&client).await;
    let confirm = (Method::Post, "/slow-confirm");
    let answer = logged_out_meanwhile(&client, confirm.0, confirm.1, &session, &session).await;
    assert_eq!(answer.status(), Status::SeeOther);
    assert_eq!(cookie(&answer, "session"), None);
}

#[rocket::async_test]
async fn a_restore_under_way_does_not_bring_a_logged_out_login_back() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let both = format!("{session}; {token}");
    let answer = logged_out_meanwhile(&client, Method::Get, "/slow", &token, &both).await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(cookie(&answer, "session"), None);
}

#[rocket::async_test]
async fn a_logout_ends_what_took_its_place_just_before() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let both = format!("{session}; {token}");
    let changed = request(&client, Method::Post, "/password/new", &both)
        .dispatch()
        .await;
    let (new_session, new_token) = (pair(&changed, "session"), pair(&changed, "remember_token"));
    request(&client, Method::Post, "/logout", &both)
        .dispatch()
        .await;
    assert_eq!(status(&client, &new_session).await, Status::SeeOther);
    assert_eq!(status(&client, &new_token).await, Status::SeeOther);
}

#[rocket::async_test]
async fn a_request_under_way_takes_no_confirmed_session_away() {
    let client = client().await;
    let (session, token) = login(&client).await;
    request(&client, Method::Post, "/confirm", &session)
        .dispatch()
        .await;
    let both = format!("{session}; {token}");
    let answer = request(&client, Method::Get, "/account", &both)
        .dispatch()
        .await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(cookie(&answer, "session"), None);
}

#[rocket::async_test]
async fn a_request_under_way_takes_no_renewed_session_away() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let both = format!("{session}; {token}");
    let slow = request(&client, Method::Get, "/account", &both);
    let slow = slow.header(Header::new("X-Slow", "yes"));
    let change = request(&client, Method::Post, "/password/new", &both);
    let (slow, changed) = meanwhile(&client, slow, change).await;
    assert_eq!(changed.status(), Status::Ok);
    assert!(sets_no_login(&slow));
    assert_eq!(
        status(&client, &pair(&changed, "session")).await,
        Status::Ok
    );
}

#[rocket::async_test]
async fn a_restore_under_way_does_not_end_a_renewed_token() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let slow = request(&client, Method::Get, "/account", &token);
    let slow = slow.header(Header::new("X-Slow", "yes"));
    let both = format!("{session}; {token}");
    let change = request(&client, Method::Post, "/password/new", &both);
    let (slow, changed) = meanwhile(&client, slow, change).await;
    assert!(sets_no_login(&slow));
    let token = pair(&changed, "remember_token");
    assert_eq!(status(&client, &token).await, Status::Ok);
}

#[rocket::async_test]
async fn two_confirmations_at_once_agree_on_one_session() {
    let rocket = rocket(stateless());
    let client = Client::untracked(rocket).await.unwrap();
    let (session, _) = login(&client).await;
    let slow = request(&client, Method::Post, "/slow-confirm", &session);
    let other = request(&client, Method::Post, "/confirm", &session);
    let (slow, other) = meanwhile(&client, slow, other).await;
    assert_eq!((slow.status(), other.status()), (Status::Ok, Status::Ok));
    // Whichever answer arrives last, the browser is logged in; and a logout ends both.
    let sessions = [pair(&slow, "session"), pair(&other, "session")];
    for session in &sessions {
        assert_eq!(status(&client, session).await, Status::Ok);
    }
    request(&client, Method::Post, "/logout", &sessions[0])
        .dispatch()
        .await;
    for session in &sessions {
        assert_eq!(status(&client, session).await, Status::SeeOther);
    }
}

#[rocket::async_test]
async fn many_requests_with_one_remember_token_all_get_in() {
    let client = client().await;
    let (_, token) = login(&client).await;
    let requests = (0..16).map(|_| request(&client, Method::Get, "/account", &token).dispatch());
    for answer in join_all(requests).await {
        assert_eq!(answer.status(), Status::Ok);
        assert!(cookie(&answer, "session").is_some());
        let token = cookie(&answer, "remember_token");
        assert_eq!(token.is_some(), app::tokens_rotate());
    }
}
