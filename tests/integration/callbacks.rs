//! Loaders that hang or panic.

use rocket::futures::future::pending;
use rocket::http::{Method, Status};
use rocket::local::asynchronous::Client;
use rocket::time::Duration;
use rocket::tokio::join;
use rocket::tokio::sync::{Mutex, Notify};
use rocket::{Build, Request, Rocket};
use rocket_login::{Config, LoginManager, testing};

use crate::app::{self, Account, Accounts, config};
use crate::parallel::{cookie, login, request, status};

/// Rung when a request hangs.
#[derive(Default)]
struct Hanging(Notify);

/// A loader that does what the request says.
async fn moody(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    match request.headers().get_one("X-Mood") {
        Some("hang") => {
            request.rocket().state::<Hanging>().unwrap().0.notify_one();
            pending().await
        }
        Some("spin") => {
            let lock = Mutex::new(());
            for turn in 0.. {
                // It is free, and tokio lets no task take it for ever without a rest.
                drop(lock.lock().await);
                if turn == 1000 {
                    request.rocket().state::<Hanging>().unwrap().0.notify_one();
                }
            }
            unreachable!()
        }
        Some("panic") => panic!("this loader is in a mood"),
        _ => app::load(request, id).await,
    }
}

fn rocket(config: Config) -> Rocket<Build> {
    app::bare()
        .attach(LoginManager::fairing(moody).config(config))
        .manage(Hanging::default())
        .mount("/", app::routes())
}

async fn client() -> Client {
    Client::untracked(rocket(config())).await.unwrap()
}

/// The answer to a request whose loader hangs, once as much time has passed.
async fn after(client: &Client, by: Duration, uri: &str, cookies: &str) -> Status {
    after_all("hang", client, by, uri, cookies).await
}

async fn after_all(
    mood: &'static str,
    client: &Client,
    by: Duration,
    uri: &str,
    cookies: &str,
) -> Status {
    let hanging = request(client, Method::Get, uri, cookies)
        .header(rocket::http::Header::new("X-Mood", mood));
    let passing = async {
        let state: &Hanging = client.rocket().state().unwrap();
        state.0.notified().await;
        testing::advance(client.rocket(), by);
    };
    let (answer, ()) = join!(hanging.dispatch(), passing);
    assert_eq!(cookie(&answer, "session"), None);
    assert_eq!(cookie(&answer, "remember_token"), None);
    answer.status()
}

async fn panicking(client: &Client, uri: &str, cookies: &str) -> Status {
    let request = request(client, Method::Get, uri, cookies);
    let request = request.header(rocket::http::Header::new("X-Mood", "panic"));
    let answer = request.dispatch().await;
    assert_eq!(cookie(&answer, "session"), None);
    assert_eq!(cookie(&answer, "remember_token"), None);
    answer.status()
}

#[rocket::async_test]
async fn a_loader_that_hangs_is_given_up() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let seconds = Duration::seconds;
    for uri in ["/account", "/settings", "/", "/dashboard", "/many"] {
        for cookies in [&session, &token] {
            let answer = after(&client, seconds(10), uri, cookies).await;
            assert_eq!(answer, Status::ServiceUnavailable, "{uri}");
        }
    }
    assert_eq!(status(&client, &session).await, Status::Ok);
    assert_eq!(status(&client, &token).await, Status::Ok);
}

#[rocket::async_test]
async fn a_loader_that_is_busy_for_ever_is_given_up_as_well() {
    let client = client().await;
    let (session, _) = login(&client).await;
    let seconds = Duration::seconds(10);
    let answer = after_all("spin", &client, seconds, "/account", &session).await;
    assert_eq!(answer, Status::ServiceUnavailable);
}

#[rocket::async_test]
async fn a_loader_has_as_long_as_the_setting_says() {
    let config = Config {
        loader_timeout: std::time::Duration::from_secs(3600),
        ..config()
    };
    let client = Client::untracked(rocket(config)).await.unwrap();
    let (session, _) = login(&client).await;
    let early = after(&client, Duration::seconds(3599), "/account", &session);
    let waited = rocket::tokio::time::timeout(std::time::Duration::from_millis(50), early).await;
    assert!(waited.is_err(), "{waited:?}");
    let late = after(&client, Duration::seconds(3600), "/account", &session).await;
    assert_eq!(late, Status::ServiceUnavailable);
}

#[rocket::async_test]
async fn a_loader_that_panics_leaves_nothing_half_done() {
    let client = client().await;
    let (session, token) = login(&client).await;
    let both = format!("{session}; {token}");
    for cookies in [&session, &token, &both] {
        for uri in ["/account", "/settings", "/", "/dashboard", "/many"] {
            let answer = panicking(&client, uri, cookies).await;
            assert_eq!(answer, Status::InternalServerError, "{uri}");
        }
    }
    let accounts: &Accounts = client.rocket().state().unwrap();
    accounts.take_loads();
    assert_eq!(status(&client, &session).await, Status::Ok);
    assert_eq!(status(&client, &token).await, Status::Ok);
    assert_eq!(accounts.take_loads(), 2);
    let (other, _) = login(&client).await;
    let out = request(&client, Method::Post, "/logout", &other).dispatch();
    assert_eq!(out.await.status(), Status::Ok);
    assert_eq!(status(&client, &other).await, Status::SeeOther);
}
