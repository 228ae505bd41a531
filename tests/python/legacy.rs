//! Tokens that are signed there count here, and the reverse.

use crate::site::{SECRET, SESSION, SITES, Site};
use crate::wire::{Curl, Server};

const REMEMBER: &str = "remember_token";
const ALICE: &str = "username=alice&password=wonderland&remember=on";

/// The demo, with these remember tokens and the sessions of the application before.
fn demo(tokens: &'static str) -> Server {
    Server::start(|figment| {
        let figment = match tokens {
            "write" => figment.merge(("login.legacy_remember_tokens", "write")),
            _ => figment.merge(("login.legacy_remember_tokens", true)),
        };
        figment
            .merge(("login.cookie_name", REMEMBER))
            .merge(("login.legacy_secret_key", SECRET))
            .merge(("login.legacy_session_cookie", SESSION))
    })
}

/// A browser with one of another's cookies.
#[track_caller]
fn with_cookie(server: &Server, name: &str, of: &Curl) -> Curl {
    let mut curl = Curl::new(server);
    curl.set_cookie(name, of.cookie(name).unwrap());
    curl
}

#[test]
fn a_user_remembered_there_is_known_here_and_gets_a_token_of_ours() {
    let demo = demo("replace");
    for site in SITES {
        let there = Site::start(site);
        let alice = there.alice("remember=on");
        let mut here = with_cookie(&demo, REMEMBER, &alice);
        let theirs = here.cookie(REMEMBER).unwrap().to_string();
        assert!(theirs.starts_with("1|"), "{site}: {theirs}");

        let page = here.get("/account", "");
        assert_eq!(page.status, 200, "{site}");
        assert!(page.body.contains("alice"), "{site}: {}", page.body);
        assert!(page.body.contains("Remembered on this device"), "{site}");
        assert!(page.body.contains("<dd>No:"), "{site}: {}", page.body);
        let fresh = here.get("/settings", "");
        assert_eq!(fresh.location(), Some("/reauthenticate?next=%2Fsettings"));

        assert_ne!(here.cookie(REMEMBER), Some(theirs.as_str()), "{site}");
        here.restart();
        assert_eq!(here.get("/account", "").status, 200, "{site}");
        // There it is no token any more: they must not share the cookie.
        assert_eq!(there.who(&mut here), "nobody", "{site}");
    }
}

#[test]
fn a_user_remembered_here_is_known_there() {
    let demo = demo("write");
    for site in SITES {
        let there = Site::start(site);
        let mut here = Curl::new(&demo);
        assert_eq!(here.post("/login", ALICE).status, 303);
        here.restart();
        assert_eq!(there.who(&mut here), "1 fresh=False", "{site}");

        here.restart();
        here.move_to(&demo);
        let page = here.get("/account", "");
        assert!(page.body.contains("Remembered on this device"), "{site}");
        assert_eq!(there.who(&mut here), "1 fresh=False", "{site}");
    }
}

#[test]
fn a_session_there_is_a_login_here_for_as_long_as_it_lasts() {
    let demo = demo("replace");
    for site in SITES {
        let there = Site::start(site);
        let mut alice = there.alice("");
        assert_eq!(alice.cookie(REMEMBER), None);
        assert_eq!(there.who(&mut alice), "1 fresh=True", "{site}");

        alice.move_to(&demo);
        let page = alice.get("/account", "");
        assert!(page.body.contains("<dd>No:"), "{site}: {}", page.body);
        assert_eq!(page.cookies(), [], "{site}");
        assert_eq!(alice.post("/logout", "").status, 409, "{site}");
        assert_eq!(there.who(&mut alice), "1 fresh=True", "{site}");

        assert_eq!(alice.post("/logout", "").body, "out");
        alice.move_to(&demo);
        assert_eq!(alice.get("/account", "").status, 303, "{site}");
    }
}

#[test]
fn beside_a_session_there_the_token_is_left_to_them() {
    let demo = demo("replace");
    for site in SITES {
        let there = Site::start(site);
        let mut alice = there.alice("remember=on");
        alice.move_to(&demo);
        let page = alice.get("/account", "");
        assert_eq!((page.status, page.cookies()), (200, Vec::new()), "{site}");
        assert_eq!(there.who(&mut alice), "1 fresh=True", "{site}");
    }
}

#[test]
fn a_user_who_has_logged_out_there_is_not_brought_back_by_the_token() {
    let demo = demo("replace");
    for site in SITES {
        let there = Site::start(site);
        let mut alice = there.alice("remember=on");
        let token = alice.cookie(REMEMBER).unwrap().to_string();
        assert_eq!(alice.post("/logout", "").body, "out");
        // Starlette-Login leaves it in the browser, and Flask-Login in every copy.
        alice.set_cookie(REMEMBER, &token);
        alice.move_to(&demo);
        let is_left = alice.cookie(SESSION).is_some();
        let status = alice.get("/account", "").status;
        match is_left {
            true => assert_eq!(status, 303, "{site}"),
            // The session says so, and that has gone with its last key.
            false => assert_eq!((site, status), (SITES[0], 200)),
        }
    }
}
