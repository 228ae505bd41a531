//! The advice of the launch if something is missing, or stands in the wrong place.

use rocket::figment::Figment;
use rocket::figment::providers::Env;
use rocket_login::{Config, LoginManager};

use super::printed::{printed, printed_with};
use super::{
    assert_refused, assert_stores_refused, code, figment, file, table, table_figment, unmanaged,
};
use crate::app::{client_of, load};

/// The output of the launch, with this table and these variables in the environment.
fn with_environment(figment: Figment) {
    let figment = figment.merge(Env::prefixed("ROCKET_").global());
    assert_refused(unmanaged(figment).attach(LoginManager::fairing(load)));
}

#[track_caller]
fn assert_says(said: &str, texts: &[&str]) {
    for text in texts {
        assert!(said.contains(text), "{text}: {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_missing_key_comes_with_two_places_and_a_command() {
    let said = printed(|| assert_refused(file("release", "[release.login]\nredirect_to = '/in'")));
    assert_says(
        &said,
        &[
            "login.secret_key",
            "write `secret_key = \"…\"`, what `openssl rand -base64 32` prints",
            "below `[default.login]`",
            "`ROCKET_LOGIN='{secret_key=\"…\"}'`",
        ],
    );
}

#[test]
fn a_missing_login_page_comes_with_two_places() {
    let said = printed(|| assert_refused(file("debug", "[default.login]\nnext_name = 'n'")));
    assert_says(
        &said,
        &[
            "login.redirect_to",
            "`redirect_to = \"…\"`, the route or path of the login page",
            "below `[default.login]`",
        ],
    );
}

#[test]
fn a_missing_file_comes_with_where_it_is_looked_for() {
    let said = printed(|| assert_refused(file("debug", "")));
    assert_says(
        &said,
        &["`[default.login]`", "working directory", "ROCKET_CONFIG"],
    );
    assert!(!said.contains("There is"), "{said}");
}

#[test]
fn a_table_of_another_profile_is_named() {
    let said = printed(|| {
        assert_refused(file("debug", "[release.login]\nredirect_to = 'login_page'"));
    });
    let text = "There is `[release.login]`, and the profile is `debug`";
    assert_says(&said, &[text]);
}

#[test]
fn a_variable_for_one_setting_is_refused_with_the_one_that_is_read() {
    for (variable, inside) in [
        ("ROCKET_LOGIN_SECRET_KEY", "{secret_key=\"…\"}"),
        ("ROCKET_LOGIN__SECRET_KEY", "{secret_key=\"…\"}"),
        ("ROCKET_LOGIN_REDIRECT_TO", "{redirect_to=\"…\"}"),
        ("ROCKET_LOGIN_SESSION_URL", "{session={url=\"…\"}}"),
        ("ROCKET_LOGIN_SESSION", "{session={…}}"),
        ("ROCKET_LOGIN_TRUSTED_PROXIES", "{trusted_proxies=[\"…\"]}"),
        ("ROCKET_LOGIN_COOKIE_SECURE", "{cookie_secure=true}"),
    ] {
        let said = printed_with(&[(variable, "hunter2 hunter2 hunter2 hunter2!")], || {
            with_environment(table_figment(""));
        });
        let right = format!("ROCKET_LOGIN='{inside}'");
        let key = variable.trim_start_matches("ROCKET_");
        assert_says(&said, &[&right, key, "`ROCKET_` environment"]);
    }
}

/// Launches with a table, but without a key, and with the environment.
fn launch(profile: &str) {
    let toml = "[default.login]\nredirect_to = 'login_page'";
    let figment = figment(profile, toml).merge(Env::prefixed("ROCKET_").global());
    client_of(unmanaged(figment).attach(LoginManager::fairing(load)));
}

#[test]
fn the_variable_that_is_recommended_is_read() {
    let variable = r#"{secret_key="a key for tests of the environment"}"#;
    let said = printed_with(&[("ROCKET_LOGIN", variable)], || launch("release"));
    assert_says(&said, &["Login (login):"]);
}

#[test]
fn so_is_the_one_for_the_session() {
    let variable = r#"{session={lifetime="3h"}}"#;
    let said = printed_with(&[("ROCKET_LOGIN", variable)], || launch("debug"));
    assert_says(&said, &["lifetime 3h"]);
}

#[test]
fn keys_of_the_application_beside_the_table_are_its_own() {
    let lines =
        "[default]\nlogin_page = 'x'\nlogins = 1\n[default.login]\nredirect_to = 'login_page'";
    client_of(file("debug", lines));
}

#[test]
fn quotes_that_docker_leaves_are_told() {
    for value in [
        r#"'{secret_key="hunter2 hunter2 hunter2 hunter2!"}'"#,
        r#""{secret_key='hunter2 hunter2 hunter2 hunter2!'}""#,
        r#""{secret_key=\"hunter2 hunter2 hunter2 hunter2!\"}""#,
    ] {
        let said = printed_with(&[("ROCKET_LOGIN", value)], || {
            with_environment(table_figment(""));
        });
        assert!(
            ["`--env-file`", "for Docker"]
                .iter()
                .any(|text| said.contains(text)),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn braces_without_a_table_come_with_their_grammar() {
    let value = r#"{session.url="redis://:hunter2@db"}"#;
    let said = printed_with(&[("ROCKET_LOGIN", value)], || {
        with_environment(table_figment(""));
    });
    assert_says(&said, &["`session={…}`"]);
}

#[test]
fn a_key_in_quotes_is_refused_in_code_as_well() {
    let said = printed(|| {
        let key = "\"hunter2 hunter2 hunter2 hunter2!\"";
        assert_refused(code(Config::new("login_page", key)));
        assert_refused(table(&format!("secret_key = '{key}'")));
        assert_refused(table(&format!("previous_secret_keys = ['{key}']")));
        let url = "session.store = 'redis'\nsession.url = '\"redis://:hunter2@db\"'";
        assert_refused(table(url));
    });
    assert_eq!(said.matches("`--env-file`").count(), 4, "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn other_values_in_quotes_are_refused() {
    let said = printed(|| {
        for line in [
            "trusted_proxies = ['::1', '\"10.0.0.1\"']",
            "origin = '\"https://a.example\"'",
            "fresh_for = '\"15m\"'",
            "session.lifetime = '\"15m\"'",
            "redirect_to = '\"login_page\"'",
            "session = { store = 'memory', max_per_user = '\"10\"' }",
        ] {
            assert_refused(table(line));
        }
        client_of(table("login_message = '\"Log in\", it said, \"please\"'"));
    });
    assert_eq!(said.matches("`--env-file`").count(), 6, "{said}");
    assert_says(&said, &["login.session.lifetime", "login.trusted_proxies"]);
}

#[test]
fn a_number_that_is_a_text_comes_with_the_number() {
    let said = printed(|| {
        assert_refused(table("session = { store = 'memory', max_per_user = '10' }"));
        assert_refused(table("cookie_secure = 'false'"));
    });
    assert_says(
        &said,
        &[
            "write `10`, without quotes",
            "write `false`, without quotes",
        ],
    );
}

#[test]
fn a_password_that_ends_its_address_is_refused_and_not_shown() {
    let said = printed(|| {
        assert_stores_refused([
            ("postgres", "postgres://app:hunter2#@db/app"),
            ("postgres", "postgres://app:hunter2/@db/app"),
            ("postgres", "postgres://app:1/hunter2@db/app"),
            ("redis", "redis://:hunter2?@db/0"),
            ("redis", "redis://:hunter2#@db/0"),
        ]);
    });
    assert_eq!(
        said.matches("write `%23`, `%2F`, `%3F`").count(),
        5,
        "{said}"
    );
    assert_says(&said, &["login.session.url"]);
}

#[test]
fn a_limit_that_no_session_reaches_is_warned_of() {
    let warned = "`session.idle_timeout` (2h) is longer than `session.lifetime` (1h)";
    let said = printed(|| {
        client_of(table("session.lifetime = '1h'"));
    });
    assert_says(&said, &[warned]);
}

#[test]
fn a_limit_that_holds_is_not() {
    let said = printed(|| {
        client_of(table("session.lifetime = '2h'"));
        client_of(table("session = { lifetime = '1h', permanent = true }"));
    });
    assert!(!said.contains("is longer than"), "{said}");
}

#[test]
fn cookies_for_frames_that_no_frame_gets_are_warned_of() {
    let said = printed(|| {
        client_of(table("cookie_secure = true\ncookie_partitioned = true"));
    });
    assert_says(
        &said,
        &["`cookie_partitioned`", "`cookie_samesite = \"none\"`"],
    );
}

#[test]
fn cookies_for_frames_that_a_frame_gets_are_not() {
    let lines = "cookie_secure = true\ncookie_partitioned = true\ncookie_samesite = 'none'";
    let said = printed(|| {
        client_of(table(lines));
    });
    assert!(!said.contains("frames of other sites"), "{said}");
}
