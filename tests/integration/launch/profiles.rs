//! Faults that the debug profile forgives, and no other.

use rocket::{Build, Rocket};
use rocket_login::{Config, LoginManager, SecretKey};

use super::printed::printed;
use super::{assert_refused, figment, file, settings, unmanaged};
use crate::app::{KEY, client_of, config, load};
use crate::browser::Browser;

const EXAMPLE_KEY: &str = "an example key, never to be used for anything real";

const OTHERS: [&str; 3] = ["release", "staging", "production"];

fn without_key(profile: &str) -> Rocket<Build> {
    file(profile, "[default.login]\nredirect_to = 'login_page'")
}

fn with_line(profile: &str, line: &str) -> Rocket<Build> {
    file(
        profile,
        &format!("[default.login]\nredirect_to = 'login_page'\nsecret_key = {KEY:?}\n{line}"),
    )
}

fn in_code(profile: &str, config: Config) -> Rocket<Build> {
    let rocket = unmanaged(figment(profile, ""));
    rocket.attach(LoginManager::fairing(load).config(config))
}

#[test]
fn outside_the_debug_profile_a_missing_key_is_refused() {
    for profile in OTHERS {
        assert_refused(without_key(profile));
        assert_refused(in_code(
            profile,
            Config {
                secret_key: None,
                ..config()
            },
        ));
        settings(with_line(profile, ""));
        settings(in_code(profile, config()));
    }
    let said = printed(|| assert_refused(without_key("release")));
    assert!(said.contains("secret_key"), "{said}");
}

#[test]
fn outside_the_debug_profile_a_key_that_everybody_knows_is_refused() {
    let table =
        format!("[default.login]\nredirect_to = 'login_page'\nsecret_key = '{EXAMPLE_KEY}'");
    for profile in OTHERS {
        assert_refused(file(profile, &table));
        assert_refused(in_code(profile, Config::new("login_page", EXAMPLE_KEY)));
    }
    settings(file("debug", &table));
    settings(in_code("debug", Config::new("login_page", EXAMPLE_KEY)));
}

#[test]
fn a_known_key_is_refused_among_the_previous_ones_too() {
    let line = format!("previous_secret_keys = [{KEY:?}, '{EXAMPLE_KEY}']");
    let previous = vec![SecretKey::from(EXAMPLE_KEY)];
    settings(with_line("debug", &line));
    // It would verify what anybody has signed.
    assert_refused(with_line("release", &line));
    assert_refused(in_code(
        "release",
        Config {
            previous_secret_keys: previous,
            ..config()
        },
    ));
}

#[test]
fn a_known_key_is_named_and_not_shown() {
    let said = printed(|| {
        let key = format!("secret_key = '{EXAMPLE_KEY}'");
        assert_refused(file(
            "release",
            &format!("[release.login]\nredirect_to = 'login_page'\n{key}"),
        ));
    });
    assert!(
        said.contains("secret_key") && said.contains("openssl rand"),
        "{said}"
    );
    assert!(!said.contains(EXAMPLE_KEY), "{said}");
}

#[test]
fn in_the_debug_profile_every_launch_makes_a_key_of_its_own() {
    let (first, second) = (
        client_of(without_key("debug")),
        client_of(without_key("debug")),
    );
    let mut browser = Browser::logged_in(&first, "id=1&remember=true");
    assert_eq!(browser.get("/").body, "hello alice");

    let mut elsewhere = Browser::new(&second);
    for name in ["session", "remember_token"] {
        elsewhere.set_cookie(name, &browser.cookie(name).unwrap());
    }
    assert_eq!(elsewhere.get("/").body, "hello nobody");
}

#[test]
fn a_key_that_is_written_down_survives_a_restart() {
    let (first, second) = (
        client_of(with_line("debug", "")),
        client_of(with_line("debug", "")),
    );
    let session = Browser::logged_in(&first, "id=1")
        .cookie("session")
        .unwrap();
    let mut elsewhere = Browser::new(&second);
    elsewhere.set_cookie("session", &session);
    assert_eq!(elsewhere.get("/").body, "hello alice");
}

#[test]
fn cookies_are_secure_outside_the_debug_profile() {
    let is_secure = |profile, line| {
        let client = client_of(with_line(profile, line));
        let answer = Browser::new(&client).post("/login", "id=1&remember=true");
        let secure = answer
            .set_cookies
            .iter()
            .map(|cookie| cookie.secure() == Some(true));
        <[bool; 2]>::try_from(secure.collect::<Vec<_>>()).unwrap()
    };
    for profile in OTHERS {
        assert_eq!(is_secure(profile, ""), [true, true], "{profile}");
    }
    assert_eq!(is_secure("debug", ""), [false, false]);
    assert_eq!(is_secure("debug", "cookie_secure = true"), [true, true]);
    assert_eq!(
        is_secure("release", "cookie_secure = false"),
        [false, false]
    );
}

