//! The README's five steps are a program, the quickstart.

use std::path::Path;

use crate::guide::blocks;

const README: &str = include_str!("../../README.md");
const QUICKSTART: &str = include_str!("../../examples/quickstart.rs");

/// The code of a step, without the list's indentation.
fn unindented(block: &str) -> String {
    let lines = block
        .lines()
        .map(|line| line.strip_prefix("   ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

#[test]
fn its_steps_make_the_quickstart() {
    let steps = blocks(README, "rust").into_iter().map(unindented);
    let steps = steps.collect::<Vec<_>>();
    let program = QUICKSTART.lines().filter(|line| !line.starts_with("//!"));
    let program = program.collect::<Vec<_>>().join("\n");
    assert_eq!(steps.join("\n\n"), program.trim());
}

#[test]
fn it_has_five_steps_to_a_login() {
    let section = README.split("## Five steps").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let steps = section
        .lines()
        .filter_map(|line| line.split_once(". "))
        .filter_map(|(number, _)| number.parse().ok())
        .collect::<Vec<u8>>();
    assert_eq!(steps, [1, 2, 3, 4, 5]);
}

#[test]
fn it_asks_for_the_versions_that_are_needed() {
    let (major, minor) = (
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
    );
    assert!(README.contains(&format!("rocket_login = \"{major}.{minor}\"\n")));
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert!(README.contains(&format!("with Rust {rust} or newer")));
}

#[test]
fn its_links_and_pictures_lead_somewhere() {
    let links = README.split("](").skip(1);
    let links = links.map(|rest| rest.split(')').next().unwrap());
    let pictures = README.split("src=\"").skip(1);
    let pictures = pictures.map(|rest| rest.split('"').next().unwrap());
    let all = links.chain(pictures);
    let own: Vec<_> = all.filter(|to| !to.starts_with("https://")).collect();
    assert!(own.len() > 12, "{own:?}");
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lost = own.into_iter().filter(|to| !project.join(to).exists());
    assert_eq!(lost.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn its_pictures_are_small() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["login", "sessions"] {
        let picture = project.join(format!("docs/screenshots/{name}.png"));
        let picture = std::fs::read(&picture).unwrap();
        assert!(picture.starts_with(b"\x89PNG\r\n"), "{name}");
        assert!(picture.len() < 100_000, "{name}: {}", picture.len());
    }
}

#[test]
fn it_is_read_in_five_minutes() {
    assert!(README.lines().count() < 150, "{}", README.lines().count());
}

#[test]
fn the_quickstart_is_under_70_lines_of_code() {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    assert!(QUICKSTART.lines().filter(is_code).count() < 70);
}
