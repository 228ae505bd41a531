//! Values that may hold a password, and how far the launch shows them.

use super::printed::printed;
use super::{assert_refused, assert_stores_refused, table};

#[test]
fn an_address_in_place_of_another_value_is_not_shown() {
    const KEYS: [&str; 16] = [
        "session.store",
        "session.permanent",
        "session.lifetime",
        "session.max_per_user",
        "redirect_to",
        "refresh_to",
        "public_base",
        "origin",
        "cookie_secure",
        "cookie_samesite",
        "protection_level",
        "legacy_remember_tokens",
        "trusted_proxies",
        "allowed_origins",
        "exempt_methods",
        "never_next",
    ];
    const ADDRESSES: [&str; 4] = [
        "redis://:hunter2@localhost",
        "postgres://app:hunter2@db/x",
        "https://db/x?password=hunter2",
        "app:hunt@er2hunter2@db",
    ];
    let said = printed(|| {
        for key in KEYS {
            for address in ADDRESSES {
                assert_refused(table(&format!("{key} = '{address}'")));
                if KEYS[12..].contains(&key) {
                    assert_refused(table(&format!("{key} = ['{address}']")));
                }
            }
        }
    });
    assert_eq!(said.matches("cannot be installed").count(), 80, "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    assert_eq!(said.matches("this is an address: write `store").count(), 4);
}

#[test]
fn an_address_of_a_store_is_shown_without_what_may_be_a_password() {
    let said = printed(|| {
        assert_stores_refused([
            ("postgres", "postgres://app@127.0.0.1:hunter2/x"),
            ("redis", "redis://127.0.0.1:6379:hunter2/0"),
            ("redis", "redis://:p@127.0.0.1:1/hunter2"),
            ("redis", "redis://127.0.0.1:1/:hunter2"),
            ("redis", "redis://127.0.0.1:1/0?protocol=hunter2"),
        ]);
    });
    assert_eq!(said.matches("cannot be opened").count(), 5, "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
