//! The end of a session ends its remember tokens.

use rocket::http::{Method, Status};
use rocket::time::Duration;
use rocket_login::{Config, LoginErrorKind, LoginManager, ProtectionLevel};

use super::{LOGIN, TOKEN, assert_in, assert_out, remembered, rows, rows_of_alice};
use crate::app::{Account, accounts, advance, stateless};
use crate::browser::{Browser, CURL};
use crate::stored::{client, memory, probed};

#[test]
fn a_logout_ends_it_whichever_cookies_are_sent() {
    for left in [&["session", TOKEN][..], &["session"], &[TOKEN]] {
        let client = client(memory());
        let mut alice = Browser::logged_in(&client, LOGIN);
        let copy = alice.clone();
        for name in ["session", TOKEN] {
            if !left.contains(&name) {
                alice.drop_cookie(name);
            }
        }
        alice.post("/logout", "");
        for dropped in ["session", TOKEN, "neither"] {
            let mut copy = copy.clone();
            copy.drop_cookie(dropped);
            assert_out(&mut copy);
        }
        assert_eq!(rows_of_alice(&client), 0);
    }
}

#[test]
fn a_session_that_was_restored_or_confirmed_still_knows_its_token() {
    for path in ["/account", "/confirm"] {
        let client = client(memory());
        let mut alice = remembered(&client);
        assert_in(&mut alice);
        if path == "/confirm" {
            alice.post(path, "");
        }
        let mut copy = alice.clone();
        alice.drop_cookie(TOKEN);
        alice.post("/logout", "");
        copy.restart();
        assert_out(&mut copy);
    }
}

#[test]
fn a_browser_that_is_away_is_listed_and_can_be_logged_out() {
    let client = client(memory());
    let mut phone = Browser::logged_in(&client, LOGIN);
    advance(&client, Duration::days(2));
    let mut alice = Browser::logged_in(&client, "id=1");
    let listed = alice.get("/sessions").body;
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    let away = listed.iter().find(|one| one["current"] == false).unwrap();
    assert_eq!(away["remembered"], true);
    let handle = away["handle"].as_str().unwrap();
    let ended = alice.send(Method::Delete, &format!("/sessions/{handle}"), None);
    assert_eq!(ended.body, "true");
    assert_eq!(rows(&mut alice), 1);
    assert_out(&mut phone);
    let again = alice.send(Method::Delete, &format!("/sessions/{handle}"), None);
    assert_eq!(again.body, "false");
}

#[test]
fn a_user_with_a_superseded_session_keeps_it_when_ending_the_others() {
    let client = client(memory());
    advance(&client, Duration::ZERO);
    let mut phone = Browser::logged_in(&client, LOGIN);
    let mut alice = Browser::logged_in(&client, LOGIN);
    let mut late = alice.clone();
    alice.restart();
    assert_in(&mut alice);
    // Both its tokens are the ones before, of the session that is the browser's own.
    assert_in(&mut late);
    assert_eq!(late.post("/revoke-others", "").body, "1");
    assert_out(&mut phone);
    assert_in(&mut alice);
    // Later they name no session that counts.
    advance(&client, Duration::seconds(31));
    late.drop_cookie(TOKEN);
    let refused = late.post("/revoke-others", "");
    assert_eq!(refused.status, Status::SeeOther);
    assert_in(&mut alice);
}

#[test]
fn a_user_does_not_end_the_remembered_session_of_another() {
    let client = client(memory());
    let mut alice = remembered(&client);
    advance(&client, Duration::days(1));
    let listed = Browser::new(&client).get("/admin/sessions/1").body;
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    let handle = listed[0]["handle"].as_str().unwrap();
    let mut bob = Browser::logged_in(&client, "id=2");
    let ended = bob.send(Method::Delete, &format!("/sessions/{handle}"), None);
    assert_eq!(ended.body, "false");
    assert_in(&mut alice);
}

#[test]
fn the_end_of_all_or_all_others_ends_their_remember_tokens() {
    let client = client(memory());
    let mut phone = remembered(&client);
    let mut tablet = remembered(&client);
    assert_in(&mut tablet);
    let mut here = Browser::logged_in(&client, LOGIN);
    assert_eq!(here.post("/revoke-others", "").body, "2");
    for browser in [&mut phone, &mut tablet] {
        assert_out(browser);
    }
    here.restart();
    assert_in(&mut here);
    let all = here.send(Method::Delete, "/admin/sessions/1", None);
    assert_eq!(all.body, "1");
    here.restart();
    assert_out(&mut here);
}

