//! Keys in requests from pages of other sites.

use super::*;

const EVIL: &str = "http://evil.example";
const HOST: &str = "app.example:8000";

/// A page of another site, open in a browser.
fn there<'c>(browser: &Browser<'c>) -> Browser<'c> {
    browser.clone().with("Host", HOST).with("Origin", EVIL)
}

#[track_caller]
fn assert_refused(client: &Client, answer: &Answer) {
    assert_told(answer, Status::Forbidden, "");
    assert!(!answer.body.contains("done for"), "{answer:?}");
    assert_eq!(keys(client).take_asked(), 0);
}

/// The loader was not asked, and no cookie of ours was there.
#[track_caller]
fn assert_anonymous(client: &Client, answer: &Answer) {
    let is_asked = [Status::Unauthorized, Status::SeeOther].contains(&answer.status);
    assert!(is_asked, "{answer:?}");
    answer.assert_no_cookies();
    assert_eq!(keys(client).take_asked(), 0);
}

#[test]
fn a_key_alone_is_good_from_wherever_it_comes() {
    let client = client_of(rocket(config()));
    for (name, value) in [("Authorization", ALICE), ("X-Api-Key", "1.alices-key")] {
        let mut script = there(&Browser::new(&client)).with(name, value);
        let answer = script.post("/work", "");
        assert_eq!(answer.body, "done for alice via Request");
        answer.assert_no_cookies();
        assert_eq!(script.post("/group", "").body, "done");
        let mut script = Browser::new(&client).with(name, value);
        script = script.with("Sec-Fetch-Site", "cross-site");
        assert_eq!(script.post("/work", "").status, Status::Ok);
    }
}

#[test]
fn a_key_beside_a_session_opens_nothing_to_other_sites() {
    let client = client_of(rocket(config()));
    let mut remembered = Browser::logged_in(&client, "id=1&remember=true");
    let alice = remembered.clone();
    remembered.restart();
    keys(&client).take_asked();
    for browser in [&alice, &remembered] {
        for key in [ALICE, BOB] {
            let mut both = there(browser).with("Authorization", key);
            for path in ["/work", "/group", "/logout", "/confirm", "/switch/2"] {
                let answer = both.post(path, "");
                assert_eq!(answer.status, Status::Forbidden, "{path}");
                assert_refused(&client, &answer);
            }
        }
    }
    let mut here = alice.clone().with("Authorization", BOB);
    assert_eq!(here.post("/work", "").body, "done for alice via Session");
}

/// The name of a cookie makes no difference to the key beside it.
#[test]
fn a_key_in_a_cookie_is_no_use_to_other_sites() {
    let client = client_of(rocket(config()));
    let mut holder = Browser::new(&client);
    holder.set_cookie("api_key", "1.alices-key");
    assert_anonymous(&client, &there(&holder).post("/work", ""));
    let mut both = there(&holder).with("Authorization", ALICE);
    assert_anonymous(&client, &both.post("/work", ""));
    assert_eq!(holder.post("/work", "").status, Status::Ok);
    keys(&client).take_asked();
    let mut stale = Browser::new(&client);
    stale.set_cookie("session", "forged");
    let mut stale = there(&stale).with("Authorization", ALICE);
    assert_refused(&client, &stale.post("/work", ""));
}

#[test]
fn credentials_that_browsers_send_by_themselves_are_no_use_to_other_sites() {
    let client = client_of(rocket(config()));
    for scheme in ["Basic", "basic", "Digest", "Negotiate", "NTLM"] {
        let value = format!("{scheme} 1.alices-key");
        let mut script = there(&Browser::new(&client)).with("Authorization", value.clone());
        assert_anonymous(&client, &script.post("/work", ""));
        let mut twice = script.with("Authorization", ALICE);
        assert_anonymous(&client, &twice.post("/work", ""));
        let mut here = program(&client, &value);
        assert_eq!(here.post("/work", "").status, Status::Ok);
        keys(&client).take_asked();
    }
}

#[test]
fn without_a_good_key_other_sites_are_strangers() {
    let client = client_of(rocket(config()));
    for key in ["Bearer 1.wrong", CAROL, "Bearer"] {
        let mut script = there(&program(&client, key));
        for path in ["/work", "/group"] {
            assert_told(&script.post(path, ""), Status::Unauthorized, "login");
        }
        assert_eq!(script.post("/switch/2", "").status, Status::Forbidden);
    }
    let mut stranger = there(&Browser::new(&client));
    assert_eq!(stranger.post("/work", "").status, Status::SeeOther);
    let mut failing = there(&program(&client, "Bearer error"));
    assert_eq!(failing.post("/work", "").status, Status::ServiceUnavailable);
}

#[test]
fn a_key_lets_no_other_site_log_a_user_in() {
    let client = client_of(rocket(config()));
    let mut script = there(&program(&client, ALICE));
    for path in ["/login", "/logout", "/confirm"] {
        let answer = script.post(path, "id=2");
        assert_eq!(answer.status, Status::Forbidden, "{path}");
        answer.assert_no_cookies();
    }
}
