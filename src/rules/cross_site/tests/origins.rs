//! Which origins are this site's own.

use super::*;

#[test]
fn only_the_same_bytes_are_the_own_origin() {
    assert!(PLAIN.is_own("https://app.example"));
    for foreign in [
        "http://app.example",
        "https://app.example/",
        "https://App.example",
        "",
        "https://app.example.",
        "https://app.example:8443",
        "https://evilapp.example",
        "https://app.example.evil.com",
        "https://u@app.example",
        "null",
        "https://app.example:443",
        "ws://app.example",
    ] {
        assert!(!PLAIN.is_own(foreign), "{foreign}");
    }
}

#[test]
fn the_setting_wins_over_the_request() {
    let site = Site {
        setting: Some("https://real.example"),
        ..PLAIN
    };
    assert!(site.is_own("https://real.example"));
    assert!(!site.is_own("https://app.example"));
}

#[test]
fn the_scheme_comes_from_what_can_be_trusted() {
    let insecure = Site {
        cookie_secure: false,
        ..PLAIN
    };
    assert!(insecure.is_own("http://app.example"));
    assert!(!insecure.is_own("https://app.example"));

    let tls = Site {
        tls: true,
        ..insecure
    };
    assert!(tls.is_own("https://app.example"));

    let proxied = Site {
        forwarded: Some(Scheme::Https),
        ..insecure
    };
    assert!(proxied.is_own("https://app.example"));
    let plain = Site {
        forwarded: Some(Scheme::Http),
        ..PLAIN
    };
    assert!(plain.is_own("http://app.example"));
    assert!(!plain.is_own("https://app.example"));
}

#[test]
fn a_loopback_host_may_do_without_tls() {
    for host in [
        "localhost:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
        "a.localhost:8000",
    ] {
        let site = Site {
            host: Some(host),
            ..PLAIN
        };
        assert!(site.is_own(&format!("http://{host}")), "{host}");
        assert!(site.is_own(&format!("https://{host}")), "{host}");
    }
    let mapped = Site {
        host: Some("localhost.evil.com"),
        ..PLAIN
    };
    assert!(!mapped.is_own("http://localhost.evil.com"));
}

#[test]
fn default_ports_are_elided_and_hosts_compared_in_lower_case() {
    let site = Site {
        host: Some("App.Example:443"),
        ..PLAIN
    };
    assert!(site.is_own("https://app.example"));
    let site = Site {
        host: Some("app.example:80"),
        cookie_secure: false,
        ..PLAIN
    };
    assert!(site.is_own("http://app.example"));
}

#[test]
fn a_host_that_does_not_parse_owns_nothing() {
    for host in [
        "", "a b", "a/b", "a@b", "a:b", "a:", "a:99999", "[::1", "[x]", "[::1]x", "[::1]:", ":80",
        "a:80:80", "é",
    ] {
        let site = Site {
            host: Some(host),
            ..PLAIN
        };
        assert!(!site.is_own(&format!("https://{host}")), "{host}");
    }
    let site = Site {
        host: None,
        ..PLAIN
    };
    assert!(!site.is_own("https://app.example"));
}
