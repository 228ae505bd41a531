//! Requests that would have the site name another one as where they came from.

use rocket::http::Method;
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request};

use super::judge::is_own;
use super::*;
use crate::wire::raw;

/// The targets that a request can name.
const TARGETS: [&str; 45] = [
    "//evil.com/x",
    "///evil.com/x",
    "//evil.com",
    "//evil.com?x=y",
    "//user:password@evil.com/",
    "//evil.com:80/",
    "/\\evil.com",
    "/\\/evil.com",
    "\\\\evil.com",
    "/c/..//evil.com",
    "/c/../../evil.com",
    "/c/.//evil.com",
    "/c//evil.com",
    "/.//evil.com",
    "/..//evil.com",
    "/./\\evil.com",
    "/%2e%2e//evil.com",
    "/%2e//evil.com",
    "/%2f/evil.com",
    "/%2fevil.com",
    "/%2f%2fevil.com",
    "/%252f%252fevil.com",
    "/%5cevil.com",
    "/%5c%5cevil.com",
    "/c/%2e%2e/%2fevil.com",
    "/%09/evil.com",
    "/%0a/evil.com",
    "/%0d%0aSet-Cookie:%20x=y",
    "/%00//evil.com",
    "/;//evil.com",
    "/;/evil.com",
    "/;a=b//evil.com",
    "/@evil.com",
    "/:80@evil.com",
    "/http://evil.com",
    "/%68ttp://evil.com",
    "/c?next=//evil.com",
    "/c?next=%2F%2Fevil.com&next=/account",
    "/c#//evil.com",
    "/%ff%fe",
    "/%",
    "http://evil.com/",
    "http://evil.com//evil.com/x",
    "https://evil.com/account",
    "evil.com:80",
];

/// A page for members, wherever it is mounted.
#[derive(Clone)]
struct ForMembers(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for ForMembers {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        self.0.handle(request, data).await
    }
}

/// The demo, where every path is for members.
fn guarded() -> Server {
    let rocket = demo::rocket();
    let is_account = |route: &&Route| route.name.as_deref() == Some("account");
    let account = rocket.routes().find(is_account).unwrap();
    let page = ForMembers(account.handler.clone());
    let routes = [(100, "/c/<path..>"), (101, "/u/<_..>"), (102, "/<path..>")];
    let routes = routes.map(|(rank, uri)| Route::ranked(rank, Method::Get, uri, page.clone()));
    serve(rocket.mount("/", routes), |figment| figment)
}

pub(super) fn ask(server: &Server, method: &str, target: &str, headers: &str) -> Reply {
    let request = format!("{method} {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    raw(server.address, request.as_bytes())
}

pub(super) fn host(server: &Server) -> String {
    format!("Host: {}\r\n", server.address)
}

/// The ways of redirecting that this reply goes.
pub(super) fn ways(reply: &Reply) -> Vec<&str> {
    let names = ["location", "hx-redirect", "hx-location", "refresh"];
    let ways = names.into_iter().flat_map(|name| reply.headers(name));
    ways.collect()
}

#[track_caller]
fn assert_own(reply: &Reply, what: &str) {
    assert!(reply.status < 500 && reply.status != 0, "{what}: {reply:?}");
    for way in ways(reply) {
        assert!(is_own(way), "{what}: {way}");
    }
}

#[test]
fn no_path_becomes_the_name_of_another_site() {
    let server = guarded();
    for path in ["/c/d", "/u", "/d/e?f=g"] {
        let reply = ask(&server, "GET", path, &host(&server));
        assert_eq!(ways(&reply).len(), 1, "{reply:?}");
        assert!(ways(&reply)[0].starts_with("/login?next=%2F"), "{reply:?}");
    }
    for target in TARGETS {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "CONNECT"] {
            let reply = ask(&server, method, target, &host(&server));
            // A tunnel is not to be had, and what comes then is none of our answers.
            if method != "CONNECT" || reply.status != 0 {
                assert_own(&reply, &format!("{method} {target}"));
            }
        }
        for prefix in ["/c", "/u", "/c/.", "/u/..", "/"] {
            assert_own(
                &ask(&server, "GET", &format!("{prefix}{target}"), &host(&server)),
                target,
            );
        }
    }
}

#[test]
fn no_path_becomes_the_name_of_another_site_for_htmx_or_under_another_host() {
    let server = guarded();
    for target in TARGETS {
        for headers in [
            format!("{}HX-Request: true\r\n", host(&server)),
            format!(
                "{0}HX-Request: true\r\nHX-Current-URL: http://{1}{target}\r\n",
                host(&server),
                server.address
            ),
            "Host: evil.com\r\n".into(),
            format!(
                "{}X-Original-URL: {target}\r\nX-Rewrite-URL: {target}\r\n",
                host(&server)
            ),
        ] {
            assert_own(&ask(&server, "GET", target, &headers), target);
            assert_own(&ask(&server, "GET", "/c", &headers), target);
        }
    }
}

#[test]
fn a_very_long_path_leads_to_no_other_site() {
    let server = guarded();
    for path in [
        "a".repeat(20_000),
        "%25".repeat(5000),
        "/".repeat(20_000),
        "../".repeat(5000),
    ] {
        assert_own(
            &ask(&server, "GET", &format!("/{path}"), &host(&server)),
            &path,
        );
        assert_own(
            &ask(&server, "GET", &format!("/{path}/evil.com"), &host(&server)),
            &path,
        );
    }
}
