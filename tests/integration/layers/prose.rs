//! The prose that people read beside `src`: pages, comments outside the library, and scripts.

use std::fs;
use std::path::{Path, PathBuf};

use crate::layers::source;

/// The paragraphs, points of lists and cells of tables of one file, under its name.
pub(super) type Prose = Vec<(String, Vec<String>)>;

/// Reads the comments of `src`.
pub(super) fn library() -> Prose {
    let sources = source::all().into_iter();
    sources.map(|(name, source)| (name, source.prose)).collect()
}

/// Reads the guide, and the pages beside `README.md`.
pub(super) fn pages() -> Prose {
    read(&["", "docs", "benches/peers"], |path| {
        (extension(path) == "md").then_some(page as fn(&str) -> Vec<String>)
    })
}

/// Reads the comments of tests, examples, benches and scripts.
pub(super) fn comments() -> Prose {
    let folders = ["tests", "examples", "benches", "fuzz/targets", "scripts"];
    let folders: Vec<_> = folders.iter().flat_map(|folder| below(folder)).collect();
    let folders: Vec<_> = folders.iter().map(String::as_str).collect();
    read(&folders, |path| match extension(path) {
        "rs" => Some(source::prose as fn(&str) -> Vec<String>),
        "py" | "sh" | "" => Some(hashes as fn(&str) -> Vec<String>),
        _ => None,
    })
}

/// Finds the names of all functions that are tests.
pub(super) fn test_names() -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["src", "tests", "examples", "benches"]
        .iter()
        .flat_map(|folder| below(folder))
    {
        for path in files(&folder) {
            if extension(&path) == "rs" {
                let text = fs::read_to_string(&path).unwrap();
                let heads = text.split("test]\n").skip(1);
                let heads = heads.filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
                names.extend(heads.map(|(name, _)| name.to_string()));
            }
        }
    }
    names
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn extension(path: &Path) -> &str {
    path.extension().map_or("", |name| name.to_str().unwrap())
}

/// The files of a folder itself.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// A folder and all those in it, without what builds leave there.
fn below(folder: &str) -> Vec<String> {
    let mut all = vec![folder.to_string()];
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() && name != "target" && !name.starts_with(['.', '_']) {
            all.extend(below(&format!("{folder}/{name}")));
        }
    }
    all
}

fn read(folders: &[&str], reader: impl Fn(&Path) -> Option<fn(&str) -> Vec<String>>) -> Prose {
    let mut prose = Prose::new();
    for path in folders.iter().flat_map(|folder| files(folder)) {
        if let Some(reader) = reader(&path) {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            prose.push((name, reader(&fs::read_to_string(&path).unwrap())));
        }
    }
    prose
}

/// Reads a page of Markdown, without its code, headings, pictures and definitions of links.
fn page(text: &str) -> Vec<String> {
    let (mut blocks, mut is_code) = (vec![String::new()], false);
    for line in text.lines().map(str::trim) {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        let is_other = line.is_empty() || line.starts_with(['#', '<', '[']) && !line.contains("][");
        if is_code || is_fence || is_other {
            blocks.push(String::new());
        } else if let Some(row) = line.strip_prefix('|') {
            blocks.extend(
                row.split(" | ")
                    .map(|cell| cell.trim_end_matches('|').into()),
            );
            blocks.push(String::new());
        } else {
            if source::is_point(line) {
                blocks.push(String::new());
            }
            let block = blocks.last_mut().unwrap();
            block.push_str(line.trim_start_matches("* ").trim_start_matches("- "));
            block.push(' ');
        }
    }
    blocks
}

/// Reads the comments of a script, without its usage.
fn hashes(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match line.strip_prefix("# ") {
            Some(usage) if usage.starts_with("  ") || usage.starts_with("Usage:") => {
                blocks.push(String::new())
            }
            Some(comment) => {
                let block = blocks.last_mut().unwrap();
                block.push_str(comment);
                block.push(' ');
            }
            None => blocks.push(String::new()),
        }
    }
    blocks
}
