//! A GET that logs in or out: a link may lead there, an image may not.

use super::*;
use rocket::http::{Method, Status};

const CHANGES: [&str; 4] = [
    "/link/login/2",
    "/link/logout",
    "/link/confirm",
    "/link/renew",
];

/// Requests that no person has asked for: images, scripts, styles, `fetch`, media and frames.
const EMBEDDED: [[&str; 2]; 12] = [
    ["no-cors", "image"],
    ["no-cors", "script"],
    ["no-cors", "style"],
    ["no-cors", "empty"],
    ["no-cors", "video"],
    ["cors", "empty"],
    ["cors", "font"],
    ["navigate", "iframe"],
    ["navigate", "frame"],
    ["navigate", "object"],
    ["navigate", "embed"],
    ["navigate", "fencedframe"],
];

#[test]
fn nothing_on_a_page_of_another_site_logs_in_or_out_by_a_get() {
    with_every_store(|client| {
        let alice = alice(client);
        for site in ["cross-site", "same-site", "", "Same-Origin"] {
            for [mode, dest] in EMBEDDED {
                for path in CHANGES {
                    for method in [Method::Get, Method::Head] {
                        let mut there = sent(&alice, [site, mode, dest]);
                        assert_refused(&there.send(method, path, None));
                        let mut there = sent(&stranger(client), [site, mode, dest]);
                        assert_refused(&there.send(method, path, None));
                    }
                }
            }
        }
        assert_fresh_alice(&alice);
    });
}

/// Browsers send it along with scripts, also where they do not say which site a script is of.
#[test]
fn a_get_with_the_origin_of_another_site_logs_no_user_in_or_out() {
    with_every_store(|client| {
        let alice = alice(client);
        for origin in ["https://evil.example", "null", ""] {
            for path in CHANGES {
                assert_refused(&alice.clone().with("Origin", origin).get(path));
            }
        }
        assert_fresh_alice(&alice);
    });
}

#[test]
fn nothing_on_a_page_of_another_site_revokes_by_a_get() {
    with_every_store(|client| {
        let alice = alice(client);
        for [mode, dest] in EMBEDDED {
            let mut there = sent(&alice, ["cross-site", mode, dest]);
            assert_refused(&there.send(Method::Get, "/link/revoke-others", None));
        }
    });
}

#[test]
fn incomplete_or_contradictory_headers_are_refused() {
    with_every_store(|client| {
        let alice = alice(client);
        let from = alice.clone().with("Sec-Fetch-Site", "cross-site");
        for mut there in [
            from.clone(),
            from.clone().with("Sec-Fetch-Mode", "navigate"),
            from.clone().with("Sec-Fetch-Dest", "document"),
            sent(&from, ["none", "navigate", "document"]),
            sent(&from, ["cross-site", "no-cors", "image"]),
            sent(&from, ["same-origin", "navigate", "document"]),
            from.clone().with("Sec-Fetch-Site", "same-origin"),
        ] {
            assert_refused(&there.get("/link/logout"));
        }
        let mut link = sent(&alice, ["cross-site", "navigate", "document"]);
        link = link.with("Sec-Fetch-Dest", "image");
        assert_refused(&link.get("/link/logout"));
        assert_fresh_alice(&alice);
    });
}

#[test]
fn a_link_leads_to_a_login_from_anywhere() {
    with_every_store(|client| {
        for site in ["cross-site", "same-site", "same-origin", "none"] {
            let link = [site, "navigate", "document"];
            let mut browser = sent(&stranger(client), link);
            assert_eq!(browser.get("/link/login/1").body, "done", "{site}");
            assert_eq!(browser.get("/link/confirm").body, "done", "{site}");
            assert_eq!(browser.get("/link/renew").body, "done", "{site}");
            assert_eq!(browser.get("/link/logout").body, "done", "{site}");
            assert_eq!(browser.get("/").body, "hello nobody", "{site}");
        }
    });
}