#[test]
fn a_job_ends_all_sessions_but_the_one_it_names() {
    let client = client(memory());
    let manager = client.rocket().state::<LoginManager<Account>>().unwrap();
    let runtime = rocket::tokio::runtime::Runtime::new().unwrap();
    let mut here = Browser::logged_in(&client, LOGIN);
    let sessions = runtime.block_on(manager.sessions(&1)).unwrap();
    let staying = sessions[0].handle();
    let mut phone = remembered(&client);
    let count = runtime.block_on(manager.revoke_others(&1, &staying));
    assert_eq!(count.unwrap(), 1);
    assert_out(&mut phone);
    assert_in(&mut here);
    here.post("/logout", "");
    let mut phone = remembered(&client);
    let error = runtime.block_on(manager.revoke_others(&1, &staying));
    assert_eq!(error.unwrap_err().kind(), LoginErrorKind::NotLoggedIn);
    assert_in(&mut phone);
}

#[test]
fn a_login_too_many_ends_the_remember_token_of_the_oldest() {
    let mut config = memory();
    config.session.max_per_user = Some(1);
    let client = client(config);
    let mut phone = Browser::logged_in(&client, LOGIN);
    let mut here = Browser::logged_in(&client, LOGIN);
    phone.restart();
    assert_out(&mut phone);
    assert_in(&mut here);
}

#[test]
fn another_login_ends_the_token_whose_place_it_takes() {
    for form in [LOGIN, "id=2", "id=2&remember=true"] {
        let client = client(memory());
        let mut alice = Browser::logged_in(&client, LOGIN);
        let mut copy = alice.clone();
        alice.post("/login", form);
        copy.restart();
        assert_out(&mut copy);
        assert_in(&mut alice);
    }
}

#[test]
fn a_new_password_ends_all_other_tokens_and_makes_its_own_anew() {
    let client = client(memory());
    let mut phone = remembered(&client);
    let mut alice = Browser::logged_in(&client, LOGIN);
    let mut copy = alice.clone();
    alice.post("/password/new", "");
    assert_eq!(rows(&mut alice), 1);
    assert_out(&mut phone);
    copy.restart();
    assert_out(&mut copy);
    alice.restart();
    assert_in(&mut alice);
}

#[test]
fn a_password_changed_elsewhere_ends_all_tokens_once_that_is_said() {
    let client = client(memory());
    let mut phone = remembered(&client);
    let mut here = Browser::logged_in(&client, LOGIN);
    let manager = client.rocket().state::<LoginManager<Account>>().unwrap();
    let runtime = rocket::tokio::runtime::Runtime::new().unwrap();
    accounts(&client).set_password(1, "set elsewhere");
    runtime.block_on(manager.auth_changed(&1)).unwrap();
    assert_eq!(rows_of_alice(&client), 0);
    // Not even the old one brings them back.
    accounts(&client).set_password(1, "hash of alice");
    assert_out(&mut phone);
    assert_out(&mut here);
}

#[test]
fn strong_protection_ends_the_remember_token_too() {
    let client = client(Config {
        protection_level: ProtectionLevel::Strong,
        ..memory()
    });
    let alice = Browser::logged_in(&client, LOGIN);
    let mut thief = alice.clone();
    thief.agent = CURL;
    thief.drop_cookie(TOKEN);
    assert_out(&mut thief);
    let mut alice = alice;
    alice.restart();
    assert_out(&mut alice);
}

#[test]
fn the_token_of_a_suspended_user_counts_again_with_the_account_unless_revoked() {
    for (is_gone, is_revoked) in [(true, false), (false, false), (true, true), (false, true)] {
        let (client, probe) = probed(stateless());
        accounts(&client).insert(7, "grace");
        let mut grace = Browser::logged_in(&client, "id=7&remember=true");
        grace.restart();
        if is_gone {
            accounts(&client).delete(7);
        } else {
            accounts(&client).set_active(7, false);
        }
        probe.take_calls();
        let answer = grace.get("/account");
        assert_eq!(answer.status, Status::SeeOther);
        answer.assert_no_cookies();
        assert_eq!(probe.take_calls(), ["load"]);
        if is_revoked {
            let all = grace.send(Method::Delete, "/admin/sessions/7", None);
            assert_eq!(all.body, "1");
        }
        accounts(&client).insert(7, "grace");
        if is_revoked {
            assert_out(&mut grace);
        } else {
            assert_in(&mut grace);
        }
    }
}
