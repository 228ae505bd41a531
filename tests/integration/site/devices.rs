//! Browsers that an account knows: nobody keeps somebody out of their own.

use std::time::Duration;

use rocket::tokio::task::spawn_blocking;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use super::throttling::{guess, saturate, stopped, stranger};
use super::{ALICE, logged_in};
use crate::accounts::Folder;
use crate::wire::{Curl, Reply, Server};

const BOB: &str = "username=bob&password=builder";

fn login(curl: &mut Curl) -> u16 {
    curl.post("/login", ALICE).status
}

fn device(curl: &Curl) -> &str {
    curl.cookie("device").unwrap()
}

#[test]
fn whoever_guesses_elsewhere_keeps_nobody_out_of_their_own_browser() {
    let (server, clock) = stopped();
    let mut alice = logged_in(&server, ALICE);
    alice.post("/logout", "");
    saturate(&server);
    assert_eq!(login(&mut stranger(&server, 2)), 429);
    assert_eq!(login(&mut alice), 303);

    for _ in 0..60 {
        clock.advance(Duration::from_secs(60));
        assert_eq!(guess(&server, 3, "alice").status, 401);
    }
    assert_eq!(login(&mut stranger(&server, 2)), 429);
    assert_eq!(login(&mut alice), 303);
}

#[test]
fn a_saturated_address_does_not_keep_known_browsers_out() {
    let (server, _clock) = stopped();
    let mut alice = logged_in(&server, ALICE);
    for name in 0..30 {
        assert_eq!(guess(&server, 1, &format!("name{name}")).status, 401);
    }
    assert_eq!(guess(&server, 1, "another").status, 429);
    assert_eq!(login(&mut alice), 303);
}

#[test]
fn the_cookie_is_for_the_server_alone_and_outlives_the_browser() {
    let lines = |secure: Option<bool>| {
        let server = Server::start(|figment| match secure {
            Some(secure) => figment.merge(("login.cookie_secure", secure)),
            None => figment,
        });
        let reply = Curl::new(&server).post("/login", ALICE);
        let mut lines = reply.headers("set-cookie");
        let line = lines.find(|line| line.starts_with("device=")).unwrap();
        let (pair, rest) = line.split_once("; ").unwrap();
        assert_eq!(pair.len(), "device=".len() + 43);
        rest.to_string()
    };
    let plain = lines(None);
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(plain.contains(part), "{plain}");
    }
    assert!(!plain.contains("Secure"), "{plain}");
    assert!(lines(Some(true)).contains("Secure"));
}

#[test]
fn a_known_browser_keeps_its_cookie() {
    let (server, _clock) = stopped();
    let mut alice = logged_in(&server, ALICE);
    let again = alice.post("/login", ALICE);
    assert_eq!(again.status, 303);
    assert!(again.cookies().iter().all(|(name, _)| *name != "device"));
    alice.post("/logout", "");
    alice.restart();
    assert_eq!(device(&alice).len(), 43);
}

#[test]
fn being_known_logs_nobody_in() {
    let (server, _clock) = stopped();
    let mut alice = logged_in(&server, ALICE);
    alice.cookies.retain(|(name, ..)| name == "device");
    let reply = alice.get("/account", "");
    assert_eq!(reply.location(), Some("/login?next=%2Faccount"));
    let wrong = alice.post("/login", "username=alice&password=rabbit");
    assert_eq!(wrong.status, 401);
}

#[test]
fn a_browser_is_known_to_the_account_that_it_was_logged_in_to() {
    let (server, _clock) = stopped();
    let mut bob = logged_in(&server, BOB);
    saturate(&server);
    bob.from = stranger(&server, 2).from;
    assert_eq!(login(&mut bob), 429);
    assert_eq!(bob.post("/login", BOB).status, 303);
}

#[test]
fn what_a_browser_brings_from_elsewhere_does_not_become_known() {
    let (server, _clock) = stopped();
    let bob = logged_in(&server, BOB);
    let planted = device(&bob).to_string();
    for value in [planted, "A".repeat(43), String::new()] {
        let mut alice = Curl::new(&server);
        alice.cookies.push(("device".into(), value.clone(), true));
        assert_eq!(login(&mut alice), 303);
        assert_ne!(device(&alice), value);
    }
}

