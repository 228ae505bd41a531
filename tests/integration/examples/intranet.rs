//! The example `intranet`: a stranger on a real socket tries to get past the login.

use std::collections::BTreeSet;

use rocket::local::blocking::Client;
use rocket_login::testing;

use super::figment;
use crate::wire::{Curl, Reply, Server, raw};

#[path = "../../../examples/intranet/main.rs"]
mod example;

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
];

/// Paths of closed routes, and some that do not exist.
const CLOSED: [&str; 8] = [
    "/",
    "/files",
    "/files/plan.txt",
    "/live",
    "/logout",
    "/nowhere",
    "/admin/users",
    "/favicon.ico",
];

const OPEN: [&str; 4] = ["/health", "/login", "/static", "/static/site.css"];

/// What a router, a file server or a proxy could take for one of these paths.
const PREFIXES: [&str; 12] = [
    "",
    "/",
    "/.",
    "/..",
    "/%2e",
    "/%2E%2e",
    "/x/..",
    "/static/..",
    "/static/%2e%2e",
    "/static/..%2f",
    "/health/..",
    "/login%2f..",
];

const SUFFIXES: [&str; 9] = [
    "",
    "/",
    "//",
    "/.",
    "/..",
    "%00",
    "%2f",
    "%5c",
    "?x=/health",
];

fn server() -> Server {
    Server::serve(example::rocket(figment()), |figment| figment)
}

fn alice(server: &Server) -> Curl {
    let mut alice = Curl::new(server);
    let reply = alice.post("/login", "name=alice&password=wonderland");
    assert_eq!((reply.status, reply.location()), (303, Some("/")));
    alice
}

/// Paths that no stranger may ask for.
fn closed() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for prefix in PREFIXES {
        for (path, is_open) in CLOSED
            .map(|path| (path, false))
            .into_iter()
            .chain(OPEN.map(|path| (path, true)))
        {
            for suffix in SUFFIXES {
                // An open path with a slash or a query at its end is the same path.
                let is_plain = prefix.is_empty() && ["", "/", "?x=/health"].contains(&suffix);
                if !(is_open && is_plain) {
                    paths.insert(format!("{prefix}{path}{suffix}"));
                }
            }
        }
    }
    paths.extend(OPEN.map(|path| path.to_uppercase()));
    paths
}

#[track_caller]
fn is_refused(reply: &Reply, what: &str) {
    assert!(
        [303, 400, 401, 403].contains(&reply.status),
        "{what}: {reply:?}"
    );
    assert_eq!(reply.headers("set-cookie").count(), 0, "{what}: {reply:?}");
    assert!(!reply.body.contains("plan"), "{what}: {reply:?}");
}

#[test]
fn a_stranger_reaches_nothing_by_any_path_and_method() {
    let server = server();
    let paths = closed();
    assert!(paths.len() > 700, "{}", paths.len());
    let mut stranger = Curl::new(&server);
    for (at, path) in paths.iter().enumerate() {
        is_refused(&stranger.get(path, ""), path);
        let method = METHODS[at % METHODS.len()];
        is_refused(
            &stranger.send(method, path, "", ""),
            &format!("{method} {path}"),
        );
    }
    for path in CLOSED {
        for method in METHODS.into_iter().chain(["FOO", "get", "PROPFIND"]) {
            is_refused(
                &stranger.send(method, path, "", "x=1"),
                &format!("{method} {path}"),
            );
            let form = format!("_method={method}&x=1");
            is_refused(&stranger.post(path, &form), &format!("{form} {path}"));
        }
    }
}

#[test]
fn an_open_route_is_open_for_its_methods() {
    let server = server();
    let mut stranger = Curl::new(&server);
    for path in [
        "/health",
        "/health/",
        "/%68ealth",
        "/login",
        "/static/site.css",
    ] {
        for method in ["GET", "HEAD"] {
            assert_eq!(
                stranger.send(method, path, "", "").status,
                200,
                "{method} {path}"
            );
        }
    }
    is_refused(&stranger.post("/health", ""), "POST /health");
    assert_eq!(stranger.get("/static/none.css", "").status, 404);
    assert_eq!(stranger.send("PUT", "/login", "", "").status, 404);
}

#[test]
fn a_user_gets_pages_files_and_404() {
    let server = server();
    let mut alice = alice(&server);
    assert!(alice.get("/", "").body.contains("Hello, alice"));
    assert_eq!(
        alice.get("/files/plan.txt", "").body,
        "The plan for the next year.\n"
    );
    assert_eq!(alice.send("HEAD", "/files/plan.txt", "", "").status, 200);
    for path in [
        "/nowhere",
        "/files/none",
        "/static/../files/plan.txt",
        "/x%00",
    ] {
        for method in METHODS {
            let reply = alice.send(method, path, "", "");
            assert_eq!(reply.status, 404, "{method} {path}");
        }
    }
    // A page of another site changes nothing, also where there is no route.
    let foreign = "Origin: https://evil.example\r\n";
    for path in ["/nowhere", "/files/plan.txt", "/logout"] {
        assert_eq!(alice.send("POST", path, foreign, "").status, 403, "{path}");
    }
}

#[test]
fn a_socket_opens_for_users_on_pages_of_this_site() {
    let server = server();
    let shake = |curl: &Curl, origin: &str| {
        let head = format!(
            "GET /live HTTP/1.1\r\nHost: {0}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\n\
             User-Agent: curl/8.14.1\r\nCookie: {1}\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            server.address,
            curl.cookie_header(),
        );
        // A close frame, which the server answers before it hangs up.
        let close = [0x88, 0x80, 0, 0, 0, 0];
        raw(server.address, &[head.as_bytes(), &close].concat()).status
    };
    let own = format!("http://{}", server.address);
    assert_eq!(shake(&Curl::new(&server), &own), 401);
    let alice = alice(&server);
    assert_eq!(shake(&alice, "https://evil.example"), 403);
    assert_eq!(shake(&alice, &own), 101);
}

#[test]
fn a_form_of_a_stranger_is_read_before_it_is_refused() {
    let server = server();
    let form = "x=".to_string() + &"y".repeat(1 << 20);
    is_refused(&Curl::new(&server).post("/nowhere", &form), "a long form");
}

#[test]
fn the_snapshot_names_what_is_open() {
    let client = Client::untracked(example::rocket(figment())).unwrap();
    let open = testing::open_routes(client.rocket());
    let expected = [
        "GET /health",
        "GET /login",
        "GET /static/<path..>",
        "POST /login",
    ];
    assert_eq!(open, expected);
}
