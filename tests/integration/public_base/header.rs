//! The header in which a trusted proxy names the path.

use super::*;

const HEADER: &str = "X-Forwarded-Prefix";
const PROXY: &str = "10.0.0.1:4000";

fn by_header(public_base: Option<&str>) -> Client {
    client_of(rocket(Config {
        public_base: public_base.map(Into::into),
        prefix_header: Some(HEADER.into()),
        trusted_proxies: vec!["10.0.0.0/8".into()],
        ..config()
    }))
}

/// Where a stranger is sent who comes through a peer with these headers.
fn sent(client: &Client, peer: &'static str, headers: &[(&'static str, &str)]) -> String {
    let mut browser = Browser::new(client);
    browser.remote = peer;
    for (name, value) in headers {
        browser = browser.with(name, *value);
    }
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    answer.location.unwrap()
}

#[test]
fn the_header_of_a_trusted_proxy_counts_for_its_request() {
    let client = by_header(None);
    for (prefix, location) in [
        ("/a", "/a/login?next=%2Fa%2Faccount"),
        ("/a/b/", "/a/b/login?next=%2Fa%2Fb%2Faccount"),
        ("/", "/login?next=%2Faccount"),
    ] {
        for name in [HEADER, "x-forwarded-prefix", "X-FORWARDED-PREFIX"] {
            assert_eq!(sent(&client, PROXY, &[(name, prefix)]), location);
        }
    }
    assert_eq!(sent(&client, PROXY, &[]), "/login?next=%2Faccount");
}

#[test]
fn the_header_comes_before_the_setting() {
    let client = by_header(Some("/app"));
    let of_header = "/a/login?next=%2Fa%2Faccount";
    assert_eq!(sent(&client, PROXY, &[(HEADER, "/a")]), of_header);
    assert_eq!(
        sent(&client, PROXY, &[(HEADER, "/")]),
        "/login?next=%2Faccount"
    );
    let of_setting = "/app/login?next=%2Fapp%2Faccount";
    assert_eq!(sent(&client, PROXY, &[]), of_setting);
}

#[test]
fn a_header_that_is_no_path_counts_as_absent() {
    let long = format!("/{}", "a".repeat(8192));
    let clients = [
        (by_header(None), "/login?next=%2Faccount"),
        (by_header(Some("/app")), "/app/login?next=%2Fapp%2Faccount"),
    ];
    for (client, location) in &clients {
        for prefix in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "//evil.example/app",
            "/a/../b",
            "/a/%2e%2e/b",
            "/a%2fb",
            "/a%0d%0aX:y",
            "/a;Domain=example",
            "/a?x=",
            "/a#",
            "/a, /b",
            "/a b",
            "/café",
            "/a//",
            &long,
        ] {
            assert_eq!(&sent(client, PROXY, &[(HEADER, prefix)]), location);
        }
        let twice = [(HEADER, "/a"), (HEADER, "/a")];
        assert_eq!(&sent(client, PROXY, &twice), location);
    }
}

#[test]
fn the_header_of_another_peer_is_not_believed() {
    let clients = [
        (by_header(None), "/login?next=%2Faccount"),
        (by_header(Some("/app")), "/app/login?next=%2Fapp%2Faccount"),
    ];
    for (client, location) in &clients {
        for prefix in ["/a", "/", "//evil.example"] {
            let elsewhere = sent(client, "192.0.2.1:4000", &[(HEADER, prefix)]);
            assert_eq!(&elsewhere, location);
        }
    }
}

#[test]
fn without_the_setting_no_header_counts() {
    let client = client_of(rocket(Config {
        trusted_proxies: vec!["10.0.0.0/8".into()],
        ..config()
    }));
    let location = sent(&client, PROXY, &[(HEADER, "/a")]);
    assert_eq!(location, "/login?next=%2Faccount");
}

#[test]
fn next_and_cookies_and_links_follow_the_header() {
    let client = by_header(None);
    let mut browser = Browser::new(&client).with(HEADER, "/a");
    browser.remote = PROXY;
    let login = browser.post("/login", "id=1&remember=true&next=/a/account");
    leads_to(&login, "/a/account");
    assert_eq!(paths(&login), ["/a"; 2]);
    assert_eq!(browser.get("/links").body, "/a /a/area");
    assert_eq!(paths(&browser.post("/logout", "")), ["/a"; 2]);
    leads_to(&browser.post("/login", "id=1&next=/b/account"), "/a/");
}
