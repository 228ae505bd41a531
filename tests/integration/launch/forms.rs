//! Values of the wrong form, and the right one that the launch names.

use super::printed::printed;
use super::{assert_refused, assert_stores_refused, table};

#[test]
fn a_text_in_place_of_a_list_comes_with_the_list() {
    let said = printed(|| {
        for line in [
            "trusted_proxies = '10.0.0.1'",
            "allowed_origins = 'https://a.example'",
            "exempt_methods = 'GET'",
            "never_next = '/out'",
            "trusted_proxies = 10",
            "previous_secret_keys = 'hunter2'",
        ] {
            assert_refused(table(line));
        }
    });
    for right in [
        "write `trusted_proxies = [\"10.0.0.1\"]`",
        "write `allowed_origins = [\"https://a.example\"]`",
        "write `exempt_methods = [\"GET\"]`",
        "write `never_next = [\"/out\"]`",
        "write `trusted_proxies = [\"…\"]`",
        "write `previous_secret_keys = [\"…\"]`",
    ] {
        assert!(said.contains(right), "{right}: {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn an_address_of_another_kind_of_store_is_refused() {
    let said = printed(|| {
        assert_stores_refused([
            ("sqlite", "postgres://app:hunter2@db/x"),
            ("sqlite", "redis://:hunter2@db"),
            ("postgres", "redis://:hunter2@db"),
            ("postgres", "jdbc:postgresql://db/x?password=hunter2"),
            ("redis", "postgres://app:hunter2@db/x"),
            ("redis", "https://app:hunter2@db/x"),
            ("redis", "sqlite://sessions.db"),
            ("redis", "redis:hunter2@localhost:6379"),
            ("redis", "hunter2"),
            ("postgres", "host=db password=hunter2"),
        ]);
    });
    assert_eq!(said.matches("does not fit").count(), 10, "{said}");
    assert_eq!(said.matches("default.login.session.url").count(), 10);
    assert!(!said.contains("hunter2"), "{said}");
}
