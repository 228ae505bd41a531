//! The defence against cross-site request forgery (CSRF), as a pure rule.
//!
//! A request that may change something, or that opens a socket, has to come from a page of
//! this site. Browsers name the page's origin in `Origin`, and its relation to this site in
//! `Sec-Fetch-Site`. `request/` reads these headers and refuses the request.

use crate::rules::Seen;
use crate::rules::origin::{Scheme, is_allowed, is_loopback};

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
    /// `Sec-Fetch-Storage-Access`, which browsers send from frames in pages of other sites.
    pub(crate) storage: Seen<'a>,
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
    /// The scheme that a trusted proxy names.
    pub(crate) forwarded: Option<Scheme>,
    pub(crate) cookie_secure: bool,
    /// The setting `allowed_origins`.
    pub(crate) allowed: &'a [String],
}

/// The schemes of `Authorization` whose credentials browsers keep, and add to requests of
/// any page.
const KEPT_BY_BROWSERS: [&str; 4] = ["Basic", "Digest", "Negotiate", "NTLM"];

/// The purposes of requests that a browser sends before its user asks for them.
const AHEAD: [&str; 3] = ["prefetch", "prerender", "preview"];

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
    /// script or a frame of another site may not. No link has an `Origin`, but some scripts do.
    pub(crate) fn of_link(fetch: &Fetch<'_>, origin: Seen<'_>, site: &Site<'_>) -> Self {
        match fetch.site {
            Seen::Absent => Self::of_origin(origin, site),
            Seen::Once(_) if fetch.is_link() => Self::OwnPage,
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

impl Fetch<'_> {
    /// Returns whether the browser goes to the page, as by a link.
    ///
    /// A service worker of this site that passes a navigation on empties the destination. No
    /// page can have a script send this mode. A frame of another site is known by its word on
    /// storage. A frame of the same site is not, so that such a page is no link.
    fn is_link(&self) -> bool {
        let is_passed_on = self.dest == Seen::Once("empty")
            && self.site == Seen::Once("cross-site")
            && self.storage == Seen::Absent;
        self.mode == Seen::Once("navigate") && (self.dest == Seen::Once("document") || is_passed_on)
    }
}

impl Site<'_> {
    fn allows(&self, origin: &str) -> bool {
        self.allowed
            .iter()
            .any(|allowed| is_allowed(origin, allowed))
    }

    /// Returns whether `origin` is, byte for byte, the origin of this site.
    pub(crate) fn is_own(&self, origin: &str) -> bool {
        self.own().iter().any(|own| own == origin)
    }

    /// Returns the origins of this site.
    pub(crate) fn own(&self) -> Vec<String> {
        match (self.setting, self.host) {
            (Some(setting), _) => vec![setting.into()],
            (None, Some(host)) => {
                let schemes = self.schemes(host).iter();
                schemes
                    .filter_map(|scheme| scheme.origin_of(host))
                    .collect()
            }
            (None, None) => Vec::new(),
        }
    }

    /// Returns the schemes with which browsers may reach this site.
    fn schemes(&self, host: &str) -> &'static [Scheme] {
        match (self.tls, self.forwarded) {
            (true, _) | (false, Some(Scheme::Https)) => &[Scheme::Https],
            (false, Some(Scheme::Http)) => &[Scheme::Http],
            (false, None) if !self.cookie_secure => &[Scheme::Http],
            (false, None) if is_loopback(host) => &[Scheme::Https, Scheme::Http],
            (false, None) => &[Scheme::Https],
        }
    }
}

/// Returns whether browsers keep the credentials of this `Authorization`.
pub(crate) fn is_kept_by_browsers(authorization: &str) -> bool {
    let scheme = authorization
        .trim_start()
        .split(' ')
        .next()
        .unwrap_or_default();
    let mut kept = KEPT_BY_BROWSERS.iter();
    kept.any(|kept| scheme.eq_ignore_ascii_case(kept))
}

/// Returns whether a browser says with this value that its user has not asked for the
/// request yet.
pub(crate) fn is_ahead(purpose: &str) -> bool {
    let is_ahead = |word: &str| AHEAD.iter().any(|ahead| word.eq_ignore_ascii_case(ahead));
    purpose.split([';', ',']).map(str::trim).any(is_ahead)
}

#[cfg(test)]
mod tests;
