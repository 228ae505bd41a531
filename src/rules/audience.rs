//! The audience of an answer: a page in a browser, a part of one, or a program.

use std::borrow::Cow;

use crate::rules::cross_site::is_kept_by_browsers;
use crate::rules::names;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Page,
    Htmx,
    /// A frame of Turbo: a part of a page that is loaded by itself.
    Frame,
    Program,
    /// The handshake of a WebSocket.
    Handshake,
}

impl Audience {
    /// Judges a request by its headers; one that comes twice is a list. Without any of them
    /// the audience is a page.
    pub(crate) fn of<'a>(header: impl Fn(&str) -> Option<Cow<'a, str>>) -> Self {
        let says = |name: &str, word: &str| header(name).is_some_and(|list| names(&list, word));
        // A browser cannot follow a redirect of a handshake.
        if header("Upgrade").is_some_and(|protocols| is_handshake(&protocols)) {
            return Self::Handshake;
        }
        if says("HX-Request", "true") {
            return Self::Htmx;
        }
        // A service worker that rebuilds a navigation changes the mode alone.
        if says("Sec-Fetch-Mode", "navigate") || says("Upgrade-Insecure-Requests", "1") {
            return Self::Page;
        }
        // The WebView of an app sends the name of the app in `X-Requested-With`.
        if says("X-Requested-With", "XMLHttpRequest")
            || header("Authorization").is_some_and(|value| !is_kept_by_browsers(&value))
            || header("Content-Type").is_some_and(|value| is_json(&value))
        {
            return Self::Program;
        }
        if header("Turbo-Frame").is_some_and(|id| !id.is_empty()) {
            return Self::Frame;
        }
        let accept = header("Accept");
        let is_script = header("Sec-Fetch-Mode").is_some();
        let names_html = accept.as_deref().is_some_and(names_html);
        if names_html || (!is_script && accept.is_none_or(|accept| prefers_html(&accept))) {
            Self::Page
        } else {
            Self::Program
        }
    }

    /// Returns whether the answer is for no person.
    pub(crate) fn is_program(self) -> bool {
        matches!(self, Self::Program | Self::Handshake)
    }
}

/// Returns whether an `Upgrade` header asks for a WebSocket.
pub(crate) fn is_handshake(protocols: &str) -> bool {
    names(protocols, "websocket")
}

/// Returns whether a media type is JSON, or a kind of it.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let (_, subtype) = essence.split_once('/').unwrap_or_default();
    let subtype = subtype.to_ascii_lowercase();
    subtype == "json" || subtype.ends_with("+json")
}

/// Returns whether HTML is accepted by its name: a script that does not want it does not.
fn names_html(accept: &str) -> bool {
    let html = rank(accept, "text", "html");
    html.quality > 0 && html.precision == NAMED
}

/// Returns whether HTML is accepted, ranked no lower than JSON, and of the best quality: an
/// image, a style or a reader of feeds takes everything besides, but not as gladly.
fn prefers_html(accept: &str) -> bool {
    let named = Some(rank(accept, "text", "html")).filter(|html| html.precision > 0);
    let html = named.unwrap_or_else(|| rank(accept, "application", "xhtml+xml"));
    let mut qualities = accept
        .split(',')
        .map(|range| quality(range.split(';').skip(1)));
    html.quality > 0
        && html >= rank(accept, "application", "json")
        && qualities.all(|quality| quality <= html.quality)
}

/// The rank of a media type: by quality, then by precision. A client that names JSON and
/// accepts `*/*` besides wants JSON.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, Default)]
struct Rank {
    quality: u16,
    precision: u8,
}

/// The precision of a media type that is named in full.
const NAMED: u8 = 3;

/// Returns the rank that the most precise matching range gives to a media type.
fn rank(accept: &str, top: &str, sub: &str) -> Rank {
    let ranges = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';');
        let (range_top, range_sub) = parts.next()?.trim().split_once('/')?;
        let precision = match (range_top, range_sub) {
            ("*", "*") => 1,
            (range_top, "*") if range_top.eq_ignore_ascii_case(top) => 2,
            _ if range_top.eq_ignore_ascii_case(top) && range_sub.eq_ignore_ascii_case(sub) => {
                NAMED
            }
            _ => return None,
        };
        let quality = quality(parts);
        Some(Rank { quality, precision })
    });
    ranges.max_by_key(|rank| rank.precision).unwrap_or_default()
}

/// Reads `q=0.5` among parameters, in thousandths. A value that is no number counts as 0.
fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let value = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value)
    });
    value.map_or(1000, |value| {
        let quality: f32 = value.trim().parse().unwrap_or(0.0);
        (quality.clamp(0.0, 1.0) * 1000.0) as u16
    })
}

#[cfg(test)]
mod tests;
