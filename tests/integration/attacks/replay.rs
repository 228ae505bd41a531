//! Cookies that were copied while they were good, and are sent again once they are not.

use rocket::time::Duration;

use super::*;

/// Twice, since what a first request finds out must not help the second.
#[track_caller]
fn assert_worthless(server: &Server, copies: &[String]) {
    for copy in copies.iter().chain(copies) {
        is_nobody(who_has(server, copy));
        let header = format!("Cookie: {copy}\r\n");
        let page = Curl::new(server).get("/account", &header);
        assert_eq!(page.location(), Some("/login?next=%2Faccount"), "{copy}");
        let change = Curl::new(server).send("POST", "/password", &header, "");
        assert_eq!(change.location(), Some("/login"), "{copy}");
    }
}

#[test]
fn cookies_copied_before_a_logout_are_worthless() {
    on_every_site(|server| {
        let (mut alice, copies) = robbed(server);
        assert_eq!(alice.post("/logout", "").status, 303);
        assert_worthless(server, &copies);
    });
}

#[test]
fn a_logout_with_a_session_alone_leaves_no_copy_of_it() {
    on_every_site(|server| {
        let mut alice = logged_in(server, ALICE);
        let copies = copies(&alice);
        is_alice(who_has(server, &copies[0]));
        assert_eq!(alice.post("/logout", "").status, 303);
        assert_worthless(server, &copies);
    });
}

#[test]
fn a_logout_with_a_remember_token_alone_leaves_no_copy_of_it() {
    on_every_site(|server| {
        let mut alice = remembered(server, ALICE);
        alice.restart();
        let copies = copies(&alice);
        assert_eq!(copies.len(), 1);
        is_alice(who_has(server, &copies[0]));
        assert_eq!(alice.post("/logout", "").status, 303);
        assert_worthless(server, &copies);
    });
}

#[test]
fn a_logout_of_another_browser_ends_nothing_here() {
    with_every_store(|server| {
        let (mut alice, _) = robbed(server);
        let mut phone = remembered(server, ALICE);
        assert_eq!(phone.post("/logout", "").status, 303);
        is_alice(who(&mut alice));
        alice.restart();
        is_alice(who(&mut alice));
    });
}

#[test]
fn cookies_copied_before_a_new_password_are_worthless() {
    on_every_site(|server| {
        let (mut alice, copies) = robbed(server);
        let changed = alice.post("/password", "new_password=looking-glass");
        assert_eq!(changed.location(), Some("/account"));
        is_alice(who(&mut alice));
        assert_worthless(server, &copies);
        is_alice(who(&mut alice));
        alice.restart();
        is_alice(who(&mut alice));
    });
}

#[test]
fn cookies_of_one_browser_are_worthless_after_a_new_password_in_another() {
    on_every_site(|server| {
        let (mut alice, copies) = robbed(server);
        let mut phone = remembered(server, ALICE);
        let changed = phone.post("/password", "new_password=looking-glass");
        assert_eq!(changed.location(), Some("/account"));
        assert_worthless(server, &copies);
        is_nobody(who(&mut alice));
        is_alice(who(&mut phone));
    });
}

#[test]
fn a_password_that_comes_back_does_not_bring_copies_back() {
    with_every_store(|server| {
        let (_, copies) = robbed(server);
        let mut phone = remembered(server, ALICE);
        for password in ["looking-glass", "wonderland"] {
            let form = format!("new_password={password}");
            let changed = phone.post("/password", &form);
            assert_eq!(changed.location(), Some("/account"));
        }
        assert_worthless(server, &copies);
        is_alice(who(&mut phone));
    });
}

#[test]
fn a_cookie_kept_longer_than_it_lasts_is_worthless() {
    with_every_store(|server| {
        let alice = remembered(server, ALICE);
        let (session, token) = (pair(&alice, SESSION), pair(&alice, REMEMBER));
        is_alice(who_has(server, &session));
        server.advance(Duration::hours(2));
        assert_worthless(server, &[session]);
        server.advance(Duration::days(365));
        assert_worthless(server, &[token]);
    });
}

