//! A user's sessions: listed, and ended one by one.

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::Config;
use rocket_login::testing;
use serde_json::{Value, from_str, json};

use super::{client, memory};
use crate::app::{advance, stateless};
use crate::browser::{Browser, CURL, FIREFOX};

fn list(browser: &mut Browser<'_>) -> Vec<Value> {
    let answer = browser.get("/sessions");
    assert_eq!(answer.status, Status::Ok, "{answer:?}");
    from_str(&answer.body).unwrap()
}

fn handle(session: &Value) -> String {
    session["handle"].as_str().unwrap().to_string()
}

fn revoke(browser: &mut Browser<'_>, handle: &str) -> String {
    let uri = format!("/sessions/{handle}");
    browser.send(Method::Delete, &uri, None).body
}

fn phone<'c>(client: &'c Client, form: &str) -> Browser<'c> {
    let mut phone = Browser::new(client);
    phone.agent = CURL;
    phone.remote = "[2001:db8::7]:1234";
    assert_eq!(phone.post("/login", form).status, Status::SeeOther);
    phone
}

fn of_at_most(sessions: usize) -> Client {
    client(Config {
        session: rocket_login::SessionConfig {
            max_per_user: Some(sessions),
            ..memory().session
        },
        ..memory()
    })
}

#[test]
fn a_session_in_use_outlives_more_logins_than_a_user_has_room_for() {
    let client = client(memory());
    let now = testing::now(client.rocket());
    testing::set_now(client.rocket(), now);
    let mut alice = Browser::logged_in(&client, "id=1");
    for number in 0..1500 {
        if number % 300 == 0 {
            assert_eq!(alice.get("/account").status, Status::Ok, "{number}");
        }
        Browser::logged_in(&client, "id=1");
    }
    assert_eq!(alice.get("/account").status, Status::Ok);
    assert_eq!(list(&mut alice).len(), 1000);
}

#[test]
fn a_clock_that_is_set_back_leaves_no_session_too_many() {
    let client = of_at_most(3);
    let now = testing::now(client.rocket());
    testing::set_now(client.rocket(), now);
    for _ in 0..3 {
        Browser::logged_in(&client, "id=1");
    }
    testing::set_now(client.rocket(), now - Duration::hours(1));
    for _ in 0..3 {
        Browser::logged_in(&client, "id=1");
    }
    let mut alice = Browser::logged_in(&client, "id=1");
    assert_eq!(list(&mut alice).len(), 3);
}

#[test]
fn it_says_when_and_from_where() {
    let client = client(memory());
    let began = testing::now(client.rocket());
    testing::set_now(client.rocket(), began);
    let mut alice = Browser::logged_in(&client, "id=1");
    advance(&client, Duration::minutes(5));
    let mut phone = phone(&client, "id=1");
    Browser::logged_in(&client, "id=2");
    let began = began.unix_timestamp();
    let firefox = json!({
        "at": began, "seen": began, "address": "192.0.2.1", "agent": FIREFOX,
        "current": true, "remembered": false,
    });
    let curl = json!({
        "at": began + 300, "seen": began + 300, "address": "2001:db8::7", "agent": CURL,
        "current": false, "remembered": false,
    });
    let mut listed = list(&mut alice);
    for (session, expected) in listed.iter_mut().zip([curl, firefox]) {
        let handle = session.as_object_mut().unwrap().remove("handle").unwrap();
        assert_eq!(handle.as_str().unwrap().len(), 32);
        assert_eq!(*session, expected);
    }
    assert_eq!(listed.len(), 2);
    advance(&client, Duration::hours(1));
    let listed = list(&mut alice);
    assert_eq!(listed[0]["seen"], json!(began + 3900));
    assert_eq!(list(&mut phone).len(), 2);
}

#[test]
fn a_remembered_browser_is_one_row_whenever_it_comes_back() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    alice.restart();
    let listed = list(&mut alice);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["current"], json!(true));
    assert_eq!(listed[0]["remembered"], json!(true));
}

#[test]
fn a_lost_phone_is_logged_out() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut phone = phone(&client, "id=1");
    let mut copy = phone.clone();
    let lost = list(&mut alice);
    let lost = lost.iter().find(|one| one["agent"] == json!(CURL)).unwrap();
    assert_eq!(revoke(&mut alice, &handle(lost)), "true");
    assert_eq!(revoke(&mut alice, &handle(lost)), "false");
    for browser in [&mut phone, &mut copy] {
        let answer = browser.get("/account");
        assert_eq!(answer.status, Status::SeeOther);
        answer.assert_no_cookies();
    }
    assert_eq!(list(&mut alice).len(), 1);
}

