//! Held requests: the head and half of the body come, then the login ends, then the rest comes.

mod demo;
mod forms;
mod once;
mod site;

use rocket_login::{Config, StoreKind};

use crate::app::{stateless, strong, with_store};
use crate::wire::{Curl, Server};
use site::{alice, ask, assert_sent_to, hold, server};

/// Requests that a login needs whose handler changes something.
const CHANGES: [&str; 4] = [
    "/held/password",
    "/held/name",
    "/held/confirm",
    "/held/renew",
];

type Event = fn(&Server, &mut Curl);

/// Each ends the login of this browser, which is alice's.
const EVENTS: [(&str, Event); 9] = [
    ("logged out", |_, owner| {
        assert_eq!(owner.post("/logout", "").status, 200);
    }),
    ("logged in again", |_, owner| {
        assert_eq!(owner.post("/login", "id=1").status, 303);
    }),
    ("logged in as another", |_, owner| {
        assert_eq!(owner.post("/login", "id=2").status, 303);
    }),
    ("deactivated", |server, _| drop(ask(server, "/deactivate"))),
    ("deleted", |server, _| drop(ask(server, "/delete"))),
    ("a new password elsewhere", |server, _| {
        let mut other = alice(server);
        assert_eq!(other.post("/password/changed", "").status, 200);
    }),
    ("a new password by an administrator", |server, _| {
        ask(server, "/set-password");
    }),
    ("confirmed long ago", |server, owner| {
        assert_eq!(owner.post("/confirm", "").status, 200);
        ask(server, "/advance/31");
    }),
    ("expired", |server, _| drop(ask(server, "/advance/7201"))),
];

fn stores() -> [Config; 2] {
    [with_store(StoreKind::Memory), with_store(StoreKind::Sqlite)]
}

/// Holds all of these requests, has the login end, and sends the rest of them.
fn nothing_changes(config: Config, name: &str, event: Event) {
    let has_list = config.session.store != StoreKind::Cookie;
    let server = server(config);
    alice(&server);
    let end = format!("/held/end/{}", ask(&server, "/handle"));
    let ends = ["/held/end-others", end.as_str()];
    let paths = CHANGES
        .into_iter()
        .chain(ends.into_iter().filter(|_| has_list));
    let mut owner = alice(&server);
    let thief = owner.clone();
    let program = "X-Requested-With: XMLHttpRequest\r\n";
    let hold = |path, headers| hold(&server, &thief, path, headers);
    let held: Vec<_> = paths
        .map(|path| (path, hold(path, ""), hold(path, program)))
        .collect();
    event(&server, &mut owner);
    let before = ask(&server, "/state");
    for (path, page, program) in held {
        assert_sent_to("/login", &page.finish());
        let reply = program.finish();
        assert_eq!(
            (reply.status, reply.cookies().len()),
            (401, 0),
            "{path}: {reply:?}"
        );
        assert_eq!(ask(&server, "/state"), before, "{path} after {name}");
    }
}

#[test]
fn a_held_request_changes_nothing_once_its_login_has_ended() {
    for (name, event) in EVENTS {
        for config in stores() {
            nothing_changes(config, name, event);
        }
    }
}

#[test]
fn nor_does_it_without_a_store_in_the_process_that_saw_the_end() {
    for (name, event) in EVENTS {
        nothing_changes(stateless(), name, event);
    }
}

#[test]
fn a_held_request_changes_nothing_once_its_login_was_revoked() {
    let revoke_all: Event = |server, _| drop(ask(server, "/revoke-all"));
    for config in stores() {
        nothing_changes(config, "revoked", revoke_all);
    }
}

#[test]
fn an_honest_request_succeeds_also_after_a_while() {
    for config in [stateless()].into_iter().chain(stores()) {
        let server = server(config);
        for path in CHANGES.into_iter().chain(["/held/end-others"]) {
            let owner = alice(&server);
            let held = hold(&server, &owner, path, "");
            ask(&server, "/advance/40");
            let reply = held.finish();
            let has_list = reply.status != 500 || path != "/held/end-others";
            assert!(reply.status == 200 || !has_list, "{path}: {reply:?}");
        }
    }
}

#[test]
fn so_does_one_that_a_remember_token_has_restored() {
    for config in [stateless(), strong()].into_iter().chain(stores()) {
        let server = server(config);
        for path in ["/held/name", "/held/confirm", "/held/renew"] {
            let mut owner = alice(&server);
            owner.restart();
            let held = hold(&server, &owner, path, "");
            ask(&server, "/advance/40");
            let reply = held.finish();
            assert_eq!(reply.status, 200, "{path}: {reply:?}");
        }
    }
}

#[test]
fn a_request_that_was_superseded_moments_ago_counts_and_is_not_fresh() {
    for config in [stateless()].into_iter().chain(stores()) {
        let server = server(config);
        let mut owner = alice(&server);
        let held = ["/held/password", "/held/name"].map(|path| hold(&server, &owner, path, ""));
        assert_eq!(owner.post("/confirm", "").status, 200);
        let [password, name] = held.map(|held| held.finish());
        assert_sent_to("/reauthenticate", &password);
        assert_eq!(name.status, 200, "{name:?}");
    }
}

#[test]
fn a_held_request_from_elsewhere_is_judged_by_the_level() {
    for config in [stateless()].into_iter().chain(stores()) {
        let config = Config {
            protection_level: rocket_login::ProtectionLevel::Strong,
            ..config
        };
        let server = server(config);
        let mut owner = alice(&server);
        let held = hold(&server, &owner, "/held/name", "");
        // Its next request from another browser ends the session.
        owner.agent = "Mozilla/5.0";
        assert_eq!(owner.get("/account", "").status, 303);
        assert_sent_to("/login", &held.finish());
    }
}
