//! Headers that would say where a redirect leads.

use super::own_paths::{ask, host, ways};
use super::*;

/// The headers in which proxies tell of the request, and which any client can send.
const CLAIMS: [&str; 14] = [
    "X-Forwarded-Host: evil.com",
    "X-Forwarded-Server: evil.com",
    "X-Forwarded-Proto: javascript",
    "X-Forwarded-Prefix: //evil.com",
    "X-Forwarded-Uri: //evil.com/x",
    "X-Original-URL: //evil.com/x",
    "X-Rewrite-URL: //evil.com/x",
    "X-Host: evil.com",
    "Forwarded: host=evil.com;proto=https",
    "Referer: https://evil.com/login",
    "Base-Url: //evil.com",
    "X-HTTP-Method-Override: POST",
    "HX-Current-URL: https://evil.com/",
    "Origin: null",
];

#[test]
fn no_header_says_where_a_redirect_leads() {
    let server = site("memory", "basic");
    let hosts = [
        "evil.com",
        "evil.com:80",
        "a.b@evil.com",
        "",
        "evil.com/x",
        "evil.com\r\nHost: x",
    ];
    for host in hosts {
        let reply = ask(&server, "GET", "/account", &format!("Host: {host}\r\n"));
        if reply.status != 400 {
            assert_eq!(ways(&reply), ["/login?next=%2Faccount"], "{host}");
        }
        assert!(!reply.head.contains("evil.com"), "{host}: {reply:?}");
    }
    for claim in CLAIMS {
        let headers = format!("{}{claim}\r\n", host(&server));
        let reply = ask(&server, "GET", "/account", &headers);
        assert_eq!(ways(&reply), ["/login?next=%2Faccount"], "{claim}");
    }
    for target in ["http://evil.com/account", "https://a@evil.com:1/account"] {
        let reply = ask(&server, "GET", target, &host(&server));
        assert_eq!(ways(&reply), ["/login?next=%2Faccount"], "{target}");
    }
}

#[test]
fn no_header_says_where_a_login_or_a_logout_leads() {
    let server = site("memory", "basic");
    for claim in CLAIMS.iter().filter(|claim| !claim.starts_with("Origin")) {
        let mut alice = Curl::new(&server);
        let headers = format!("{claim}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
        let paths = ["/login", "/reauthenticate", "/logout?next=//evil.com"];
        for path in paths {
            let reply = alice.send("POST", path, &headers, ALICE);
            assert_eq!(ways(&reply), ["/"], "{path} {claim}");
        }
    }
}

#[test]
fn htmx_is_sent_back_to_pages_of_this_site_alone() {
    let server = site("memory", "basic");
    let own = format!("http://{}", server.address);
    let ask = |current: &str| {
        let current = format!("HX-Request: true\r\nHX-Current-URL: {current}\r\n");
        Curl::new(&server).get("/account", &current)
    };
    assert_eq!(ways(&ask(&format!("{own}/chat"))), ["/login?next=%2Fchat"]);
    for current in [
        "https://evil.com/chat".into(),
        "//evil.com/chat".into(),
        "/chat".into(),
        "javascript:alert(1)//x".into(),
        format!("{own}.evil.com/chat"),
        format!("{own}@evil.com/chat"),
        format!("{own}\\@evil.com/chat"),
        format!("{own}//evil.com"),
        format!("{own}/\\evil.com"),
        format!("{own}/%2f/evil.com"),
        format!("{own}/login?next=//evil.com"),
        format!("{own}?/chat"),
        format!("{own}#/chat"),
        format!("{own}/chat, {own}/chat"),
        format!("{own}/chat\r\nHX-Current-URL: {own}/chat"),
        format!("{}/chat", own.replace("http", "https")),
        format!("{}/chat", own.to_uppercase()),
    ] {
        assert_eq!(ways(&ask(&current)), ["/login"], "{current}");
    }
}
