//! The files of `src`, as the rules of the house see them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One file of the library.
pub(super) struct Source {
    /// Its code, without comments and tests.
    pub(super) code: String,
    /// Its comments and docs, a block each.
    pub(super) prose: Vec<String>,
}

/// Modules such as `sessions::record`, with their files. That of `lib.rs` is empty.
pub(super) type Sources = BTreeMap<String, Source>;

/// Reads the library, without its tests, fuzz targets and the door for benches.
pub(super) fn library() -> Sources {
    let mut sources = all();
    sources.retain(|module, _| {
        let mut parts = module.split("::");
        let is_outside = ["fuzz", "bench", "guide"].contains(&parts.next().unwrap());
        !is_outside && parts.all(|part| part != "tests" && part != "model")
    });
    assert!(sources.len() > 60, "{}", sources.len());
    sources
}

/// Reads every file of `src`.
pub(super) fn all() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Sources::new();
    read(&root, "", &mut sources);
    sources
}

fn read(folder: &Path, module: &str, sources: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let own = match (module, name) {
            (_, "mod" | "lib") => module.to_string(),
            ("", name) => name.to_string(),
            (module, name) => format!("{module}::{name}"),
        };
        if path.is_dir() {
            read(&path, &own, sources);
        } else {
            sources.insert(own, Source::new(&fs::read_to_string(&path).unwrap()));
        }
    }
}

impl Source {
    fn new(text: &str) -> Self {
        let tested = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = tested.lines().map(|line| split(line).0);
        Self {
            code: lines.collect::<Vec<_>>().join("\n"),
            prose: prose(text),
        }
    }
}

/// Splits a line into its code and its comment.
fn split(line: &str) -> (&str, Option<&str>) {
    let at = if line.trim_start().starts_with("//") {
        line.find("//")
    } else {
        line.find(" // ").map(|at| at + 1)
    };
    match at {
        Some(at) => (&line[..at], Some(&line[at..])),
        None => (line, None),
    }
}

/// Collects the blocks of comments: paragraphs and points of lists, without code and tables.
pub(super) fn prose(text: &str) -> Vec<String> {
    let (mut blocks, mut is_code) = (vec![String::new()], false);
    for line in text.lines() {
        let Some(comment) = split(line).1 else {
            is_code = false;
            blocks.push(String::new());
            continue;
        };
        let comment = comment.trim_start_matches(['/', '!']).trim();
        let is_fence = comment.starts_with("```");
        is_code ^= is_fence;
        if is_code || is_fence || comment.is_empty() || comment.starts_with(['#', '|']) {
            blocks.push(String::new());
            continue;
        }
        if is_point(comment) {
            blocks.push(String::new());
        }
        let block = blocks.last_mut().unwrap();
        block.push_str(comment.trim_start_matches(['*', '-']).trim_start());
        block.push(' ');
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks
}

/// Whether a line begins a point of a list.
pub(super) fn is_point(line: &str) -> bool {
    let (number, _) = line.split_once(". ").unwrap_or_default();
    let is_numbered = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    is_numbered || line.starts_with("* ") || line.starts_with("- ")
}
