//! What the log says of headers.

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