#[test]
fn a_session_in_use_does_not_outlive_its_lifetime() {
    for store in STORES {
        let server = serve(demo::rocket(), |figment| {
            let figment = figment.merge(("login.session.store", store));
            figment.merge(("login.session.lifetime", "5 hours"))
        });
        let mut thief = logged_in(&server, ALICE);
        for _ in 0..4 {
            server.advance(Duration::hours(1));
            is_alice(who(&mut thief));
        }
        server.advance(Duration::hours(1));
        is_nobody(who(&mut thief));
    }
}

/// The thief or the user comes first, and goes on for more than a minute.
#[test]
fn a_remember_token_whose_successor_has_settled_restores_nothing() {
    let server = site("memory", "basic");
    for thief_is_first in [true, false] {
        let mut alice = remembered(&server, ALICE);
        alice.restart();
        let mut thief = alice.clone();
        let (first, second) = match thief_is_first {
            true => (&mut thief, &mut alice),
            false => (&mut alice, &mut thief),
        };
        is_alice(who(first));
        server.advance(Duration::seconds(61));
        is_alice(who(first));
        assert_worthless(&server, &copies(second));
        // The first one goes on, until the owner logs in.
        is_alice(who(first));
        log_in(&mut alice, ALICE);
        is_alice(who(&mut alice));
        assert_worthless(&server, &copies(&thief));
        is_alice(who(&mut alice));
    }
}

#[test]
fn under_strong_protection_a_remember_token_that_is_used_again_ends_what_came_of_it() {
    let server = site("memory", "strong");
    for thief_is_first in [true, false] {
        let mut alice = remembered(&server, ALICE);
        alice.restart();
        let mut thief = alice.clone();
        let (first, second) = match thief_is_first {
            true => (&mut thief, &mut alice),
            false => (&mut alice, &mut thief),
        };
        is_alice(who(first));
        let copies = copies(first);
        server.advance(Duration::seconds(61));
        is_alice(who(first));
        let reply = second.get("/whoami", "");
        is_nobody(user(&reply));
        assert_eq!(reply.cookies(), [(REMEMBER, "")]);
        is_nobody(who(first));
        assert_worthless(&server, &copies);
    }
}

/// A browser may have lost the answer, or was killed before it had written its cookies.
#[test]
fn a_remember_token_whose_successor_was_never_seen_counts_again_for_its_own_agent_alone() {
    let server = site("memory", "basic");
    let mut alice = remembered(&server, ALICE);
    alice.restart();
    let mut thief = alice.clone();
    thief.agent = "Mozilla/5.0";
    let copy = alice.clone();
    is_alice(who(&mut alice));
    server.advance(Duration::seconds(31));
    is_nobody(who(&mut thief));
    let mut alice = copy;
    is_alice(who(&mut alice));
    alice.restart();
    is_alice(who(&mut alice));
    server.advance(Duration::seconds(31));
    is_nobody(who(&mut thief));
    is_alice(who(&mut alice));
}

/// For requests at once an older token is good for half a minute more.
#[test]
fn an_older_remember_token_is_worthless_after_a_logout_or_a_new_password() {
    let server = site("memory", "basic");
    for (path, form) in [("/logout", ""), ("/password", "new_password=wonderland")] {
        let mut alice = remembered(&server, ALICE);
        alice.restart();
        let older = alice.cookie_header();
        is_alice(who(&mut alice));
        assert_ne!(pair(&alice, REMEMBER), older);
        is_alice(who_has(&server, &older));
        alice.post("/reauthenticate", "password=wonderland");
        assert_eq!(alice.post(path, form).status, 303);
        assert_worthless(&server, &[older]);
    }
}

#[test]
fn a_session_from_a_copied_token_ends_with_the_logout_of_the_user() {
    let server = site("memory", "basic");
    let mut alice = remembered(&server, ALICE);
    alice.restart();
    let mut thief = alice.clone();
    is_alice(who(&mut thief));
    is_alice(who(&mut thief));
    is_alice(who(&mut alice));
    assert_eq!(alice.post("/logout", "").status, 303);
    assert_worthless(&server, &copies(&thief));
}

#[test]
fn copies_are_worthless_once_the_session_was_ended_from_the_list() {
    let server = site("memory", "strong");
    let (mut alice, copies) = robbed(&server);
    let mut phone = remembered(&server, ALICE);
    let ended = phone.post("/sessions/end-others", "");
    assert_eq!(ended.location(), Some("/sessions"));
    assert_worthless(&server, &copies);
    is_nobody(who(&mut alice));
    is_alice(who(&mut phone));
}
