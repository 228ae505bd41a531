//! The page that lists the sessions of a user, and ends them.

use rocket::local::blocking::Client;
use rocket::time::{Duration, macros::datetime};
use rocket_login::testing;

use super::{ALICE, logged_in, server};
use crate::browser::Browser;
use crate::wire::{Curl, Server};
use crate::{app, demo};

/// The demo where the time can be set.
fn client() -> Client {
    let rocket = demo::rocket();
    let figment = rocket.figment().clone().select("debug");
    app::client_of(rocket.configure(figment.merge(("log_level", "off"))))
}

fn remembered(server: &Server) -> Curl {
    logged_in(server, &format!("{ALICE}&remember=on"))
}

/// The sessions that the page lists, each with its part of the page.
fn listed(curl: &mut Curl) -> Vec<String> {
    let page = curl.get("/sessions", "");
    assert_eq!(page.status, 200, "{page:?}");
    entries(&page.body)
}

fn entries(page: &str) -> Vec<String> {
    let entries = page.split("<li class=\"card\">").skip(1);
    entries
        .map(|entry| entry.split("</li>").next().unwrap().into())
        .collect()
}

fn is_current(entry: &str) -> bool {
    entry.contains("This browser")
}

/// Where the button of an entry leads.
fn action(entry: &str) -> &str {
    let (_, rest) = entry.split_once("action=\"").unwrap();
    rest.split_once('"').unwrap().0
}

/// The button of the one entry that is not the own.
fn other(curl: &mut Curl) -> String {
    let mut entries = listed(curl);
    entries.retain(|entry| !is_current(entry));
    assert_eq!(entries.len(), 1);
    action(&entries[0]).into()
}

fn is_logged_in(curl: &mut Curl) -> bool {
    curl.get("/account", "").status == 200
}

#[test]
fn it_says_where_a_user_is_logged_in() {
    let server = server();
    let mut phone = Curl::new(&server);
    phone.agent = "<b>phone</b> & co";
    phone.post("/login", &format!("{ALICE}&remember=on"));
    logged_in(&server, "username=bob&password=builder");
    let mut here = logged_in(&server, ALICE);

    let entries = listed(&mut here);
    assert_eq!(entries.len(), 2);
    let of = |agent: &str| entries.iter().find(|entry| entry.contains(agent)).unwrap();
    let own = of(here.agent);
    assert!(is_current(own) && own.contains("<dd>No</dd>"), "{own}");
    let other = of("&#60;b&#62;phone&#60;/b&#62; &#38; co");
    assert!(!is_current(other) && other.contains("<dd>Yes"), "{other}");
    assert!(own.contains("<dd>127.0.0.1</dd>"), "{own}");
}

#[test]
fn times_are_for_people_and_for_programs() {
    let client = client();
    let time = datetime!(2031-02-03 04:05:06 UTC);
    testing::set_now(client.rocket(), time);
    let mut here = Browser::logged_in(&client, ALICE);
    let shown = "<time datetime=\"2031-02-03T04:05:06Z\">3 February 2031, 04:05 UTC</time>";
    let page = here.get("/sessions").body;
    assert_eq!(page.matches(shown).count(), 2, "{page}");
}

#[test]
fn a_session_that_is_ended_elsewhere_is_logged_out_at_its_next_request() {
    let server = server();
    let mut here = logged_in(&server, ALICE);
    let mut phone = remembered(&server);
    let session = other(&mut here);
    let reply = here.post(&session, "");
    assert_eq!((reply.status, reply.location()), (303, Some("/sessions")));
    let reply = phone.get("/account", "");
    assert_eq!(reply.location(), Some("/login?next=%2Faccount"));
    assert_eq!(listed(&mut here).len(), 1);
    let page = here.get("/sessions", "").body;
    assert!(page.contains("You are logged in nowhere else."), "{page}");
}

#[test]
fn a_remembered_browser_without_a_session_is_listed_and_does_not_come_back() {
    let client = client();
    let mut phone = Browser::logged_in(&client, &format!("{ALICE}&remember=on"));
    testing::advance(client.rocket(), Duration::hours(3));
    let mut here = Browser::logged_in(&client, ALICE);
    let page = here.get("/sessions").body;
    let entries = entries(&page);
    assert_eq!(entries.len(), 2, "{page}");
    let away = entries.iter().find(|entry| !is_current(entry)).unwrap();
    assert!(away.contains("<dd>Yes"), "{away}");

    let answer = here.post(action(away), "");
    assert_eq!(answer.location.as_deref(), Some("/sessions"));
    phone.get("/account").assert_login_redirect("%2Faccount");
}

