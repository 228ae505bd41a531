//! A form of another site that brings no cookie of ours.

use super::*;
use crate::legacy::{FLASK, legacy};
use rocket::http::Status;
use rocket_login::LegacyTokens;

/// The senders of a form that is not this site's.
fn foreign<'c>(browser: &Browser<'c>) -> Vec<Browser<'c>> {
    let form = |site| sent(browser, [site, "navigate", "document"]);
    vec![
        form("cross-site").with("Origin", "https://evil.example"),
        form("cross-site").with("Origin", "null"),
        form("same-site").with("Origin", "http://sub.app.example"),
        sent(browser, ["cross-site", "no-cors", "empty"]).with("Origin", "https://evil.example"),
        sent(browser, ["cross-site", "navigate", "iframe"]).with("Origin", "null"),
        browser.clone().with("Origin", "https://evil.example"),
        browser.clone().with("Origin", "null"),
        browser.clone().with("Sec-Fetch-Site", "cross-site"),
    ]
}

const CHANGES: [&str; 4] = ["/login", "/logout", "/confirm", "/form/renew"];

#[test]
fn it_is_anonymous_to_every_guard() {
    with_every_store(|client| {
        let mut other = stranger(client);
        other.set_cookie("theirs", "x");
        for mut there in foreign(&stranger(client))
            .into_iter()
            .chain(foreign(&other))
        {
            assert_eq!(there.post("/maybe", "").body, "nobody");
            let member = there.post("/member", "");
            let is_asked = [Status::SeeOther, Status::Unauthorized].contains(&member.status);
            assert!(is_asked, "{member:?}");
            assert_eq!(member.header("Vary"), Some("Cookie"));
            member.assert_no_cookies();
        }
        assert_eq!(accounts(client).take_loads(), 0);
    });
}

#[test]
fn it_logs_no_user_in_or_out_under_any_method() {
    with_every_store(|client| {
        for mut there in foreign(&stranger(client)) {
            for path in CHANGES {
                assert_refused(&there.post(path, "id=1"));
                for method in ["POST", "PUT", "DELETE", "PATCH", "GET", "HEAD", "OPTIONS"] {
                    let answer = there.post(path, &format!("_method={method}&id=1"));
                    assert_ne!(answer.body, "done");
                    answer.assert_no_cookies();
                }
            }
            assert_refused(&there.post("/link/login/1", "_method=GET"));
            assert_refused(&there.post("/link/logout", "_method=HEAD"));
        }
        assert_eq!(stranger(client).get("/").body, "hello nobody");
    });
}

/// A cookie that counts for nothing may hide one that counts.
#[test]
fn with_a_cookie_of_ours_good_or_bad_it_is_refused() {
    with_every_store(|client| {
        let alice = alice(client);
        let mut remembered = alice.clone();
        remembered.restart();
        let mut forged = stranger(client);
        forged.set_cookie("session", "forged");
        let mut empty = stranger(client);
        empty.set_cookie("remember_token", "");
        for browser in [&alice, &remembered, &forged, &empty] {
            for mut there in foreign(browser) {
                for path in CHANGES.into_iter().chain(["/maybe", "/member"]) {
                    assert_refused(&there.post(path, "id=2"));
                }
            }
        }
        assert_fresh_alice(&alice);
    });
}

#[test]
fn the_session_of_the_application_beside_is_a_cookie_of_ours() {
    let client = client_of(rocket(legacy(LegacyTokens::Off)));
    let mut browser = stranger(&client);
    browser.set_cookie(FLASK, "x");
    for mut there in foreign(&browser) {
        assert_refused(&there.post("/maybe", ""));
    }
    let without = client_of(rocket(with_store(StoreKind::Cookie)));
    let mut browser = stranger(&without);
    browser.set_cookie(FLASK, "x");
    for mut there in foreign(&browser) {
        assert_eq!(there.post("/maybe", "").body, "nobody");
    }
}
