//! Settings in code abort the launch just as those of the table do.

use std::time::Duration;

use rocket::http::SameSite;
use rocket::http::uri::Origin;
use rocket_login::{Config, LoginManager, SecretKey};

use super::printed::printed;
use super::{assert_refused, code, table, table_figment, unmanaged};
use crate::app::{KEY, config, load};

#[track_caller]
fn refused(change: impl FnOnce(&mut Config)) {
    let mut config = config();
    change(&mut config);
    assert_refused(code(config));
}

#[test]
fn a_duration_in_code_has_the_same_bounds() {
    const ALMOST: Duration = Duration::from_millis(999);
    const LONGER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60 + 1);
    for duration in [Duration::ZERO, ALMOST, LONGER, Duration::MAX] {
        refused(|config| config.fresh_for = Some(duration));
        refused(|config| config.loader_timeout = duration);
        refused(|config| config.cookie_duration = duration);
        refused(|config| config.session.lifetime = duration);
        refused(|config| config.session.idle_timeout = duration);
    }
}

#[test]
fn a_key_in_code_has_at_least_32_bytes() {
    const SHORT: &str = "31 bytes are one byte too short";
    let keys = |keys: &[&str]| keys.iter().map(|&key| SecretKey::from(key)).collect();
    refused(|config| config.secret_key = Some(SHORT.into()));
    refused(|config| config.secret_key = Some("".into()));
    refused(|config| config.previous_secret_keys = keys(&[SHORT]));
    refused(|config| config.previous_secret_keys = keys(&[KEY, ""]));
}

#[test]
fn cookies_in_code_are_such_as_browsers_keep() {
    refused(|config| config.cookie_samesite = SameSite::None);
    refused(|config| config.cookie_path = "app".into());
    refused(|config| config.cookie_path = "/a b".into());
    refused(|config| config.cookie_domain = Some("a.example:80".into()));
    refused(|config| config.cookie_domain = Some("".into()));
    for name in ["", "a b", "a=b", "a,b", "sésame", "a\r\nb"] {
        refused(|config| config.cookie_name = Some(name.into()));
        refused(|config| config.session.cookie_name = Some(name.into()));
    }
}

#[test]
fn cookie_names_in_code_keep_what_they_promise() {
    for name in ["__Host-a", "__Secure-a", "__host-a", "__SECURE-a"] {
        for secure in [Some(false), None] {
            refused(|config| {
                config.cookie_name = Some(name.into());
                config.cookie_secure = secure;
            });
            refused(|config| {
                config.session.cookie_name = Some(name.into());
                config.cookie_secure = secure;
            });
        }
    }
    let host = |config: &mut Config| {
        config.cookie_name = Some("__Host-a".into());
        config.cookie_secure = Some(true);
    };
    refused(|config| (host(config), config.cookie_path = "/app".into()).1);
    refused(|config| {
        (
            host(config),
            config.cookie_domain = Some("a.example".into()),
        )
            .1
    });
}

#[test]
fn cookie_names_in_code_differ() {
    refused(|config| config.cookie_name = Some("session".into()));
    refused(|config| config.cookie_name = Some("Session".into()));
    refused(|config| config.session.cookie_name = Some("remember_token".into()));
}

#[test]
fn proxies_in_code_are_addresses_or_networks() {
    for proxy in ["", "*", "10.0.0", "10.0.0.0/33", "proxy.example", "[::1]"] {
        refused(|config| config.trusted_proxies = vec!["::1".into(), proxy.into()]);
    }
    for header in ["", "X-Forwarded-For:", "X Forwarded For", "Forwarded"] {
        refused(|config| config.proxy_header = header.into());
    }
}

#[test]
fn an_origin_in_code_is_what_browsers_send() {
    for origin in [
        "",
        "null",
        "app.example",
        "https://app.example/",
        "https://app.example?",
        "HTTPS://app.example",
        "https://App.example",
        "http://app.example:80",
        "https://app.example:99999",
        "https://app.example:",
        "https://me@app.example",
        "https://*.app.example",
        "https://[::1",
    ] {
        refused(|config| config.origin = Some(origin.into()));
    }
}

#[test]
fn an_allowed_origin_in_code_is_scheme_and_host() {
    for origin in [
        "",
        "null",
        "*",
        "://",
        "capacitor",
        "capacitor:",
        "capacitor:localhost",
        "capacitor://",
        "capacitor:///",
        "capacitor://localhost/",
        "capacitor://*",
        "*://localhost",
        "://localhost",
        "1app://localhost",
        "a_b://localhost",
        "tauri://localhost/index.html",
        "tauri://localhost?x",
        "tauri://localhost#x",
        "tauri://me@localhost",
        "tauri://local host",
        "tauri://localhost:",
        "tauri://localhost:99999",
        "tauri://a://b",
        "chrome-extension://é",
        "chrome-extension://*",
        "file://",
        "HTTPS://shop.example",
        "https://Shop.example",
        "https://shop.example/",
        "https://shop.example:443",
        "https://*.shop.example",
        "wss://shop.example",
        "WS://shop.example",
        " https://shop.example",
        "https://shop.example, https://b.example",
    ] {
        let good = "https://good.example".into();
        refused(|config| config.allowed_origins = vec![good, origin.into()]);
    }
}

#[test]
fn next_in_code_is_a_field_and_never_next_are_paths() {
    for name in ["", "a b", "a=b", "a&b", "a.b[0]"] {
        refused(|config| config.next_name = name.into());
    }
    for path in ["", "logout", "https://app.example/logout"] {
        refused(|config| config.never_next = vec!["/bye".into(), path.into()]);
    }
}

#[test]
fn pages_in_code_are_pages_of_this_site() {
    for page in [
        "",
        "no_such_page",
        "logout",
        "anything",
        "//evil.com",
        "https://evil.com/",
        "/log in",
        "/login?next=/open",
    ] {
        refused(|config| config.redirect_to = page.into());
        refused(|config| config.refresh_to = Some(page.into()));
    }
}

#[test]
fn a_setting_refused_in_code_is_named_with_where_it_stands() {
    let said = printed(|| {
        let duration = Duration::ZERO;
        refused(|config| config.cookie_duration = duration);
        refused(|config| config.never_next = vec!["logout".into()]);
    });
    for key in ["login.cookie_duration", "login.never_next", "in code"] {
        assert!(said.contains(key), "`{key}` is not named: {said}");
    }
}

#[test]
fn a_page_from_code_is_not_blamed_on_the_file() {
    let said = printed(|| {
        let page = Origin::parse("//evil.com").unwrap();
        let fairing = LoginManager::fairing(load).refresh_to(page);
        assert_refused(unmanaged(table_figment("refresh_to = '/fine'")).attach(fairing));
    });
    assert!(said.contains("login.refresh_to"), "{said}");
    assert!(said.contains("in code") && !said.contains("TOML"), "{said}");
}

#[test]
fn a_text_in_place_of_the_session_table_is_not_shown() {
    let said = printed(|| assert_refused(table("session = 'postgres://user:hunter2@host'")));
    assert!(
        said.contains("login.session") && !said.contains("hunter2"),
        "{said}"
    );
}
