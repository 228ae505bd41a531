//! The help of the crate for tests of applications.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::{Build, Rocket};
use rocket_login::{Config, testing};

use crate::app::{self, Account, accounts, bare, config, strong};
use crate::browser::FIREFOX;

fn rocket() -> Rocket<Build> {
    app::rocket(config())
}

fn find(client: &Client, name: &str) -> Account {
    let mut ids = 1..=3;
    let id = ids.find(|&id| {
        accounts(client)
            .find(id)
            .is_some_and(|account| account.name == name)
    });
    accounts(client).find(id.unwrap()).unwrap()
}

fn body(client: &Client, uri: &'static str) -> Option<String> {
    client.get(uri).dispatch().into_string()
}

#[rustfmt::skip] // As an application would write it, in one place.
#[test]
fn settings_ask_for_a_fresh_login() {
    let client = Client::tracked(rocket()).unwrap();
    let alice = find(&client, "alice");
    testing::login(&client, &alice);
    assert_eq!(client.get("/settings").dispatch().status(), Status::Ok);
    testing::login_as(&alice).remembered_only().on(&client);
    let response = client.get("/settings").dispatch();
    assert_eq!(response.headers().get_one("Location"), Some("/reauthenticate?next=%2Fsettings"));
}

#[test]
fn a_login_is_made_as_a_test_needs_it() {
    let client = Client::tracked(rocket()).unwrap();
    let bob = find(&client, "bob");
    let is = |expected: &str| assert_eq!(body(&client, "/account").as_deref(), Some(expected));

    testing::login(&client, &bob);
    is("bob fresh=true remembered=false");
    testing::login_as(&bob).stale().on(&client);
    is("bob fresh=false remembered=false");

    client.post("/logout").dispatch();
    assert_eq!(body(&client, "/").as_deref(), Some("hello nobody"));
    testing::login_as(&bob).remembered_only().on(&client);
    is("bob fresh=false remembered=true");
}

#[test]
fn an_expired_login_can_be_made() {
    let client = Client::tracked(rocket()).unwrap();
    let alice = find(&client, "alice");
    testing::login_as(&alice)
        .ago(Duration::hours(1))
        .on(&client);
    assert_eq!(client.get("/account").dispatch().status(), Status::Ok);
    testing::login_as(&alice)
        .ago(Duration::hours(2))
        .on(&client);
    assert_eq!(client.get("/account").dispatch().status(), Status::SeeOther);

    let expired = testing::login_as(&alice)
        .permanent()
        .remembered()
        .ago(Duration::days(366));
    let cookies = expired.cookies(&client);
    assert_eq!(cookies.len(), 2);
    let fresh = Client::untracked(rocket()).unwrap();
    let answer = fresh.get("/account").cookies(cookies).dispatch();
    assert_eq!(answer.status(), Status::SeeOther);
    let mut set = answer.headers().get("Set-Cookie");
    assert!(set.all(|line| line.starts_with("login_ended=")));
}

#[test]
fn a_login_is_bound_to_the_user_agent_it_is_made_with() {
    let client = Client::tracked(app::rocket(strong())).unwrap();
    let alice = find(&client, "alice");
    let with_firefox = || {
        let header = rocket::http::Header::new("User-Agent", FIREFOX);
        client.get("/account").header(header).dispatch().status()
    };
    testing::login_as(&alice).user_agent(FIREFOX).on(&client);
    assert_eq!(with_firefox(), Status::Ok);
    testing::login(&client, &alice);
    assert_eq!(with_firefox(), Status::SeeOther);
}

#[rocket::async_test]
async fn an_asynchronous_client_can_be_logged_in() {
    use rocket::local::asynchronous::Client;

    let client = Client::tracked(rocket()).await.unwrap();
    let accounts: &app::Accounts = client.rocket().state().unwrap();
    let alice = accounts.find(1).unwrap();
    testing::login_async(&client, &alice).await;
    let answer = client.get("/account").dispatch().await;
    assert_eq!(answer.status(), Status::Ok);

    let stale = testing::login_as(&alice).stale();
    let other = Client::untracked(rocket()).await.unwrap();
    let cookies = stale.cookies_async(&other).await;
    for (page, status) in [("/account", Status::Ok), ("/settings", Status::SeeOther)] {
        let request = other.get(page).cookies(cookies.clone());
        assert_eq!(request.dispatch().await.status(), status, "{page}");
    }
}

#[test]
#[should_panic(expected = "a login cannot be -1h ago")]
fn a_login_in_the_future_is_noticed() {
    let client = Client::untracked(rocket()).unwrap();
    let alice = find(&client, "alice");
    let _ = testing::login_as(&alice).ago(Duration::hours(-1));
}

#[test]
#[should_panic(expected = "an untracked client forgets the login at once")]
fn an_untracked_client_is_noticed() {
    let client = Client::untracked(rocket()).unwrap();
    testing::login(&client, &find(&client, "alice"));
}

#[test]
#[should_panic(expected = "no login fairing is attached for users of type `")]
fn a_missing_fairing_is_noticed() {
    let client = Client::tracked(bare()).unwrap();
    testing::login(&client, &find(&client, "alice"));
}

#[test]
#[should_panic(expected = "no login fairing is attached")]
fn a_clock_without_a_fairing_is_noticed() {
    let client = Client::untracked(bare()).unwrap();
    testing::now(client.rocket());
}

#[test]
fn the_clock_stands_where_it_was_set() {
    let client = Client::untracked(app::rocket(Config::new("/login", app::KEY))).unwrap();
    let then = testing::now(client.rocket()) + Duration::days(400);
    testing::set_now(client.rocket(), then);
    assert_eq!(testing::now(client.rocket()), then);
}

#[test]
fn an_inactive_user_stays_out_unless_forced() {
    let client = Client::tracked(rocket()).unwrap();
    let carol = find(&client, "carol");
    testing::login(&client, &carol);
    assert_eq!(client.get("/account").dispatch().status(), Status::SeeOther);
    testing::login_as(&carol).forced().on(&client);
    assert_eq!(client.get("/account").dispatch().status(), Status::Ok);
    assert!(!format!("{:?}", testing::login_as(&carol)).contains("carol"));
}
