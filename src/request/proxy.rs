//! The headers of proxies. They count only if the peer is a trusted proxy.

use std::net::IpAddr;
use std::sync::Once;

use rocket::request::Request;

use crate::config::Settings;
use crate::event::quoted;
use crate::rules::origin::Scheme;
use crate::rules::{Seen, client, public_base as rule};

const FORWARDED_PROTO: &str = "X-Forwarded-Proto";

/// Returns the address of the client, as far as a trusted proxy tells it.
pub(crate) fn client_address(request: &Request<'_>, settings: &Settings) -> Option<IpAddr> {
    // The iterator over headers cannot be walked backwards.
    let forwarded: Vec<&str> = if settings.trusted_proxies.is_empty() {
        Vec::new()
    } else {
        request.headers().get(&settings.proxy_header).collect()
    };
    let proxies = &settings.trusted_proxies;
    client::address(peer(request), forwarded.into_iter(), proxies)
}

/// Returns the scheme with which the browser has reached a trusted proxy, if all proxies on
/// the way name the same.
pub(super) fn scheme(request: &Request<'_>, settings: &Settings) -> Option<Scheme> {
    let values = || request.headers().get(FORWARDED_PROTO);
    if values().next().is_none() || !is_from_proxy(request, settings) {
        return None;
    }
    let scheme = Scheme::forwarded(values());
    if scheme.is_none() {
        static TOLD: Once = Once::new();
        let expected = "`https` or `http` is expected, and one of them alone";
        warn_once(&TOLD, FORWARDED_PROTO, values(), expected);
    }
    scheme
}

/// Returns the path below which the browser finds this application: from the header of a
/// trusted proxy, else from the settings. It is empty where neither says one.
pub(crate) fn public_base<'r>(request: &'r Request<'_>, settings: &'r Settings) -> &'r str {
    let header = settings.prefix_header.as_deref();
    let prefix = header.and_then(|name| prefix(request, settings, name));
    prefix.unwrap_or(&settings.public_base)
}

fn prefix<'r>(request: &'r Request<'_>, settings: &Settings, name: &str) -> Option<&'r str> {
    if !is_from_proxy(request, settings) {
        return None;
    }
    let values = || request.headers().get(name);
    let prefix = match Seen::only(values()) {
        Seen::Absent => return None,
        Seen::Once(text) => rule::parse(text),
        Seen::Ambiguous => None,
    };
    if prefix.is_none() {
        static TOLD: Once = Once::new();
        warn_once(&TOLD, name, values(), "one path such as `/app` is expected");
    }
    prefix
}

/// Tells once in a process of a header that cannot be read.
fn warn_once<'r>(told: &Once, name: &str, values: impl Iterator<Item = &'r str>, expected: &str) {
    told.call_once(|| {
        let values = quoted(&values.collect::<Vec<_>>().join(", "));
        rocket::warn!("login: {name} of a trusted proxy is {values}.");
        rocket::warn_!("It does not count: {expected}.");
    });
}

/// Tells once in a process that a peer who is no trusted proxy names the address of a client.
pub(super) fn warn_of_stranger(request: &Request<'_>, settings: &Settings) {
    static TOLD: Once = Once::new();
    let is_told = TOLD.is_completed() || is_from_proxy(request, settings);
    if let Some(peer) = peer(request).filter(|_| !is_told) {
        TOLD.call_once(|| {
            let (peer, table) = (peer.to_canonical(), &settings.table);
            rocket::warn!("login: X-Forwarded-For from {peer} is ignored: no trusted proxy.");
            rocket::warn_!("If it is yours, set `trusted_proxies = [\"{peer}\"]` in `{table}`.");
        });
    }
}

/// Returns whether the peer is a trusted proxy.
pub(super) fn is_from_proxy(request: &Request<'_>, settings: &Settings) -> bool {
    client::is_trusted(peer(request), &settings.trusted_proxies)
}

fn peer(request: &Request<'_>) -> Option<IpAddr> {
    request.remote().map(|remote| remote.ip())
}
