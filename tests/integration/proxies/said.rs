//! The log's lines about headers.

use super::odd_values;
use crate::app::client_of;
use crate::browser::Browser;
use crate::launch::printed::printed;
use crate::launch::table;

#[test]
fn an_unknown_scheme_is_told_once_and_cut() {
    let said = printed(|| {
        let client = client_of(table("trusted_proxies = ['192.0.2.1']"));
        let post = |from, value: &str| {
            let mut browser = Browser::new(&client).with("X-Forwarded-Proto", value);
            browser.remote = from;
            browser = browser.with("Origin", "https://app.example");
            browser.with("Host", "app.example").post("/login", "id=1");
        };
        post("192.0.2.9:1", "gopher");
        post("192.0.2.1:1", "https");
        post("192.0.2.1:1", &format!("\u{1b}[31m{}", "x".repeat(8000)));
        for value in odd_values() {
            post("192.0.2.1:1", &value);
        }
    });
    assert_eq!(said.matches("X-Forwarded-Proto").count(), 1, "{said}");
    let line = said.lines().find(|line| line.contains("X-Forwarded-Proto"));
    let line = line.unwrap();
    assert!(
        line.contains(r"\u{1b}[31mxxx") && line.len() < 250,
        "{line}"
    );
    assert!(said.contains("`https` or `http` is expected"), "{said}");
}

#[test]
fn an_address_from_a_stranger_is_told_once() {
    let said = printed(|| {
        let client = client_of(table("trusted_proxies = ['192.0.2.1']"));
        let get = |from, values: &[&str]| {
            let mut browser = Browser::new(&client);
            browser.remote = from;
            for value in values {
                browser = browser.with("X-FORWARDED-FOR", *value);
            }
            browser.get("/account");
        };
        get("192.0.2.1:1", &["203.0.113.9"]);
        get("[::ffff:192.0.2.1]:1", &["203.0.113.9"]);
        get("192.0.2.7:1", &[]);
        rocket::info!("-- not yet");
        get("[::ffff:192.0.2.8]:1", &["203.0.113.9"]);
        get("192.0.2.9:1", &["203.0.113.9", "203.0.113.10"]);
        for value in odd_values() {
            get("192.0.2.9:1", &[&value]);
        }
    });
    let (before, said) = said.split_once("-- not yet").unwrap();
    assert!(!before.contains("X-Forwarded-For"), "{before}");
    assert_eq!(said.matches("X-Forwarded-For").count(), 1, "{said}");
    let advice = "set `trusted_proxies = [\"192.0.2.8\"]` in `login`";
    assert!(said.contains(advice) && said.contains("Warning"), "{said}");
    assert!(
        !said.contains("203.0.113") && !said.contains("192.0.2.9"),
        "{said}"
    );
}

#[test]
fn even_an_empty_address_from_a_stranger_is_told() {
    let said = printed(|| {
        let client = client_of(table(""));
        let mut browser = Browser::new(&client).with("X-Forwarded-For", "");
        browser.post("/login", "id=1");
    });
    assert!(
        said.contains("set `trusted_proxies = [\"192.0.2.1\"]`"),
        "{said}"
    );
}
