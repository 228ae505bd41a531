//! Requests that come late, with what their browser held before.

use std::sync::Arc;

use rocket::Request;
use rocket::http::{Header, Method, Status};
use rocket::local::asynchronous;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::store::MemoryStore;
use rocket_login::{LoginManager, testing};

use super::halfway::node;
use super::{memory, probed};
use crate::app::{self, Account, accounts, stateless};
use crate::browser::{Answer, Browser};
use crate::parallel::{self, Slow};

const LOGIN: &str = "id=1&remember=true";
const TOKEN: &str = "remember_token";

/// Two nodes with one store.
fn two() -> (Client, Client) {
    let store = Arc::new(MemoryStore::default());
    let node = || node(store.clone(), stateless(), Arc::default());
    (node(), node())
}

fn at<'c>(client: &'c Client, who: &Browser<'_>) -> Browser<'c> {
    let mut there = Browser::new(client);
    there.agent = who.agent;
    for name in ["session", TOKEN] {
        if let Some(value) = who.cookie(name) {
            there.set_cookie(name, &value);
        }
    }
    there
}

#[test]
fn a_late_request_at_another_node_leaves_the_new_cookies() {
    let mut wrong = Vec::new();
    for (uri, form) in [
        ("/login", "id=1"),
        ("/login", "id=2"),
        ("/login", LOGIN),
        ("/password/new", ""),
    ] {
        let (one, other) = two();
        let mut alice = Browser::logged_in(&one, LOGIN);
        let mut late_here = alice.clone();
        let mut late_there = at(&other, &alice);
        if uri != "/login" {
            accounts(&other).set_password(1, "new");
        }
        assert!(alice.post(uri, form).status.code < 400);
        let here = late_here.get("/");
        let there = late_there.get("/");
        let removed = |answer: &Answer| ["session", TOKEN].map(|name| answer.removes(name));
        wrong.push((uri, form, removed(&here), removed(&there)));
    }
    assert!(
        wrong.iter().all(|(_, _, here, there)| here == there),
        "{wrong:#?}"
    );
}

#[test]
fn to_end_all_others_does_not_end_ones_own() {
    for other_node in [false, true] {
        let (one, other) = two();
        let mut alice = Browser::logged_in(&one, LOGIN);
        let late = alice.clone();
        alice.post("/confirm", "");
        let mut late = at(if other_node { &other } else { &one }, &late);
        let answer = late.post("/revoke-others", "");
        assert_eq!(
            alice.get("/account").status,
            Status::Ok,
            "{other_node} {answer:?}"
        );
    }
}

async fn load(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    if request.headers().contains("X-Slow") {
        let slow: &Slow = request.rocket().state().unwrap();
        slow.arrived.notify_one();
        slow.go_on.notified().await;
    }
    app::load(request, id).await
}

#[rocket::async_test]
async fn a_slow_loader_makes_no_thief() {
    let fairing = LoginManager::fairing(load).config(memory());
    let rocket = app::bare().attach(fairing).manage(Slow::default());
    let rocket = rocket.mount("/", app::routes());
    let client = asynchronous::Client::untracked(rocket).await.unwrap();
    let (_, token) = parallel::login(&client).await;
    let slow: &Slow = client.rocket().state().unwrap();
    let under_way = parallel::request(&client, Method::Get, "/account", &token)
        .header(Header::new("X-Slow", "yes"))
        .dispatch();
    let meanwhile = async {
        slow.arrived.notified().await;
        testing::advance(client.rocket(), Duration::seconds(35));
        slow.go_on.notify_one();
    };
    let (answer, ()) = rocket::tokio::join!(under_way, meanwhile);
    assert_eq!(answer.status(), Status::Ok);
    // Another request of the same page, at the very same moment.
    let late = parallel::request(&client, Method::Get, "/account", &token)
        .dispatch()
        .await;
    let both = format!(
        "{}; {}",
        parallel::pair(&answer, "session"),
        parallel::pair(&answer, TOKEN)
    );
    let after = parallel::status(&client, &both).await;
    assert_eq!((late.status(), after), (Status::Ok, Status::Ok));
}

#[test]
fn a_late_request_does_not_replace_a_fresh_login() {
    let mut wrong = Vec::new();
    for is_login_last in [false, true] {
        let (client, _) = probed(stateless());
        let mut alice = Browser::logged_in(&client, LOGIN);
        let mut late = alice.clone();
        alice.post("/login", "id=1");
        let answer = late.get("/");
        // Both answers reach the one browser, in either order.
        let mut browser = alice.clone();
        for cookie in &answer.set_cookies {
            if !is_login_last || cookie.name() == TOKEN {
                browser.set_cookie(cookie.name(), cookie.value());
            }
        }
        let fresh = browser.get("/settings").status;
        let confirmed = browser.post("/confirm", "").body;
        wrong.push((
            is_login_last,
            fresh,
            confirmed,
            browser.get("/settings").status,
        ));
    }
    let is_well = |one: &(bool, Status, String, Status)| one.1 == Status::Ok && one.3 == Status::Ok;
    assert!(wrong.iter().all(is_well), "{wrong:#?}");
}
