//! The headers and cookies that decide about a login.

use std::borrow::Cow;

use rocket::request::Request;

use crate::config::Settings;
use crate::rules::Seen;
use crate::rules::audience::{Audience, is_handshake};
use crate::rules::cookie_header::{self, Values};

/// How many tokens of one cookie name a request is judged by. The others are passed over.
pub(super) const MOST_TOKENS: usize = 3;

/// The headers by which most requests are judged. One walk through all headers is faster
/// than a look-up for each.
#[derive(Clone, Copy, Default)]
pub(crate) struct Headers<'r> {
    cookie: Seen<'r>,
    pub(crate) user_agent: Option<&'r str>,
    /// Whether the request is the handshake of a WebSocket.
    pub(crate) wants_socket: bool,
    pub(crate) has_content_type: bool,
    /// Whether a header claims to know where the request comes from.
    pub(super) is_forwarded: bool,
}

impl<'r> Headers<'r> {
    pub(crate) fn of(request: &'r Request<'_>) -> Self {
        let mut headers = Self::default();
        for header in request.headers().iter() {
            let Cow::Borrowed(value) = header.value else {
                continue;
            };
            let name = header.name();
            if name == "Cookie" {
                headers.cookie = headers.cookie.and(value);
            } else if name == "Upgrade" {
                headers.wants_socket |= is_handshake(value);
            } else if name == "User-Agent" {
                headers.user_agent = headers.user_agent.or(Some(value));
            } else if name == "Content-Type" {
                headers.has_content_type = true;
            } else if name == "X-Forwarded-For" {
                headers.is_forwarded = true;
            }
        }
        headers
    }

    /// Returns whether the request has any cookie, of this crate or another.
    pub(super) fn has_cookies(&self, request: &Request<'_>) -> bool {
        self.cookie != Seen::Absent || request.cookies().iter().next().is_some()
    }

    /// Finds the values of these cookies.
    pub(super) fn cookies<const N: usize>(
        &self,
        request: &'r Request<'_>,
        names: [&str; N],
    ) -> [Values<'r>; N] {
        match self.cookie {
            Seen::Once(header) => cookie_header::find(std::iter::once(header), names),
            Seen::Ambiguous => cookie_header::find(request.headers().get("Cookie"), names),
            // A local client fills the jar and sends no header.
            Seen::Absent => names.map(|name| {
                let cookie = request.cookies().get(name);
                cookie.map_or_else(Values::default, |cookie| Values::only(cookie.value()))
            }),
        }
    }
}

/// The values of the two cookies of a login.
pub(crate) struct Cookies<'r> {
    pub(crate) session: Values<'r>,
    pub(crate) remember: Values<'r>,
}

impl<'r> Cookies<'r> {
    pub(crate) fn of(request: &'r Request<'_>, headers: &Headers<'r>, settings: &Settings) -> Self {
        let names = [
            settings.session_cookie.as_str(),
            settings.remember_cookie.as_str(),
        ];
        let [session, remember] = headers.cookies(request, names);
        Self { session, remember }
    }

    /// Returns whether the request has no cookie of these names, valid or not.
    pub(crate) fn is_empty(&self) -> bool {
        self.session.is_empty() && self.remember.is_empty()
    }
}

/// Returns who reads the answer.
pub(crate) fn audience(request: &Request<'_>) -> Audience {
    Audience::of(|name| {
        let mut lines = request.headers().get(name);
        let first = lines.next()?;
        Some(lines.fold(first.into(), |list, line| list + "," + line))
    })
}
