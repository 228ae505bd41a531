//! The messages of the launch: enough to go on by, and no secret.

use rocket::figment::providers::Env;
use rocket::{Build, Request, Rocket, Route, catch, catchers, get, routes};
use rocket_login::{Challenge, LoginManager};

use super::printed::{printed, printed_with};
use super::{assert_refused, figment, file, table, table_figment, unmanaged};
use crate::app::{KEY, bare, client_of, load};

#[test]
fn a_key_of_the_wrong_type_is_not_shown() {
    let said = printed(|| {
        for line in [
            "secret_key = 7777777777777777777",
            "secret_key = 0.7777777",
            "secret_key = ['hunter2 hunter2 hunter2 hunter2!']",
            "secret_key = { key = 'hunter2 hunter2 hunter2 hunter2!' }",
            "previous_secret_keys = 'hunter2 hunter2 hunter2 hunter2!'",
            "previous_secret_keys = 7777777777777777777",
            "previous_secret_keys = [7777777777777777777]",
            "previous_secret_keys = [['hunter2 hunter2 hunter2 hunter2!']]",
            "previous_secret_keys = { old = 'hunter2 hunter2 hunter2 hunter2!' }",
        ] {
            assert_refused(table(line));
        }
    });
    assert_eq!(said.matches("not shown here").count(), 9, "{said}");
    assert!(
        !said.contains("hunter2") && !said.contains("7777777"),
        "{said}"
    );
}

#[test]
fn a_key_that_is_refused_for_another_reason_is_not_shown() {
    let said = printed(|| {
        for line in [
            "secret_key = 'hunter2'",
            "previous_secret_keys = ['hunter2']",
            "SECRET_KEY = 'hunter2 hunter2 hunter2 hunter2!'",
            "session.secret_key = 'hunter2 hunter2 hunter2 hunter2!'",
            "secretkey = 'hunter2 hunter2 hunter2 hunter2!'",
            "'hunter2 hunter2 hunter2 hunter2!' = 'x'",
            "session.'redis://:hunter2@db' = 'x'",
        ] {
            assert_refused(table(line));
        }
    });
    assert_eq!(said.matches("cannot be installed").count(), 7, "{said}");
    assert!(!said.contains("hunter2") && !said.contains(KEY), "{said}");
}

