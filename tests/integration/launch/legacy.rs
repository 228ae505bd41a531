//! Settings for logins of an application before this one.

use rocket::local::blocking::Client;
use rocket_login::{LegacyTokens, LoginManager};

use super::printed::{printed, refused};
use super::{assert_refused, code, file, table};
use crate::app::{KEY, client_of, config};

#[test]
fn settings_that_make_no_sense_are_refused() {
    refused(|| {
        [
            (
                "login.legacy_remember_tokens",
                "legacy_remember_tokens = 'yes'",
            ),
            ("login.legacy_remember_tokens", "legacy_remember_tokens = 1"),
            ("legacy_tokens", "legacy_tokens = true"),
            ("login.legacy_secret_key", "legacy_secret_key = 'short'"),
            (
                "login.legacy_secret_key",
                "legacy_secret_key = ''\nlegacy_session_cookie = 'flask'",
            ),
            (
                "login.legacy_secret_key",
                "legacy_secret_key = 7\nlegacy_session_cookie = 'flask'",
            ),
            (
                "login.legacy_session_cookie",
                "legacy_session_cookie = 'session'",
            ),
            (
                "login.legacy_session_cookie",
                "legacy_session_cookie = 'SESSION'",
            ),
            (
                "login.legacy_session_cookie",
                "legacy_session_cookie = 'remember_token'",
            ),
            ("login.legacy_session_cookie", "legacy_session_cookie = ''"),
            (
                "login.legacy_session_cookie",
                "legacy_session_cookie = 'a;b'",
            ),
        ]
    });
}

#[test]
fn the_remember_cookie_of_the_application_before_is_named() {
    let said = printed(|| {
        for profile in ["debug", "release"] {
            for tokens in ["true", "'write'"] {
                let table = format!(
                    "[default.login]\nredirect_to = 'login_page'\nsecret_key = {KEY:?}\n\
                     legacy_remember_tokens = {tokens}"
                );
                assert_refused(file(profile, &table));
                let name = "cookie_name = 'remember_token'";
                client_of(file(profile, &format!("{table}\n{name}")));
            }
        }
    });
    let advice = "write `cookie_name = \"remember_token\"`";
    assert_eq!(said.matches(advice).count(), 4, "{said}");
}

#[test]
fn neither_a_legacy_key_nor_what_stands_in_its_place_is_printed() {
    let said = printed(|| {
        for line in [
            "legacy_secret_key = 'hunter2'",
            "legacy_remember_tokens = 'hunter2'",
            "legacy_secret_key = ['hunter2']\nlegacy_session_cookie = 'flask'",
        ] {
            assert_refused(table(line));
        }
        client_of(table(
            "legacy_secret_key = 'hunter2'\nlegacy_session_cookie = 'flask'",
        ));
    });
    assert!(!said.contains("hunter2"), "{said}");
    assert!(said.contains("legacy_secret_key"), "{said}");
}

#[test]
fn a_short_key_will_do_but_not_one_that_can_be_guessed() {
    let release = |legacy: &str| {
        file(
            "release",
            &format!(
                "[default.login]\nredirect_to = 'login_page'\nsecret_key = {KEY:?}\n\
                 legacy_session_cookie = 'flask'\nlegacy_secret_key = {legacy:?}"
            ),
        )
    };
    assert!(Client::untracked(release("hunter2")).is_ok());
    assert_refused(release("dev"));
    assert_refused(release("a secret of at least thirty-two bytes"));
}

#[test]
fn without_any_key_there_is_nothing_to_verify_with() {
    let mut config = config();
    config.secret_key = None;
    config.legacy_session_cookie = Some("flask".into());
    assert_refused(code(config.clone()));
    config.legacy_secret_key = Some("short".into());
    assert!(Client::untracked(code(config)).is_ok());
}

#[test]
fn the_log_says_which_logins_count() {
    let said = printed(|| {
        client_of(table(
            "cookie_name = 'remember_token'\nlegacy_remember_tokens = 'write'\n\
             legacy_session_cookie = 'flask'",
        ));
    });
    assert!(said.contains("remember tokens of Flask-Login"), "{said}");
    assert!(said.contains("`flask`"), "{said}");
}

#[test]
fn a_token_of_one_kind_of_users_is_none_of_anothers() {
    use crate::kinds::{Staff, load_staff, staff_config};
    let both = |legacy: &str| {
        let mut customers = config();
        customers.cookie_name = Some("remember_token".into());
        customers.legacy_remember_tokens = LegacyTokens::Replace;
        customers.legacy_secret_key = Some("short".into());
        let staff = LoginManager::<Staff>::fairing(load_staff);
        let mut config = staff_config();
        config.redirect_to = "login_page".into();
        config.legacy_remember_tokens = LegacyTokens::Replace;
        config.legacy_secret_key = Some(legacy.into());
        code(customers).attach(staff.config(config).table("staff_login"))
    };
    assert!(Client::untracked(both("another")).is_ok());
    assert_refused(both("short"));
}

#[test]
fn no_kind_of_users_writes_the_cookie_that_another_reads() {
    use crate::kinds::{Staff, load_staff, staff_config};
    let both = |name: &str| {
        let mut customers = config();
        customers.legacy_session_cookie = Some(name.into());
        let mut staff = staff_config();
        staff.redirect_to = "login_page".into();
        let fairing = LoginManager::<Staff>::fairing(load_staff);
        code(customers).attach(fairing.config(staff).table("staff_login"))
    };
    assert!(Client::untracked(both("flask")).is_ok());
    assert_refused(both("staff_session"));
    assert_refused(both("staff_remember"));
}
