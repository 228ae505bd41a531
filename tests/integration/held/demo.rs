//! The forms of the demo, with every store that needs no server.

use std::path::PathBuf;

use super::forms::{End, assert_nothing_is_changed, server};
use crate::app::new_file;

/// A file of its own for each demo.
fn accounts() -> PathBuf {
    new_file().trim_start_matches("sqlite://").into()
}

#[test]
fn a_form_that_is_completed_after_its_login_has_ended_changes_nothing() {
    for store in ["cookie", "memory", "sqlite"] {
        for end in [End::Logout, End::Revoked, End::Inactive, End::Password] {
            if store == "cookie" && end == End::Revoked {
                // Sessions can be ended one by one only with a store.
                continue;
            }
            let accounts = accounts();
            let server = server(&accounts, |figment| {
                let figment = figment.merge(("login.session.store", store));
                match store {
                    "sqlite" => figment.merge(("login.session.url", new_file())),
                    _ => figment,
                }
            });
            assert_nothing_is_changed(&server, &accounts, end);
        }
    }
}