#[test]
fn no_other_session_is_left_of_all_others() {
    let server = server();
    let mut here = logged_in(&server, ALICE);
    let mut bob = logged_in(&server, "username=bob&password=builder");
    let mut others = [remembered(&server), logged_in(&server, ALICE)];
    assert_eq!(listed(&mut here).len(), 3);
    let reply = here.post("/sessions/end-others", "");
    assert_eq!((reply.status, reply.location()), (303, Some("/sessions")));
    for other in &mut others {
        assert!(!is_logged_in(other));
    }
    let entries = listed(&mut here);
    assert!(entries.len() == 1 && is_current(&entries[0]));
    assert!(is_logged_in(&mut bob));
}

#[test]
fn the_own_session_is_ended_by_a_logout() {
    let server = server();
    let mut here = remembered(&server);
    let entries = listed(&mut here);
    let reply = here.post(action(&entries[0]), "");
    assert_eq!((reply.status, reply.location()), (303, Some("/")));
    assert_eq!(reply.cookies(), [("session", ""), ("remember_token", "")]);
    assert!(!is_logged_in(&mut here));
}

#[test]
fn a_remembered_login_needs_no_password_to_end_another() {
    let server = server();
    let mut phone = logged_in(&server, ALICE);
    let mut here = remembered(&server);
    here.restart();
    assert!(here.get("/settings", "").location().is_some());
    let session = other(&mut here);
    assert_eq!(here.post(&session, "").location(), Some("/sessions"));
    assert!(!is_logged_in(&mut phone));
}

#[test]
fn a_session_that_is_not_there_is_not_found() {
    let server = server();
    let mut here = logged_in(&server, ALICE);
    let mut bob = logged_in(&server, "username=bob&password=builder");
    let bobs = action(&listed(&mut bob)[0]).to_string();
    let unknown = format!("/sessions/{}/end", "0".repeat(32));
    for path in [&bobs, &unknown, "/sessions/seven/end", "/sessions/%ff/end"] {
        let reply = here.post(path, "");
        assert_eq!(reply.status, 404, "{path}");
        let said = reply.body.contains("There is no such session of yours");
        assert!(said && entries(&reply.body).len() == 1, "{reply:?}");
    }
    assert!(is_logged_in(&mut bob) && is_logged_in(&mut here));
}

#[test]
fn strangers_see_nothing_and_end_nothing() {
    let server = server();
    let mut alice = logged_in(&server, ALICE);
    let session = action(&listed(&mut alice)[0]).to_string();
    let mut stranger = Curl::new(&server);
    let page = stranger.get("/sessions", "");
    assert_eq!(page.location(), Some("/login?next=%2Fsessions"));
    for path in [&session, "/sessions/end-others"] {
        let reply = stranger.post(path, "");
        assert_eq!((reply.status, reply.location()), (303, Some("/login")));
    }
    assert!(is_logged_in(&mut alice));
}

#[test]
fn a_page_of_another_site_ends_nothing() {
    let server = server();
    let mut here = logged_in(&server, ALICE);
    let mut phone = logged_in(&server, ALICE);
    let session = other(&mut here);
    for path in [&session, "/sessions/end-others"] {
        let reply = here.send("POST", path, "Origin: https://evil.com\r\n", "");
        assert_eq!(reply.status, 403, "{path}");
    }
    assert!(is_logged_in(&mut here) && is_logged_in(&mut phone));
}

#[test]
fn without_a_store_the_page_says_so() {
    let server = Server::start(|figment| figment.merge(("login.session.store", "cookie")));
    let mut curl = logged_in(&server, ALICE);
    for reply in [
        curl.get("/sessions", ""),
        curl.post("/sessions/end-others", ""),
        curl.post("/sessions/seven/end", ""),
    ] {
        assert_eq!(reply.status, 404);
        assert!(reply.body.contains("There is no list of sessions"));
    }
}