/// The names of both cookies: those that a login sets, reads, and a logout removes.
fn names(profile: &str, lines: &str) -> [String; 2] {
    let client = client_of(with_line(profile, lines));
    let mut browser = Browser::new(&client);
    let set = browser.post("/login", "id=1&remember=true").set_cookies;
    let names = set.iter().map(|cookie| cookie.name().to_string());
    let names = <[String; 2]>::try_from(names.collect::<Vec<_>>()).unwrap();
    for name in &names {
        let mut one = browser.clone();
        names
            .iter()
            .filter(|other| *other != name)
            .for_each(|other| one.drop_cookie(other));
        assert_eq!(one.get("/").body, "hello alice", "{name}");
    }
    let answer = browser.post("/logout", "");
    assert!(names.iter().all(|name| answer.removes(name)), "{answer:?}");
    names
}

#[test]
fn names_begin_with_the_strictest_prefix_that_the_attributes_allow() {
    let host = ["__Host-session", "__Host-remember_token"];
    let secure = ["__Secure-session", "__Secure-remember_token"];
    let plain = ["session", "remember_token"];
    for profile in OTHERS {
        assert_eq!(names(profile, ""), host, "{profile}");
    }
    for attribute in [
        "cookie_domain = 'app.example'",
        "cookie_path = '/app'",
        "public_base = '/app'",
        "prefix_header = 'X-Forwarded-Prefix'\ntrusted_proxies = ['::1']",
        "cookie_path = '/app'\ncookie_domain = 'app.example'",
    ] {
        assert_eq!(names("release", attribute), secure, "{attribute}");
        let debug = format!("{attribute}\ncookie_secure = true");
        assert_eq!(names("debug", &debug), secure, "{attribute}");
        assert_eq!(names("debug", attribute), plain, "{attribute}");
    }
    assert_eq!(names("release", "public_base = '/'"), host);
    assert_eq!(names("debug", ""), plain);
    assert_eq!(names("debug", "cookie_secure = true"), host);
    assert_eq!(names("release", "cookie_secure = false"), plain);
}

#[test]
fn a_name_that_is_set_is_taken_as_it_is() {
    let lines = "session.cookie_name = 'session'";
    assert_eq!(
        names("release", lines),
        ["session", "__Host-remember_token"]
    );
    let lines = "cookie_name = '__Secure-r'";
    assert_eq!(names("release", lines), ["__Host-session", "__Secure-r"]);
}

#[test]
fn a_host_cookie_needs_no_more_than_the_default_outside_the_debug_profile() {
    settings(with_line(
        "release",
        "session.cookie_name = '__Host-s'\ncookie_samesite = 'none'",
    ));
}

/// The key in the documentation of these files.
const DOCUMENTED: [&str; 5] = [
    include_str!("../../../src/config/table.rs"),
    include_str!("../../../src/config/secret.rs"),
    include_str!("../../../src/fairing/mod.rs"),
    include_str!("../../../src/rules/protection.rs"),
    include_str!("../../../src/testing/mod.rs"),
];

#[test]
fn outside_the_debug_profile_no_key_of_the_documentation_is_taken() {
    let key = "a secret of at least thirty-two bytes";
    for text in DOCUMENTED {
        assert!(text.contains(key));
        let keys = text.split("Config::new(").skip(1);
        for code in keys.filter(|code| !code.starts_with("redirect_to")) {
            let given = code.split('"').nth(3).unwrap();
            assert_eq!(given, key);
        }
    }
    assert_refused(in_code("release", Config::new("login_page", key)));
    let previous = Config {
        previous_secret_keys: vec![key.into()],
        ..Config::new("login_page", KEY)
    };
    assert_refused(in_code("release", previous));
    settings(in_code("debug", Config::new("login_page", key)));
}

#[test]
fn outside_the_debug_profile_a_key_of_a_few_characters_is_refused() {
    for key in ["a".repeat(40), "0".repeat(64), "abc".repeat(12)] {
        assert_refused(in_code("release", Config::new("login_page", key.as_str())));
        settings(in_code("debug", Config::new("login_page", key.as_str())));
    }
    settings(in_code(
        "release",
        Config::new("login_page", "abcd".repeat(9).as_str()),
    ));
}
