//! Pages in a cache after the logout, or of another user.

use super::*;

fn is_stored_by_nobody(reply: &Reply) -> bool {
    let directives: Vec<_> = reply.headers("cache-control").collect();
    directives == ["no-store"]
}

fn varies_by_cookie(reply: &Reply) -> bool {
    reply.headers("vary").any(|names| names.contains("Cookie"))
}

#[track_caller]
fn assert_uncached(reply: &Reply, what: &str) {
    assert!(is_stored_by_nobody(reply), "{what}: {reply:?}");
    assert!(!varies_by_cookie(reply), "{what}: {reply:?}");
}

/// A cache may keep it, for those who send the same cookies.
#[track_caller]
fn assert_for_strangers(reply: &Reply, what: &str) {
    assert_eq!(reply.headers("cache-control").count(), 0, "{what}");
    assert!(varies_by_cookie(reply), "{what}: {reply:?}");
    assert_eq!(reply.cookies(), [], "{what}");
}

#[test]
fn a_page_for_members_is_kept_by_no_cache() {
    on_every_site(|server| {
        let mut alice = logged_in(server, ALICE);
        for path in [
            "/",
            "/whoami",
            "/account",
            "/settings",
            "/staff/reports",
            "/chat",
            "/sessions",
            "/reauthenticate",
            "/login",
        ] {
            for method in ["GET", "HEAD"] {
                let page = alice.send(method, path, "", "");
                assert!([200, 303, 404].contains(&page.status), "{path}: {page:?}");
                assert_uncached(&page, path);
            }
        }
        alice.post("/logout", "");
        let page = alice.get("/account", "If-None-Match: *\r\n");
        assert_eq!(page.location(), Some("/login?next=%2Faccount"));
    });
}

#[test]
fn an_answer_that_sets_or_removes_a_cookie_is_kept_by_no_cache() {
    on_every_site(|server| {
        let mut alice = Curl::new(server);
        let login = alice.post("/login", &format!("{ALICE}&remember=on"));
        let confirmed = alice.post("/reauthenticate", "password=wonderland");
        let changed = alice.post("/password", "new_password=looking-glass");
        alice.restart();
        let restored = alice.get("/whoami", "");
        is_alice(user(&restored));
        let logout = alice.post("/logout", "");
        for (what, reply) in [
            ("login", login),
            ("confirmed", confirmed),
            ("changed", changed),
            ("restored", restored),
            ("logout", logout),
        ] {
            assert!(!reply.cookies().is_empty(), "{what}: {reply:?}");
            assert_uncached(&reply, what);
        }
    });
}

#[test]
fn an_answer_to_cookies_that_count_for_nothing_is_a_strangers() {
    on_every_site(|server| {
        let mut alice = remembered(server, ALICE);
        let ended = copies(&alice);
        assert_eq!(alice.post("/logout", "").status, 303);
        let forged = "session=forged; remember_token=forged";
        for cookies in ended.iter().map(String::as_str).chain([forged]) {
            let header = format!("Cookie: {cookies}\r\n");
            // The first answer changes `login_ended`, since the login is over.
            Curl::new(server).get("/", &header);
            for path in ["/", "/whoami", "/account"] {
                let reply = Curl::new(server).get(path, &header);
                assert_for_strangers(&reply, path);
            }
        }
    });
}

#[test]
fn a_page_for_strangers_is_not_shown_to_a_member_out_of_a_cache() {
    with_every_store(|server| {
        for path in [
            "/",
            "/whoami",
            "/login",
            "/account",
            "/settings",
            "/sessions",
        ] {
            let page = Curl::new(server).get(path, "");
            assert_for_strangers(&page, path);
        }
    });
}

#[test]
fn a_page_for_all_carries_no_cookie_into_a_cache() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        server.advance(rocket::time::Duration::minutes(90));
        let forged = "Cookie: session=forged; remember_token=forged\r\n";
        for path in ["/static/site.css", "/static/chat.js", "/nowhere"] {
            for file in [alice.get(path, ""), Curl::new(server).get(path, forged)] {
                assert_eq!(file.cookies(), [], "{path}");
                for name in ["vary", "cache-control"] {
                    assert_eq!(file.headers(name).count(), 0, "{path}");
                }
            }
        }
        // It was time to be seen.
        let page = alice.get("/account", "");
        assert_eq!(page.status, 200);
        assert_uncached(&page, "account");
    });
}
