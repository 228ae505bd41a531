//! The examples, driven as their users would. The demo has `site`, `attacks` and a browser, the
//! quickstart `scripts/stranger`, and the cluster `scripts/cluster`.

mod api;
mod htmx;
mod intranet;
mod newkey;
mod ports;
mod spa;
mod two_kinds;

use std::fs;
use std::path::{Path, PathBuf};

use rocket::figment::Figment;

/// The settings of an example that is started in an empty folder.
fn figment() -> Figment {
    Figment::from(rocket::Config::debug_default()).merge(("log_level", "off"))
}

/// The file in which each example begins.
fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let all = fs::read_dir(folder).unwrap();
    let all = all.map(|example| example.unwrap().path());
    all.map(|path| {
        let files = ["main.rs", "src/main.rs"].map(|file| path.join(file));
        files.into_iter().find(|file| file.exists()).unwrap_or(path)
    })
    .collect()
}

#[test]
fn each_begins_with_three_lines_that_say_what_it_teaches() {
    let examples = examples();
    assert!(examples.len() >= 10, "{examples:?}");
    for path in examples {
        let code = fs::read_to_string(&path).unwrap();
        let head = code.lines().take_while(|line| line.starts_with("//! "));
        let head = head.collect::<Vec<_>>();
        assert_eq!(head.len(), 3, "{path:?}: {head:#?}");
        let ends = |line: &str| line.ends_with(['.', '`']);
        assert!(ends(head[2]), "{path:?}: {}", head[2]);
    }
}
