//! The demo below a path that nginx takes off, as the chapter shows it.

use super::*;
use crate::visitor::{Visitor, soon};
use crate::wire::Reply;

const ROOT: &str = "    location / {
        proxy_pass http://app;
    }
";

/// The block of the chapter that stands in place of that one.
fn below() -> &'static str {
    shown_in(ONE_HOST.split("## Below a path\n").nth(1).unwrap(), "nginx")
}

fn at_app() -> Site {
    let edits = [(ROOT, below())];
    Site::start_as(&edits, 60, |figment| {
        figment.merge(("login.public_base", "/app"))
    })
}

#[track_caller]
fn leads(who: &Client, path: &str, options: &[&str], location: &str) -> Reply {
    let reply = who.ask(path, options);
    let led = (reply.status, reply.location());
    assert_eq!(led, (303, Some(location)), "{path}");
    reply
}

#[test]
fn below_a_path_people_log_in_come_back_are_remembered_and_leave() {
    let site = at_app();
    let alice = site.client(HERE);
    let challenge = "/app/login?next=%2Fapp%2Faccount";
    leads(&alice, "/app/account", &[], challenge);

    let form = ["--data", "remember=on", "--data", "next=/app/account"];
    let form = [&ALICE[..], &form].concat();
    let login = leads(&alice, "/app/login", &form, "/app/account");
    let lines: Vec<_> = login.headers("set-cookie").collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for name in ["__Secure-session", "__Secure-remember_token"] {
        let mut lines = lines.iter();
        let line = lines.find(|line| line.starts_with(&format!("{name}=")));
        let path = line
            .unwrap()
            .split("; ")
            .find(|part| part.starts_with("Path"));
        assert_eq!(path, Some("Path=/app"), "{line:?}");
    }

    let page = alice.ask("/app/account", &[]);
    assert!(page.body.contains("action=\"/app/logout\""), "{page:?}");
    alice.restart();
    assert_eq!(alice.ask("/app/account", &[]).status, 200);
    let again = "/app/reauthenticate?next=%2Fapp%2Fsettings";
    leads(&alice, "/app/settings", &[], again);
    leads(&alice, "/app/logout", &["--request", "POST"], "/app/");
    leads(&alice, "/app/account", &[], challenge);
}

#[test]
fn no_next_leads_out_of_the_path() {
    let site = at_app();
    let alice = site.client(HERE);
    for next in ["/account", "//evil.example", "/app/../b", "/apple"] {
        let next = format!("next={next}");
        let form = [&ALICE[..], &["--data-urlencode", &next]].concat();
        leads(&alice, "/app/login", &form, "/app/");
    }
}

#[test]
fn a_browser_logs_in_chats_and_leaves_below_a_path() {
    let site = at_app();
    let port = site.proxy.https;
    let rules = format!("--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}");
    let mut alice = Visitor::behind(HOST, &[&rules, "--ignore-certificate-errors"]);
    alice.go("/app/chat");
    alice.arrives_at("/app/login?next=%2Fapp%2Fchat");
    alice.click("#remember");
    alice.type_into("#username", "alice");
    alice.type_into("#password", "wonderland");
    alice.click(".card button");
    alice.arrives_at("/app/chat");
    soon("connected", || alice.status());
    alice.restart();
    alice.go("/app/account");
    assert!(alice.text("dl").contains("Remembered"), "{}", alice.url());
    alice.log_out();
    alice.arrives_at("/app/");
    alice.go("/app/account");
    alice.arrives_at("/app/login?next=%2Fapp%2Faccount");
}

#[track_caller]
fn is_logged_in(who: &Client, base: &str, name: &str) {
    let page = who.ask(&format!("{base}/account"), &[]);
    assert_eq!(page.status, 200, "{base}");
    assert!(page.body.contains(name), "{base}: {page:?}");
}

#[test]
fn two_applications_below_two_paths_do_not_disturb_each_other() {
    let other = serve(|figment| figment.merge(("login.prefix_header", "X-Forwarded-Prefix")));
    let upstream = format!(
        "upstream other {{ server 127.0.0.1:{}; }}\nupstream app {{",
        other.address.port()
    );
    let at_a = below().replace("/app/ {", "/a/ {");
    let at_b = below()
        .replace("/app/ {", "/b/ {")
        .replace("http://app/", "http://other/");
    // The header is for the other application. This one does not read it.
    let real_ip = "proxy_set_header X-Real-IP         $remote_addr;";
    let header = format!("{real_ip}\nproxy_set_header X-Forwarded-Prefix /b;");
    let edits = [
        (ROOT, &*format!("{at_a}{at_b}")),
        (real_ip, &*header),
        ("upstream app {", &*upstream),
    ];
    let site = Site::start_as(&edits, 60, |figment| {
        figment.merge(("login.public_base", "/a"))
    });

    let who = site.client(HERE);
    let remember = ["--data", "remember=on"];
    let bob = ["--data", "username=bob", "--data", "password=builder"];
    leads(&who, "/a/login", &[&ALICE[..], &remember].concat(), "/a/");
    leads(&who, "/b/login", &[&bob[..], &remember].concat(), "/b/");
    is_logged_in(&who, "/a", "alice");
    is_logged_in(&who, "/b", "bob");
    who.restart();
    is_logged_in(&who, "/b", "bob");
    is_logged_in(&who, "/a", "alice");
    leads(&who, "/b/logout", &["--request", "POST"], "/b/");
    let challenge = "/b/login?next=%2Fb%2Faccount";
    leads(&who, "/b/account", &[], challenge);
    is_logged_in(&who, "/a", "alice");
}