#[test]
fn a_value_that_was_made_up_is_no_device() {
    let (server, _clock) = stopped();
    saturate(&server);
    for value in ["A".repeat(43), "%ff".into(), "A".repeat(100_000)] {
        let mut curl = stranger(&server, 2);
        curl.cookies.push(("device".into(), value, true));
        assert_eq!(login(&mut curl), 429);
    }
}

#[test]
fn a_known_browser_has_a_limit_of_its_own() {
    let (server, clock) = stopped();
    let mut alice = logged_in(&server, ALICE);
    let mut wrong = || alice.post("/login", "username=alice&password=rabbit");
    for _ in 0..10 {
        assert_eq!(wrong().status, 401);
    }
    let reply = wrong();
    assert_eq!(reply.status, 429);
    assert_eq!(reply.headers("retry-after").next(), Some("60"));
    assert_eq!(login(&mut alice), 429);
    assert_eq!(login(&mut stranger(&server, 1)), 303);
    saturate(&server);
    clock.advance(Duration::from_secs(60));
    assert_eq!(login(&mut alice), 303);
}

#[test]
fn of_an_account_the_newest_twenty_are_known() {
    let (server, _clock) = stopped();
    let mut browsers: Vec<_> = (0..21).map(|_| logged_in(&server, ALICE)).collect();
    saturate(&server);
    assert_eq!(login(&mut browsers[0]), 429);
    for browser in [1, 20] {
        assert_eq!(login(&mut browsers[browser]), 303, "{browser}");
    }
}

#[test]
fn a_new_password_forgets_all_browsers_but_the_one_it_was_chosen_in() {
    let (server, _clock) = stopped();
    let mut here = logged_in(&server, ALICE);
    let mut there = logged_in(&server, ALICE);
    here.post("/password", "new_password=looking-glass");
    saturate(&server);
    let form = "username=alice&password=looking-glass";
    assert_eq!(there.post("/login", form).status, 429);
    assert_eq!(here.post("/login", form).status, 303);
}

#[rocket::async_test]
async fn the_database_knows_no_device_that_could_be_sent() {
    let folder = Folder::new("devices");
    let server = folder.serve();
    let alice = spawn_blocking(move || logged_in(&server, ALICE));
    let alice = alice.await.unwrap();
    let options = SqliteConnectOptions::new().filename(folder.file());
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let query = "SELECT account, digest FROM devices";
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(query).fetch_all(&pool).await.unwrap();
    let [(account, digest)] = rows.as_slice() else {
        panic!("{}", rows.len());
    };
    assert_eq!((*account, digest.len()), (1, 32));
    assert_ne!(digest, device(&alice).as_bytes());
}

/// A login of alice in a browser that sends these cookies.
fn login_with(server: &Server, cookies: &str) -> Reply {
    let header =
        format!("Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    Curl::new(server).send("POST", "/login", &header, ALICE)
}

#[test]
fn a_planted_device_does_not_take_the_place_of_the_real_one() {
    for planted in ["device=x", "device=", "%64evice=x", "\u{2000}device=x"] {
        let (server, _clock) = stopped();
        let alice = logged_in(&server, ALICE);
        let real = format!("device={}", device(&alice));
        saturate(&server);
        for cookies in [format!("{planted}; {real}"), format!("{real}; {planted}")] {
            assert_eq!(login_with(&server, &cookies).status, 303, "{cookies}");
        }
    }
}

#[test]
fn a_planted_device_does_not_push_the_others_of_the_account_out() {
    let (server, _clock) = stopped();
    let mut phone = logged_in(&server, ALICE);
    let alice = logged_in(&server, ALICE);
    let cookies = format!("device={}; device=x", device(&alice));
    for _ in 0..20 {
        let reply = login_with(&server, &cookies);
        assert!(reply.cookies().iter().all(|(name, _)| *name != "device"));
    }
    saturate(&server);
    assert_eq!(login(&mut phone), 303);
}
