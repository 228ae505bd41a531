//! Cookie values in quotes.
//!
//! ```abnf
//! value   = *plain / DQUOTE *( escaped / %x20-21 / %x23-5B / %x5D-10FFFF ) DQUOTE
//! plain   = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
//! escaped = "\" ( %x30-33 2( %x30-37 ) / CHAR )
//! ```
//!
//! Three octal digits are a byte of UTF-8 in Flask, and a character of Latin-1 in Starlette.

/// What a value may mean: first as Flask, then as Starlette reads it.
pub(super) fn readings(value: &str) -> impl Iterator<Item = String> {
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

/// The value as both originals read it; `None` if there is none, since they do not agree on
/// what is no ASCII.
pub(super) fn write(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let needs_quotes = |byte: u8| !byte.is_ascii_graphic() || b"\",;\\".contains(&byte);
    if !text.bytes().any(needs_quotes) {
        return Some(text.into());
    }

    let escaped = text.chars().map(|char| match char {
        '"' | '\\' => format!("\\{char}"),
        ' ' => char.into(),
        char if needs_quotes(char as u8) => format!("\\{:03o}", char as u8),
        char => char.into(),
    });
    Some(format!("\"{}\"", escaped.collect::<String>()))
}
