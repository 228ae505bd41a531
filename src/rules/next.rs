//! The rule for `next`: a login leads back to a path of this site, or nowhere.

use std::borrow::Cow;

use rocket::http::RawStr;
use rocket::http::uri::Reference;

const MAX_LEN: usize = 2048;

/// How often a path may be encoded. A path that is encoded more often is refused.
const MAX_DECODINGS: usize = 3;

/// Returns whether `target` is a path of this site that a redirect may lead to.
///
/// `never` are the paths that a login must not lead back to, such as the login page itself.
pub(crate) fn is_safe<'a, I>(target: &str, never: I) -> bool
where
    I: IntoIterator<Item = &'a str>,
{
    (1..=MAX_LEN).contains(&target.len())
        && target.starts_with('/')
        && !target.starts_with("//")
        && has_plain_bytes(target)
        && Reference::parse(target).is_ok()
        && decoded_path(target).is_some_and(|path| {
            is_local(&path) && !never.into_iter().any(|never| same_path(&path, never))
        })
}

/// Returns whether two decoded paths lead to the same route. Routing ignores empty segments
/// and path parameters.
pub(crate) fn same_path(path: &str, other: &str) -> bool {
    segments(path).eq(segments(other))
}

/// Counts the segments of a decoded path.
pub(crate) fn depth(path: &str) -> usize {
    segments(path).count()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .map(strip_parameters)
        .filter(|s| !s.is_empty())
}

/// Returns whether a decoded path is `base` or below it, by whole segments.
pub(crate) fn is_below(path: &str, base: &str) -> bool {
    let mut path = segments(path);
    segments(base).all(|segment| path.next() == Some(segment))
}

/// Appends `value` to `uri` as one query field.
pub(crate) fn with_field(uri: &str, name: &str, value: &str) -> String {
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!(
        "{uri}{separator}{name}={}",
        RawStr::new(value).percent_encode()
    )
}

/// Encodes the characters of a requested URI that no target has. Servers let them pass, and a
/// handler reads the same value from either spelling. Blanks and control characters stay as
/// they are: no server lets them pass.
pub(crate) fn encoded(uri: String) -> String {
    if has_plain_bytes(&uri) {
        return uri;
    }
    let mut encoded = String::new();
    for (at, byte) in uri.bytes().enumerate() {
        let is_blank = byte == b' ' || byte.is_ascii_control();
        if is_blank || is_plain(uri.as_bytes(), at, byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn has_plain_bytes(target: &str) -> bool {
    let bytes = target.as_bytes();
    let mut places = bytes.iter().enumerate();
    places.all(|(at, byte)| is_plain(bytes, at, *byte))
}

/// Returns whether a byte is visible ASCII that browsers do not change. A percent sign begins
/// a whole escape.
fn is_plain(bytes: &[u8], at: usize, byte: u8) -> bool {
    match byte {
        b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        b'%' => {
            let hex = bytes.get(at + 1..at + 3);
            hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        }
        byte => byte.is_ascii_graphic(),
    }
}

/// Returns the path without its query, decoded until decoding changes nothing any more.
pub(crate) fn decoded_path(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let mut path = path.to_string();
    for _ in 0..=MAX_DECODINGS {
        let Cow::Owned(decoded) = RawStr::new(&path).percent_decode().ok()? else {
            return Some(path);
        };
        path = decoded;
    }
    None
}

/// Returns whether a decoded path stays on this site: no server and no browser on the way
/// reads another host or a parent folder in it.
fn is_local(path: &str) -> bool {
    let mut segments = path.split('/').skip(1).map(strip_parameters);
    !path.starts_with("//")
        && !path.contains(|c: char| c.is_control() || c == '\\')
        && (path == "/" || segments.clone().next() != Some(""))
        && !segments.any(|segment| matches!(segment, "." | ".."))
}

/// Segments are short: a loop is faster than a search.
fn strip_parameters(segment: &str) -> &str {
    let end = segment.bytes().position(|byte| byte == b';');
    end.and_then(|end| segment.get(..end)).unwrap_or(segment)
}

#[cfg(test)]
mod tests;
