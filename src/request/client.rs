//! What a request says about who sent it, and to where.

use std::borrow::Cow;
use std::net::IpAddr;

use rocket::http::{ContentType, Method};
use rocket::request::Request;

use crate::config::Settings;
use crate::request::head::{self, Head};
use crate::rules::audience::{Audience, Hints};
use crate::rules::cross_site::{Sender, Site};
use crate::rules::fingerprint::Fingerprint;
use crate::rules::{Seen, address};
use crate::session::Client;

/// The schemes of `Authorization` that browsers use by themselves.
const KEPT_BY_BROWSERS: [&str; 4] = ["Basic", "Digest", "Negotiate", "NTLM"];

/// By what this browser is recognised, unless the application says otherwise.
pub(crate) fn identifier(
    request: &Request<'_>,
    head: &Head<'_>,
    settings: &Settings,
) -> Fingerprint {
    Fingerprint::new(client_address(request, settings), head.user_agent)
}

/// Who began a session, as far as it is shown to its user.
pub(crate) fn client(request: &Request<'_>, head: &Head<'_>, settings: &Settings) -> Client {
    Client::new(client_address(request, settings), head.user_agent)
}

/// Whose address a request comes from.
pub(crate) fn client_address(request: &Request<'_>, settings: &Settings) -> Option<IpAddr> {
    let peer = request.remote().map(|remote| remote.ip());
    // The iterator over headers cannot be walked backwards.
    let forwarded: Vec<&str> = match settings.trusted_proxies.is_empty() {
        true => Vec::new(),
        false => request.headers().get(&settings.proxy_header).collect(),
    };
    address::client(peer, forwarded.into_iter(), &settings.trusted_proxies)
}

/// Whether an origin is the one that this request was sent to.
pub(crate) fn is_own_origin(request: &Request<'_>, settings: &Settings, origin: &str) -> bool {
    let host = host(request);
    site(request, settings, host.as_deref()).is_own(origin)
}

/// Who is behind the request, where that matters: [`Sender::Unknown`] only for a
/// socket whose page has to be known.
pub(crate) fn sender(request: &Request<'_>, head: &Head<'_>, settings: &Settings) -> Sender {
    let is_socket = head.wants_socket;
    if !settings.cross_origin_check || !(is_socket || may_change(request, head)) {
        return Sender::OwnPage;
    }

    let header = |name| Seen::only(request.headers().get(name));
    let (host, origin) = (host(request), header("Origin"));
    let site = site(request, settings, host.as_deref());
    let sender = if is_socket {
        Sender::of_origin(origin, &site)
    } else {
        Sender::of_change(header("Sec-Fetch-Site"), origin, &site)
    };
    if is_socket && !settings.allow_missing_origin {
        sender
    } else {
        sender.or_own_page()
    }
}

/// Whether a browser may have added what proves who somebody is: it keeps passwords, and
/// sends them along from whatever page.
pub(crate) fn brings_password(request: &Request<'_>) -> bool {
    let is_kept = |value: &str| {
        let scheme = value.trim_start().split(' ').next().unwrap_or_default();
        KEPT_BY_BROWSERS
            .iter()
            .any(|kept| scheme.eq_ignore_ascii_case(kept))
    };
    request.headers().get("Authorization").any(is_kept)
}

fn site<'a>(request: &'a Request<'_>, settings: &'a Settings, host: Option<&'a str>) -> Site<'a> {
    let peer = request.remote().map(|remote| remote.ip());
    let is_proxied = address::is_trusted(peer, &settings.trusted_proxies);
    let forwarded_proto = request.headers().get_one("X-Forwarded-Proto");
    Site {
        setting: settings.origin.as_deref(),
        host,
        tls: request.rocket().config().tls_enabled(),
        forwarded_proto: forwarded_proto.filter(|_| is_proxied),
        cookie_secure: settings.cookies.secure,
        allowed: &settings.allowed_origins,
    }
}

/// The `Host` header, if there is one and no second one; HTTP/2 has none, and
/// its authority instead.
fn host<'r>(request: &'r Request<'_>) -> Option<Cow<'r, str>> {
    let mut hosts = request.headers().get("Host");
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(host.into()),
        (Some(_), Some(_)) => None,
        (None, _) => request.host().map(|host| host.to_string().into()),
    }
}

pub(crate) fn audience(request: &Request<'_>) -> Audience {
    let mut hints = Hints::default();
    head::walk(request, |name, value| {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match () {
            () if is("Accept") => hints.accept = hints.accept.or(Some(value)),
            () if is("Authorization") => hints.authorization = true,
            () if is("Content-Type") => hints.content_type = hints.content_type.or(Some(value)),
            () if is("HX-Request") => hints.hx_request = hints.hx_request.or(Some(value)),
            () if is("Sec-Fetch-Mode") => hints.fetch_mode = hints.fetch_mode.or(Some(value)),
            () if is("Upgrade") => hints.is_handshake |= head::names_websocket(value),
            () if is("X-Requested-With") => hints.requested_with = true,
            () => {}
        }
    });
    Audience::of(&hints)
}

/// Whether a browser could repeat the request by following a link.
pub(crate) fn is_safe_method(request: &Request<'_>) -> bool {
    is_safe(request, &Head::of(request))
}

fn is_safe(request: &Request<'_>, head: &Head<'_>) -> bool {
    matches!(request.method(), Method::Get | Method::Head) && !is_form(request, head)
}

fn may_change(request: &Request<'_>, head: &Head<'_>) -> bool {
    !is_safe(request, head) && (request.method() != Method::Options || is_form(request, head))
}

/// A form that begins with `_method=GET` was posted all the same: Rocket has
/// changed the method before anybody could see it, but not the content type.
fn is_form(request: &Request<'_>, head: &Head<'_>) -> bool {
    let is_form = |content: &ContentType| content.is_form();
    head.has_content_type && request.content_type().is_some_and(is_form)
}