#[test]
fn an_allowed_origin_that_is_none_comes_with_what_to_write() {
    let said = printed(|| {
        for text in [
            "https://shop.example/",
            "*",
            "null",
            "https://me:hunter2@shop.example",
        ] {
            assert_refused(table(&format!("allowed_origins = ['{text}']")));
        }
    });
    for part in [
        "`https://shop.example/` is no origin",
        "`*` is",
        "`null` is",
        "`***@shop.example` is",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(
        said.matches("such as `https://shop.example`, `https://xn--")
            .count(),
        4,
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_table_that_is_a_text_is_not_shown() {
    let said = printed(|| {
        let text = r#"{secret_key="hunter2 hunter2 hunter2 hunter2!""#;
        assert_refused(file("debug", &format!("[default]\nlogin = '{text}'")));
        assert_refused(file("release", &format!("[default]\nlogin = ['{text}']")));
    });
    assert_eq!(said.matches("Is a brace missing").count(), 2, "{said}");
    assert!(
        said.contains(".login\n") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn a_brace_missing_in_the_environment_is_noticed() {
    let variable = r#"{secret_key="hunter2 hunter2 hunter2 hunter2!",cookie_name="r""#;
    let said = printed_with(&[("ROCKET_LOGIN", variable)], || {
        let figment = table_figment("").merge(Env::prefixed("ROCKET_").global());
        assert_refused(unmanaged(figment).attach(LoginManager::fairing(load)));
    });
    assert!(
        said.contains("Is a brace missing in the environment?"),
        "{said}"
    );
    assert!(
        said.contains("ROCKET_LOGIN") || said.contains("`ROCKET_` environment"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_key_in_the_environment_without_quotes_is_not_shown() {
    let variable = "{secret_key=7777777777777777777}";
    let said = printed_with(&[("ROCKET_LOGIN", variable)], || {
        let figment = table_figment("").merge(Env::prefixed("ROCKET_").global());
        assert_refused(unmanaged(figment).attach(LoginManager::fairing(load)));
    });
    assert!(said.contains("a secret key must be a text"), "{said}");
    assert!(!said.contains("7777777"), "{said}");
}

#[get("/in")]
fn enter() {}

#[get("/u/<_id>")]
fn profile(_id: i64) {}

fn mounted(mounts: [(&'static str, Vec<Route>); 2]) -> Rocket<Build> {
    let figment = table_figment("redirect_to = 'enter'");
    let rocket = bare()
        .configure(figment)
        .attach(LoginManager::fairing(load));
    mounts
        .into_iter()
        .fold(rocket, |rocket, (base, routes)| rocket.mount(base, routes))
}

#[test]
fn a_page_that_does_not_exist_comes_with_those_that_could_be_meant() {
    let said = printed(|| assert_refused(table("redirect_to = 'login'\nrefresh_to = 'home'")));
    // There is a route of this name, for POST.
    assert!(
        said.contains("the route `login` does not answer GET"),
        "{said}"
    );
    let said = said.split_once("could be meant: ").unwrap().1;
    for page in ["`home`", "`login_page`", "`reauthenticate_page`"] {
        assert!(said.contains(page), "{said}");
    }
    for other in ["`logout`", "`anything`", "`change_password`"] {
        assert!(!said.contains(other), "{said}");
    }
}

#[test]
fn a_page_mounted_twice_comes_with_both_uris() {
    let said = printed(|| {
        let mounts = [("/a", routes![enter, profile]), ("/b", routes![enter])];
        assert_refused(mounted(mounts));
    });
    assert!(
        said.contains("`enter` is mounted more than once: `/a/in`, `/b/in`"),
        "{said}"
    );
    assert!(said.contains("redirect_to"), "{said}");
}

#[test]
fn the_settings_are_announced_without_the_keys() {
    let said = printed(|| {
        let lines = "previous_secret_keys = ['hunter2 hunter2 hunter2 hunter2!']\n\
                     refresh_to = '/reauthenticate?x=1'\nprotection_level = 'strong'\n\
                     cookie_name = 'r'\ncookie_duration = 2592000\n\
                     session = { cookie_name = 's', lifetime = '3h', idle_timeout = 90 }";
        client_of(table(lines));
    });
    for line in [
        "Login (login):",
        "login page: /login",
        "refresh page: /reauthenticate?x=1",
        "protection level: Strong",
        "session: cookie `s`, lifetime 3h, idle timeout 1m 30s",
        "remember me: cookie `r`, 30 days",
        "cookies: secure false, http-only true, same-site Lax, path /",
    ] {
        assert!(said.contains(&format!("{line}\n")), "{line}: {said}");
    }
    assert!(!said.contains(KEY) && !said.contains("hunter2"), "{said}");
    assert!(!said.contains("Warning:"), "{said}");
}

#[test]
fn a_key_made_up_is_announced_with_what_follows_from_it() {
    let said = printed(|| {
        client_of(file("debug", "[default.login]\nredirect_to = 'login_page'"));
    });
    assert!(said.contains("No `secret_key` for `login`"), "{said}");
    assert!(
        said.contains("Logins will not survive a restart."),
        "{said}"
    );
}

fn serve(address: &str, profile: &str, line: &str) {
    let table = format!("redirect_to = 'login_page'\nsecret_key = {KEY:?}\n{line}");
    let figment = figment(profile, &format!("[default.login]\n{table}"));
    let rocket = unmanaged(figment.merge(("address", address)));
    client_of(rocket.attach(LoginManager::fairing(load)));
}

#[test]
fn secure_cookies_without_tls_are_warned_of() {
    let said = printed(|| {
        serve("0.0.0.0", "release", "");
        serve("::", "release", "");
        serve("192.0.2.7", "debug", "cookie_secure = true");
    });
    assert_eq!(
        said.matches("Login cookies are Secure").count(),
        3,
        "{said}"
    );
    assert!(said.contains("192.0.2.7 is served without TLS"), "{said}");
    assert!(
        said.contains("trusted_proxies") && said.contains("cookie_secure = false"),
        "{said}"
    );
}

#[test]
fn a_log_of_whole_requests_is_warned_of_outside_debug() {
    let said = printed(|| {
        for profile in ["debug", "release", "staging"] {
            let table = format!("redirect_to = 'login_page'\nsecret_key = {KEY:?}");
            let figment = figment(profile, &format!("[default.login]\n{table}"));
            let rocket = unmanaged(figment.merge(("log_level", "debug")));
            client_of(rocket.attach(LoginManager::fairing(load)));
        }
    });
    assert_eq!(
        said.matches("`log_level` is \"debug\"").count(),
        2,
        "{said}"
    );
}

#[test]
fn where_secure_cookies_arrive_nothing_is_warned_of() {
    let said = printed(|| {
        serve("127.0.0.1", "release", "");
        serve("::1", "release", "");
        serve("0.0.0.0", "release", "trusted_proxies = ['10.0.0.1']");
        serve("0.0.0.0", "release", "cookie_secure = false");
        serve("0.0.0.0", "debug", "");
    });
    assert_eq!(said.matches("Login (login):").count(), 5, "{said}");
    assert!(!said.contains("Warning:"), "{said}");
}

#[catch(401)]
fn unauthorized(request: &Request<'_>) -> Option<Challenge> {
    Challenge::of(request)
}

#[test]
fn a_catcher_of_the_application_is_left_alone_and_announced() {
    let said = printed(|| {
        client_of(table("").register("/", catchers![unauthorized]));
    });
    assert!(
        said.contains("The application catches 401 itself"),
        "{said}"
    );
    assert!(said.contains("Challenge::of(request)"), "{said}");
}

#[test]
fn a_catcher_below_another_base_is_no_matter() {
    let said = printed(|| {
        client_of(table("").register("/api", catchers![unauthorized]));
    });
    assert!(said.contains("(login_challenge) 401"), "{said}");
    assert!(!said.contains("catches 401 itself"), "{said}");
}

#[test]
fn a_fairing_attached_twice_is_told_from_wrong_settings() {
    let said = printed(|| assert_refused(table("").attach(LoginManager::fairing(load))));
    assert!(said.contains("app::Account` is attached twice"), "{said}");
}
