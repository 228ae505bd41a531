//! The headers that decide about a login.

use std::borrow::Cow;

use rocket::request::Request;

use crate::rules::{Seen, cookie};

/// What most requests are judged by, from one walk through the headers: to look each of
/// them up takes longer.
#[derive(Clone, Copy)]
pub(crate) struct Head<'r> {
    request: &'r Request<'r>,
    cookies: Seen<'r>,
    pub(crate) user_agent: Option<&'r str>,
    /// Whether the request is a handshake, as whoever answers one understands it.
    pub(crate) wants_socket: bool,
    pub(crate) has_content_type: bool,
}

impl<'r> Head<'r> {
    pub(crate) fn of(request: &'r Request<'_>) -> Self {
        let mut head = Self {
            request,
            cookies: Seen::Absent,
            user_agent: None,
            wants_socket: false,
            has_content_type: false,
        };
        for header in request.headers().iter() {
            let is = |name: &str| header.name().as_str().eq_ignore_ascii_case(name);
            let Cow::Borrowed(value) = header.value else {
                continue;
            };
            match header.name().len() {
                6 if is("Cookie") => head.cookies = head.cookies.and(value),
                7 if is("Upgrade") => head.wants_socket |= names_websocket(value),
                10 if is("User-Agent") => head.user_agent = head.user_agent.or(Some(value)),
                12 if is("Content-Type") => head.has_content_type = true,
                _ => {}
            }
        }
        head
    }

    /// The cookie of one name, from the raw header.
    pub(crate) fn cookie(&self, name: &str) -> Seen<'r> {
        match self.cookies {
            Seen::Once(header) => cookie::find(std::iter::once(header), name),
            Seen::Unclear => cookie::find(self.request.headers().get("Cookie"), name),
            // A local client fills the jar and sends no header.
            Seen::Absent => match self.request.cookies().get(name) {
                Some(cookie) => Seen::Once(cookie.value()),
                None => Seen::Absent,
            },
        }
    }
}

fn names_websocket(value: &str) -> bool {
    let mut protocols = value.split(',').map(str::trim);
    protocols.any(|protocol| protocol.eq_ignore_ascii_case("websocket"))
}
