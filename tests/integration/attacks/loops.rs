//! Ways to have a browser redirected without end.

use rocket::http::RawStr;
use rocket::time::Duration;

use super::*;

const HOPS: usize = 5;

/// The pages of the demo, and where a login would lead in circles.
const PAGES: [&str; 9] = [
    "/",
    "/login",
    "/account",
    "/settings",
    "/sessions",
    "/chat",
    "/staff/reports",
    "/reauthenticate",
    "/whoami",
];

/// Pages to come back to, each in the next one as well.
fn targets() -> Vec<String> {
    let pages = [
        "/login",
        "/login/",
        "/%6cogin",
        "/login;a",
        "/logout",
        "/logout?x",
        "/reauthenticate",
        "/reauthenticate/",
        "/account",
        "/settings",
    ];
    let pages = pages.map(String::from).to_vec();
    let once = nested(&pages);
    let twice = nested(&once);
    [pages, once, twice].concat()
}

fn nested(pages: &[String]) -> Vec<String> {
    let ways = ["/login", "/reauthenticate"].into_iter();
    let nested = ways.flat_map(|way| pages.iter().map(move |page| with_next(way, page)));
    nested.collect()
}

fn with_next(page: &str, next: &str) -> String {
    format!("{page}?next={}", RawStr::new(next).percent_encode())
}

/// Goes where it is sent, as a browser does that keeps no fragment.
#[track_caller]
fn assert_arrives(curl: &Curl, reply: Reply, what: &str) {
    let mut curl = curl.clone();
    let mut reply = reply;
    let mut way = Vec::new();
    while let Some(location) = reply.location().map(String::from) {
        assert!(way.len() < HOPS, "{what}: {way:?}");
        reply = curl.get(&location, "");
        way.push(location);
    }
    assert_eq!(reply.status, 200, "{what}: {way:?} {reply:?}");
}

#[track_caller]
fn assert_arrives_from_everywhere(curl: &Curl) {
    for page in PAGES.into_iter().map(String::from).chain(targets()) {
        if page.starts_with("/logout") || page.starts_with("/login;") {
            // Nothing is there for those who follow a link.
            continue;
        }
        let mut curl = curl.clone();
        let reply = curl.get(&page, "");
        assert_arrives(&curl, reply, &page);
    }
}

#[test]
fn a_stranger_arrives() {
    let server = site("memory", "strong");
    let mut stranger = Curl::new(&server);
    let page = stranger.get("/account", "");
    assert_eq!(page.location(), Some("/login?next=%2Faccount"));
    assert_arrives_from_everywhere(&stranger);
}

#[test]
fn a_member_arrives() {
    let server = site("memory", "strong");
    let mut alice = logged_in(&server, ALICE);
    is_alice(who(&mut alice));
    assert_arrives_from_everywhere(&alice);
}

#[test]
fn a_remembered_user_arrives() {
    for store in STORES {
        let server = site(store, "strong");
        let mut alice = remembered(&server, ALICE);
        alice.restart();
        if store == "cookie" {
            // Each time anew, since nothing is kept of it.
            assert_arrives_from_the_pages_that_need_no_store(&alice);
        }
        is_alice(who(&mut alice));
        assert_arrives_from_the_pages_that_need_no_store(&alice);
    }
}

#[track_caller]
fn assert_arrives_from_the_pages_that_need_no_store(curl: &Curl) {
    for page in PAGES.into_iter().filter(|page| *page != "/sessions") {
        let mut curl = curl.clone();
        let reply = curl.get(page, "");
        assert_arrives(&curl, reply, page);
    }
}

#[test]
fn a_user_with_an_expired_session_arrives() {
    let server = site("memory", "strong");
    let mut alice = logged_in(&server, ALICE);
    is_alice(who(&mut alice.clone()));
    server.advance(Duration::hours(3));
    assert_arrives_from_everywhere(&alice);
    is_nobody(who(&mut alice));
}

#[test]
fn a_user_in_another_place_arrives() {
    for level in ["basic", "strong"] {
        let server = site("memory", level);
        for page in PAGES {
            let mut alice = remembered(&server, ALICE);
            alice.agent = "Mozilla/5.0";
            let reply = alice.get(page, "");
            assert_arrives(&alice, reply, page);
        }
    }
}

#[test]
fn a_user_with_a_closed_account_arrives() {
    for store in STORES {
        let site = Accounts::of_a_site_with(store, "loops");
        let alice = remembered(&site.server, ALICE);
        is_alice(who(&mut alice.clone()));
        site.run("UPDATE accounts SET active = 0 WHERE id = 1");
        for page in PAGES {
            let mut alice = alice.clone();
            let reply = alice.get(page, "");
            assert_arrives(&alice, reply, page);
        }
    }
}

#[test]
fn a_user_who_logs_in_on_the_way_arrives() {
    let server = site("memory", "strong");
    for next in targets() {
        let mut curl = Curl::new(&server);
        let form = format!("{ALICE}&next={}", RawStr::new(&next).percent_encode());
        let reply = curl.post("/login", &form);
        assert_eq!(reply.status, 303, "{next}");
        assert_arrives(&curl, reply, &next);
    }
}

#[test]
fn a_user_who_confirms_on_the_way_arrives() {
    let server = site("memory", "strong");
    let mut alice = remembered(&server, ALICE);
    for next in targets() {
        alice.restart();
        let settings = alice.get("/settings", "");
        assert_eq!(
            settings.location(),
            Some("/reauthenticate?next=%2Fsettings")
        );
        let form = format!(
            "password=wonderland&next={}",
            RawStr::new(&next).percent_encode()
        );
        let reply = alice.post("/reauthenticate", &form);
        assert_eq!(reply.status, 303, "{next}");
        assert_arrives(&alice, reply, &next);
    }
}
