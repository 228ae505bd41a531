//! A store that fails at one write of an operation: the next try finishes it or repeats it.

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;

use super::watched::{Fault, Watched};
use super::{
    NAMES, REMEMBERED, alone, assert_all_out, assert_in, assert_out, confirm, remembered, watched,
};
use crate::browser::{Answer, Browser};

/// The browser that asks for a change, and another one of the same user.
struct Scene<'c> {
    alice: Browser<'c>,
    other: Option<Browser<'c>>,
}

/// A change, and what is so before it and after it.
struct Operation {
    prepare: for<'c> fn(&'c Client) -> Scene<'c>,
    run: for<'c> fn(&mut Browser<'c>) -> Answer,
    done: Status,
    /// Fails if a failed try has brought something.
    not_yet: for<'c> fn(&Scene<'c>),
    /// Fails unless the change has taken place.
    after: for<'c> fn(&Scene<'c>),
    /// How many rows there are in the end.
    rows: usize,
}

fn only(alice: Browser<'_>) -> Scene<'_> {
    Scene { alice, other: None }
}

fn two(client: &Client) -> Scene<'_> {
    Scene {
        alice: Browser::logged_in(client, REMEMBERED),
        other: Some(Browser::logged_in(client, REMEMBERED)),
    }
}

fn nothing(_: &Scene<'_>) {}

fn is_in(scene: &Scene<'_>) {
    assert_in(&mut scene.alice.clone());
}

/// Has one write fail; `false` once there are not so many writes.
fn fail_once(operation: &Operation, number: usize, fault: Fault) -> bool {
    let (client, store) = watched();
    let mut scene = (operation.prepare)(&client);
    store.take_writes();
    store.fail_at(number, fault);
    let before = scene.alice.clone();
    let answer = (operation.run)(&mut scene.alice);
    if !store.heal() {
        let writes = store.take_writes();
        assert!(writes > 0 && number == writes + 1, "{writes} writes");
        assert_eq!(answer.status, operation.done, "{answer:?}");
        return false;
    }
    let what = format!("write {number} fails, {fault:?}");
    assert_eq!(answer.status, Status::ServiceUnavailable, "{what}");
    assert!(answer.set_cookies.is_empty(), "{what}: {answer:?}");
    scene.alice = before;
    (operation.not_yet)(&scene);
    try_again(operation, &store, &mut scene, &what);
    true
}

fn try_again(operation: &Operation, store: &Watched, scene: &mut Scene<'_>, what: &str) {
    let held = scene.alice.clone();
    let answer = (operation.run)(&mut scene.alice);
    assert_eq!(answer.status, operation.done, "{what}, again: {answer:?}");
    assert_eq!(store.rows().len(), operation.rows, "{what}");
    (operation.after)(scene);
    if operation.rows == 0 {
        assert_all_out(&held);
    }
}

fn fail_at_each_write(operation: &Operation) {
    for fault in [Fault::Before, Fault::After] {
        fail_with(fault, operation);
    }
}

fn fail_with(fault: Fault, operation: &Operation) {
    let mut number = 1;
    while fail_once(operation, number, fault) {
        number += 1;
    }
}

#[test]
fn a_login_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: |client| only(Browser::logged_in(client, REMEMBERED)),
        run: |alice| alice.post("/login", REMEMBERED),
        done: Status::SeeOther,
        not_yet: nothing,
        after: is_in,
        rows: 1,
    });
}

#[test]
fn a_login_of_a_stranger_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: |client| only(Browser::new(client)),
        run: |alice| alice.post("/login", REMEMBERED),
        done: Status::SeeOther,
        not_yet: |scene| assert_out(&mut scene.alice.clone()),
        after: is_in,
        rows: 1,
    });
}

#[test]
fn a_restore_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: |client| only(remembered(client)),
        run: |alice| alice.get("/account"),
        done: Status::Ok,
        not_yet: nothing,
        after: |scene| {
            for name in NAMES {
                assert_in(&mut alone(&scene.alice, name));
            }
        },
        rows: 1,
    });
}

#[test]
fn a_confirmation_that_the_store_did_not_keep_makes_nothing_fresh() {
    fail_at_each_write(&Operation {
        prepare: |client| only(Browser::logged_in(client, "id=1&fresh=false&remember=true")),
        run: confirm,
        done: Status::Ok,
        not_yet: |scene| {
            let page = scene.alice.clone().get("/settings");
            assert_eq!(page.status, Status::SeeOther, "{page:?}");
        },
        after: |scene| {
            let page = scene.alice.clone().get("/settings");
            assert_eq!(page.status, Status::Ok, "{page:?}");
        },
        rows: 1,
    });
}

#[test]
fn a_renewal_that_the_store_did_not_keep_is_repeated() {
    let operation = Operation {
        prepare: |client| only(Browser::logged_in(client, REMEMBERED)),
        // The password stays, since the application would not have changed it.
        run: |alice| alice.post("/password/hash%20of%20alice", ""),
        done: Status::Ok,
        not_yet: nothing,
        after: is_in,
        rows: 1,
    };
    fail_with(Fault::Before, &operation);
}

#[test]
fn a_logout_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: |client| only(Browser::logged_in(client, REMEMBERED)),
        run: |alice| alice.post("/logout", ""),
        done: Status::Ok,
        not_yet: nothing,
        after: nothing,
        rows: 0,
    });
}

#[test]
fn a_logout_with_a_remember_token_alone_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: |client| only(remembered(client)),
        run: |alice| alice.post("/logout", ""),
        done: Status::Ok,
        not_yet: nothing,
        after: nothing,
        rows: 0,
    });
}

#[test]
fn a_revocation_of_others_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: two,
        run: |alice| alice.post("/revoke-others", ""),
        done: Status::Ok,
        not_yet: is_in,
        after: |scene| {
            is_in(scene);
            assert_all_out(scene.other.as_ref().unwrap());
        },
        rows: 1,
    });
}

/// Ends the other session, if it is still in the list.
fn revoke_other(alice: &mut Browser<'_>) -> Answer {
    let listed = alice.get("/sessions");
    let sessions: Vec<serde_json::Value> = serde_json::from_str(&listed.body).unwrap();
    let mut others = sessions.iter().filter(|session| session["current"] != true);
    match others.next() {
        Some(other) => {
            let uri = format!("/sessions/{}", other["handle"].as_str().unwrap());
            alice.send(Method::Delete, &uri, None)
        }
        None => listed,
    }
}

#[test]
fn a_revocation_of_one_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: two,
        run: revoke_other,
        done: Status::Ok,
        not_yet: is_in,
        after: |scene| {
            is_in(scene);
            assert_all_out(scene.other.as_ref().unwrap());
        },
        rows: 1,
    });
}

#[test]
fn a_revocation_of_all_that_the_store_did_not_keep_is_repeated() {
    fail_at_each_write(&Operation {
        prepare: two,
        run: |alice| alice.send(Method::Delete, "/admin/sessions/1", None),
        done: Status::Ok,
        not_yet: nothing,
        after: |scene| assert_all_out(scene.other.as_ref().unwrap()),
        rows: 0,
    });
}
