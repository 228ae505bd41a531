//! Settings that the launch accepts, and what they come to.

use std::time::Duration;

use rocket::http::SameSite;
use rocket::local::blocking::Client;
use rocket_login::{Config, ProtectionLevel, SecretKey, SessionConfig, StoreKind};

use super::{code, file, settings, table};
use crate::app::{KEY, client_of, config};
use crate::browser::Browser;

/// Every key that shows in the settings, with a value that is not its default.
const KEYS: [(&str, &str); 29] = [
    ("redirect_to", "'/signin'"),
    ("refresh_to", "'/again'"),
    ("protection_level", "'strong'"),
    ("exempt_methods", "['head', 'OPTIONS']"),
    ("login_message", "'Log in.'"),
    ("refresh_message", "'Again.'"),
    ("message_category", "'warning'"),
    ("next_name", "'to'"),
    ("never_next", "['/bye']"),
    ("fresh_for", "'15m'"),
    ("loader_timeout", "'3s'"),
    ("trusted_proxies", "['10.0.0.0/8']"),
    ("proxy_header", "'X-Real-IP'"),
    ("public_base", "'/app'"),
    ("origin", "'https://app.example'"),
    ("cookie_name", "'remember'"),
    ("cookie_duration", "'30 days'"),
    ("cookie_path", "'/app'"),
    ("cookie_domain", "'app.example'"),
    ("cookie_secure", "true"),
    ("cookie_httponly", "false"),
    ("cookie_samesite", "'strict'"),
    ("cookie_partitioned", "true"),
    ("legacy_remember_tokens", "true"),
    ("legacy_session_cookie", "'flask'"),
    ("session.cookie_name", "'sid'"),
    ("session.permanent", "true"),
    ("session.lifetime", "'7 days'"),
    ("session.idle_timeout", "'1h'"),
];

const ALL_DEFAULTS: &str = "
    previous_secret_keys = []
    protection_level = 'basic'
    exempt_methods = ['OPTIONS']
    message_category = 'message'
    next_name = 'next'
    never_next = ['/logout']
    loader_timeout = '10 seconds'
    trusted_proxies = []
    proxy_header = 'X-Forwarded-For'
    cookie_duration = '365 days'
    cookie_path = '/'
    cookie_secure = false
    cookie_httponly = true
    cookie_samesite = 'lax'
    cookie_partitioned = false
    legacy_remember_tokens = false
    session.permanent = false
    session.lifetime = '14 days'
    session.idle_timeout = '2 hours'
    session.store = 'cookie'";

#[test]
fn settings_that_the_table_leaves_out_are_as_documented() {
    assert_eq!(settings(table("")), settings(table(ALL_DEFAULTS)));
}

#[test]
fn settings_that_code_leaves_out_are_as_documented() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let config = Config::new("login_page", KEY);
    assert_eq!(config.redirect_to, "login_page");
    assert_eq!((&config.refresh_to, config.fresh_for), (&None, None));
    assert!(config.previous_secret_keys.is_empty());
    assert_eq!(config.protection_level, ProtectionLevel::Basic);
    assert_eq!(
        (config.next_name.as_str(), config.never_next.as_slice()),
        ("next", &["/logout".into()][..])
    );
    assert_eq!(config.loader_timeout, Duration::from_secs(10));
    assert!(config.trusted_proxies.is_empty());
    assert_eq!((&config.public_base, &config.prefix_header), (&None, &None));
    assert_eq!(
        (config.proxy_header.as_str(), &config.origin),
        ("X-Forwarded-For", &None)
    );
    assert_eq!(
        (&config.cookie_name, config.cookie_duration),
        (&None, DAY * 365)
    );
    assert_eq!(
        (config.cookie_path.as_str(), &config.cookie_domain),
        ("/", &None)
    );
    assert_eq!((config.cookie_secure, config.cookie_httponly), (None, true));
    assert_eq!(config.cookie_samesite, SameSite::Lax);
    assert!(!config.cookie_partitioned);

    let session = SessionConfig::default();
    assert_eq!((&session.cookie_name, session.permanent), (&None, false));
    assert_eq!(
        (session.lifetime, session.idle_timeout),
        (DAY * 14, DAY / 12)
    );
    assert_eq!(session.store, StoreKind::Cookie);
    assert_eq!(settings(code(config)), settings(table("")));
}

#[test]
fn every_key_has_an_effect_in_either_spelling() {
    for (key, value) in KEYS.iter().filter(|(key, _)| *key != "redirect_to") {
        // The keys that others need, as tokens of the former application need a name.
        let needed = match *key {
            "cookie_name" => "",
            "cookie_partitioned" => "cookie_secure = true\n",
            _ => "cookie_name = 'r'\n",
        };
        let lower = settings(table(&format!("{needed}{key} = {value}")));
        let upper = settings(table(&format!("{needed}{} = {value}", key.to_uppercase())));
        assert_eq!(lower, upper, "{key}");
        assert_ne!(lower, settings(table(needed)), "{key}");
    }
}

