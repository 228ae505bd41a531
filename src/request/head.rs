//! The headers that decide about a login.

use std::borrow::Cow;

use rocket::request::Request;

use crate::config::CookieSettings;
use crate::rules::Seen;
use crate::rules::cookie_header::{self, Values};

/// What most requests are judged by, from one walk through the headers: to look each of
/// them up takes longer.
#[derive(Clone, Copy, Default)]
pub(crate) struct Head<'r> {
    cookie_header: Seen<'r>,
    pub(crate) user_agent: Option<&'r str>,
    /// Whether the request is a handshake, as whoever answers one understands it.
    pub(crate) wants_socket: bool,
    pub(crate) has_content_type: bool,
}

impl<'r> Head<'r> {
    pub(crate) fn of(request: &'r Request<'_>) -> Self {
        let mut head = Self::default();
        walk(request, |name, value| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            match () {
                () if is("Cookie") => head.cookie_header = head.cookie_header.and(value),
                () if is("Upgrade") => head.wants_socket |= names_websocket(value),
                () if is("User-Agent") => head.user_agent = head.user_agent.or(Some(value)),
                () if is("Content-Type") => head.has_content_type = true,
                () => {}
            }
        });
        head
    }

    /// Whether there are cookies, whatever their names.
    pub(super) fn brings_cookies(&self, request: &Request<'_>) -> bool {
        self.cookie_header != Seen::Absent || request.cookies().iter().next().is_some()
    }
}

/// Shows every header, by name and value.
pub(super) fn walk<'r>(request: &'r Request<'_>, mut look: impl FnMut(&str, &'r str)) {
    for header in request.headers().iter() {
        if let Cow::Borrowed(value) = header.value {
            look(header.name().as_str(), value);
        }
    }
}

/// The values of the two cookies of a login, as the request has them.
pub(crate) struct Cookies<'r> {
    pub(crate) session: Values<'r>,
    pub(crate) remember: Values<'r>,
}

impl<'r> Cookies<'r> {
    pub(crate) fn of(request: &'r Request<'_>, head: &Head<'r>, settings: &CookieSettings) -> Self {
        let names = [settings.session.as_str(), settings.remember.as_str()];
        let [session, remember] = find(request, head, names);
        Self { session, remember }
    }

    /// Whether there is any cookie of these names, whatever it is worth.
    pub(crate) fn is_empty(&self) -> bool {
        self.session.is_empty() && self.remember.is_empty()
    }
}

fn find<'r, const N: usize>(
    request: &'r Request<'_>,
    head: &Head<'r>,
    names: [&str; N],
) -> [Values<'r>; N] {
    match head.cookie_header {
        Seen::Once(header) => cookie_header::find(std::iter::once(header), names),
        Seen::Ambiguous => cookie_header::find(request.headers().get("Cookie"), names),
        // A local client fills the jar and sends no header.
        Seen::Absent => names.map(|name| {
            let cookie = request.cookies().get(name);
            cookie.map_or_else(Values::default, |cookie| Values::only(cookie.value()))
        }),
    }
}

/// Another cookie, which few requests are asked for.
pub(super) fn cookie<'r>(request: &'r Request<'_>, head: &Head<'r>, name: &str) -> Values<'r> {
    let [values] = find(request, head, [name]);
    values
}

pub(super) fn names_websocket(value: &str) -> bool {
    let mut protocols = value.split(',').map(str::trim);
    protocols.any(|protocol| protocol.eq_ignore_ascii_case("websocket"))
}

/// Whether a request seems to bring a cookie of this name: a look at the text is enough.
pub(super) fn names_cookie(request: &Request<'_>, name: &str) -> bool {
    let mut headers = request.headers().get("Cookie");
    let names = |header: &str| {
        let mut pairs = header.split(';');
        pairs.any(|pair| pair.trim_ascii_start().starts_with(name))
    };
    match headers.next() {
        Some(first) => names(first) || headers.any(names),
        // A local client fills the jar and sends no header.
        None => request.cookies().get(name).is_some(),
    }
}
