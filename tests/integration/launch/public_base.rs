//! The public base and its header at launch.

use rocket_login::{Config, LoginManager};

use super::printed::{printed, refused};
use super::{assert_refused, code, settings, table, unmanaged};
use crate::app::{client_of, config, load};
use crate::browser::Browser;

#[test]
fn a_base_that_is_no_path_is_refused() {
    refused(|| {
        [
            ("such as `/app`", "public_base = ''"),
            ("login.public_base", "public_base = 'app'"),
            ("login.public_base", "public_base = '//evil.example'"),
            ("login.public_base", "public_base = '/app//'"),
            ("login.public_base", "public_base = '/\\\\evil.example'"),
            ("login.public_base", "public_base = '/app/../x'"),
            ("login.public_base", "public_base = '/a%2fb'"),
            ("login.public_base", "public_base = 'https://app.example'"),
            ("login.public_base", "public_base = '/app?x'"),
            ("login.public_base", "public_base = '/app; Path=/'"),
            ("login.public_base", "public_base = '/café'"),
            ("login.public_base", "public_base = \"/app\\r\\nX: y\""),
            ("login.public_base", "public_base = 7"),
        ]
    });
}

#[test]
fn a_long_base_is_refused() {
    let base = format!("/{}", "a".repeat(8192));
    assert_refused(code(Config {
        public_base: Some(base),
        ..config()
    }));
}

#[test]
fn a_header_needs_a_name_and_a_proxy_that_sends_it() {
    refused(|| {
        [
            ("`trusted_proxies`", "prefix_header = 'X-Forwarded-Prefix'"),
            ("prefix_header", "prefix_header = ''"),
            ("prefix_header", "prefix_header = 'X Prefix'"),
            (
                "prefix_header",
                "prefix_header = 'Forwarded'\ntrusted_proxies = ['::1']",
            ),
            (
                "prefix_header",
                "prefix_header = '/app'\ntrusted_proxies = ['::1']",
            ),
        ]
    });
}

#[test]
fn the_header_s_name_shows_in_the_settings() {
    let proxies = "trusted_proxies = ['::1']";
    let with = |key: &str| settings(table(&format!("{key} = 'X-Prefix'\n{proxies}")));
    assert_eq!(with("prefix_header"), with("PREFIX_HEADER"));
    assert_ne!(with("prefix_header"), settings(table(proxies)));
}

#[test]
fn the_launch_says_the_base_and_doubts_one_that_routes_have_as_well() {
    let said = printed(|| {
        client_of(table("public_base = '/app/'"));
        let header = "prefix_header = 'X-Forwarded-Prefix'\ntrusted_proxies = ['::1']";
        client_of(table(header));
        client_of(table("public_base = '/app'\nredirect_to = '/app/login'"));
    });
    assert_eq!(said.matches("public base: /app").count(), 2, "{said}");
    assert!(said.contains("as `X-Forwarded-Prefix` says"), "{said}");
    assert_eq!(said.matches("path /app").count(), 2, "{said}");
    assert_eq!(said.matches("/app/app/login").count(), 1, "{said}");
}

#[test]
fn a_wrong_header_is_told_once_and_cut() {
    let said = printed(|| {
        let lines = "prefix_header = 'X-Prefix'\ntrusted_proxies = ['192.0.2.1']";
        let client = client_of(table(lines));
        let long = format!("//evil.example/{}", "a".repeat(8192));
        for prefix in [&long, "", "/a/../b"] {
            Browser::new(&client)
                .with("X-Prefix", prefix)
                .get("/account");
        }
    });
    let told = "X-Prefix of a trusted proxy is \"//evil.example/a";
    assert_eq!(said.matches(told).count(), 1, "{said}");
    assert_eq!(said.matches("one path such as `/app`").count(), 1, "{said}");
    assert!(!said.contains(&"a".repeat(1000)), "{said}");
}

#[test]
fn two_kinds_of_users_have_one_base() {
    let said = printed(|| {
        let kind = |table: &str, base: Option<&str>, header: Option<&str>| Config {
            public_base: base.map(Into::into),
            prefix_header: header.map(Into::into),
            trusted_proxies: vec!["10.0.0.0/8".into()],
            cookie_name: Some(format!("{table}_r")),
            ..config()
        };
        let a = Some("/a");
        for (base, header) in [(None, None), (Some("/b"), None), (a, Some("X-Prefix"))] {
            let staff = LoginManager::fairing(crate::kinds::load_staff)
                .table("staff_login")
                .config(kind("staff", base, header));
            let customers = LoginManager::fairing(load).config(kind("customer", a, None));
            let rocket = unmanaged(super::figment("debug", ""));
            assert_refused(rocket.attach(customers).attach(staff));
        }
    });
    assert_eq!(said.matches("differ in `public_base`").count(), 3, "{said}");
}
