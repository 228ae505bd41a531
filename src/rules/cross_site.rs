//! The defence against cross-site request forgery (CSRF), as a pure rule.
//!
//! A request that may change something, or that opens a socket, has to come from a page of
//! this site. Browsers name the page's origin in `Origin`, and its relation to this site in
//! `Sec-Fetch-Site`. `request/` reads these headers and refuses the request.

use std::net::{IpAddr, Ipv6Addr};

use crate::rules::Seen;

/// The sender of a request that may change something, or that opens a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A page of this site, or of an allowed origin.
    OwnPage,
    /// The headers name no page: the sender is no browser, or an old one.
    Unknown,
    /// A page of another site.
    CrossSite,
}

/// The pages that may log a browser in and out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    OwnPages,
    /// The handler has said so.
    OtherSites,
}

/// The headers in which a browser says why it sends a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch<'a> {
    pub(crate) site: Seen<'a>,
    pub(crate) mode: Seen<'a>,
    pub(crate) dest: Seen<'a>,
}

/// This site's own origin, as far as it is known, and the origins that are allowed besides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    /// The setting `origin`.
    pub(crate) setting: Option<&'a str>,
    /// The `Host` header, if there is exactly one.
    pub(crate) host: Option<&'a str>,
    /// Whether Rocket itself serves TLS.
    pub(crate) tls: bool,
    /// `X-Forwarded-Proto`, if a trusted proxy sent it.
    pub(crate) forwarded_proto: Option<&'a str>,
    pub(crate) cookie_secure: bool,
    /// The setting `allowed_origins`.
    pub(crate) allowed: &'a [String],
}

/// A scheme, and the port that browsers leave out of an origin.
type Scheme = (&'static str, &'static str);

/// The purposes of requests that a browser sends before its user asks for them.
const AHEAD: [&str; 3] = ["prefetch", "prerender", "preview"];

const HTTPS: Scheme = ("https://", ":443");
const HTTP: Scheme = ("http://", ":80");

impl Sender {
    /// Judges a request that may change something. `Sec-Fetch-Site` decides where there is
    /// one.
    pub(crate) fn of_change(fetch_site: Seen<'_>, origin: Seen<'_>, site: &Site<'_>) -> Self {
        match (fetch_site, origin) {
            (Seen::Ambiguous, _) | (_, Seen::Ambiguous) => Self::CrossSite,
            (Seen::Once("same-origin" | "none"), _) => Self::OwnPage,
            (Seen::Once(_), Seen::Once(origin)) if site.allows(origin) => Self::OwnPage,
            (Seen::Once(_), _) => Self::CrossSite,
            (Seen::Absent, _) => Self::of_origin(origin, site),
        }
    }

    /// Judges a GET that logs in or out. A link may lead to it from anywhere. An image, a
    /// script or a frame of another site may not.
    pub(crate) fn of_link(fetch: &Fetch<'_>, origin: Seen<'_>, site: &Site<'_>) -> Self {
        let is_page = fetch.mode == Seen::Once("navigate") && fetch.dest == Seen::Once("document");
        match fetch.site {
            Seen::Absent => Self::Unknown,
            Seen::Once(_) if is_page => Self::OwnPage,
            _ => Self::of_change(fetch.site, origin, site),
        }
    }

    /// Judges a handshake by its `Origin` alone: browsers let every page open sockets to
    /// every site.
    pub(crate) fn of_origin(origin: Seen<'_>, site: &Site<'_>) -> Self {
        match origin {
            Seen::Absent => Self::Unknown,
            Seen::Once(origin) if site.allows(origin) || site.is_own(origin) => Self::OwnPage,
            Seen::Once(_) | Seen::Ambiguous => Self::CrossSite,
        }
    }

    /// Lets an unknown sender pass: another site's page cannot hide its origin.
    pub(crate) fn or_own_page(self) -> Self {
        match self {
            Self::Unknown => Self::OwnPage,
            known => known,
        }
    }
}

impl Site<'_> {
    fn allows(&self, origin: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == origin)
    }

    /// Returns whether `origin` is, byte for byte, the origin of this site.
    pub(crate) fn is_own(&self, origin: &str) -> bool {
        match (self.setting, self.host) {
            (Some(setting), _) => setting == origin,
            (None, Some(host)) => {
                let mut schemes = self.schemes(host).iter();
                schemes.any(|scheme| is_origin_of(origin, scheme, host))
            }
            (None, None) => false,
        }
    }

    /// Returns the schemes with which browsers may reach this site.
    fn schemes(&self, host: &str) -> &'static [Scheme] {
        match (self.tls, self.forwarded_proto) {
            (true, _) => &[HTTPS],
            (false, Some(proto)) if proto.eq_ignore_ascii_case("https") => &[HTTPS],
            (false, Some(proto)) if proto.eq_ignore_ascii_case("http") => &[HTTP],
            (false, Some(_)) => &[],
            (false, None) if !self.cookie_secure => &[HTTP],
            (false, None) if is_loopback(host) => &[HTTPS, HTTP],
            (false, None) => &[HTTPS],
        }
    }
}

fn is_origin_of(origin: &str, (scheme, default_port): &Scheme, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    is_host(host) && origin.strip_prefix(scheme) == Some(host)
}

/// Returns whether a browser says with this value that its user has not asked for the
/// request yet.
pub(crate) fn is_ahead(purpose: &str) -> bool {
    let is_ahead = |word: &str| AHEAD.iter().any(|ahead| word.eq_ignore_ascii_case(ahead));
    purpose.split([';', ',']).map(str::trim).any(is_ahead)
}

/// Returns whether a text is an origin as browsers write it.
pub(crate) fn is_origin(text: &str) -> bool {
    [HTTPS, HTTP].iter().any(|(scheme, default_port)| {
        let host = text.strip_prefix(scheme);
        host.is_some_and(|host| is_host(host) && !host.ends_with(default_port))
    })
}

/// Splits an absolute URL into its origin and the rest, which begins with a slash.
pub(crate) fn split_origin(url: &str) -> Option<(&str, &str)> {
    let authority = url.find("://")? + 3;
    let path = authority + url.get(authority..)?.find('/')?;
    url.split_at_checked(path)
}

/// Returns whether a text is a name or an address in lower case, with or without a port.
/// Anything that two URL parsers could read in two ways is none.
fn is_host(host: &str) -> bool {
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
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    }
}

fn is_loopback(host: &str) -> bool {
    let (name, _) = split_port(host);
    let name = name.trim_matches(['[', ']']).to_ascii_lowercase();
    let is_loopback = |address: IpAddr| address.is_loopback();
    name == "localhost" || name.ends_with(".localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests;
