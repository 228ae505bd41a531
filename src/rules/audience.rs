//! The audience of an answer: a page in a browser, htmx, or a program.

/// The headers that tell the audience.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hints<'a> {
    pub(crate) hx_request: Option<&'a str>,
    pub(crate) is_handshake: bool,
    pub(crate) fetch_mode: Option<&'a str>,
    pub(crate) requested_with: bool,
    pub(crate) authorization: bool,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) accept: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Page,
    Htmx,
    Program,
}

impl Audience {
    /// Judges a request by its headers. Without any of them the audience is a page.
    pub(crate) fn of(hints: &Hints<'_>) -> Self {
        let is = |value: Option<&str>, expected: &str| {
            value.is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
        };

        // A browser cannot follow a redirect of a handshake.
        if hints.is_handshake {
            return Self::Program;
        }
        if is(hints.hx_request, "true") {
            return Self::Htmx;
        }
        let is_page = match hints.fetch_mode {
            Some(_) => is(hints.fetch_mode, "navigate"),
            None => {
                !hints.requested_with
                    && !hints.authorization
                    && !hints.content_type.is_some_and(is_json)
                    && hints.accept.is_none_or(prefers_html)
            }
        };
        if is_page { Self::Page } else { Self::Program }
    }
}

/// Returns whether a media type is JSON, or a kind of it.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let (_, subtype) = essence.split_once('/').unwrap_or_default();
    let subtype = subtype.to_ascii_lowercase();
    subtype == "json" || subtype.ends_with("+json")
}

/// Returns whether HTML is accepted, and ranked no lower than JSON.
fn prefers_html(accept: &str) -> bool {
    let html = rank(accept, "text", "html").max(rank(accept, "application", "xhtml+xml"));
    html.quality > 0 && html >= rank(accept, "application", "json")
}

/// The rank of a media type: by quality, then by precision. A client that names JSON and
/// accepts `*/*` besides wants JSON.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, Default)]
struct Rank {
    quality: u16,
    precision: u8,
}

/// Returns the rank that the most precise matching range gives to a media type.
fn rank(accept: &str, top: &str, sub: &str) -> Rank {
    let ranges = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let (range_top, range_sub) = parts.next()?.split_once('/')?;
        let precision = match (range_top, range_sub) {
            ("*", "*") => 1,
            (range_top, "*") if range_top.eq_ignore_ascii_case(top) => 2,
            _ if range_top.eq_ignore_ascii_case(top) && range_sub.eq_ignore_ascii_case(sub) => 3,
            _ => return None,
        };
        let quality = parts.find_map(quality).unwrap_or(1000);
        Some(Rank { quality, precision })
    });
    ranges.max_by_key(|rank| rank.precision).unwrap_or_default()
}

/// Reads `q=0.5` in thousandths. A value that is no number counts as 0.
fn quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let is_q = name.trim().eq_ignore_ascii_case("q");
    is_q.then(|| {
        let quality: f32 = value.trim().parse().unwrap_or(0.0);
        (quality.clamp(0.0, 1.0) * 1000.0) as u16
    })
}

#[cfg(test)]
mod tests;