#[test]
fn a_session_that_was_confirmed_is_found_by_its_handle() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut phone = phone(&client, "id=1");
    let listed = list(&mut phone);
    let lost = listed.iter().find(|one| one["current"] == json!(true));
    let lost = handle(lost.unwrap());
    phone.post("/confirm", "");
    assert_eq!(revoke(&mut alice, &lost), "true");
    assert_eq!(phone.get("/account").status, Status::SeeOther);
}

#[test]
fn ones_own_is_ended_by_a_logout() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    let own = handle(&list(&mut alice)[0]);
    let answer = alice.send(Method::Delete, &format!("/sessions/{own}"), None);
    assert_eq!(answer.body, "true");
    assert!(answer.removes("session") && answer.removes("remember_token"));
    assert_eq!(alice.get("/").body, "hello nobody");
}

#[test]
fn no_user_ends_a_session_of_another() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut bob = Browser::logged_in(&client, "id=2");
    let bobs = handle(&list(&mut bob)[0]);
    assert_eq!(revoke(&mut alice, &bobs), "false");
    let as_alice = format!("/admin/sessions/1/{bobs}");
    assert_eq!(alice.send(Method::Delete, &as_alice, None).body, "false");
    assert_eq!(bob.get("/account").status, Status::Ok);
    for wrong in ["zz", &"0".repeat(31), &"+".repeat(32), &"0".repeat(33)] {
        let uri = format!("/admin/sessions/2/{wrong}");
        let answer = alice.send(Method::Delete, &uri, None);
        assert_ne!(answer.body, "true", "{wrong}");
    }
    assert_eq!(revoke(&mut alice, &"0".repeat(32)), "false");

    let mut nobody = Browser::new(&client);
    let answer = nobody.send(Method::Delete, &format!("/sessions/{bobs}"), None);
    assert_eq!(answer.status, Status::SeeOther);
    assert_eq!(nobody.get("/sessions").status, Status::Unauthorized);
    assert_eq!(bob.get("/account").status, Status::Ok);
}

#[test]
fn a_page_of_another_site_ends_nothing() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let phone = Browser::logged_in(&client, "id=1");
    let mut foreign = alice.clone().with("Sec-Fetch-Site", "cross-site");
    assert_eq!(foreign.post("/revoke-others", "").status, Status::Forbidden);
    assert_eq!(list(&mut alice).len(), 2);
    drop(phone);
}

#[test]
fn all_others_and_all_are_ended() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut others = [(); 3].map(|()| Browser::logged_in(&client, "id=1"));
    let mut bob = Browser::logged_in(&client, "id=2");
    assert_eq!(alice.post("/revoke-others", "").body, "3");
    for other in &mut others {
        assert_eq!(other.get("/account").status, Status::SeeOther);
    }
    assert_eq!(alice.get("/account").status, Status::Ok);

    let mut admin = Browser::new(&client);
    let mut all = || admin.send(Method::Delete, "/admin/sessions/1", None).body;
    assert_eq!((all(), all()), ("1".into(), "0".into()));
    assert_eq!(alice.get("/account").status, Status::SeeOther);
    assert_eq!(bob.get("/account").status, Status::Ok);
}

#[test]
fn an_expired_session_is_not_listed() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1&permanent=true");
    Browser::logged_in(&client, "id=1");
    assert_eq!(list(&mut alice).len(), 2);
    advance(&client, Duration::hours(2));
    assert_eq!(list(&mut alice).len(), 1);
}

#[test]
fn a_login_too_many_ends_the_oldest() {
    let client = of_at_most(2);
    let login = |form| {
        advance(&client, Duration::seconds(1));
        Browser::logged_in(&client, form)
    };
    let (mut first, mut bob) = (login("id=1"), login("id=2"));
    let (mut second, mut third) = (login("id=1"), login("id=1&remember=true"));
    assert_eq!(first.get("/account").status, Status::SeeOther);
    // A second login in the same browser is none too many.
    assert_eq!(second.post("/login", "id=1").status, Status::SeeOther);
    for browser in [&mut second, &mut third, &mut bob] {
        assert_eq!(browser.get("/account").status, Status::Ok);
    }
    // A remembered user comes back, and it is another's turn.
    advance(&client, Duration::seconds(1));
    third.restart();
    assert_eq!(third.get("/account").status, Status::Ok);
    assert_eq!(list(&mut third).len(), 2);
}

#[test]
fn without_a_store_there_is_no_list() {
    let client = client(stateless());
    let mut alice = Browser::logged_in(&client, "id=1");
    for uri in ["/sessions", "/admin/sessions/1"] {
        assert_eq!(alice.get(uri).status, Status::InternalServerError);
    }
    let answer = alice.post("/revoke-others", "");
    assert_eq!(answer.status, Status::InternalServerError);
}
