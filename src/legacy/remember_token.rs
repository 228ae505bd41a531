//! The remember token of Flask-Login and Starlette-Login.
//!
//! ```abnf
//! token   = id "|" digest
//! id      = 1*CHAR             ; the user's id as Python's `str()` writes it; may hold "|"
//! digest  = 128( %x30-39 / %x61-66 )
//!                              ; HMAC-SHA512 of the id in UTF-8
//!
//! value   = *plain / DQUOTE *( escaped / %x20-21 / %x23-5B / %x5D-10FFFF ) DQUOTE
//!                              ; the value of the cookie is the token, perhaps in quotes
//! plain   = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
//! escaped = "\" ( %x30-33 2( %x30-37 ) / CHAR )
//! ```
//!
//! Three octal digits are a byte of UTF-8 in Flask, and a character of Latin-1 in Starlette.
//! The token is the same in every browser, and counts until the key changes.

use ctutils::CtEq;

use crate::legacy::{LegacyKeys, MAX_LEN, Spelling};

/// Returns the user id that a remember cookie proves, as text.
pub(crate) fn open_token(keys: &LegacyKeys, cookie: &str) -> Option<String> {
    if cookie.len() > MAX_LEN {
        return None;
    }
    readings(cookie).find_map(|token| {
        let (id, digest) = token.rsplit_once('|')?;
        let is_right = |key: &Spelling| key.digest(id).as_bytes().ct_eq(digest.as_bytes()).into();
        (!id.is_empty() && keys.spellings.iter().any(is_right)).then(|| id.into())
    })
}

/// Writes the remember cookie of a user; `None` if the originals would not both read it.
pub(crate) fn seal_token(keys: &LegacyKeys, id: &str) -> Option<String> {
    let digest = keys.spellings.first()?.digest(id);
    let value = quoted(&format!("{id}|{digest}"));
    value.filter(|value| !id.is_empty() && value.len() <= MAX_LEN)
}

fn readings(value: &str) -> impl Iterator<Item = String> {
    let quoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let (first, second) = match quoted {
        None => (Some(value.to_string()), None),
        Some(inner) => {
            let bytes = unescaped(inner.as_bytes());
            let latin = bytes.iter().copied().map(char::from).collect();
            let second = (!bytes.is_ascii()).then_some(latin);
            (String::from_utf8(bytes).ok(), second)
        }
    };
    first.into_iter().chain(second)
}

fn unescaped(mut rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rest.len());
    loop {
        rest = match rest {
            [
                b'\\',
                a @ b'0'..=b'3',
                b @ b'0'..=b'7',
                c @ b'0'..=b'7',
                after @ ..,
            ] => {
                bytes.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                after
            }
            [b'\\', byte, after @ ..] | [byte, after @ ..] => {
                bytes.push(*byte);
                after
            }
            [] => return bytes,
        }
    }
}

/// Writes a value that both originals read; `None` beyond ASCII, where the two differ.
fn quoted(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let needs_quotes = |byte: u8| !byte.is_ascii_graphic() || b"\",;\\".contains(&byte);
    if !text.bytes().any(needs_quotes) {
        return Some(text.into());
    }

    let escaped = text.chars().map(|char| match char {
        '"' | '\\' => format!("\\{char}"),
        char if char != ' ' && needs_quotes(char as u8) => format!("\\{:03o}", char as u8),
        char => char.into(),
    });
    Some(format!("\"{}\"", escaped.collect::<String>()))
}
