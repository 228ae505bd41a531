//! Values of the wrong form, and the right one that the launch names.

use rocket_login::LoginManager;
use rocket_login::store::MemoryStore;

use super::printed::printed;
use super::{assert_refused, assert_stores_refused, table, table_figment, unmanaged};
use crate::app::{client_of, load};

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

#[test]
fn a_missing_address_comes_with_an_example() {
    let said = printed(|| {
        for store in ["sqlite", "postgres", "redis"] {
            assert_refused(table(&format!("session.store = '{store}'")));
        }
    });
    for address in ["\"sqlite://", "\"postgres://user:", "\"redis://host"] {
        assert!(said.contains(address), "{said}");
    }
}

#[test]
fn an_address_without_a_store_asks_for_the_store() {
    let said = printed(|| assert_refused(table("session.url = 'sqlite://sessions.db'")));
    assert!(said.contains("name the store as well"), "{said}");
}

#[test]
fn a_database_in_memory_is_refused_with_what_to_write() {
    let said = printed(|| {
        assert_stores_refused([
            ("sqlite", "sqlite::memory:"),
            ("sqlite", "file::memory:?cache=shared"),
            ("sqlite", "sqlite://sessions.db?mode=memory"),
        ]);
    });
    let advice = "write `session.store = \"memory\"`";
    assert_eq!(said.matches(advice).count(), 3, "{said}");
}

/// Tests take memory in place of the database that `Rocket.toml` names.
#[test]
fn memory_leaves_an_address_aside_and_so_does_a_store_in_code() {
    let lines = "session = { store = 'redis', url = 'redis://db', max_per_user = 3 }";
    let said = printed(|| {
        let figment = table_figment(lines).merge(("login.session.store", "memory"));
        client_of(unmanaged(figment).attach(LoginManager::fairing(load)));
        let in_code = LoginManager::fairing(load).session_store(MemoryStore::default());
        client_of(unmanaged(table_figment(lines)).attach(in_code));
    });
    assert!(
        said.contains("in the memory of this process, at most 3"),
        "{said}"
    );
    assert!(
        said.contains("in the store that code gives, at most 3"),
        "{said}"
    );
}
