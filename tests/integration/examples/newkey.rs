//! The example `newkey`.

use rocket::figment::Figment;
use rocket::local::blocking::Client;
use rocket_login::LoginManager;

use crate::app::{bare, load, routes};

#[path = "../../../examples/newkey.rs"]
mod example;

/// The text of the one line that is printed.
fn key() -> String {
    let mut printed = Vec::new();
    example::print(&mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    let key = printed.strip_suffix('\n').unwrap();
    assert!(!key.contains(char::is_whitespace), "{printed:?}");
    key.into()
}

#[test]
fn it_prints_another_key_each_time_and_each_is_good_for_a_release() {
    let (one, other) = (key(), key());
    assert_ne!(one, other);
    for key in [one, other] {
        assert!(key.len() >= 32, "{key}");
        let figment = Figment::from(rocket::Config::release_default())
            .merge(("log_level", "off"))
            .merge(("login.redirect_to", "login_page"))
            .merge(("login.secret_key", key))
            .select("release");
        let site = bare().configure(figment).mount("/", routes());
        let launched = Client::untracked(site.attach(LoginManager::fairing(load)));
        assert!(launched.is_ok(), "{launched:?}");
    }
}
