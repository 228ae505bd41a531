//! Reading a `Cookie` header byte for byte.
//!
//! Rocket's own reading decodes and trims names, so that `__%48ost-id` arrives
//! as `__Host-id`, and of two cookies of one name it keeps the last: whoever
//! controls a sub-domain could replace a protected cookie.

use memchr::memchr;
use rocket::http::RawStr;

use crate::rules::Seen;

/// Looks for the cookies of these names in the values of all `Cookie` headers.
pub(crate) fn find<'a, I, const N: usize>(headers: I, names: [&str; N]) -> [Seen<'a>; N]
where
    I: Iterator<Item = &'a str>,
{
    let mut cookies = [Sighting::default(); N];
    for header in headers {
        for (found, value) in pairs(header) {
            let sightings = cookies.iter_mut().zip(names);
            sightings.for_each(|(cookie, name)| cookie.look_at(found, value, name));
        }
    }
    cookies.map(Sighting::verdict)
}

/// The cookies of one header, each with its value if it has one.
fn pairs(header: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(header);
    std::iter::from_fn(move || {
        let (pair, after) = split(rest?, b';');
        rest = after;
        Some(split(pair.trim_matches([' ', '\t']), b'='))
    })
}

/// The text before the first `at`, and what comes after it if there is one.
fn split(text: &str, at: u8) -> (&str, Option<&str>) {
    let index = memchr(at, text.as_bytes());
    match index.and_then(|index| text.split_at_checked(index)) {
        Some((before, after)) => (before, after.get(1..)),
        None => (text, None),
    }
}

/// What was seen of the cookies of one name.
#[derive(Clone, Copy, Default)]
struct Sighting<'a> {
    seen: Seen<'a>,
    has_impostor: bool,
}

impl<'a> Sighting<'a> {
    fn look_at(&mut self, found: &str, value: Option<&'a str>, name: &str) {
        match value {
            Some(value) if found == name => self.seen = self.seen.and(value),
            None if found == name => self.seen = Seen::Unclear,
            Some(_) => self.has_impostor |= is_disguised(found, name),
            None => {}
        }
    }

    fn verdict(self) -> Seen<'a> {
        match (self.seen, self.has_impostor) {
            (Seen::Once(_), true) => Seen::Unclear,
            (seen, _) => seen,
        }
    }
}

/// Whether Rocket, or another lax reader, would take `found` for `name`.
fn is_disguised(found: &str, name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    !found.bytes().all(is_plain) && RawStr::new(found).percent_decode_lossy().trim() == name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(header: &str) -> Seen<'_> {
        one(std::iter::once(header))
    }

    fn one<'a>(headers: impl Iterator<Item = &'a str>) -> Seen<'a> {
        let [seen] = find(headers, ["__Host-id"]);
        seen
    }

    #[test]
    fn the_one_cookie_of_the_name_is_found() {
        for header in [
            "__Host-id=v",
            "a=b; __Host-id=v",
            "__Host-id=v;a=b",
            " __Host-id=v\t; a",
        ] {
            assert_eq!(look(header), Seen::Once("v"), "{header}");
        }
        assert_eq!(look("__Host-id=a=b"), Seen::Once("a=b"));
        assert_eq!(look("__Host-id="), Seen::Once(""));
        assert_eq!(look("__Host-id=\"v\""), Seen::Once("\"v\""));
    }

    #[test]
    fn another_name_is_another_cookie() {
        for header in [
            "",
            ";",
            "=",
            "=__Host-id=v",
            "__host-id=v",
            "x__Host-id=v",
            "__Host-id2=v",
            "a=__Host-id",
            "$Version=1",
            "__Host-id =v",
            "__%48ost-id=v",
            "\u{2000}__Host-id=v",
        ] {
            assert_eq!(look(header), Seen::Absent, "{header}");
        }
    }

    #[test]
    fn a_name_that_occurs_twice_is_unclear() {
        for twin in [
            "__Host-id=w",
            "__%48ost-id=w",
            "%5f%5fHost-id=w",
            "\u{2000}__Host-id=w",
            "__Host-id\u{a0}=w",
            "\u{85}__Host-id=w",
            "__Host-id =w",
            "__Host-id",
            "__Host%2Did=w",
            "\u{3000}__%48ost-id=w",
        ] {
            assert_eq!(
                look(&format!("__Host-id=v; {twin}")),
                Seen::Unclear,
                "{twin}"
            );
            assert_eq!(
                look(&format!("{twin}; __Host-id=v")),
                Seen::Unclear,
                "{twin}"
            );
            let headers = ["__Host-id=v", twin].into_iter();
            assert_eq!(one(headers), Seen::Unclear, "{twin}");
        }
    }

    #[test]
    fn several_names_are_looked_for_at_once() {
        let header = std::iter::once("a=1; b=2; c=3; b=4; %61=5; d");
        let seen = find(header, ["a", "b", "c", "d", "e"]);
        let [a, b, c, d, e] = seen;
        assert_eq!([a, b, d], [Seen::Unclear; 3]);
        assert_eq!((c, e), (Seen::Once("3"), Seen::Absent));
    }
}
