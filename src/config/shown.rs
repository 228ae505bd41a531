//! Texts as messages may show them: each could be an address with a password.

/// What stands in place of a part that is not shown.
pub(super) const HIDDEN: &str = "***";

/// Returns a text without its query, and without what stands before its last `@`.
pub(super) fn shown(text: &str) -> String {
    let (user, place) = match text.rsplit_once('@') {
        // The `?` may stand in the password, or begin the query.
        Some((user, _)) if user.contains(['?', '#']) => return HIDDEN.into(),
        Some((_, place)) => ("***@", place),
        None => ("", text),
    };
    match place.split_once(['?', '#']) {
        Some((place, _)) => format!("{user}{place}?{HIDDEN}"),
        None => format!("{user}{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_password_nor_a_query_is_shown() {
        for (text, seen) in [
            ("10.0.0.1", "10.0.0.1"),
            ("", ""),
            ("/a/b", "/a/b"),
            ("app:hunter2@db", "***@db"),
            ("https://app:hunt@er2@db/x", "***@db/x"),
            ("https://db/x?password=hunter2", "https://db/x?***"),
            ("https://db/x#hunter2", "https://db/x?***"),
            ("https://app:hunter2@db/x?hunter2", "***@db/x?***"),
            ("https://app:hunt?er2@db/x", "***"),
            ("https://db/x?password=hunt@er2", "***"),
            ("hunter2@", "***@"),
        ] {
            assert_eq!(shown(text), seen);
        }
    }
}
