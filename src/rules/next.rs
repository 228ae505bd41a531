//! Where a login may lead back to: a path of this site, or nowhere.

use std::borrow::Cow;

use memchr::memchr;
use rocket::http::RawStr;
use rocket::http::uri::Reference;

const MAX_LEN: usize = 2048;

/// How often a path may have been encoded; what still changes then is refused.
const MAX_DECODINGS: usize = 3;

/// Whether `target` is a path of this site that a redirect may lead to.
///
/// `never` are the paths that a login must not lead back to, such as the login
/// page itself.
pub(crate) fn is_safe<'a, I>(target: &str, never: I) -> bool
where
    I: IntoIterator<Item = &'a str>,
{
    is_plain(target)
        && !target.starts_with("//")
        && Reference::parse(target).is_ok()
        && decoded_path(target).is_some_and(|path| {
            is_local(&path) && !never.into_iter().any(|never| same_path(&path, never))
        })
}

/// Whether two decoded paths lead to the same route: empty segments and path
/// parameters make no difference to routing.
pub(crate) fn same_path(path: &str, other: &str) -> bool {
    segments(path).eq(segments(other))
}

/// How many segments a decoded path has.
pub(crate) fn depth(path: &str) -> usize {
    segments(path).count()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .map(strip_parameters)
        .filter(|s| !s.is_empty())
}

/// Whether a decoded path is `base` or below it, by whole segments.
pub(crate) fn is_below(path: &str, base: &str) -> bool {
    let mut path = segments(path);
    segments(base).all(|segment| path.next() == Some(segment))
}

/// `uri` with `value` appended as one query field.
pub(crate) fn with_field(uri: &str, name: &str, value: &str) -> String {
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!(
        "{uri}{separator}{name}={}",
        RawStr::new(value).percent_encode()
    )
}

/// Visible ASCII that browsers take as it stands, with whole percent escapes.
fn is_plain(target: &str) -> bool {
    let bytes = target.as_bytes();
    let is_escape = |at: usize| {
        bytes
            .get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };

    (1..=MAX_LEN).contains(&bytes.len())
        && bytes.first() == Some(&b'/')
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
            b'%' => is_escape(at),
            byte => byte.is_ascii_graphic(),
        })
}

/// The path without query, decoded until decoding changes nothing any more.
pub(crate) fn decoded_path(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let mut path = path.as_bytes().to_vec();
    for _ in 0..MAX_DECODINGS {
        match percent_decode(&path) {
            Cow::Borrowed(_) => break,
            Cow::Owned(decoded) => path = decoded,
        }
    }

    let settled = matches!(percent_decode(&path), Cow::Borrowed(_));
    settled.then(|| String::from_utf8(path).ok()).flatten()
}

fn percent_decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'%', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let hex = |at: usize| {
        let text = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u8::from_str_radix(text, 16).ok()).flatten()
    };

    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| hex(at)).flatten();
        decoded.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }

    match decoded.len() == bytes.len() {
        true => Cow::Borrowed(bytes),
        false => Cow::Owned(decoded),
    }
}

/// What a decoded path must be, so that no server or browser on the way can
/// take it for another host or walk up with it.
fn is_local(path: &str) -> bool {
    let mut segments = path.split('/').skip(1).map(strip_parameters);
    !path.starts_with("//")
        && !path.contains(|c: char| c.is_control() || c == '\\')
        && (path == "/" || segments.clone().next() != Some(""))
        && !segments.any(|segment| matches!(segment, "." | ".."))
}

fn strip_parameters(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
