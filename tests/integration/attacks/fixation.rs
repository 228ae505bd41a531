//! Ids that are chosen, known or left over before a login.

use rocket::time::Duration;

use super::*;

/// Cookies that an attacker may have put into a browser: his own session, which is as good as any
/// until it ends, one that has ended, and one that no site has given him.
fn planted(server: &Server) -> Vec<String> {
    let old = cookie(&logged_in(server, BOB), SESSION);
    server.advance(Duration::hours(3));
    let own = cookie(&logged_in(server, BOB), SESSION);
    is_bob(who_has(server, &format!("{SESSION}={own}")));
    is_nobody(who_has(server, &format!("{SESSION}={old}")));
    let invented = "A".repeat(own.len());
    vec![own, old, invented, "chosen-by-mallory".into()]
}

#[test]
fn an_id_chosen_before_a_login_is_not_the_sessions() {
    on_every_site(|server| {
        for planted in planted(server) {
            let mut victim = Curl::new(server);
            victim.set_cookie(SESSION, &planted);
            log_in(&mut victim, ALICE);
            is_alice(who(&mut victim));
            assert_ne!(cookie(&victim, SESSION), planted);
            is_nobody(who_has(server, &format!("{SESSION}={planted}")));
        }
    });
}

#[test]
fn a_remember_token_chosen_before_a_login_does_not_stay_with_it() {
    on_every_site(|server| {
        let mallory = remembered(server, BOB);
        let planted = cookie(&mallory, REMEMBER);
        let mut victim = Curl::new(server);
        victim.set_cookie(REMEMBER, &planted);
        log_in(&mut victim, ALICE);
        assert_eq!(victim.cookie(REMEMBER), None);
        victim.restart();
        is_nobody(who(&mut victim));
    });
}

#[test]
fn an_id_known_before_a_second_login_does_not_outlive_it() {
    on_every_site(|server| {
        let mut victim = remembered(server, ALICE);
        let known = cookie(&victim, SESSION);
        is_alice(who_has(server, &format!("{SESSION}={known}")));
        log_in(&mut victim, ALICE);
        is_alice(who(&mut victim));
        assert_ne!(cookie(&victim, SESSION), known);
        is_nobody(who_has(server, &format!("{SESSION}={known}")));
    });
}

#[test]
fn an_id_known_before_a_logout_is_not_the_next_sessions() {
    on_every_site(|server| {
        let mut victim = logged_in(server, ALICE);
        let known = cookie(&victim, SESSION);
        assert_eq!(victim.post("/logout", "").status, 303);
        victim.set_cookie(SESSION, &known);
        log_in(&mut victim, ALICE);
        assert_ne!(cookie(&victim, SESSION), known);
        is_nobody(who_has(server, &format!("{SESSION}={known}")));
    });
}

#[test]
fn an_id_chosen_before_a_return_is_not_the_restored_sessions() {
    on_every_site(|server| {
        for planted in planted(server).split_off(1) {
            let mut victim = remembered(server, ALICE);
            victim.restart();
            victim.set_cookie(SESSION, &planted);
            is_alice(who(&mut victim));
            assert_ne!(cookie(&victim, SESSION), planted);
            is_nobody(who_has(server, &format!("{SESSION}={planted}")));
        }
    });
}

/// His session goes on as his, and does not become that of the token beside it.
#[test]
fn an_attackers_session_does_not_become_the_one_that_a_token_would_restore() {
    on_every_site(|server| {
        let own = cookie(&logged_in(server, BOB), SESSION);
        let mut victim = remembered(server, ALICE);
        victim.restart();
        victim.set_cookie(SESSION, &own);
        for _ in 0..2 {
            is_bob(who(&mut victim));
            is_bob(who_has(server, &format!("{SESSION}={own}")));
        }
    });
}

#[test]
fn a_token_known_before_a_confirmation_does_not_become_fresh_and_dies_after_half_a_minute() {
    on_every_site(|server| {
        let mut victim = remembered(server, ALICE);
        victim.restart();
        is_alice(who(&mut victim));
        let thieves = copies(&victim);
        let known = cookie(&victim, SESSION);
        let reply = victim.post("/reauthenticate", "password=wonderland");
        assert_eq!((reply.status, reply.location()), (303, Some("/")));
        assert_eq!(victim.get("/settings", "").status, 200);
        assert_ne!(cookie(&victim, SESSION), known);
        // A request that was under way with it is served for half a minute.
        let known = format!("{SESSION}={known}");
        is_alice(who_has(server, &known));
        for thief in &thieves {
            let header = format!("Cookie: {thief}\r\n");
            let settings = Curl::new(server).get("/settings", &header);
            let ask = Some("/reauthenticate?next=%2Fsettings");
            assert_eq!(settings.location(), ask, "{thief}");
        }
        server.advance(Duration::seconds(31));
        is_nobody(who_has(server, &known));
        is_alice(who(&mut victim));
    });
}

#[test]
fn a_login_without_a_logout_of_the_last_user_gets_nothing_of_theirs() {
    on_every_site(|server| {
        let mut browser = remembered(server, ALICE);
        let alices = copies(&browser);
        for copy in &alices {
            is_alice(who_has(server, copy));
        }
        log_in(&mut browser, BOB);
        is_bob(who(&mut browser));
        let account = browser.get("/account", "").body;
        assert!(account.contains("bob") && !account.contains("alice"));
        for copy in &alices {
            is_nobody(who_has(server, copy));
        }
        browser.restart();
        is_nobody(who(&mut browser));
    });
}

#[test]
fn a_login_in_a_browser_that_remembers_another_user_gets_nothing_of_theirs() {
    on_every_site(|server| {
        is_alice(who_has(server, &pair(&remembered(server, ALICE), REMEMBER)));
        let mut browser = remembered(server, ALICE);
        browser.restart();
        let token = browser.cookie_header();
        log_in(&mut browser, BOB);
        assert_eq!(browser.cookie(REMEMBER), None);
        is_bob(who(&mut browser));
        is_nobody(who_has(server, &token));
        browser.restart();
        is_nobody(who(&mut browser));
    });
}

#[test]
fn cookies_of_the_last_user_cannot_be_mixed_with_the_next_ones() {
    on_every_site(|server| {
        let mut browser = remembered(server, ALICE);
        let (session, token) = (cookie(&browser, SESSION), cookie(&browser, REMEMBER));
        is_alice(who_has(server, &browser.cookie_header()));
        log_in(&mut browser, &format!("{BOB}&remember=on"));
        assert_ne!(cookie(&browser, SESSION), session);
        assert_ne!(cookie(&browser, REMEMBER), token);
        let (new, new_token) = (cookie(&browser, SESSION), cookie(&browser, REMEMBER));
        let beside = format!("{SESSION}={new}; {REMEMBER}={token}");
        is_bob(who_has(server, &beside));
        let before = format!("{SESSION}={session}; {REMEMBER}={new_token}");
        assert_ne!(who_has(server, &before).as_deref(), Some("alice"));
        is_bob(who(&mut browser));
    });
}
