//! The README shows code that compiles: the quickstart's, and a test from here.

use crate::guide::blocks;

const README: &str = include_str!("../../README.md");
const HELPERS: &str = include_str!("helpers.rs");
const QUICKSTART: &str = include_str!("../../examples/quickstart.rs");

/// The pieces of code between blank lines, without the list's indentation.
fn pieces() -> Vec<String> {
    let blocks = blocks(README, "rust");
    let pieces = blocks.into_iter().flat_map(|block| block.split("\n\n"));
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
fn the_quickstart_is_under_70_lines_of_code() {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    assert!(QUICKSTART.lines().filter(is_code).count() < 70);
}
