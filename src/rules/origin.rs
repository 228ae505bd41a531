//! Which origins are this site's own.

/// What a request tells about the origin it was sent to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight<'a> {
    /// The `origin` setting.
    pub(crate) setting: Option<&'a str>,
    /// The `Host` header, and whether there is exactly one.
    pub(crate) host: Option<&'a str>,
    /// Whether Rocket itself does TLS.
    pub(crate) tls: bool,
    /// `X-Forwarded-Proto`, if a trusted proxy sent it.
    pub(crate) forwarded_proto: Option<&'a str>,
    pub(crate) cookie_secure: bool,
}

/// Whether `origin` is, byte for byte, the origin of this site.
pub(crate) fn is_own(origin: &str, sight: &Sight<'_>) -> bool {
    match (sight.setting, sight.host) {
        (Some(setting), _) => setting == origin,
        (None, Some(host)) => schemes(sight, host)
            .iter()
            .any(|scheme| matches_host(origin, scheme, host)),
        (None, None) => false,
    }
}

/// Splits an absolute URL behind its origin, where a path begins.
pub(crate) fn split(url: &str) -> Option<(&str, &str)> {
    let authority = url.find("://")? + 3;
    let path = authority + url.get(authority..)?.find('/')?;
    url.split_at_checked(path)
}

/// Whether a text is an origin as browsers write it.
pub(crate) fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| is_host(host) && !has_default_port(text))
}

fn has_default_port(origin: &str) -> bool {
    (origin.starts_with("https:") && origin.ends_with(":443"))
        || (origin.starts_with("http:") && origin.ends_with(":80"))
}

fn schemes<'a>(sight: &Sight<'a>, host: &str) -> &'a [&'a str] {
    match (sight.tls, sight.forwarded_proto) {
        (true, _) => &["https"],
        (false, Some(proto)) if proto.eq_ignore_ascii_case("https") => &["https"],
        (false, Some(proto)) if proto.eq_ignore_ascii_case("http") => &["http"],
        (false, Some(_)) => &[],
        (false, None) if !sight.cookie_secure => &["http"],
        (false, None) if is_loopback(host) => &["https", "http"],
        (false, None) => &["https"],
    }
}

fn matches_host(origin: &str, scheme: &str, host: &str) -> bool {
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    let rest = origin
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_prefix("://"));
    is_host(host) && rest == Some(host)
}

/// A host name or address with an optional port, in lower case and without
/// anything that a URL parser could read differently.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, rest)) => {
                if address.parse::<std::net::Ipv6Addr>().is_err() {
                    return false;
                }
                (
                    "v6",
                    rest.strip_prefix(':').or((!rest.is_empty()).then_some("")),
                )
            }
            None => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };

    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    !name.is_empty()
        && name.bytes().all(is_name)
        && port.is_none_or(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
        })
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
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
        assert!(!is_own("https://app.example", &odd));
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
}
