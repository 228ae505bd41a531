//! The rule for the public base: the path below which browsers find this application. A
//! proxy takes the path off before it asks.

use std::borrow::Cow;

use crate::rules::next;

/// The longest base. A cookie path is part of every cookie that is written.
const MAX_LEN: usize = 255;

/// Reads a base such as `/app`, and `/` as none. A slash at the end does not count.
///
/// A base stands in `Location` and `Set-Cookie`. So it holds nothing that a server or a
/// browser could read in another way: no escapes, no host, no end of an attribute.
pub(crate) fn parse(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_segment =
        |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain);
    let base = text.strip_suffix('/').unwrap_or(text);
    let is_base =
        text.starts_with('/') && text.len() <= MAX_LEN && base.split('/').skip(1).all(is_segment);
    is_base.then_some(base)
}

/// Returns the public path of a cookie. `/` is the base itself, for browsers ask for the base
/// without a slash as well.
pub(crate) fn cookie_path<'a>(base: &'a str, path: &'a str) -> Cow<'a, str> {
    match (base, path) {
        ("", _) => path.into(),
        (_, "/") => base.into(),
        _ => format!("{base}{path}").into(),
    }
}

/// Returns whether a public address is below the base, and a page that a redirect may lead
/// to. `never` are paths without the base, as in [`next::is_safe`].
pub(crate) fn is_safe<'a, I>(target: &str, base: &str, never: I) -> bool
where
    I: IntoIterator<Item = &'a str>,
{
    own(target, base).is_some_and(|own| next::is_safe(&own, never))
}

/// Returns a public address as this application sees it, if the address is below the base.
fn own<'a>(target: &'a str, base: &str) -> Option<Cow<'a, str>> {
    let own = target.strip_prefix(base)?;
    if base.is_empty() || own.starts_with('/') {
        Some(own.into())
    } else if own.is_empty() || own.starts_with(['?', '#']) {
        Some(format!("/{own}").into())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_a_base_with_and_without_a_slash_at_its_end() {
        for (text, base) in [
            ("/app", "/app"),
            ("/app/", "/app"),
            ("/a/b-c/d.e_f~1", "/a/b-c/d.e_f~1"),
            ("/...", "/..."),
            ("/", ""),
        ] {
            assert_eq!(parse(text), Some(base), "{text}");
        }
        let longest = format!("/{}", "a".repeat(254));
        assert_eq!(parse(&longest), Some(longest.as_str()));
    }

    #[test]
    fn a_text_that_could_be_read_in_two_ways_is_no_base() {
        let long = format!("/{}", "a".repeat(8192));
        for text in [
            "",
            " ",
            "app",
            "//",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\app",
            "/app//",
            "/app//x",
            "/./app",
            "/app/..",
            "/../app",
            "/app/../x",
            "/app%2fx",
            "/%2e%2e/x",
            "/%61pp",
            "/app?x",
            "/app#x",
            "/app;x",
            "/app; Domain=example",
            "/a,/b",
            "/a b",
            " /app",
            "/app ",
            "/app\r\nX: y",
            "/app\0",
            "/café",
            "/\u{2025}/x",
            "https://evil.example",
            "https://evil.example/app",
            "javascript:x",
            "/@evil.example",
            "/evil.example:443",
            "/<b>",
            "/\"",
            &long,
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_cookie_path_begins_with_the_base() {
        for (base, path, public) in [
            ("", "/", "/"),
            ("", "/x", "/x"),
            ("/app", "/", "/app"),
            ("/app", "/x/", "/app/x/"),
        ] {
            assert_eq!(cookie_path(base, path), public);
        }
    }

    #[test]
    fn addresses_below_the_base_are_accepted() {
        for target in [
            "/app",
            "/app/",
            "/app?q=1",
            "/app#f",
            "/app/account?tab=/x",
            "/app/app",
            "/app/login/help",
        ] {
            assert!(is_safe(target, "/app", ["/login"]), "{target}");
        }
        assert!(is_safe("/account", "", ["/login"]));
    }

    #[test]
    fn other_addresses_are_refused() {
        for target in [
            "",
            "/",
            "/account",
            "/apple",
            "/application/x",
            "/App/account",
            "/%61pp/account",
            "//app/account",
            "/app//evil.example",
            "/app/\\evil.example",
            "/app\\evil.example",
            "/app/../account",
            "/app/%2e%2e/account",
            "/app;x/account",
            "/app/login",
            "/app/%6cogin",
            "/app@evil.example",
            "app/account",
            "https://evil.example/app/account",
        ] {
            assert!(!is_safe(target, "/app", ["/login"]), "{target}");
        }
        assert!(!is_safe("?q", "", []) && !is_safe("", "", []));
    }

    proptest! {
        #[test]
        fn a_base_stays_on_this_site(text in "/[/a-c.%;\\\\@:?#~-]{0,8}") {
            if let Some(base) = parse(&text) {
                let page = format!("{base}/page");
                prop_assert!(next::is_safe(&page, []), "{}", page);
                prop_assert_eq!(next::decoded_path(&page), Some(page.clone()));
                prop_assert_eq!(parse(base), Some(base).filter(|base| !base.is_empty()));
            }
        }

        #[test]
        fn an_accepted_path_stays_below_the_base(rest in "[/\\\\.;@%a-f0-9?#]{0,10}") {
            let target = format!("/app{rest}");
            if is_safe(&target, "/app", []) {
                prop_assert!(next::is_safe(&target, []), "{}", target);
                let path = next::decoded_path(&target).unwrap();
                prop_assert!(next::is_below(&path, "/app"), "{}", target);
            }
        }
    }
}
