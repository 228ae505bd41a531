//! A sub-domain on TLS in the hands of an attacker: the cookies that its pages plant, and the
//! requests that they send.

use serde_json::Value;

use super::*;

const SUB: &str = "evil.app.example";

/// The site of the sub-domain. It sets the cookie that a header of the request names.
const ELSE: &str = "server {
    listen 443 ssl http2;
    server_name evil.app.example;
    ssl_certificate     /etc/ssl/app.example/fullchain.pem;
    ssl_certificate_key /etc/ssl/app.example/privkey.pem;
    location / {
        default_type text/html;
        add_header Set-Cookie $http_x_plant;
        return 200 '<!doctype html><title>Elsewhere</title>';
    }
}
upstream app {";

/// Plants each line, by script and by header.
const PLANT: &str = "return (async (lines) => {
    for (const line of lines) {
        document.cookie = line;
        await fetch('/', { headers: { 'X-Plant': line } });
        await fetch('/', { headers: { 'X-Plant': line + '; HttpOnly' } });
    }
})(LINES)";

/// Sends a form, with what cookies there are, and waits for the answer.
const SEND: &str = "return (async () => {
    const body = new URLSearchParams('FORM');
    await fetch('https://app.example/PATH',
        { method: 'POST', mode: 'no-cors', credentials: 'include', body });
})()";

/// The site with its defaults, but for these settings, and the attacker's sub-domain.
fn site(settings: &[(&'static str, &'static str)]) -> Site {
    // The chapter says `strong`, which alone keeps a session of another address from counting.
    Site::start_as(&[("upstream app {", ELSE)], 60, |figment| {
        let figment = figment.merge(("login.protection_level", "basic"));
        settings.iter().fold(figment, Figment::merge)
    })
}

/// The cookies that the attacker plants: a good session and a good token of bob's, under every name
/// that a server or a browser could take for one of ours.
fn lines(site: &Site) -> Value {
    let bob = site.client(ELSEWHERE);
    let form = ["--data", "username=bob", "--data", "password=builder"];
    bob.ask("/login", &[&form[..], &["--data", "remember=on"]].concat());
    let cookies = bob.cookies().into_iter().flat_map(|(name, value)| {
        let word = name.trim_start_matches("__Host-").to_string();
        let host = format!("__Host-{word}");
        let names = [
            host.clone(),
            word.clone(),
            format!("__Secure-{word}"),
            format!("__host-{word}"),
            format!("%5f%5fHost-{word}"),
            format!("={host}"),
        ];
        names.map(|name| format!("{name}={value}"))
    });
    let attributes = ["/", "/account", "/login"].map(|path| {
        let whole = format!("; Secure; Path={path}");
        [format!("{whole}; Domain={HOST}"), whole]
    });
    let lines = cookies.flat_map(|cookie| {
        let attributes = attributes.as_flattened().iter();
        let lines = attributes.map(move |attributes| format!("{cookie}{attributes}"));
        lines.collect::<Vec<_>>()
    });
    lines.collect()
}

#[track_caller]
fn plant(visitor: &Visitor, lines: &Value) {
    visitor.open(&format!("https://{SUB}/"));
    visitor.script(&PLANT.replace("LINES", &lines.to_string()));
}

#[track_caller]
fn send(visitor: &Visitor, path: &str, form: &str) {
    visitor.open(&format!("https://{SUB}/"));
    visitor.script(&SEND.replace("PATH", path).replace("FORM", form));
}

#[track_caller]
fn is_alice(visitor: &Visitor) {
    visitor.go("/account");
    assert!(visitor.text("dl").contains("alice"), "{}", visitor.url());
}

#[track_caller]
fn is_a_stranger(visitor: &Visitor) {
    visitor.go("/account");
    visitor.arrives_at("/login?next=%2Faccount");
}

#[test]
fn a_sub_domain_neither_logs_its_visitor_in_nor_the_owner_out() {
    let site = site(&[]);
    let lines = lines(&site);
    let mut alice = site.visitor(&[HOST, SUB]);
    plant(&alice, &lines);
    is_a_stranger(&alice);
    send(&alice, "login", "username=bob&password=builder&remember=on");
    is_a_stranger(&alice);

    alice.click("#remember");
    alice.type_into("#username", "alice");
    alice.type_into("#password", "wonderland");
    alice.click(".card button");
    alice.arrives_at("/account");
    is_alice(&alice);
    plant(&alice, &lines);
    is_alice(&alice);
    alice.go("/settings");
    alice.arrives_at("/settings");
    for (path, form) in [
        ("logout", ""),
        ("login", "username=bob&password=builder&remember=on"),
    ] {
        send(&alice, path, form);
        is_alice(&alice);
    }
    alice.restart();
    plant(&alice, &lines);
    is_alice(&alice);

    alice.log_out();
    is_a_stranger(&alice);
}

/// The use of the names.
#[test]
fn under_plain_names_its_visitor_is_the_attacker() {
    let site = site(&[
        ("login.cookie_name", "remember_token"),
        ("login.session.cookie_name", "session"),
    ]);
    let stranger = site.visitor(&[HOST, SUB]);
    plant(&stranger, &lines(&site));
    stranger.go("/account");
    stranger.arrives_at("/account");
    assert!(stranger.text("dl").contains("bob"));
}
