//! Cross-site requests: which page is behind a request, and the refusal of a page of
//! another site (CSRF). For guards `request_loader::judge_cross_site` decides, which `authenticate`
//! asks first; for the methods of `Auth` it is [`check_change`].

use std::borrow::Cow;

use rocket::http::{ContentType, Method};
use rocket::request::Request;

use crate::config::Settings;
use crate::error::Reason;
use crate::event::Event;
use crate::request::context::Context;
use crate::request::headers::Headers;
use crate::request::proxy;
use crate::request::refusal::Refusal;
use crate::rules::Seen;
use crate::rules::cross_site::{Allowed, Fetch, Sender, Site, is_ahead, is_kept_by_browsers};

/// The headers in which browsers say that they fetch a page ahead, and Turbo in the second.
/// The last two are of old browsers.
const PURPOSES: [&str; 5] = [
    "Sec-Purpose",
    "X-Sec-Purpose",
    "Purpose",
    "X-Purpose",
    "X-Moz",
];

/// Refuses to change the login for a page of another site, unless it is allowed, and for a
/// page that is fetched ahead.
///
/// A guard lets a GET of another site pass, since a page changes nothing when it is shown.
pub(crate) fn check_change(cx: &Context<'_>, allowed: Allowed) -> Result<(), Reason> {
    if !cx.settings().cross_origin_check {
        return Ok(());
    }
    let headers = cx.request.headers();
    if PURPOSES.iter().any(|name| headers.get(name).any(is_ahead)) {
        rocket::info_!("login: nothing changes for a page that is fetched ahead");
        return Err(leave(cx));
    }
    if allowed == Allowed::OwnPages && judge(cx) == Sender::CrossSite {
        return Err(refuse(cx));
    }
    Ok(())
}

/// Tells of the refusal, and returns its reason.
pub(super) fn refuse(cx: &Context<'_>) -> Reason {
    let origins: Vec<_> = cx.request.headers().get("Origin").collect();
    let host = host(cx.request);
    cx.emit(&Event::CrossOrigin {
        origin: (!origins.is_empty()).then(|| origins.join(", ")),
        expected: site(cx.request, cx.settings(), host.as_deref()).own(),
    });
    leave(cx)
}

/// Leaves the reason for the catcher, and returns it.
fn leave(cx: &Context<'_>) -> Reason {
    let reason = Reason::CrossOrigin;
    Refusal::leave(cx.request, cx.realm, reason, None);
    reason
}

/// Returns the page behind a request that may change something or opens a socket. Only the
/// page of a socket can be [`Sender::Unknown`].
pub(super) fn sender(cx: &Context<'_>) -> Sender {
    let is_judged = cx.headers.wants_socket || may_change(cx.request, &cx.headers);
    if is_judged && cx.settings().cross_origin_check {
        judge(cx)
    } else {
        Sender::OwnPage
    }
}

/// Returns the page behind any request.
fn judge(cx: &Context<'_>) -> Sender {
    let (request, settings) = (cx.request, cx.settings());
    let header = |name| Seen::only(request.headers().get(name));
    let (host, origin) = (host(request), header("Origin"));
    let site = site(request, settings, host.as_deref());
    if cx.headers.wants_socket {
        let sender = Sender::of_origin(origin, &site);
        return if settings.allow_missing_origin {
            sender.or_own_page()
        } else {
            sender
        };
    }
    let fetch = Fetch {
        site: header("Sec-Fetch-Site"),
        mode: header("Sec-Fetch-Mode"),
        dest: header("Sec-Fetch-Dest"),
        storage: header("Sec-Fetch-Storage-Access"),
    };
    let sender = if may_change(request, &cx.headers) {
        Sender::of_change(fetch.site, origin, &site)
    } else {
        Sender::of_link(&fetch, origin, &site)
    };
    sender.or_own_page()
}

/// Returns whether the request has no credentials that a browser adds to requests of any
/// page: cookies, and the passwords that it keeps.
pub(super) fn has_no_browser_credentials(cx: &Context<'_>) -> bool {
    let mut passwords = cx.request.headers().get("Authorization");
    let mut has_password = || passwords.any(is_kept_by_browsers);
    !cx.headers.has_cookies(cx.request) && !has_password()
}

/// Returns whether an origin is the one that this request was sent to.
pub(crate) fn is_own_origin(request: &Request<'_>, settings: &Settings, origin: &str) -> bool {
    let host = host(request);
    site(request, settings, host.as_deref()).is_own(origin)
}

fn site<'a>(request: &'a Request<'_>, settings: &'a Settings, host: Option<&'a str>) -> Site<'a> {
    Site {
        setting: settings.origin.as_deref(),
        host,
        tls: request.rocket().config().tls_enabled(),
        forwarded: proxy::scheme(request, settings),
        cookie_secure: settings.cookie_secure,
        allowed: &settings.allowed_origins,
    }
}

/// Returns the `Host` header, unless there are two. HTTP/2 has an authority in its place.
fn host<'r>(request: &'r Request<'_>) -> Option<Cow<'r, str>> {
    let mut hosts = request.headers().get("Host");
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(host.into()),
        (Some(_), Some(_)) => None,
        (None, _) => request.host().map(|host| host.to_string().into()),
    }
}

/// Returns whether a browser could repeat the request by following a link.
pub(crate) fn is_safe_method(request: &Request<'_>) -> bool {
    is_safe(request, &Headers::of(request))
}

fn is_safe(request: &Request<'_>, headers: &Headers<'_>) -> bool {
    matches!(request.method(), Method::Get | Method::Head) && !is_form(request, headers)
}

fn may_change(request: &Request<'_>, headers: &Headers<'_>) -> bool {
    !is_safe(request, headers) && (request.method() != Method::Options || is_form(request, headers))
}

/// Returns whether the request brings a form. Rocket takes the method of a form from its
/// field `_method`: a form with `_method=GET` was posted all the same.
fn is_form(request: &Request<'_>, headers: &Headers<'_>) -> bool {
    let is_form = |content: &ContentType| content.is_form();
    headers.has_content_type && request.content_type().is_some_and(is_form)
}
