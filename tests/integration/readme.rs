//! The README shows code that compiles: the quickstart's, and a test from here. The chapter on
//! throttling shows the demo's.

const README: &str = include_str!("../../README.md");
const HELPERS: &str = include_str!("helpers.rs");
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

/// The pieces of code between blank lines, without the list's indentation.
fn pieces() -> Vec<String> {
    let blocks = blocks(README);
    let pieces = blocks.flat_map(|block| block.split("\n\n"));
    let unindented = pieces.map(|piece| {
        let is_in_list = piece
            .lines()
            .all(|line| line.is_empty() || line.starts_with("   "));
        let indent = if is_in_list { "   " } else { "" };
        let lines = piece
            .lines()
            .map(|line| line.strip_prefix(indent).unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").trim_end().to_string()
    });
    unindented.filter(|piece| !piece.is_empty()).collect()
}

#[test]
fn every_piece_of_code_in_it_is_one_that_compiles() {
    let pieces = pieces();
    assert!(pieces.len() >= 8, "{}", pieces.len());
    for piece in pieces {
        assert!(
            QUICKSTART.contains(&piece) || HELPERS.contains(&piece),
            "{piece}"
        );
    }
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
fn its_table_of_settings_has_every_key() {
    for key in [
        "redirect_to",
        "refresh_to",
        "secret_key",
        "previous_secret_keys",
        "protection_level",
        "fresh_for",
        "loader_timeout",
        "exempt_methods",
        "login_message",
        "refresh_message",
        "message_category",
        "next_name",
        "never_next",
        "trusted_proxies",
        "proxy_header",
        "origin",
        "cross_origin_check",
        "allowed_origins",
        "allow_missing_origin",
        "cookie_name",
        "cookie_duration",
        "cookie_path",
        "cookie_domain",
        "cookie_secure",
        "cookie_httponly",
        "cookie_samesite",
        "session.cookie_name",
        "session.permanent",
        "session.lifetime",
        "session.idle_timeout",
        "session.store",
    ] {
        assert!(README.contains(&format!("`{key}`")), "{key}");
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
