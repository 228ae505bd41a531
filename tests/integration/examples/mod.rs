//! The examples, driven as their users would. The demo has `site`, `attacks` and a browser, the
//! quickstart `scripts/stranger`, and the cluster `scripts/cluster`.

mod api;
mod htmx;
mod two_kinds;

use std::fs;
use std::path::Path;

use rocket::figment::Figment;

/// The settings of an example that is started in an empty folder.
fn figment() -> Figment {
    Figment::from(rocket::Config::debug_default()).merge(("log_level", "off"))
}

#[test]
fn each_begins_with_what_it_teaches() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for name in ["quickstart", "demo", "api", "two_kinds", "htmx", "cluster"] {
        let file = fs::read_to_string(folder.join(name).join("main.rs"));
        let code = file.or_else(|_| fs::read_to_string(folder.join(name).with_extension("rs")));
        let code = code.unwrap();
        let head = code.lines().take_while(|line| line.starts_with("//! "));
        assert!(head.count() >= 3, "{name}");
    }
}
