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
mod tests;
