//! An ended session stays ended, also for copies of the cookie.

use rocket::http::{Method, Status};
use rocket::time::Duration;

use super::{client, memory, probed};
use crate::app::{accounts, advance, stateless, strong};
use crate::browser::{Browser, CURL};

fn count(browser: &mut Browser<'_>, id: i64) -> usize {
    let listed = browser.get(&format!("/admin/sessions/{id}")).body;
    listed.matches("\"handle\"").count()
}

#[test]
fn a_copied_cookie_is_dead_after_a_logout() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut copy = alice.clone();
    assert_eq!(copy.get("/account").status, Status::Ok);
    assert_eq!(alice.post("/logout", "").status, Status::Ok);
    let answer = copy.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
    assert_eq!(count(&mut copy, 1), 0);
}

#[test]
fn another_login_takes_the_place_of_the_old_one() {
    let client = client(memory());
    for id in [1, 2] {
        let mut browser = Browser::logged_in(&client, "id=1");
        let mut copy = browser.clone();
        browser.post("/login", &format!("id={id}"));
        assert_eq!(copy.get("/account").status, Status::SeeOther);
        assert_eq!(browser.get("/account").status, Status::Ok);
        browser.post("/logout", "");
    }
    let mut browser = Browser::new(&client);
    assert_eq!((count(&mut browser, 1), count(&mut browser, 2)), (0, 0));
}

#[test]
fn a_login_and_a_logout_in_one_request_leave_nothing() {
    let client = client(memory());
    let mut browser = Browser::logged_in(&client, "id=2");
    assert_eq!(browser.post("/switch/1", "").body, "bob alice nobody");
    assert_eq!((count(&mut browser, 1), count(&mut browser, 2)), (0, 0));
}

#[test]
fn a_logout_with_a_superseded_cookie_ends_the_session() {
    let client = client(memory());
    advance(&client, Duration::ZERO);
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut old = alice.clone();
    for _ in 0..20 {
        assert_eq!(alice.post("/confirm", "").body, "fresh=true");
    }
    let answer = old.get("/account");
    assert_eq!(answer.body, "alice fresh=false remembered=false");
    answer.assert_no_cookies();
    advance(&client, Duration::seconds(31));
    let answer = old.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
    assert_eq!(alice.get("/settings").status, Status::Ok);
    old.post("/logout", "");
    assert_eq!(alice.get("/account").status, Status::SeeOther);
    assert_eq!(count(&mut alice, 1), 0);
}

#[test]
fn strong_protection_ends_it_for_good() {
    let client = super::client(rocket_login::Config {
        protection_level: strong().protection_level,
        ..memory()
    });
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut thief = alice.clone();
    thief.agent = CURL;
    assert_eq!(thief.get("/account").status, Status::SeeOther);
    assert_eq!(alice.get("/account").status, Status::SeeOther);
    assert_eq!(count(&mut alice, 1), 0);
}

#[test]
fn sessions_of_users_who_are_gone_or_not_active_wait_for_them() {
    let (client, probe) = probed(stateless());
    for (is_deleted, is_revoked) in [(false, false), (true, false), (false, true), (true, true)] {
        accounts(&client).insert(7, "grace");
        let mut grace = Browser::logged_in(&client, "id=7&remember=true");
        let mut copy = grace.clone();
        match is_deleted {
            true => accounts(&client).delete(7),
            false => accounts(&client).set_active(7, false),
        }
        probe.take_calls();
        for _ in 0..2 {
            let answer = grace.get("/account");
            assert_eq!(answer.status, Status::SeeOther);
            answer.assert_no_cookies();
        }
        assert_eq!(probe.take_calls(), ["load", "load"]);
        if is_revoked {
            let all = grace.send(Method::Delete, "/admin/sessions/7", None);
            assert_eq!(all.body, "1");
        }
        accounts(&client).insert(7, "grace");
        let expected = match is_revoked {
            true => Status::SeeOther,
            false => Status::Ok,
        };
        for browser in [&mut grace, &mut copy] {
            assert_eq!(browser.get("/account").status, expected);
        }
        grace.post("/logout", "");
        assert_eq!(count(&mut copy, 7), 0);
    }
}

#[test]
fn a_new_password_ends_all_sessions_but_one_s_own() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut phone = Browser::logged_in(&client, "id=1");
    let mut bob = Browser::logged_in(&client, "id=2");
    assert_eq!(alice.post("/password/new", "").body, "changed, fresh=true");
    assert_eq!(count(&mut alice, 1), 1);
    assert_eq!(phone.get("/account").status, Status::SeeOther);
    assert_eq!(alice.get("/account").status, Status::Ok);
    assert_eq!(bob.get("/account").status, Status::Ok);
}

#[test]
fn a_password_set_elsewhere_suspends_them_and_writes_nothing() {
    let (client, probe) = probed(stateless());
    let mut alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut copy = alice.clone();
    accounts(&client).set_password(1, "set elsewhere");
    probe.take_calls();
    let answer = alice.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.assert_no_cookies();
    // A remember token could have brought back a user with the new password.
    assert_eq!(probe.take_calls(), ["load", "load"]);
    let mut here = Browser::logged_in(&client, "id=1");
    let listed = here.get("/sessions").body;
    assert_eq!(listed.matches("handle").count(), 1, "{listed}");
    here.post("/logout", "");

    // A node whose database lags has logged no user out.
    accounts(&client).set_password(1, "hash of alice");
    for browser in [&mut alice, &mut copy] {
        assert_eq!(browser.get("/settings").status, Status::Ok);
    }
}

#[test]
fn a_record_that_is_spoilt_or_of_another_user_counts_as_absent() {
    use rocket_login::store::{SessionStore, StoreKey};

    let (client, probe) = probed(stateless());
    let runtime = rocket::tokio::runtime::Runtime::new().unwrap();
    for spoil in 0..5 {
        let mut alice = Browser::logged_in(&client, "id=1");
        let key = *probe.keys.lock().unwrap().last().unwrap();
        let mut kept = runtime.block_on(probe.store.load(&key)).unwrap().unwrap();
        match spoil {
            0 => kept.value.clear(),
            1 => kept.value[0] = 2,
            2 => kept.value.truncate(10),
            3 => kept.value.iter_mut().for_each(|byte| *byte = 0xff),
            _ => kept.user = StoreKey::from_bytes([7; 16]),
        }
        assert!(runtime.block_on(probe.store.save(&kept)).unwrap());
        let answer = alice.get("/account");
        assert_eq!(answer.status, Status::SeeOther, "{spoil}");
        answer.assert_no_cookies();
        // It is in the way of no login, which deletes what the cookie names.
        assert_eq!(alice.post("/login", "id=1").status, Status::SeeOther);
        assert_eq!(alice.get("/account").status, Status::Ok);
        let kept = runtime.block_on(probe.store.load(&key)).unwrap();
        assert_eq!(kept, None, "{spoil}");
        assert_eq!(alice.post("/logout", "").status, Status::Ok);
    }
}

#[test]
fn ids_that_differ_only_by_case_or_kind_share_nothing() {
    let client = client(memory());
    let mut alice = Browser::logged_in(&client, "id=1");
    Browser::logged_in(&client, "id=2");
    assert_eq!(count(&mut alice, 1), 1);
    assert_eq!(count(&mut alice, -1), 0);
    assert_eq!(count(&mut alice, 3), 0);
}