#[test]
fn all_keys_together_may_be_in_upper_case() {
    let lines = |spell: fn(&str) -> String| {
        let line = |(key, value): &(&str, &str)| format!("{} = {value}\n", spell(key));
        let lines: String = KEYS.iter().map(line).collect();
        let (key, store) = (spell("secret_key"), spell("session.store"));
        format!("[default.login]\n{lines}{key} = {KEY:?}\n{store} = 'cookie'")
    };
    let lower = settings(file("debug", &lines(str::to_string)));
    assert_eq!(lower, settings(file("debug", &lines(str::to_uppercase))));
    assert!(lower.contains("/signin"), "{lower}");
}

/// Whether a login at one instance counts at the other.
fn passes_on(from: &Client, to: &Client) -> bool {
    let session = Browser::logged_in(from, "id=1").cookie("session").unwrap();
    let mut browser = Browser::new(to);
    browser.set_cookie("session", &session);
    browser.get("/").body == "hello alice"
}

#[test]
fn keys_count_in_either_spelling() {
    let client = |key: &str, previous: &str| {
        let table = format!("[default.login]\nredirect_to = '/in'\n{key}\n{previous}");
        client_of(file("debug", &table))
    };
    let old = "'the old secret key, also of 32 bytes or more'";
    let before = client(&format!("secret_key = {old}"), "");
    let after = client(&format!("secret_key = {KEY:?}"), "");
    assert!(passes_on(
        &before,
        &client(&format!("SECRET_KEY = {old}"), "")
    ));
    assert!(!passes_on(&before, &after));
    for spelling in ["previous_secret_keys", "PREVIOUS_SECRET_KEYS"] {
        let rotated = client(
            &format!("SECRET_KEY = {KEY:?}"),
            &format!("{spelling} = [{old}]"),
        );
        assert!(passes_on(&before, &rotated));
        // A previous key verifies, and does not sign.
        assert!(passes_on(&rotated, &after) && !passes_on(&rotated, &before));
    }
}

#[test]
fn a_duration_may_be_written_in_several_ways() {
    for (key, ways) in [
        ("fresh_for", ["'15m'", "'15 minutes'", "900", "'900s'"]),
        (
            "loader_timeout",
            ["'90s'", "'90 seconds'", "90", "'1m 30s'"],
        ),
        (
            "cookie_duration",
            ["'365 days'", "'8760h'", "31536000", "'52w 1d'"],
        ),
        (
            "session.lifetime",
            ["'1h 30m'", "'90min'", "5400", "'5400sec'"],
        ),
        (
            "session.idle_timeout",
            ["'1 s'", "'1000ms'", "1", "'1second'"],
        ),
    ] {
        let [first, rest @ ..] = ways.map(|way| settings(table(&format!("{key} = {way}"))));
        for (way, other) in ways.iter().skip(1).zip(rest) {
            assert_eq!(first, other, "{key} = {way}");
        }
    }
}

#[test]
fn a_value_on_a_bound_is_accepted() {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    for duration in [Duration::from_secs(1), CENTURY] {
        let text = duration.as_secs();
        settings(table(&format!(
            "fresh_for = {text}\ncookie_duration = '{text}s'"
        )));
        settings(code(Config {
            cookie_duration: duration,
            ..config()
        }));
    }
    let key = "32 bytes are just enough for it.";
    assert_eq!(key.len(), 32);
    settings(table(&format!(
        "secret_key = '{key}'\nprevious_secret_keys = ['{key}']"
    )));
    settings(code(Config {
        previous_secret_keys: vec![SecretKey::from(key)],
        ..config()
    }));
}

#[test]
fn cookies_that_browsers_keep_are_accepted() {
    for lines in [
        "cookie_samesite = 'none'\ncookie_secure = true",
        "cookie_name = '__Host-r'\nsession.cookie_name = '__Host-s'\ncookie_secure = true",
        "cookie_name = '__Secure-r'\ncookie_secure = true\ncookie_domain = 'a.example'",
        "session.cookie_name = '__Secure-s'\ncookie_secure = true\ncookie_path = '/app'",
        "cookie_samesite = 'Strict'\ncookie_domain = '.app.example'",
    ] {
        settings(table(lines));
    }
}

#[test]
fn proxies_and_origins_that_can_be_recognised_are_accepted() {
    for lines in [
        "trusted_proxies = ['10.0.0.1', '192.168.0.0/16', '::1', 'fd00::/8']",
        "proxy_header = 'CF-Connecting-IP'",
        "public_base = '/a/b-c.d_e~f/'",
        "prefix_header = 'X-Script-Name'\ntrusted_proxies = ['::1']",
        "origin = 'http://localhost:8000'",
        "origin = 'https://[::1]:8443'",
        "allowed_origins = ['https://shop.example', 'capacitor://localhost', 'moz-extension://1-a']",
        "origin = 'http://app.example:443'",
        "never_next = []",
        "next_name = 'back-to_2'",
    ] {
        settings(table(lines));
    }
}
