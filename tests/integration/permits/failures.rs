//! Policies that cannot say.

use rocket::http::{Header, Method, Status};
use rocket::local::asynchronous;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::tokio::join;
use rocket::{Request, get, routes};
use rocket_login::{Permit, Policy, testing};

use super::{Asked, client, rocket, take_asked};
use crate::app::{Account, accounts};
use crate::browser::Browser;
use crate::parallel::{login, request, status};

#[test]
fn a_policy_that_fails_is_no_no() {
    let client = client();
    let mut alice = Browser::logged_in(&client, "id=1").with("X-a", "fail");
    let answer = alice.get("/asked");
    assert_eq!(answer.status, Status::ServiceUnavailable);
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    answer.assert_no_cookies();
    assert_eq!(alice.get("/account").status, Status::Ok);
}

/// The user of the page.
#[derive(Default)]
struct Mirror;

impl Policy<Account> for Mirror {
    type Error = String;

    async fn allow(&self, _: &Account, request: &Request<'_>) -> Result<bool, String> {
        let mirrored = request.guard::<Permit<Self, Account>>().await;
        let mirrored = mirrored.map(|_| true).success_or("it is for nobody");
        mirrored.map_err(Into::into)
    }
}

#[get("/mirror")]
fn mirror(_user: Permit<Mirror, Account>) {}

#[test]
fn a_policy_that_asks_for_itself_has_no_answer() {
    let rocket = rocket().mount("/", routes![mirror]);
    let client = Client::untracked(rocket).unwrap();
    let mut alice = Browser::logged_in(&client, "id=1");
    assert_eq!(alice.get("/mirror").status, Status::ServiceUnavailable);
    assert_eq!(alice.get("/account").status, Status::Ok);
}

#[test]
fn no_policy_is_asked_about_a_user_who_cannot_be_loaded() {
    let client = client();
    let mut alice = Browser::logged_in(&client, "id=1").with("X-a", "yes");
    accounts(&client).set_failing(true);
    assert_eq!(alice.get("/asked").status, Status::ServiceUnavailable);
    assert_eq!(take_asked(&client), "");
}

#[test]
fn a_policy_that_panics_leaves_nothing_half_done() {
    let client = client();
    let alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut restarted = alice.clone();
    restarted.restart();
    for browser in [&alice, &restarted] {
        let answer = browser.clone().with("X-a", "panic").get("/asked");
        assert_eq!(answer.status, Status::InternalServerError);
        let mut next = browser.clone().with("X-a", "yes");
        for cookie in &answer.set_cookies {
            next.set_cookie(cookie.name(), cookie.value());
        }
        accounts(&client).take_loads();
        assert_eq!(next.get("/asked").body, "permitted");
        assert_eq!(next.get("/account").status, Status::Ok);
        assert_eq!(accounts(&client).take_loads(), 2);
    }
}

#[rocket::async_test]
async fn a_policy_that_hangs_is_given_up() {
    let client = asynchronous::Client::untracked(rocket()).await.unwrap();
    let (session, _) = login(&client).await;
    for (uri, a) in [("/asked", "hang"), ("/all", "hang"), ("/not", "hang")] {
        let hanging = request(&client, Method::Get, uri, &session);
        let hanging = hanging.header(Header::new("X-a", a));
        let passing = async {
            let asked: &Asked = client.rocket().state().unwrap();
            asked.hanging.notified().await;
            testing::advance(client.rocket(), Duration::seconds(10));
        };
        let (answer, ()) = join!(hanging.dispatch(), passing);
        assert_eq!(answer.status(), Status::ServiceUnavailable, "{uri}");
    }
    assert_eq!(status(&client, &session).await, Status::Ok);
}
