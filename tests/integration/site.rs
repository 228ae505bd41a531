//! The demo over real HTTP.

mod addresses;
mod pages;
mod sessions;
mod throttling;

use crate::wire::{Curl, Server, raw};

const ALICE: &str = "username=alice&password=wonderland";

fn server() -> Server {
    Server::start(|figment| figment)
}

fn at_level(level: &str, permanent: bool) -> Server {
    Server::start(|figment| {
        let figment = figment.merge(("login.protection_level", level));
        figment.merge(("login.session.permanent", permanent))
    })
}

fn logged_in(server: &Server, form: &str) -> Curl {
    let mut curl = Curl::new(server);
    let reply = curl.post("/login", form);
    assert_eq!(
        (reply.status, reply.location()),
        (303, Some("/")),
        "{reply:?}"
    );
    curl
}

#[test]
fn strangers_are_challenged_according_to_who_they_are() {
    let server = server();
    let mut curl = Curl::new(&server);
    let page = curl.get("/account", "");
    assert_eq!(
        (page.status, page.location()),
        (303, Some("/login?next=%2Faccount"))
    );
    let accept = format!(
        "GET /account HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
        server.address
    );
    let program = raw(server.address, accept.as_bytes());
    assert_eq!((program.status, program.location()), (401, None));
    let htmx = curl.get("/account", "HX-Request: true\r\n");
    assert_eq!((htmx.status, htmx.location()), (401, None));
    assert_eq!(htmx.headers("hx-redirect").next(), Some("/login"));
    let current = format!(
        "HX-Request: true\r\nHX-Current-URL: http://{}/account\r\n",
        server.address
    );
    let htmx = curl.get("/account", &current);
    assert_eq!(
        htmx.headers("hx-redirect").next(),
        Some("/login?next=%2Faccount")
    );
}

#[test]
fn logging_in_leads_back_and_logging_out_to_the_front_page() {
    let server = server();
    let mut curl = Curl::new(&server);
    let reply = curl.post("/login", &format!("{ALICE}&next=%2Faccount"));
    assert_eq!((reply.status, reply.location()), (303, Some("/account")));
    assert!(curl.get("/account", "").body.contains("alice"));
    let login_page = curl.get("/login", "");
    assert_eq!((login_page.status, login_page.location()), (303, Some("/")));
    assert_eq!(
        curl.get("/whoami", "").body,
        r#"{"user":"alice","fresh":true,"remembered":false}"#
    );

    let reply = curl.post("/logout", "");
    assert_eq!((reply.status, reply.location()), (303, Some("/")));
    assert_eq!(reply.cookies(), [("session", ""), ("remember_token", "")]);
    assert_eq!(
        curl.get("/whoami", "").body,
        r#"{"user":null,"fresh":false,"remembered":false}"#
    );
    let again = Curl::new(&server).post("/logout", "");
    assert_eq!((again.status, again.location()), (303, Some("/")));
}

#[test]
fn every_failed_login_gets_the_same_page() {
    let server = server();
    let page = |name: &str, password: &str| {
        let form = format!("username={name}&password={password}");
        let reply = Curl::new(&server).post("/login", &form);
        assert_eq!((reply.status, reply.location()), (401, None));
        assert!(reply.cookies().is_empty());
        reply.body_for_anybody(name)
    };
    let wrong = page("alice", "rabbit");
    assert_eq!(page("nobody", "rabbit"), wrong);
    assert_eq!(page("carol", "closed"), wrong);
    assert_eq!(page("carol", "rabbit"), wrong);
}

