//! Lines of the table that abort the launch.

use super::printed::{printed, refused};
use super::{assert_refused, file};

#[test]
fn an_unknown_setting_is_refused() {
    refused(|| {
        [
            ("cookie_nam", "cookie_nam = 'x'"),
            ("Cookie_Name", "Cookie_Name = 'x'"),
            ("session_cookie", "session_cookie = 'x'"),
            ("max_age", "session.max_age = 3600"),
            ("login.session.secret_key", "session.secret_key = 'x'"),
        ]
    });
}

#[test]
fn one_key_in_both_spellings_is_refused() {
    refused(|| {
        [
            ("cookie_name", "cookie_name = 'a'\nCOOKIE_NAME = 'a'"),
            ("redirect_to", "REDIRECT_TO = 'login_page'"),
            (
                "secret_key",
                "SECRET_KEY = 'a secret of at least thirty-two bytes'",
            ),
            (
                "cookie_name",
                "session = { cookie_name = 'a', COOKIE_NAME = 'b' }",
            ),
            ("session", "session.lifetime = 9\nSESSION.lifetime = 9"),
        ]
    });
}

#[test]
fn a_duration_that_is_none_is_refused() {
    refused(|| {
        [
            ("login.fresh_for", "fresh_for = 'soon'"),
            ("login.fresh_for", "fresh_for = '15'"),
            ("login.fresh_for", "fresh_for = 1.5"),
            ("login.cookie_duration", "cookie_duration = true"),
            ("login.cookie_duration", "cookie_duration = ['1 day']"),
            ("login.session.lifetime", "session.lifetime = 'a fortnight'"),
            ("login.session.idle_timeout", "session.idle_timeout = {}"),
        ]
    });
}

#[test]
fn a_duration_below_a_second_is_refused() {
    refused(|| {
        [
            ("login.fresh_for", "fresh_for = 0"),
            ("login.loader_timeout", "loader_timeout = 0"),
            ("login.loader_timeout", "loader_timeout = '500ms'"),
            ("login.fresh_for", "fresh_for = -9223372036854775808"),
            ("login.cookie_duration", "cookie_duration = '0s'"),
            ("login.cookie_duration", "cookie_duration = -5"),
            ("login.session.lifetime", "session.lifetime = '999ms'"),
            ("login.session.idle_timeout", "session.idle_timeout = '-5m'"),
        ]
    });
}

#[test]
fn a_duration_beyond_a_hundred_years_is_refused() {
    refused(|| {
        [
            ("login.fresh_for", "fresh_for = 9223372036854775807"),
            ("login.fresh_for", "fresh_for = '36500 days 1s'"),
            (
                "cookie_duration",
                "cookie_duration = '99999999999999999999 years'",
            ),
            ("login.cookie_duration", "cookie_duration = 3153600001"),
            ("login.session.lifetime", "session.lifetime = '101 years'"),
            (
                "session.idle_timeout",
                "session.idle_timeout = '600000000000s'",
            ),
        ]
    });
}

#[test]
fn a_key_below_32_bytes_is_refused() {
    assert_eq!("31 bytes are one byte too short".len(), 31);
    refused(|| {
        [
            (
                "secret_key",
                "secret_key = '31 bytes are one byte too short'",
            ),
            ("secret_key", "secret_key = ''"),
            (
                "previous_secret_keys",
                "previous_secret_keys = ['31 bytes are one byte too short']",
            ),
            (
                "previous_secret_keys",
                "previous_secret_keys = ['a secret of at least thirty-two bytes', 'short']",
            ),
        ]
    });
}

#[test]
fn a_key_that_is_no_text_is_refused() {
    refused(|| {
        [
            ("secret_key", "secret_key = 1234567890"),
            (
                "secret_key",
                "secret_key = ['a secret of at least thirty-two bytes']",
            ),
            (
                "previous_secret_keys",
                "previous_secret_keys = 'a secret of at least thirty-two bytes'",
            ),
            (
                "previous_secret_keys",
                "previous_secret_keys = [1234567890]",
            ),
        ]
    });
}

#[test]
fn a_choice_that_does_not_exist_is_refused() {
    refused(|| {
        [
            ("login.protection_level", "protection_level = 'paranoid'"),
            ("login.protection_level", "protection_level = 2"),
            ("login.session.store", "session.store = 'paper'"),
            ("login.session.permanent", "session.permanent = 'always'"),
            ("session", "session = 'cookie'"),
        ]
    });
}

