//! Cookies that browsers would drop: lines that abort the launch.

use super::printed::refused;

#[test]
fn a_cookie_for_all_sites_has_to_be_secure() {
    refused(|| {
        [
            ("login.cookie_samesite", "cookie_samesite = 'none'"),
            (
                "cookie_samesite",
                "cookie_samesite = 'None'\ncookie_secure = false",
            ),
            ("cookie_partitioned", "cookie_partitioned = true"),
        ]
    });
}

#[test]
fn a_cookie_attribute_has_its_few_values() {
    refused(|| {
        [
            ("login.cookie_samesite", "cookie_samesite = 'sometimes'"),
            ("login.cookie_samesite", "cookie_samesite = ''"),
            ("login.cookie_samesite", "cookie_samesite = true"),
            ("cookie_secure", "cookie_secure = 'yes'"),
            ("cookie_httponly", "cookie_httponly = 1"),
        ]
    });
}

#[test]
fn a_host_cookie_is_secure_and_for_the_whole_host_alone() {
    refused(|| {
        [
            ("cookie_name", "cookie_name = '__Host-r'"),
            (
                "cookie_name",
                "cookie_name = '__host-r'\ncookie_secure = false",
            ),
            (
                "cookie_name",
                "cookie_name = '__Host-r'\ncookie_secure = true\ncookie_path = '/app'",
            ),
            (
                "cookie_name",
                "cookie_name = '__Host-r'\ncookie_secure = true\ncookie_domain = 'a.example'",
            ),
            (
                "session.cookie_name",
                "session.cookie_name = '__HOST-s'\ncookie_secure = true\ncookie_path = '/app'",
            ),
            (
                "`public_base`",
                "cookie_name = '__Host-r'\ncookie_secure = true\npublic_base = '/app'",
            ),
            (
                "`prefix_header`",
                "cookie_name = '__Host-r'\ncookie_secure = true\nprefix_header = 'X-P'",
            ),
            (
                "login.session.cookie_name",
                "session.cookie_name = '__Host-s'",
            ),
        ]
    });
}

#[test]
fn a_cookie_called_secure_is_secure() {
    refused(|| {
        [
            ("cookie_name", "cookie_name = '__Secure-r'"),
            (
                "cookie_name",
                "cookie_name = '__secure-r'\ncookie_secure = false",
            ),
            (
                "login.session.cookie_name",
                "session.cookie_name = '__Secure-s'",
            ),
        ]
    });
}

#[test]
fn a_cookie_name_is_a_plain_word() {
    refused(|| {
        [
            ("cookie_name", "cookie_name = ''"),
            ("cookie_name", "cookie_name = 'remember me'"),
            ("cookie_name", "cookie_name = 'a=b'"),
            ("login.session.cookie_name", "session.cookie_name = 'a;b'"),
            (
                "login.session.cookie_name",
                "session.cookie_name = 'sésame'",
            ),
            ("login.session.cookie_name", "session.cookie_name = 'a%62'"),
        ]
    });
}

#[test]
fn both_cookies_have_a_name_of_their_own() {
    refused(|| {
        [
            ("cookie_name", "cookie_name = 'session'"),
            ("cookie_name", "cookie_name = 'SESSION'"),
            ("cookie_name", "session.cookie_name = 'remember_token'"),
            (
                "cookie_name",
                "session.cookie_name = '__host-Remember_token'\ncookie_secure = true",
            ),
            ("login.cookie_name", "cookie_name = 'login_known'"),
            (
                "login.session.cookie_name",
                "session.cookie_name = 'Login_Ended'",
            ),
        ]
    });
}

#[test]
fn a_cookie_path_or_domain_is_one() {
    refused(|| {
        [
            ("login.cookie_path", "cookie_path = ''"),
            ("login.cookie_path", "cookie_path = 'app'"),
            ("login.cookie_path", "cookie_path = '/a; Secure'"),
            ("login.cookie_domain", "cookie_domain = ''"),
            (
                "login.cookie_domain",
                "cookie_domain = 'https://app.example'",
            ),
            (
                "login.cookie_domain",
                "cookie_domain = 'app.example; Path=/'",
            ),
        ]
    });
}
