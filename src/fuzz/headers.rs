//! The headers that decide about a login, in any form that a sender chooses.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::rules::cross_site::Site;
use crate::rules::origin::{Scheme, split_origin};
use crate::rules::{client, cookie_header};

const NAMES: [&str; 3] = ["session", "__Host-session", "remember_token"];

/// `Cookie` headers, one a line.
pub fn cookie_header(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    is_found(text);
    for name in NAMES {
        let values = find(text.lines(), name);
        for value in &values {
            // As it was sent, and as it would be found alone.
            let pair = format!("{name}={value}");
            assert!(text.contains(&pair) || (value.is_empty() && text.contains(name)));
            assert_eq!(find(std::iter::once(pair.as_str()), name), [*value]);
        }
        hides_nothing(text, name, &values);
    }
}

fn find<'a>(headers: impl Iterator<Item = &'a str>, name: &str) -> Vec<&'a str> {
    let [values] = cookie_header::find(headers, [name]);
    values.iter().collect()
}

/// A cookie that is there once, in plain characters all of it, is found.
fn is_found(text: &str) {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '%' | ';' | '=');
    if text.chars().all(is_plain) {
        let headers = ["a=b".into(), format!("session={text}; c=d")];
        let headers = headers.iter().map(String::as_str);
        assert_eq!(find(headers, "session"), [text]);
    }
}

/// A name in disguise is none, and no other text in a header hides a cookie.
fn hides_nothing(text: &str, name: &str, values: &[&str]) {
    let (head, tail) = name.split_at(1);
    let code = head.bytes().next().unwrap_or_default();
    let twins = [
        format!("%{code:02x}{tail}=w"),
        format!("\u{2000}{name}=w"),
        format!("{name} =w"),
    ];
    for twin in twins {
        let headers: Vec<_> = text
            .lines()
            .map(|line| format!("{twin}; {line}; {twin}"))
            .collect();
        assert_eq!(find(headers.iter().map(String::as_str), name), values);
    }
    let headers: Vec<_> = text
        .lines()
        .map(|line| format!("{line};{name}=planted"))
        .collect();
    let found = find(headers.iter().map(String::as_str), name);
    assert_eq!(found.len(), values.len() + headers.len());
}

/// An `Origin` header, a `Host` header and an `X-Forwarded-Proto` header, one a line.
pub fn origin_header(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text.split('\n');
    let (origin, host) = (lines.next().unwrap_or_default(), lines.next());
    let forwarded = Scheme::forwarded(lines.next().into_iter());
    for cookie_secure in [false, true] {
        for tls in [false, true] {
            let site = Site {
                setting: None,
                host,
                tls,
                forwarded,
                cookie_secure,
                allowed: &[],
            };
            if site.is_own(origin) {
                is_the_host(origin, host.unwrap_or_default());
                assert!(!tls || origin.starts_with("https://"));
            }
        }
    }
    if let Some((head, path)) = split_origin(origin) {
        assert_eq!([head, path].concat(), origin);
        assert!(path.starts_with('/') && head.contains("://"));
    }
}

/// An origin that is this site's is written as browsers do, and names the host and
/// nothing else.
fn is_the_host(origin: &str, host: &str) {
    let host = host.to_ascii_lowercase();
    let authority = origin.strip_prefix("https://").map(|rest| (rest, ":443"));
    let authority = authority.or(origin.strip_prefix("http://").map(|rest| (rest, ":80")));
    assert!(authority.is_some_and(|(rest, port)| host == rest || host == format!("{rest}{port}")));
    assert!(
        !origin.contains(['@', '/', '\\', '?', '#', '%', ' ']) || origin.matches('/').count() == 2
    );
    assert!(
        origin
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
    );
}

/// Headers of proxies, one a line, from a peer that is one and from one that is none.
pub fn forwarding_header(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let trusted: Vec<IpNet> = ["10.0.0.0/8", "::1/128", "2001:db8::/32"]
        .iter()
        .filter_map(|net| net.parse().ok())
        .collect();
    let client = |peer: IpAddr, text: &str| client::address(Some(peer), text.lines(), &trusted);
    let proxy = IpAddr::from([10, 0, 0, 1]);
    let stranger = IpAddr::from([192, 0, 2, 1]);

    assert_eq!(client(stranger, text), Some(stranger));
    let found = client(proxy, text);
    assert!(found.is_some_and(|found| found == found.to_canonical()));
    // A list that can be read is read to its end, or to the first stranger.
    let hops: Vec<&str> = text.lines().flat_map(|line| line.split(',')).collect();
    let is_readable = hops.iter().all(|hop| hop.trim().parse::<IpAddr>().is_ok());
    if is_readable && client::is_trusted(found, &trusted) {
        let is_hop = |hop: &&str| {
            let hop = hop.trim().parse().ok();
            client::is_trusted(hop, &trusted)
        };
        assert!(hops.iter().all(is_hop));
    }
    // Beyond the first stranger from the right is that stranger's own word.
    if !client::is_trusted(found, &trusted) {
        assert_eq!(client(proxy, &format!("203.0.113.66, {text}")), found);
        assert_eq!(client(proxy, &format!("203.0.113.66\n{text}")), found);
    }
    assert_eq!(client::address(None, text.lines(), &trusted), None);
}
