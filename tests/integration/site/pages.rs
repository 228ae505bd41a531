//! The text of the pages, and their headers for browsers.

use super::{ALICE, logged_in, server};
use crate::wire::{Curl, Reply, Server, raw};

const BOB: &str = "username=bob&password=builder";

/// As a client that asks for pages, or for nothing but JSON.
fn ask(curl: &Curl, server: &Server, path: &str, accept: &str) -> Reply {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: {accept}\r\nCookie: {}\r\n\
         User-Agent: {}\r\nConnection: close\r\n\r\n",
        server.address,
        curl.cookie_header(),
        curl.agent
    );
    raw(server.address, request.as_bytes())
}

/// The names and passwords in the table of accounts to try.
fn shown(page: &str) -> Vec<[&str; 2]> {
    let (_, rows) = page.split_once("<tbody>").unwrap();
    let (rows, _) = rows.split_once("</tbody>").unwrap();
    let rows = rows.split("</tr>").filter(|row| row.contains("<code>"));
    let codes = rows.map(|row| {
        let mut codes = row.split("<code>").skip(1);
        let mut next = || codes.next().unwrap().split_once("</code>").unwrap().0;
        [next(), next()]
    });
    codes.collect()
}

#[test]
fn strangers_see_which_accounts_there_are_to_try() {
    let server = server();
    for path in ["/", "/login"] {
        let page = Curl::new(&server).get(path, "").body;
        let accounts = shown(&page);
        let names: Vec<_> = accounts.iter().map(|[name, _]| *name).collect();
        assert_eq!(names, ["alice", "bob", "carol"], "{path}");
        for [name, password] in accounts {
            let form = format!("username={name}&password={password}");
            let status = Curl::new(&server).post("/login", &form).status;
            let expected = if name == "carol" { 401 } else { 303 };
            assert_eq!(status, expected, "{name} with {password}");
        }
    }
    let home = logged_in(&server, ALICE).get("/", "").body;
    assert!(!home.contains("wonderland"), "{home}");
}

#[test]
fn members_find_where_they_are_in_the_navigation() {
    let server = server();
    let mut alice = logged_in(&server, ALICE);
    for path in [
        "/account",
        "/settings",
        "/sessions",
        "/chat",
        "/staff/reports",
    ] {
        let page = alice.get(path, "").body;
        let current = format!("<a href=\"{path}\" aria-current=\"page\">");
        assert!(page.contains(&current), "{path}: {page}");
        assert_eq!(page.matches("aria-current").count(), 1, "{path}: {page}");
    }
    let home = alice.get("/", "").body;
    assert!(home.contains("<nav") && !home.contains("aria-current"));
}

#[test]
fn a_user_who_is_not_staff_is_told_so_and_may_go_on() {
    let server = server();
    let bob = logged_in(&server, BOB);
    let page = ask(&bob, &server, "/staff/reports", "text/html");
    assert_eq!(page.status, 403);
    for shown in ["This is for staff", "<nav", "action=\"/logout\""] {
        assert!(page.body.contains(shown), "{shown}: {page:?}");
    }
    let program = ask(&bob, &server, "/staff/reports", "application/json");
    assert_eq!(program.status, 403);
    assert!(program.body.contains("\"not_permitted\""), "{program:?}");
}

#[test]
fn a_page_of_another_site_is_told_that_it_is_one() {
    let server = server();
    for mut curl in [Curl::new(&server), logged_in(&server, BOB)] {
        let reply = curl.send("POST", "/logout", "Origin: https://evil.example\r\n", "");
        assert_eq!(reply.status, 403);
        assert!(reply.body.contains("This came from elsewhere"), "{reply:?}");
    }
}

#[test]
fn no_page_loads_or_sends_anything_from_or_to_elsewhere() {
    let server = server();
    let mut alice = logged_in(&server, ALICE);
    let mut bob = logged_in(&server, BOB);
    for reply in [
        Curl::new(&server).get("/", ""),
        Curl::new(&server).get("/login", ""),
        Curl::new(&server).post("/login", "username=nobody&password=rabbit"),
        Curl::new(&server).get("/nowhere", ""),
        alice.get("/account", ""),
        alice.get("/chat", ""),
        bob.get("/staff/reports", ""),
    ] {
        let policies: Vec<_> = reply.headers("content-security-policy").collect();
        let [policy] = policies[..] else {
            panic!("{reply:?}");
        };
        for rule in [
            "default-src 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.split("; ").any(|found| found == rule), "{policy}");
        }
        let options: Vec<_> = reply.headers("x-content-type-options").collect();
        assert_eq!(options, ["nosniff"]);
        for outside in ["http:", "https:", "style=", "<style", "onclick"] {
            let page = reply.body.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(outside), "{outside}: {page}");
        }
    }
}

#[test]
fn the_name_of_a_browser_is_put_into_words() {
    let server = server();
    let firefox =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
    let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 \
                  (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";
    let tablet = "Mozilla/5.0 (Linux; Android 15) Unheard/1.0";
    for (agent, words) in [
        (firefox, "Firefox on Windows"),
        (edge, "Edge on Windows"),
        (safari, "Safari on an iPhone"),
        (tablet, "A browser on Android"),
        ("curl/8.14.1", "curl"),
        ("<i>robot</i>", "A browser of another kind"),
    ] {
        let mut curl = Curl::new(&server);
        curl.agent = agent;
        curl.post("/login", ALICE);
        let page = curl.get("/sessions", "").body;
        assert!(
            page.contains(&format!("<bdi>{words}</bdi>")),
            "{words}: {page}"
        );
        curl.post("/logout", "");
    }
}
