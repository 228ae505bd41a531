//! Origins: scheme, host and port of a page, as browsers write them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Schemes of the web. Browsers send the origin of a page, which is no socket.
const WEB: [&str; 4] = ["http", "https", "ws", "wss"];

/// The scheme with which browsers reach this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// Reads a header in which each proxy on the way names a scheme. Some proxies name the
    /// scheme of a socket. Returns `None` unless all members mean one scheme.
    pub(crate) fn forwarded<'a>(values: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut members = values.flat_map(|value| value.split(',')).map(Self::named);
        let first = members.next()??;
        members.all(|member| member == Some(first)).then_some(first)
    }

    fn named(name: &str) -> Option<Self> {
        let is = |scheme: &str| name.trim_ascii().eq_ignore_ascii_case(scheme);
        if is("https") || is("wss") {
            Some(Self::Https)
        } else if is("http") || is("ws") {
            Some(Self::Http)
        } else {
            None
        }
    }

    /// Returns the origin of a site with this `Host` header, unless the header is no host.
    pub(crate) fn origin_of(self, host: &str) -> Option<String> {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(self.default_port()).unwrap_or(&host);
        is_host(host).then(|| format!("{}{host}", self.prefix()))
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    /// Returns the port that browsers leave out of an origin.
    fn default_port(self) -> &'static str {
        match self {
            Self::Http => ":80",
            Self::Https => ":443",
        }
    }
}

/// Returns whether a text is an origin of the web, as browsers write it.
pub(crate) fn is_origin(text: &str) -> bool {
    [Scheme::Https, Scheme::Http].iter().any(|scheme| {
        let host = text.strip_prefix(scheme.prefix());
        host.is_some_and(|host| {
            is_host(host) && is_in_short(host) && !host.ends_with(scheme.default_port())
        })
    })
}

/// Returns whether a text is an origin of the web, of an app, or of a browser's extension.
pub(crate) fn is_any_origin(text: &str) -> bool {
    let is_of_program = |(scheme, host): (&str, &str)| {
        let is_web = WEB.iter().any(|web| scheme.eq_ignore_ascii_case(web));
        !is_web && !is_opaque(scheme) && is_scheme(scheme) && is_host(&host.to_ascii_lowercase())
    };
    is_origin(text) || text.split_once("://").is_some_and(is_of_program)
}

/// Returns whether `origin` is an allowed one: that of the web to the byte. Programs differ in
/// whether they write their own in lower case.
pub(crate) fn is_allowed(origin: &str, allowed: &str) -> bool {
    origin == allowed || origin.eq_ignore_ascii_case(allowed) && !is_origin(allowed)
}

/// Whether a scheme is one whose pages have no origin: browsers send `null`.
fn is_opaque(scheme: &str) -> bool {
    let opaque = ["about", "blob", "data", "file", "javascript", "null"];
    opaque.iter().any(|it| scheme.eq_ignore_ascii_case(it))
}

/// Whether a host stands as browsers write it: they shorten addresses and ports.
fn is_in_short(host: &str) -> bool {
    let (name, port) = split_port(host);
    let is_number = |label: &str| {
        let hex = label.strip_prefix("0x");
        hex.map_or_else(
            || label.bytes().all(|byte| byte.is_ascii_digit()),
            |hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
        )
    };
    let is_name = if let Some(address) = name.strip_prefix('[') {
        let address = address.trim_end_matches(']').parse::<Ipv6Addr>();
        // Browsers write the IPv4 address in such a one in another way than `Display`.
        address.is_ok_and(|it| it.to_ipv4_mapped().is_some() || format!("[{it}]") == name)
    } else {
        let mut labels = name.strip_suffix('.').unwrap_or(name).split('.');
        let is_address = labels.clone().next_back().is_some_and(is_number);
        labels.all(|label| !label.is_empty()) && (!is_address || name.parse::<Ipv4Addr>().is_ok())
    };
    is_name && !port.is_some_and(|port| port.starts_with('0'))
}

fn is_scheme(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_plain)
}

/// Splits an absolute URL into its origin and the rest, which begins with a slash.
pub(crate) fn split_origin(url: &str) -> Option<(&str, &str)> {
    let authority = url.find("://")? + 3;
    let path = authority + url.get(authority..)?.find('/')?;
    url.split_at_checked(path)
}

/// Returns whether a text is a name or an address in lower case, with or without a port.
/// Anything that two URL parsers could read in two ways is none.
pub(crate) fn is_host(host: &str) -> bool {
    let (name, port) = split_port(host);
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    let is_port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_name = match name.strip_prefix('[') {
        Some(address) => {
            let address = address.strip_suffix(']');
            address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
        }
        None => !name.is_empty() && name.bytes().all(is_plain),
    };
    is_name && port.is_none_or(is_port)
}

/// Splits a host at its last colon, unless that is a colon of an IPv6 address.
pub(crate) fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    }
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let (name, _) = split_port(host);
    let name = name.trim_matches(['[', ']']).to_ascii_lowercase();
    let is_loopback = |address: IpAddr| address.is_loopback();
    name == "localhost" || name.ends_with(".localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests;