#[test]
fn remembering_works_under_every_protection_level() {
    for level in ["off", "basic", "strong"] {
        for permanent in [false, true] {
            let server = at_level(level, permanent);
            let mut curl = logged_in(&server, &format!("{ALICE}&remember=on"));
            curl.restart();
            for _ in 0..3 {
                assert_eq!(curl.get("/account", "").status, 200, "{level}");
            }
            if !permanent {
                let settings = curl.get("/settings", "");
                assert_eq!(
                    settings.location(),
                    Some("/reauthenticate?next=%2Fsettings")
                );
                assert!(
                    curl.get("/whoami", "")
                        .body
                        .contains(r#""fresh":false,"remembered":true"#)
                );
            }
        }
    }
}

#[test]
fn another_user_agent_is_treated_as_the_level_says() {
    let server = at_level("strong", false);
    let mut curl = logged_in(&server, &format!("{ALICE}&remember=on"));
    curl.agent = "Mozilla/5.0";
    let reply = curl.get("/account", "");
    assert_eq!(reply.location(), Some("/login?next=%2Faccount"));
    assert_eq!(reply.cookies(), [("session", ""), ("remember_token", "")]);

    let server = at_level("basic", false);
    let mut curl = logged_in(&server, &format!("{ALICE}&remember=on"));
    curl.agent = "Mozilla/5.0";
    assert_eq!(
        curl.get("/whoami", "").body,
        r#"{"user":"alice","fresh":false,"remembered":false}"#
    );
    assert!(curl.cookie("remember_token").is_some());
}

#[test]
fn a_stale_login_is_confirmed_with_the_password() {
    let server = server();
    let mut curl = logged_in(&server, &format!("{ALICE}&remember=1"));
    curl.restart();
    assert_eq!(curl.get("/reauthenticate?next=%2Fsettings", "").status, 200);
    let wrong = curl.post("/reauthenticate", "password=rabbit&next=%2Fsettings");
    assert_eq!((wrong.status, wrong.location()), (401, None));
    let right = curl.post("/reauthenticate", "password=wonderland&next=%2Fsettings");
    assert_eq!((right.status, right.location()), (303, Some("/settings")));
    assert_eq!(curl.get("/settings", "").status, 200);
    let stranger = Curl::new(&server).post("/reauthenticate", "password=wonderland");
    assert_eq!(
        (stranger.status, stranger.location()),
        (303, Some("/login"))
    );
}

#[test]
fn a_new_password_keeps_this_session_and_ends_the_others() {
    let server = server();
    let mut here = logged_in(&server, &format!("{ALICE}&remember=true"));
    let mut there = logged_in(&server, &format!("{ALICE}&remember=true"));
    assert_eq!(
        here.post("/password", "new_password=looking-glass").status,
        303
    );
    assert_eq!(here.get("/settings", "").status, 200);
    here.restart();
    assert_eq!(here.get("/account", "").status, 200);
    assert_eq!(there.get("/account", "").status, 303);
    let old = Curl::new(&server).post("/login", ALICE);
    assert_eq!(old.status, 401);
    logged_in(&server, "username=alice&password=looking-glass");
}

#[test]
fn a_page_that_does_not_depend_on_the_login_sets_no_cookie() {
    let server = server();
    let mut curl = Curl::new(&server);
    for path in ["/static/site.css", "/", "/login", "/whoami"] {
        let reply = curl.get(path, "");
        assert_eq!((reply.status, reply.cookies().len()), (200, 0), "{path}");
    }
    let mut curl = logged_in(&server, ALICE);
    for path in ["/static/site.css", "/", "/account", "/settings", "/whoami"] {
        let reply = curl.get(path, "");
        assert_eq!((reply.status, reply.cookies().len()), (200, 0), "{path}");
    }
    assert_eq!(curl.get("/static/site.css", "").headers("vary").count(), 0);
}

#[test]
fn a_copied_session_is_dead_after_the_logout() {
    let server = server();
    let mut curl = logged_in(&server, &format!("{ALICE}&remember=on"));
    let mut thief = curl.clone();
    curl.post("/logout", "");
    for _ in 0..2 {
        let reply = thief.get("/account", "");
        assert_eq!((reply.status, reply.cookies().len()), (303, 0));
    }
}

#[test]
fn bytes_that_are_no_text_bring_nothing_down() {
    let server = server();
    for cookies in [
        &b"session=\xff\xfe; remember_token=x"[..],
        b"session=\x80",
        b"\xe2\x80\x80session=x; session=x",
        b"session=%ff%00; remember_token=%0d%0a",
        b";;;=;=;session",
    ] {
        let request = [
            b"GET /account HTTP/1.1\r\nHost: localhost\r\nCookie: ",
            cookies,
            b"\r\nUser-Agent: \xff\r\nConnection: close\r\n\r\n",
        ];
        let reply = raw(server.address, &request.concat());
        assert_eq!(reply.status, 303, "{cookies:?}");
    }
    let huge = format!("session={}", "A".repeat(400_000));
    let request =
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: {huge}\r\nConnection: close\r\n\r\n");
    let reply = raw(server.address, request.as_bytes());
    assert_eq!(reply.status, 200);
    assert!(reply.cookies().is_empty());
}

#[test]
fn a_form_that_overrides_its_method_is_still_a_form() {
    let server = server();
    let reply = Curl::new(&server).post("/account", "_method=GET&next=/x");
    assert_eq!((reply.status, reply.location()), (303, Some("/login")));
}

#[test]
fn head_requests_are_challenged_like_any_other() {
    let server = server();
    let request = b"HEAD /account HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let reply = raw(server.address, request);
    assert_eq!(
        (reply.status, reply.location()),
        (303, Some("/login?next=%2Faccount"))
    );
}

#[test]
fn a_group_of_pages_is_for_staff() {
    let server = server();
    let stranger = Curl::new(&server).get("/staff/reports", "");
    assert_eq!(
        (stranger.status, stranger.location()),
        (303, Some("/login?next=%2Fstaff%2Freports"))
    );
    let mut alice = logged_in(&server, ALICE);
    assert_eq!(alice.get("/staff/reports", "").status, 200);
    let mut bob = logged_in(&server, "username=bob&password=builder");
    let page = bob.get("/staff/reports", "Accept: text/html\r\n");
    assert_eq!((page.status, page.location()), (403, None));
}