/// As Chromium sends it where the service worker of this site passes a navigation on.
#[test]
fn a_link_counts_through_a_service_worker_and_a_frame_does_not() {
    with_every_store(|client| {
        let passed_on = ["cross-site", "navigate", "empty"];
        let mut link = sent(&stranger(client), passed_on);
        assert_eq!(link.get("/link/login/1").body, "done");
        let mut link = sent(&alice(client), passed_on);
        assert_eq!(link.get("/link/logout").body, "done");

        let alice = alice(client).with("Upgrade-Insecure-Requests", "1");
        for path in CHANGES {
            let mut frame = sent(&alice, passed_on);
            frame = frame.with("Sec-Fetch-Storage-Access", "none");
            assert_refused(&frame.get(path));
            let mut frame = sent(&alice, ["same-site", "navigate", "empty"]);
            assert_refused(&frame.get(path));
            let mut script = sent(&alice, ["cross-site", "cors", "empty"]);
            assert_refused(&script.get(path));
        }
        assert_fresh_alice(&alice);
    });
}

#[test]
fn own_pages_and_programs_do_as_ever() {
    with_every_store(|client| {
        for site in ["same-origin", "none"] {
            for [mode, dest] in EMBEDDED {
                let mut browser = sent(&stranger(client), [site, mode, dest]);
                assert_eq!(browser.get("/link/login/1").body, "done", "{dest}");
                assert_eq!(browser.get("/link/logout").body, "done", "{dest}");
            }
        }
        let mut program = stranger(client);
        assert_eq!(program.get("/link/login/1").body, "done");
        assert_eq!(program.get("/link/logout").body, "done");
    });
}

#[test]
fn an_allowed_origin_and_no_check_let_a_script_pass() {
    let mut config = with_store(StoreKind::Cookie);
    config.allowed_origins = vec!["https://shop.example".into()];
    let client = client_of(rocket(config));
    let script = sent(&stranger(&client), ["cross-site", "cors", "empty"]);
    let mut shop = script.clone().with("Origin", "https://shop.example");
    assert_eq!(shop.get("/link/login/1").body, "done");
    let mut evil = script.with("Origin", "https://evil.example");
    assert_refused(&evil.get("/link/login/1"));

    let mut config = with_store(StoreKind::Cookie);
    config.cross_origin_check = false;
    let client = client_of(rocket(config));
    let mut image = sent(&stranger(&client), ["cross-site", "no-cors", "image"]);
    image = image.with("Purpose", "prefetch");
    assert_eq!(image.get("/link/login/1").body, "done");
}

/// By links that say so, by speculation rules, and by browsers on their own.
#[test]
fn nothing_that_is_fetched_ahead_logs_in_or_out() {
    with_every_store(|client| {
        let alice = alice(client);
        for (name, value) in [
            ("Sec-Purpose", "prefetch"),
            ("Sec-Purpose", "prefetch;prerender"),
            ("Sec-Purpose", "prefetch; prerender"),
            ("Sec-Purpose", "prefetch;anonymous-client-ip"),
            ("X-Sec-Purpose", "prefetch"),
            ("Purpose", "prefetch"),
            ("Purpose", "Prefetch"),
            ("X-Purpose", "preview"),
            ("X-Moz", "prefetch"),
            ("X-moz", "prerender"),
        ] {
            for site in ["cross-site", "same-site", "same-origin", "none"] {
                let link = sent(&alice, [site, "navigate", "document"]);
                let mut ahead = link.with(name, value);
                for path in CHANGES.into_iter().chain(["/frame/logout"]) {
                    assert_refused(&ahead.get(path));
                }
            }
            let mut bare = alice.clone().with(name, value);
            assert_refused(&bare.get("/link/logout"));
            assert_refused(&bare.post("/logout", ""));
            assert!(bare.get("/account").body.starts_with("alice"));
        }
        assert_fresh_alice(&alice);
        let mut other = alice.clone().with("Purpose", "prefetching");
        assert_eq!(other.get("/link/logout").status, Status::Ok);
    });
}
