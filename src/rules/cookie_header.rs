//! Reading a `Cookie` header byte for byte.
//!
//! Rocket decodes and trims names, so that it reads `__%48ost-id` as `__Host-id`. Of several
//! cookies of one name it keeps the last. A sub-domain could so replace a protected cookie.
//! This reading takes a name as it is spelt, and finds all of its values. Signatures tell
//! which of them are tokens of this application.

use memchr::memchr;

/// All values of the cookies of one name, in the order of the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values<'a> {
    first: Option<&'a str>,
    others: Vec<&'a str>,
}

impl<'a> Values<'a> {
    pub(crate) fn only(value: &'a str) -> Self {
        Self {
            first: Some(value),
            others: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.first.into_iter().chain(self.others.iter().copied())
    }

    fn push(&mut self, value: &'a str) {
        match self.first {
            None => self.first = Some(value),
            Some(_) => self.others.push(value),
        }
    }
}

/// Finds the cookies of these names in the values of all `Cookie` headers.
pub(crate) fn find<'a, I, const N: usize>(headers: I, names: [&str; N]) -> [Values<'a>; N]
where
    I: Iterator<Item = &'a str>,
{
    let mut cookies = std::array::from_fn(|_| Values::default());
    for header in headers {
        for (found, value) in pairs(header) {
            for (cookie, name) in cookies.iter_mut().zip(names) {
                if found == name {
                    cookie.push(value.unwrap_or_default());
                }
            }
        }
    }
    cookies
}

/// Returns the cookies of one header, each with its value if it has one.
fn pairs(header: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(header);
    std::iter::from_fn(move || {
        let (pair, after) = split(rest?, b';');
        rest = after;
        Some(split(pair.trim_matches([' ', '\t']), b'='))
    })
}

/// Splits a text at the first `at`, if there is one.
fn split(text: &str, at: u8) -> (&str, Option<&str>) {
    let index = memchr(at, text.as_bytes());
    match index.and_then(|index| text.split_at_checked(index)) {
        Some((before, after)) => (before, after.get(1..)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(header: &str) -> Vec<&str> {
        let [values] = find(std::iter::once(header), ["__Host-id"]);
        values.iter().collect()
    }

    #[test]
    fn the_one_cookie_of_the_name_is_found() {
        for header in [
            "__Host-id=v",
            "a=b; __Host-id=v",
            "__Host-id=v;a=b",
            " __Host-id=v\t; a",
        ] {
            assert_eq!(look(header), ["v"], "{header}");
        }
        assert_eq!(look("__Host-id=a=b"), ["a=b"]);
        assert_eq!(look("__Host-id="), [""]);
        assert_eq!(look("__Host-id"), [""]);
        assert_eq!(look("__Host-id=\"v\""), ["\"v\""]);
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
            assert!(look(header).is_empty(), "{header}");
        }
    }

    #[test]
    fn all_values_of_a_name_are_found_in_order() {
        let headers = ["__Host-id=1; b=2; __Host-id=3", "__Host-id=4"];
        let [values] = find(headers.into_iter(), ["__Host-id"]);
        assert_eq!(values.iter().collect::<Vec<_>>(), ["1", "3", "4"]);
    }

    #[test]
    fn a_name_in_disguise_hides_no_other() {
        for twin in ["__%48ost-id=w", "\u{2000}__Host-id=w", "__Host-id =w"] {
            assert_eq!(look(&format!("__Host-id=v; {twin}")), ["v"], "{twin}");
            assert_eq!(look(&format!("{twin}; __Host-id=v")), ["v"], "{twin}");
        }
    }

    #[test]
    fn several_names_are_looked_for_at_once() {
        let header = std::iter::once("a=1; b=2; c=3; b=4; %61=5; d");
        let seen = find(header, ["a", "b", "e"]);
        let [a, b, e] = seen.map(|values| values.iter().collect::<Vec<_>>());
        assert_eq!((a, b, e), (vec!["1"], vec!["2", "4"], vec![]));
    }
}
