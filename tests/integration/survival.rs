//! The page "what survives what", cell by cell.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::{Config, ProtectionLevel};

use crate::app::{accounts, advance, client, stateless};
use crate::browser::{Browser, CURL};

const PAGE: &str = include_str!("../../docs/what-survives-what.md");
const NEW_KEY: &str = "the new secret key, as long as it has to be";

/// Returns the rows of the first table: an event, and whether each of three kinds of login survives it.
fn rows() -> Vec<Vec<&'static str>> {
    let table = PAGE.split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

fn level(when: &str) -> ProtectionLevel {
    match when {
        when if when.ends_with("`off`") => ProtectionLevel::Off,
        when if when.ends_with("`strong`") => ProtectionLevel::Strong,
        _ => ProtectionLevel::Basic,
    }
}

/// The server after it was started anew.
fn restarted(when: &str) -> Option<Client> {
    let with_new_key = |previous: Vec<rocket_login::SecretKey>| Config {
        secret_key: Some(NEW_KEY.into()),
        previous_secret_keys: previous,
        ..stateless()
    };
    match when {
        "the server restarts" => Some(client(stateless())),
        "the secret key is changed" => Some(client(with_new_key(Vec::new()))),
        "the secret key is changed, the old one in `previous_secret_keys`" => {
            Some(client(with_new_key(vec![crate::app::KEY.into()])))
        }
        _ => None,
    }
}

fn happen(when: &str, client: &Client, browser: &mut Browser<'_>) {
    match when {
        "nothing happens" | "the server restarts" => {}
        "the browser is closed" => browser.restart(),
        "two hours pass without a request" => advance(client, Duration::hours(2)),
        "fourteen days pass" => pass(client, browser, 14),
        "a year passes" => pass(client, browser, 365),
        "the person logs out here" => {
            browser.clone().post("/logout", "");
        }
        "the person logs out on another device" => {
            Browser::logged_in(client, "id=1&remember=true").post("/logout", "");
        }
        "the password is changed here, with `auth.renew`" => {
            browser.post("/password/new", "");
        }
        "the password is changed on another device" => {
            Browser::logged_in(client, "id=1").post("/password/new", "");
        }
        "the user is deactivated" => accounts(client).set_active(1, false),
        "the user is deleted" => accounts(client).delete(1),
        when if when.starts_with("the secret key is changed") => {}
        when if when.starts_with("address or user agent change") => browser.agent = CURL,
        when => panic!("nobody knows how to make this happen: {when}"),
    }
}

/// Days with requests often enough that no session is idle.
fn pass(client: &Client, browser: &mut Browser<'_>, days: i64) {
    let is_session = browser.cookie("session").is_some();
    for _ in 0..days * 24 {
        advance(client, Duration::hours(1));
        if is_session && browser.get("/account").status != Status::Ok {
            // It has ended; the rest of the time passes as well.
            break;
        }
    }
}

fn fate(when: &str, form: &str, without: &str) -> &'static str {
    let client = client(Config {
        protection_level: level(when),
        ..stateless()
    });
    let mut browser = Browser::logged_in(&client, form);
    // The cookie under test is there alone.
    if when != "the password is changed here, with `auth.renew`" {
        browser.drop_cookie(without);
    }
    happen(when, &client, &mut browser);
    browser.drop_cookie(without);

    let restarted = restarted(when);
    let mut after = Browser::new(restarted.as_ref().unwrap_or(&client));
    after.agent = browser.agent;
    for name in ["session", "remember_token"] {
        if let Some(value) = browser.cookie(name) {
            after.set_cookie(name, &value);
        }
    }
    match after.get("/account").body.as_str() {
        "alice fresh=true remembered=false" => "stays",
        "alice fresh=false remembered=false" => "stays, not fresh",
        "alice fresh=false remembered=true" => "restores",
        _ => "ends",
    }
}

#[test]
fn every_cell_of_the_table_is_true() {
    let rows = rows();
    assert_eq!(rows.len(), 17);
    for row in rows {
        let when = row[0];
        let fates = [
            fate(when, "id=1", "remember_token"),
            fate(when, "id=1&permanent=true", "remember_token"),
            fate(when, "id=1&remember=true", "session"),
        ];
        assert_eq!(row[1..], fates, "{when}");
    }
}
