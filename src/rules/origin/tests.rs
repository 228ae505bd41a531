use super::*;

const PLAIN: Sight<'static> = Sight {
    setting: None,
    host: Some("app.example"),
    tls: false,
    forwarded_proto: None,
    cookie_secure: true,
};

#[test]
fn only_the_same_bytes_are_the_own_origin() {
    assert!(is_own("https://app.example", &PLAIN));
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
        assert!(!is_own(foreign, &PLAIN), "{foreign}");
    }
}

#[test]
fn the_setting_wins_over_the_request() {
    let sight = Sight {
        setting: Some("https://real.example"),
        ..PLAIN
    };
    assert!(is_own("https://real.example", &sight));
    assert!(!is_own("https://app.example", &sight));
}

#[test]
fn the_scheme_comes_from_what_can_be_trusted() {
    let insecure = Sight {
        cookie_secure: false,
        ..PLAIN
    };
    assert!(is_own("http://app.example", &insecure));
    assert!(!is_own("https://app.example", &insecure));

    let tls = Sight {
        tls: true,
        ..insecure
    };
    assert!(is_own("https://app.example", &tls));

    let proxied = Sight {
        forwarded_proto: Some("https"),
        ..insecure
    };
    assert!(is_own("https://app.example", &proxied));
    let odd = Sight {
        forwarded_proto: Some("gopher"),
        ..PLAIN
    };
    assert!(!is_own("https://app.example", &odd) && !is_own("http://app.example", &odd));
    for proto in ["http", "HTTP"] {
        let plain = Sight {
            forwarded_proto: Some(proto),
            ..PLAIN
        };
        assert!(is_own("http://app.example", &plain), "{proto}");
        assert!(!is_own("https://app.example", &plain), "{proto}");
    }
}

#[test]
fn a_loopback_host_may_do_without_tls() {
    for host in [
        "localhost:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
        "a.localhost:8000",
    ] {
        let sight = Sight {
            host: Some(host),
            ..PLAIN
        };
        assert!(is_own(&format!("http://{host}"), &sight), "{host}");
        assert!(is_own(&format!("https://{host}"), &sight), "{host}");
    }
    let mapped = Sight {
        host: Some("localhost.evil.com"),
        ..PLAIN
    };
    assert!(!is_own("http://localhost.evil.com", &mapped));
}

#[test]
fn default_ports_are_elided_and_hosts_compared_in_lower_case() {
    let sight = Sight {
        host: Some("App.Example:443"),
        ..PLAIN
    };
    assert!(is_own("https://app.example", &sight));
    let sight = Sight {
        host: Some("app.example:80"),
        cookie_secure: false,
        ..PLAIN
    };
    assert!(is_own("http://app.example", &sight));
}

#[test]
fn a_host_that_does_not_parse_owns_nothing() {
    for host in [
        "", "a b", "a/b", "a@b", "a:b", "a:99999", "[::1", "[x]", ":80", "a:80:80", "é",
    ] {
        let sight = Sight {
            host: Some(host),
            ..PLAIN
        };
        assert!(!is_own(&format!("https://{host}"), &sight), "{host}");
    }
    assert!(!is_own(
        "https://app.example",
        &Sight {
            host: None,
            ..PLAIN
        }
    ));
}

#[test]
fn origins_are_told_from_other_texts() {
    for good in [
        "https://app.example",
        "http://localhost:8000",
        "https://[::1]:8443",
    ] {
        assert!(is_origin(good), "{good}");
    }
    for bad in [
        "app.example",
        "https://app.example/",
        "HTTPS://app.example",
        "https://A.example",
        "https://app.example:443",
        "http://app.example:80",
        "https://",
        "https://[::1]x",
    ] {
        assert!(!is_origin(bad), "{bad}");
    }
}

#[test]
fn a_url_splits_behind_its_origin() {
    assert_eq!(split("https://a.b:1/c?d"), Some(("https://a.b:1", "/c?d")));
    assert_eq!(split("https://a.b"), None);
    assert_eq!(split("/c"), None);
}
