//! Forms of the demo that are held until their login has ended, with sessions on a server.

use crate::forms::{End, assert_nothing_is_changed, server};
use crate::process::Folder;
use crate::{postgres, redis};

fn assert_held(store: &str, url: &str) {
    for end in [End::Logout, End::Revoked, End::Inactive, End::Password] {
        let folder = Folder::new("accounts");
        let accounts = folder.path().join("accounts.db");
        let server = server(&accounts, |figment| {
            let namespace = ("login.session.namespace", format!("{end:?}"));
            let figment = figment.merge(("login.session.store", store));
            figment.merge(("login.session.url", url)).merge(namespace)
        });
        assert_nothing_is_changed(&server, &accounts, end);
    }
}

#[test]
fn a_held_form_changes_nothing_with_sessions_in_redis() {
    let server = rocket::async_test(redis::server::Server::start());
    assert_held("redis", &server.url());
}

#[test]
fn a_held_form_changes_nothing_with_sessions_in_postgresql() {
    let server = postgres::server::Server::start();
    assert_held("postgres", &server.url());
}
