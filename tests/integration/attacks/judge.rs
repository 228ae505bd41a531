//! Where a browser goes that is sent somewhere by a page of this site: by the rules of the WHATWG
//! (https://url.spec.whatwg.org/#url-parsing), and written without a look at the crate's.

use std::borrow::Cow;

/// How often what is carried along may be encoded before it is looked at no more.
const ROUNDS: usize = 4;

/// The path of this site that `location` leads to; `None` if that is elsewhere, or may be to a
/// program that writes it down anew.
fn path_here(location: &str) -> Option<String> {
    let text = location.trim_matches(|c: char| c <= ' ');
    let text: String = text.chars().filter(|c| !"\t\n\r".contains(*c)).collect();
    if has_scheme(&text) {
        return None;
    }
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let path = text[..end].replace('\\', "/");
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    let mut resolved: Vec<&str> = Vec::new();
    let mut segments = path[1..].split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." if is_last => resolved.push(""),
            "." => {}
            ".." => {
                resolved.pop();
                resolved.extend(is_last.then_some(""));
            }
            _ => resolved.push(segment),
        }
    }
    let resolved = format!("/{}", resolved.join("/"));
    (!resolved.starts_with("//")).then_some(resolved)
}

fn has_scheme(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_part)
    })
}

/// Whether a redirect leads to this site, and carries nothing along as `next` that does not.
pub(super) fn is_own(location: &str) -> bool {
    let mut bytes = location.bytes();
    let is_plain = bytes.all(|byte| byte.is_ascii_graphic());
    let begins = location.starts_with('/') && !location.starts_with("//");
    is_plain
        && begins
        && !location.starts_with("/\\")
        && path_here(location).is_some()
        && carried(location).all(|next| stays_here(&next))
}

/// However often a program on the way decodes it.
pub(super) fn stays_here(target: &str) -> bool {
    let mut target = Cow::Borrowed(target);
    for _ in 0..ROUNDS {
        if path_here(&target).is_none() {
            return false;
        }
        let end = target.find(['?', '#']).unwrap_or(target.len());
        target = Cow::Owned(decode(&target[..end]));
    }
    true
}

fn carried(location: &str) -> impl Iterator<Item = String> {
    let query = location.split_once('?').map_or("", |(_, query)| query);
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    fields
        .filter(|(name, _)| *name == "next")
        .map(|(_, value)| decode(value))
}

/// As forms are, with what is no text replaced.
pub(super) fn decode(text: &str) -> String {
    let text = rocket::http::RawStr::new(text);
    text.url_decode_lossy().into_owned()
}

#[test]
fn the_judge_knows_this_site_from_others() {
    for own in [
        "/",
        "/a/b?c#d",
        "/a/../b",
        "/a?x=//evil.com",
        "/a:b",
        "/%2e/a",
    ] {
        assert!(is_own(own), "{own}");
    }
    for (location, path) in [
        ("/a/./b/../c", "/a/c"),
        ("/a/%2E%2e/b", "/b"),
        ("/a/..", "/"),
        ("\t/a\n/b", "/a/b"),
    ] {
        assert_eq!(path_here(location).as_deref(), Some(path), "{location}");
    }
    for other in [
        "",
        "a",
        "?a",
        "//evil.com",
        "/\\evil.com",
        "/\t/evil.com",
        " //evil.com",
        "http:a",
        "javascript:a",
        "/a/..//evil.com",
        "/.//evil.com",
        "/%2e%2e//evil.com",
        "/login?next=%2F%2Fevil.com",
        "/login?next=%2F%255Cevil.com",
        "/login?next=http:",
    ] {
        assert!(!is_own(other), "{other}");
    }
}
