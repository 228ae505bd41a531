//! The README's five steps are a program, the quickstart. The chapter on throttling shows the
//! demo's code.

const README: &str = include_str!("../../README.md");
const QUICKSTART: &str = include_str!("../../examples/quickstart.rs");

const THROTTLING: &str = include_str!("../../docs/throttling.md");
const DEMO: [&str; 7] = [
    include_str!("../../examples/demo/alarm.rs"),
    include_str!("../../examples/demo/device.rs"),
    include_str!("../../examples/demo/failure.rs"),
    include_str!("../../examples/demo/gate.rs"),
    include_str!("../../examples/demo/main.rs"),
    include_str!("../../examples/demo/sign_in.rs"),
    include_str!("../../examples/demo/throttle.rs"),
];

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("```rust\n").skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap())
}

/// The code of a step, without the list's indentation.
fn unindented(block: &str) -> String {
    let lines = block
        .lines()
        .map(|line| line.strip_prefix("   ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

#[test]
fn its_steps_make_the_quickstart() {
    let steps = blocks(README).map(unindented).collect::<Vec<_>>();
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
fn it_is_read_in_five_minutes() {
    assert!(README.lines().count() < 150, "{}", README.lines().count());
}

#[test]
fn the_chapter_on_throttling_shows_what_the_demo_does() {
    let blocks: Vec<_> = blocks(THROTTLING).collect();
    assert!(blocks.len() >= 8, "{}", blocks.len());
    for block in blocks {
        assert!(DEMO.iter().any(|file| file.contains(block)), "{block}");
    }
}

#[test]
fn its_pictures_are_small_and_not_in_the_package() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["login", "sessions"] {
        let picture = root.join(format!("docs/screenshots/{name}.png"));
        let picture = std::fs::read(&picture).unwrap();
        assert!(picture.starts_with(b"\x89PNG\r\n"), "{name}");
        assert!(picture.len() < 100_000, "{name}: {}", picture.len());
    }
    let list = std::process::Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.lines().any(|file| file == "docs/throttling.md"));
    assert!(!list.contains(".png"), "{list}");
}

#[test]
fn the_quickstart_is_under_70_lines_of_code() {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    assert!(QUICKSTART.lines().filter(is_code).count() < 70);
}
