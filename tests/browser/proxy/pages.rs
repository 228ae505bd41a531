use super::*;

/// The exit code of curl without a reply: an empty one, one that breaks off, no TLS.
const NO_REPLY: [i32; 4] = [35, 52, 56, 92];

fn post(who: &Client, path: &str, origin: &str) -> u16 {
    let origin = format!("Origin: {origin}");
    who.ask(path, &["--request", "POST", "--header", &origin])
        .status
}

#[test]
fn plain_http_is_redirected_before_the_application_hears_of_it() {
    let site = Site::start();
    let alice = site.alice();
    let plain = alice
        .try_url("http://app.example/account?tab=1", &[])
        .unwrap();
    assert_eq!(plain.status, 301);
    assert_eq!(plain.location(), Some("https://app.example/account?tab=1"));
    assert_eq!(plain.cookies(), []);
    let page = alice.ask("/account", &[]);
    let kept: Vec<_> = page.headers("strict-transport-security").collect();
    assert_eq!((page.status, kept), (200, vec!["max-age=31536000"]));
}

#[test]
fn only_the_site_s_own_name_is_answered() {
    let site = Site::start();
    let alice = site.alice();
    let claims = ["--header", "Host: evil.example"];
    for url in ["http://app.example/account", "https://app.example/account"] {
        let code = alice.try_url(url, &claims).unwrap_err();
        assert!(NO_REPLY.contains(&code), "{url}: {code}");
    }
    let to_nginx = format!("::127.0.0.1:{}", site.proxy.https);
    let asked = alice.try_url("https://evil.example/", &["--connect-to", &to_nginx]);
    assert!(NO_REPLY.contains(&asked.unwrap_err()));
}

#[test]
fn pages_of_this_site_may_change_something_and_pages_of_others_may_not() {
    let site = Site::start();
    let alice = site.alice();
    for foreign in [
        "https://evil.example",
        "https://sub.app.example",
        "https://app.example:8443",
        "http://app.example",
        "null",
    ] {
        assert_eq!(post(&alice, "/logout", foreign), 403, "{foreign}");
    }
    assert_eq!(alice.ask("/account", &[]).status, 200);
    assert_eq!(post(&alice, "/logout", ORIGIN), 303);
    assert_eq!(alice.ask("/account", &[]).status, 303);
}

#[test]
fn no_header_makes_this_site_another_one() {
    let site = Site::start();
    let alice = site.alice();
    for claim in SPOOFED {
        for foreign in ["http://app.example", "https://evil.example"] {
            let origin = format!("Origin: {foreign}");
            let options = ["--request", "POST", "--header", &origin, "--header", claim];
            assert_eq!(alice.ask("/logout", &options).status, 403, "{claim}");
        }
        let own = format!("Origin: {ORIGIN}");
        let options = ["--header", &own, "--header", claim];
        let options = [&options[..], &["--data", "password=wonderland"]].concat();
        assert_eq!(
            alice.ask("/reauthenticate", &options).status,
            303,
            "{claim}"
        );
    }
}

/// The answer to a form of the site's own page, if its address has a port.
fn at_another_port(edits: &[Edit<'_>]) -> u16 {
    let site = Site::start_with(edits, 60);
    let alice = site.alice();
    let port = site.proxy.https;
    let origin = format!("https://app.example:{port}");
    let header = format!("Origin: {origin}");
    let at_nginx = format!("app.example:{port}:127.0.0.1:{port}");
    let options = [
        "--request",
        "POST",
        "--header",
        &header,
        "--connect-to",
        &at_nginx,
    ];
    let reply = alice.try_url(&format!("{origin}/logout"), &options);
    reply.unwrap().status
}

#[test]
fn another_port_has_to_be_in_the_host() {
    let with_port = ("Host              $host;", "Host $host:$server_port;");
    assert_eq!(at_another_port(&[]), 403);
    assert_eq!(at_another_port(&[with_port]), 303);
}
