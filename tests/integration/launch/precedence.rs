//! Which of several settings counts: code, environment, profile, default.

use rocket::figment::providers::{Env, Format, Toml};
use rocket::uri;
use rocket_login::{Config, LoginManager, ProtectionLevel};

use super::printed::{printed, printed_with};
use super::{assert_refused, figment, file, manager, settings, table_figment, unmanaged};
use crate::app::{KEY, client_of, load};

const LOGIN: &str = "redirect_to = 'login_page'\n\
                     secret_key = 'a secret of these tests, thirty-two bytes and more'\n";

#[test]
fn a_page_in_code_wins_over_the_table_and_leaves_the_rest_to_it() {
    let lines = "refresh_to = 'reauthenticate_page'\nprotection_level = 'strong'";
    let rocket = unmanaged(table_figment(lines));
    let login = LoginManager::fairing(load).redirect_to(uri!("/signin?lang=fr"));
    let client = client_of(rocket.attach(login));
    assert_eq!(manager(&client).redirect_to(), "/signin?lang=fr");
    assert_eq!(manager(&client).refresh_to(), "/reauthenticate");
    assert_eq!(manager(&client).protection_level(), ProtectionLevel::Strong);

    let rocket = unmanaged(table_figment(lines));
    let login = LoginManager::fairing(load).refresh_to(uri!("/again"));
    let client = client_of(rocket.attach(login));
    assert_eq!(manager(&client).redirect_to(), "/login");
    assert_eq!(manager(&client).refresh_to(), "/again");
}

#[test]
fn a_page_in_code_stands_in_for_a_missing_or_wrong_one() {
    let page = || LoginManager::fairing(load).redirect_to(uri!("/signin"));
    for toml in [
        String::new(),
        format!("[default.login]\nsecret_key = {KEY:?}"),
        "[default.login]\nredirect_to = 'no_such_page'".into(),
    ] {
        let client = client_of(unmanaged(figment("debug", &toml)).attach(page()));
        assert_eq!(manager(&client).redirect_to(), "/signin");
    }
    // A page is no key.
    assert_refused(unmanaged(figment("release", "")).attach(page()));
    assert_refused(unmanaged(figment("debug", "[default]\nlogin = 'x'")).attach(page()));
}

#[test]
fn a_page_in_code_wins_over_settings_in_code_whichever_comes_first() {
    let config = || Config::new("login_page", KEY);
    let page = || uri!("/signin");
    for login in [
        LoginManager::fairing(load)
            .redirect_to(page())
            .config(config()),
        LoginManager::fairing(load)
            .config(config())
            .redirect_to(page()),
    ] {
        let client = client_of(unmanaged(figment("debug", "")).attach(login));
        assert_eq!(manager(&client).redirect_to(), "/signin");
    }
}

#[test]
fn changes_in_code_come_last_and_leave_the_rest_to_the_table() {
    let table = || table_figment("next_name = 'to'\ncookie_name = 'r'");
    let login = LoginManager::fairing(load)
        .configure(|config| config.redirect_to.push_str("?lang=fr"))
        .configure(|config| config.cookie_name = Some(format!("{}2", config.redirect_to.len())))
        .redirect_to(uri!("/signin"));
    let changed = settings(unmanaged(table()).attach(login));
    let same = "redirect_to = '/signin?lang=fr'\nnext_name = 'to'\ncookie_name = '152'";
    let same = unmanaged(table_figment(same)).attach(LoginManager::fairing(load));
    assert_eq!(changed, settings(same));

    let in_code = LoginManager::fairing(load)
        .configure(|config| config.protection_level = ProtectionLevel::Strong)
        .config(Config::new("login_page", KEY));
    let client = client_of(unmanaged(table()).attach(in_code));
    assert_eq!(manager(&client).protection_level(), ProtectionLevel::Strong);
}

#[test]
fn changes_in_code_stand_in_for_a_missing_table() {
    let absent = || unmanaged(figment("debug", ""));
    let page = |config: &mut Config| config.redirect_to = "/signin".into();
    let client = client_of(absent().attach(LoginManager::fairing(load).configure(page)));
    assert_eq!(manager(&client).redirect_to(), "/signin");
    assert_refused(absent().attach(LoginManager::fairing(load).configure(|_| {})));
}

