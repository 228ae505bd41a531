//! Request loaders that fail, hang, panic or wait for themselves.

use rocket::http::{Header, Method};
use rocket::local::asynchronous::Client as AsyncClient;
use rocket::time::Duration;
use rocket::tokio::join;
use rocket_login::testing;

use super::*;
use crate::parallel::{login, request};

const URIS: [&str; 5] = ["/account", "/settings", "/", "/dashboard", "/via"];

#[test]
fn a_failing_request_loader_is_not_an_anonymous_user() {
    let client = client_of(rocket(config()));
    for uri in URIS {
        let answer = program(&client, "Bearer error").get(uri);
        assert_told(&answer, Status::ServiceUnavailable, "");
        assert!(!answer.body.contains("hunter2"), "{answer:?}");
    }
}

/// An uncertain answer takes nothing away.
#[test]
fn while_it_fails_no_cookie_is_removed() {
    let client = client_of(rocket(config()));
    let mut browser = program(&client, "Bearer error");
    browser.set_cookie("session", "forged");
    let answer = browser.get("/via");
    assert_told(&answer, Status::ServiceUnavailable, "");
}

#[rocket::async_test]
async fn one_that_hangs_is_given_up() {
    let client = AsyncClient::untracked(rocket(config())).await.unwrap();
    let state: &Keys = client.rocket().state().unwrap();
    for uri in URIS {
        let hanging = request(&client, Method::Get, uri, "x=y");
        let hanging = hanging.header(Header::new("Authorization", "Bearer hang"));
        let passing = async {
            state.hanging.notified().await;
            testing::advance(client.rocket(), Duration::seconds(10));
        };
        let (answer, ()) = join!(hanging.dispatch(), passing);
        assert_eq!(answer.status(), Status::ServiceUnavailable, "{uri}");
    }
}

#[rocket::async_test]
async fn one_that_panics_leaves_nothing_half_done() {
    let client = AsyncClient::untracked(rocket(config())).await.unwrap();
    let ask = |key: &'static str, cookies: String| {
        let request = request(&client, Method::Get, "/via", &cookies);
        request.header(Header::new("Authorization", key)).dispatch()
    };
    let answer = ask("Bearer panic", "session=forged".into()).await;
    assert_eq!(answer.status(), Status::InternalServerError);
    assert_eq!(answer.headers().get("Set-Cookie").count(), 0);
    assert_eq!(ask(ALICE, "x=y".into()).await.status(), Status::Ok);
    let (session, _) = login(&client).await;
    assert_eq!(ask("Bearer panic", session).await.status(), Status::Ok);
}

async fn waits_for_itself(request: &Request<'_>) -> Result<Option<Account>, String> {
    let user = request.guard::<User<Account>>().await;
    assert!(user.is_error());
    Ok(None)
}

#[test]
fn one_that_waits_for_itself_is_answered() {
    let fairing = LoginManager::fairing(app::load).config(config());
    let client = client_of(rocket_of(fairing.request_loader(waits_for_itself)));
    let answer = Browser::new(&client).get("/");
    assert_eq!(answer.body, "hello nobody");
}
