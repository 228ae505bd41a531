//! Who sent a request: a person looking at a page, htmx, or a program.

/// The headers that tell.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hints<'a> {
    pub(crate) hx_request: Option<&'a str>,
    pub(crate) upgrade: Option<&'a str>,
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
    pub(crate) fn of(hints: &Hints<'_>) -> Self {
        let is = |value: Option<&str>, expected: &str| {
            value.is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
        };

        // A browser cannot follow a redirect of a handshake.
        if is(hints.upgrade, "websocket") {
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

/// Whether a program reads the answer as JSON rather than as text.
pub(crate) fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let (_, subtype) = essence.split_once('/').unwrap_or_default();
    let subtype = subtype.to_ascii_lowercase();
    subtype == "json" || subtype.ends_with("+json")
}

/// Whether html is accepted, and ranked no lower than json.
fn prefers_html(accept: &str) -> bool {
    let html = rank(accept, "text", "html").max(rank(accept, "application", "xhtml+xml"));
    html.quality > 0 && html >= rank(accept, "application", "json")
}

/// First by quality, then by how precisely the type was asked for: a client
/// that names json and takes `*/*` besides wants json.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, Default)]
struct Rank {
    quality: u16,
    precision: u8,
}

/// The rank that the most precise matching range gives to a media type.
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

/// `q=0.5` in thousandths; what is no number counts for nothing.
fn quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let is_q = name.trim().eq_ignore_ascii_case("q");
    is_q.then(|| {
        let quality: f32 = value.trim().parse().unwrap_or(0.0);
        (quality.clamp(0.0, 1.0) * 1000.0) as u16
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHROME: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    fn accepting(accept: &str) -> Audience {
        Audience::of(&Hints {
            accept: Some(accept),
            ..Hints::default()
        })
    }

    #[test]
    fn browsers_and_those_who_do_not_say_get_pages() {
        assert_eq!(Audience::of(&Hints::default()), Audience::Page);
        for accept in [
            "*/*",
            CHROME,
            "text/html",
            "TEXT/HTML",
            "text/*",
            "application/json, text/html",
            "application/json;q=0.5, text/html;q=0.5",
        ] {
            assert_eq!(accepting(accept), Audience::Page, "{accept}");
        }
    }

    #[test]
    fn whoever_prefers_json_is_a_program() {
        for accept in [
            "application/json",
            "application/json, text/plain, */*",
            "text/html;q=0.5, application/json",
            "image/png",
            "text/event-stream",
            "*/*;q=0.1, application/json",
            "nonsense",
            "text/html;q=0",
            "text/html;q=x",
        ] {
            assert_eq!(accepting(accept), Audience::Program, "{accept}");
        }
    }

    #[test]
    fn the_fetch_mode_decides_before_accept() {
        let hints = |mode| Hints {
            fetch_mode: Some(mode),
            accept: Some(if mode == "navigate" {
                "application/json"
            } else {
                CHROME
            }),
            ..Hints::default()
        };
        assert_eq!(Audience::of(&hints("navigate")), Audience::Page);
        for mode in ["cors", "same-origin", "no-cors", "websocket", ""] {
            assert_eq!(Audience::of(&hints(mode)), Audience::Program, "{mode}");
        }
    }

    #[test]
    fn htmx_is_htmx_whatever_else_it_says() {
        let htmx = Hints {
            hx_request: Some("true"),
            fetch_mode: Some("cors"),
            ..Hints::default()
        };
        assert_eq!(Audience::of(&htmx), Audience::Htmx);
        let not = Hints {
            hx_request: Some("false"),
            ..Hints::default()
        };
        assert_eq!(Audience::of(&not), Audience::Page);
    }

    #[test]
    fn scripts_and_json_bodies_are_programs() {
        let base = Hints {
            accept: Some(CHROME),
            ..Hints::default()
        };
        for hints in [
            Hints {
                requested_with: true,
                ..base
            },
            Hints {
                authorization: true,
                ..base
            },
            Hints {
                content_type: Some("application/json; charset=utf-8"),
                ..base
            },
            Hints {
                content_type: Some("application/vnd.api+json"),
                ..base
            },
        ] {
            assert_eq!(Audience::of(&hints), Audience::Program, "{hints:?}");
        }
        let form = Hints {
            content_type: Some("application/x-www-form-urlencoded"),
            ..base
        };
        assert_eq!(Audience::of(&form), Audience::Page);
    }

    #[test]
    fn a_handshake_is_never_a_page() {
        let handshake = Hints {
            upgrade: Some("WebSocket"),
            hx_request: Some("true"),
            ..Hints::default()
        };
        assert_eq!(Audience::of(&handshake), Audience::Program);
    }
}
