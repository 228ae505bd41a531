//! Requests under way with a token of an application before, while it is given up.

use rocket::futures::future::join_all;
use rocket::http::{ContentType, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::tokio::join;
use rocket::{State, post, routes};
use rocket_login::{Auth, Config, LegacyTokens, LoginError, LoginManager, StoreKind, User};

use super::{FLASK, legacy, starlette, token};
use crate::app::{Account, Accounts, with_store};
use crate::inflight::{logged_out_meanwhile, rocket};
use crate::parallel::{Slow, cookie, meanwhile, pair, request, status};

const MODES: [LegacyTokens; 2] = [LegacyTokens::Replace, LegacyTokens::Write];

/// Logs bob in, having looked who is there.
#[post("/bob-instead")]
async fn bob_instead(
    alice: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    assert_eq!(alice.id, 1);
    auth.login(&accounts.find(2).unwrap()).await?;
    Ok(())
}

pub(super) async fn each_site() -> Vec<(Client, String)> {
    let mut sites = Vec::new();
    for tokens in MODES {
        for store in [StoreKind::Cookie, StoreKind::Memory] {
            let client = site(tokens, store).await;
            sites.push((client, format!("remember_token={}", token("1"))));
        }
    }
    sites
}

async fn site(tokens: LegacyTokens, store: StoreKind) -> Client {
    let config = Config {
        session: with_store(store).session,
        ..legacy(tokens)
    };
    let routes = routes![bob_instead, slow_renew, alice_again];
    Client::untracked(rocket(config).mount("/", routes))
        .await
        .unwrap()
}

/// How many sessions and remembered browsers alice has, where they are counted.
pub(super) async fn sessions(client: &Client) -> Option<usize> {
    let manager: &LoginManager<Account> = client.rocket().state().unwrap();
    let sessions = manager.sessions(&1).await.ok()?;
    Some(sessions.len())
}

#[track_caller]
fn assert_brings_nothing(answer: &LocalResponse<'_>) {
    assert_eq!(cookie(answer, "session"), None);
    assert_eq!(cookie(answer, "remember_token"), None);
}

#[rocket::async_test]
async fn a_logout_is_not_undone() {
    for (client, token) in each_site().await {
        let before = sessions(&client).await;
        let answer = logged_out_meanwhile(&client, Method::Get, "/slow", &token, &token).await;
        assert_eq!(answer.status(), Status::Ok);
        assert_brings_nothing(&answer);
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
        assert_brings_nothing(&answer);
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

/// The cookies that a first answer to the token has given the browser.
async fn first_cookies(client: &Client, token: &str) -> String {
    let first = request(client, Method::Get, "/account", token);
    let answer = first.dispatch().await;
    let session = pair(&answer, "session");
    match cookie(&answer, "remember_token") {
        Some(ours) => format!("{session}; remember_token={ours}"),
        None => session,
    }
}

#[rocket::async_test]
async fn a_logout_with_what_another_answer_has_brought_is_not_undone_either() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Get, "/slow", &token);
        let first_then_out = async {
            let state: &Slow = client.rocket().state().unwrap();
            state.arrived.notified().await;
            let cookies = first_cookies(&client, &token).await;
            let out = request(&client, Method::Post, "/logout", &cookies);
            assert_eq!(out.dispatch().await.status(), Status::Ok);
            state.go_on.notify_one();
        };
        let (answer, ()) = join!(slow.dispatch(), first_then_out);
        assert_eq!(answer.status(), Status::Ok);
        assert_brings_nothing(&answer);
    }
}

#[rocket::async_test]
async fn a_login_after_a_guard_has_taken_the_token_is_not_undone() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Get, "/slow", &token);
        let login = request(&client, Method::Post, "/bob-instead", &token);
        let (answer, login) = meanwhile(&client, slow, login).await;
        assert!(cookie(&login, "session").is_some());
        assert_brings_nothing(&answer);
    }
}

#[rocket::async_test]
async fn a_logout_after_one_there_is_not_undone() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Get, "/slow", &token);
        let out = starlette(r#"{"_remember": "clear"}"#, 0);
        let both = format!("{token}; {FLASK}={out}");
        let logout = request(&client, Method::Post, "/logout", &both);
        let (answer, _) = meanwhile(&client, slow, logout).await;
        assert_brings_nothing(&answer);
    }
}

#[rocket::async_test]
async fn a_login_of_another_user_after_a_logout_there_is_not_undone() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Get, "/slow", &token);
        let out = starlette(r#"{"_remember": "clear"}"#, 0);
        let both = format!("{token}; {FLASK}={out}");
        let login = request(&client, Method::Post, "/login", &both);
        let login = login.header(ContentType::Form).body("id=2");
        let (answer, login) = meanwhile(&client, slow, login).await;
        assert!(cookie(&login, "session").is_some());
        assert_brings_nothing(&answer);
    }
}

/// Changes the password of the user, and waits.
#[post("/slow-renew")]
async fn slow_renew(
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
    slow: &State<Slow>,
) -> Result<(), LoginError> {
    accounts.set_password(user.id, "another");
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    auth.renew(&accounts.find(user.id).unwrap()).await
}

#[rocket::async_test]
async fn a_new_password_does_not_undo_a_logout() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Post, "/slow-renew", &token);
        let out = request(&client, Method::Post, "/logout", &token);
        let (answer, out) = meanwhile(&client, slow, out).await;
        assert_eq!(out.status(), Status::Ok);
        assert_brings_nothing(&answer);
    }
}

/// Logs alice in once more, having looked who is there.
#[post("/alice-again")]
async fn alice_again(user: User<Account>, auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.login(&user).await?;
    Ok(())
}

#[rocket::async_test]
async fn a_login_of_the_same_user_keeps_what_was_made_of_the_token() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let client = site(LegacyTokens::Replace, store).await;
        let token = format!("remember_token={}", token("1"));
        let again = request(&client, Method::Post, "/alice-again", &token);
        let answer = again.dispatch().await;
        assert_eq!(answer.status(), Status::Ok);
        let session = pair(&answer, "session");
        assert_eq!(status(&client, &session).await, Status::Ok);
        let ours = pair(&answer, "remember_token");
        assert_eq!(status(&client, &ours).await, Status::Ok);
    }
}

#[rocket::async_test]
async fn a_logout_with_a_session_that_was_confirmed_since_is_not_undone() {
    for (client, token) in each_site().await {
        let slow = request(&client, Method::Get, "/slow", &token);
        let confirm_then_out = async {
            let state: &Slow = client.rocket().state().unwrap();
            state.arrived.notified().await;
            let first = request(&client, Method::Get, "/account", &token);
            let session = pair(&first.dispatch().await, "session");
            for uri in ["/confirm", "/logout"] {
                let change = request(&client, Method::Post, uri, &session);
                assert_eq!(change.dispatch().await.status(), Status::Ok);
            }
            state.go_on.notify_one();
        };
        let (answer, ()) = join!(slow.dispatch(), confirm_then_out);
        assert_brings_nothing(&answer);
    }
}