#[test]
fn a_wrong_change_is_told_with_its_place() {
    let said = printed(|| {
        let login = LoginManager::fairing(load);
        let login = login.configure(|config| config.cookie_path = "app".into());
        assert_refused(unmanaged(table_figment("")).attach(login));
    });
    assert!(said.contains("login.cookie_path"), "{said}");
    assert!(said.contains("code: `configure`, or "), "{said}");
}

#[test]
fn settings_in_code_replace_the_whole_table() {
    let in_code = |figment| {
        let config = Config::new("login_page", KEY);
        unmanaged(figment).attach(LoginManager::fairing(load).config(config))
    };
    let lines = "cookie_name = 'r'\nprotection_level = 'strong'\nsession.permanent = true";
    let replaced = settings(in_code(table_figment(lines)));
    assert_eq!(replaced, settings(in_code(figment("debug", ""))));
    assert_ne!(
        replaced,
        settings(unmanaged(table_figment(lines)).attach(LoginManager::fairing(load)))
    );
}

#[test]
fn the_table_of_the_profile_wins_key_by_key() {
    let toml = format!(
        "[default.login]\n{LOGIN}cookie_name = 'r'\nnext_name = 'to'\nsession.lifetime = 9\n\
         [debug.login]\ncookie_name = 'in_debug'\nsession.idle_timeout = 8\n\
         [release.login]\ncookie_name = 'in_release'\nnext_name = 'back'"
    );
    let one = |lines: &str| settings(file("debug", &format!("[default.login]\n{LOGIN}{lines}")));
    assert_eq!(
        settings(file("debug", &toml)),
        one("cookie_name = 'in_debug'\nnext_name = 'to'\n\
             session = { lifetime = 9, idle_timeout = 8 }"),
    );
    assert_eq!(
        settings(file("release", &toml)),
        one(
            "cookie_name = 'in_release'\nnext_name = 'back'\nsession.lifetime = 9\n\
             cookie_secure = true"
        ),
    );
}

#[test]
fn a_later_provider_wins_key_by_key() {
    let later = table_figment("cookie_name = 'r'\nnext_name = 'to'")
        .merge(Toml::string("[global.login]\ncookie_name = 'late'").nested())
        .merge(("login.session.permanent", true));
    let rocket = unmanaged(later).attach(LoginManager::fairing(load));
    let same = "cookie_name = 'late'\nnext_name = 'to'\nsession.permanent = true";
    let same = unmanaged(table_figment(same)).attach(LoginManager::fairing(load));
    assert_eq!(settings(rocket), settings(same));
}

#[test]
fn two_providers_are_one_table_to_both_spellings() {
    let figment = table_figment("cookie_name = 'r'").merge(("login.COOKIE_NAME", "R"));
    assert_refused(unmanaged(figment).attach(LoginManager::fairing(load)));
}

#[test]
fn the_environment_wins_over_the_file_key_by_key() {
    let variable = r#"{cookie_name="from_env",REFRESH_TO="/env?x=1",session={lifetime="3 days"}}"#;
    let said = printed_with(&[("ROCKET_LOGIN", variable)], || {
        let file = table_figment("cookie_name = 'r'\nsession.cookie_name = 's'");
        let both = file.merge(Env::prefixed("ROCKET_").global());
        client_of(unmanaged(both).attach(LoginManager::fairing(load)));
    });
    assert!(said.contains("remember me: cookie `from_env`"), "{said}");
    assert!(
        said.contains("session: cookie `s`, lifetime 3 days"),
        "{said}"
    );
    assert!(said.contains("login page: /login\n"), "{said}");
    assert!(said.contains("refresh page: /env?x=1\n"), "{said}");
}

#[test]
fn another_table_is_read_in_place_of_login() {
    let rocket = |toml: &str| {
        let rocket = unmanaged(figment("debug", toml));
        rocket.attach(LoginManager::fairing(load).table("staff_login"))
    };
    let both =
        format!("[default.login]\nunknown = 1\n[default.staff_login]\n{LOGIN}next_name = 'to'");
    let said = settings(rocket(&both));
    assert!(
        said.contains("staff_login") && said.contains("\"to\""),
        "{said}"
    );
    assert_refused(rocket(&format!("[default.login]\n{LOGIN}")));
    assert_refused(rocket("[default]\nstaff_login = 'x'"));
}