#[test]
fn a_proxy_that_cannot_be_recognised_is_refused() {
    refused(|| {
        [
            (
                "login.trusted_proxies",
                "trusted_proxies = ['proxy.example']",
            ),
            (
                "trusted_proxies",
                "trusted_proxies = ['10.0.0.1', '10.0.0.0/33']",
            ),
            ("login.trusted_proxies", "trusted_proxies = ['10.0.0.1:80']"),
            ("login.trusted_proxies", "trusted_proxies = '10.0.0.1'"),
            ("login.proxy_header", "proxy_header = ''"),
            ("login.proxy_header", "proxy_header = 'X Forwarded For'"),
            ("login.proxy_header", "proxy_header = 'forwarded'"),
        ]
    });
}

#[test]
fn an_origin_that_no_browser_would_send_is_refused() {
    refused(|| {
        [
            ("login.origin", "origin = ''"),
            ("login.allowed_origins", "allowed_origins = ['*']"),
            ("login.allowed_origins", "allowed_origins = ['null']"),
            ("login.allowed_origins", "allowed_origins = ['data://x']"),
            (
                "login.allowed_origins",
                "allowed_origins = ['http://127.1']",
            ),
            ("login.origin", "origin = 'https://app.example:0443'"),
            (
                "login.allowed_origins",
                "allowed_origins = 'https://a.example'",
            ),
            (
                "login.allowed_origins",
                "allowed_origins = ['https://a.example', 'b.example']",
            ),
            ("login.cross_origin_check", "cross_origin_check = 'no'"),
            ("login.allow_missing_origin", "allow_missing_origin = 0"),
            ("login.origin", "origin = 'null'"),
            ("login.origin", "origin = 'app.example'"),
            ("login.origin", "origin = 'ftp://app.example'"),
            ("login.origin", "origin = 'https://'"),
            ("login.origin", "origin = 'https://app.example/'"),
            ("login.origin", "origin = 'https://App.example'"),
            ("login.origin", "origin = 'https://app.example:443'"),
        ]
    });
}

#[test]
fn a_bad_name_for_the_next_page_is_refused() {
    refused(|| {
        [
            ("login.next_name", "next_name = ''"),
            ("login.next_name", "next_name = 'next page'"),
            ("login.next_name", "next_name = 'a&b'"),
        ]
    });
}

#[test]
fn a_page_never_to_return_to_is_a_path() {
    refused(|| {
        [
            ("login.never_next", "never_next = ['logout']"),
            ("login.never_next", "never_next = ['/logout', '']"),
            ("login.never_next", "never_next = ['/open?x=1', '/open#a']"),
            ("login.never_next", "never_next = '/logout'"),
            (
                "login.never_next",
                "never_next = ['https://app.example/logout']",
            ),
        ]
    });
}

#[test]
fn a_table_without_a_login_page_is_refused() {
    refused(|| {
        [
            ("redirect_to", "redirect_to = ''"),
            ("redirect_to", "redirect_to = 7"),
            ("redirect_to", "redirect_to = '/login?next=/x'"),
            ("refresh_to", "refresh_to = '/login?a=b&next=/x'"),
            ("refresh_to", "next_name = 'n'\nrefresh_to = '/login?n=/x'"),
        ]
    });
    assert_refused(file(
        "debug",
        "[default.login]\nrefresh_to = 'login_page'\n\
         secret_key = 'a secret of at least thirty-two bytes'",
    ));
}

#[test]
fn a_table_that_is_not_there_is_refused() {
    let said = printed(|| {
        let elsewhere = "redirect_to = 'login_page'";
        assert_refused(file("debug", ""));
        assert_refused(file("debug", &format!("[release.login]\n{elsewhere}")));
        assert_refused(file("debug", &format!("[default.logins]\n{elsewhere}")));
    });
    assert_eq!(
        said.matches("there is no table `login`").count(),
        3,
        "{said}"
    );
}

#[test]
fn a_table_that_is_no_table_is_refused() {
    let said = printed(|| {
        assert_refused(file("debug", "[default]\nlogin = 'login_page'"));
        assert_refused(file("debug", "[default]\nlogin = ''"));
        assert_refused(file("debug", "[default]\nlogin = true"));
        assert_refused(file("debug", "[default]\nlogin = ['login_page']"));
        assert_refused(file(
            "debug",
            "[[default.login]]\nredirect_to = 'login_page'",
        ));
    });
    assert_eq!(said.matches("it is no table").count(), 5, "{said}");
}

#[test]
fn a_method_that_does_not_exist_is_refused() {
    refused(|| [("login.exempt_methods", "exempt_methods = ['FETCH']")]);
}
