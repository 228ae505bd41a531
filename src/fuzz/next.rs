//! The page that a login leads back to.

use crate::rules::next::{encoded, is_below, is_safe, same_path, with_field};

const NEVER: [&str; 2] = ["/login", "/logout"];

/// Checks a text that is sent as the page to return to. Returns an accepted text, for other
/// judges.
pub fn next(data: &[u8]) -> Option<&str> {
    let target = std::str::from_utf8(data).ok()?;
    let requested = encoded(target.into());
    assert_eq!(encoded(requested.clone()), requested);
    if is_safe(&requested, NEVER) {
        stays_here(&requested);
    }
    if !is_safe(target, NEVER) {
        return None;
    }

    assert!(target.len() <= 2048);
    stays_here(target);
    let field = with_field("/login", "next", target);
    assert_eq!(field.matches(['?', '&', '=', '#']).count(), 2);
    Some(target)
}

/// Checks that the text names neither another host nor a page in `NEVER`, however often a
/// server on the way decodes it.
fn stays_here(target: &str) {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let mut spelling = path.to_string();
    for _ in 0..8 {
        assert!(spelling.starts_with('/'));
        assert!(!spelling.starts_with("//"), "{spelling:?}");
        assert!(
            !spelling.contains(['\\', '\t', '\n', '\r', '\0']),
            "{spelling:?}"
        );
        let mut segments = spelling.split('/').map(|segment| segment.split(';').next());
        let first = segments.clone().nth(1).flatten();
        assert!(spelling == "/" || first != Some(""), "{spelling:?}");
        assert!(
            !segments.any(|segment| matches!(segment, Some("." | ".."))),
            "{spelling:?}"
        );
        for never in NEVER {
            assert!(!same_path(&spelling, never), "{spelling:?}");
        }
        assert!(is_below(&spelling, "/"));
        spelling = decode(&spelling);
    }
    assert_eq!(spelling, decode(&spelling));
}

/// One round of percent-decoding; what would be no text stays as it is.
fn decode(path: &str) -> String {
    let mut parts = path.split('%');
    let mut bytes: Vec<u8> = parts.next().unwrap_or_default().into();
    for part in parts {
        let code = part
            .get(..2)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.into())
}
