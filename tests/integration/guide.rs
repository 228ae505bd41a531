//! The guide: its settings can be read, its tables are complete, and its links lead somewhere, in
//! the files as well as in the documentation.

use std::fs;
use std::path::Path;

use rocket::figment::error::Kind;
use rocket::figment::providers::{Format, Toml};
use rocket::figment::{Figment, Profile};
use rocket_login::Config;

const GUIDE: &str = include_str!("../../src/guide/mod.rs");
const SETTINGS: &str = include_str!("../../docs/settings.md");

const THROTTLING: &str = include_str!("../../docs/throttling.md");
const DEMO: [&str; 2] = [
    include_str!("../../examples/demo/failure.rs"),
    include_str!("../../examples/demo/sign_in.rs"),
];

/// The blocks of code in one language.
pub(crate) fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let start = format!("```{language}\n");
    let blocks = text.split(&start).skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    blocks.collect()
}

struct Chapter {
    name: String,
    text: String,
    /// The links that the module defines before the file does.
    definitions: String,
}

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The files that the modules of the guide include.
fn chapters() -> Vec<Chapter> {
    let modules = GUIDE.split("pub mod ").map(|module| {
        let (definitions, rest) = module.split_once("include_str!(\"../../docs/")?;
        let name = rest.split('"').next().unwrap().to_string();
        let text = fs::read_to_string(docs().join(&name)).unwrap();
        Some(Chapter {
            name,
            text,
            definitions: definitions.into(),
        })
    });
    modules.flatten().collect()
}

/// The definitions of links at the end of a file: the text between the brackets, and the target.
fn definitions(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().filter(|line| line.starts_with('['));
    lines.filter_map(|line| line.split_once("]: ")).collect()
}

#[test]
fn there_is_a_chapter_for_each_file_but_those_for_maintainers() {
    let chapters = chapters();
    let mut files: Vec<_> = fs::read_dir(docs())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .filter(|name| !["architecture.md", "compatibility.md"].contains(&name.as_str()))
        .collect();
    let mut names: Vec<_> = chapters.into_iter().map(|chapter| chapter.name).collect();
    files.sort();
    names.sort();
    assert_eq!(names, files);
}

#[test]
fn every_link_leads_to_a_file_here_and_to_something_else_there() {
    let mut count = 0;
    for Chapter {
        name,
        text,
        definitions: before,
    } in chapters()
    {
        assert!(!text.contains(".md)"), "{name} has a link to a file in it");
        for (link, target) in definitions(&text) {
            assert!(docs().join(target).exists(), "{name}: {target}");
            // A page that is there with a feature alone is linked to by its address.
            let is_known = |to: &str| before.contains(&format!("{link}]: {to}"));
            assert!(
                is_known("crate::") || is_known("../../testing/index.html"),
                "{name}: {link}"
            );
            let used = text.matches(&format!("{link}]")).count();
            assert!(used > 1, "{name}: nothing uses {link}]");
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn every_table_of_settings_in_it_can_be_read() {
    let mut count = 0;
    for Chapter { name, text, .. } in chapters() {
        for block in blocks(&text, "toml") {
            let lines: Vec<_> = block.lines().map(str::trim).collect();
            let block = lines
                .join("\n")
                .replace('…', "and so on, to at least thirty-two bytes");
            let figment = Figment::from(Toml::string(&block).nested());
            for profile in [Profile::Default, "release".into()] {
                let figment = figment.clone().select(profile);
                for table in ["login", "staff_login"] {
                    if figment.contains(table) {
                        let read = figment.extract_inner::<Config>(table);
                        assert!(read.is_ok(), "{name}: {block}\n{}", read.unwrap_err());
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count > 15, "{count}");
}

/// The keys that the configuration knows, by what it says of one that it does not.
fn known_keys() -> Vec<String> {
    let known = |unknown: &str| {
        let read = Figment::from((unknown, "")).extract::<Config>();
        match read.unwrap_err().kind {
            Kind::UnknownField(_, known) => known,
            other => panic!("{other}"),
        }
    };
    let tables = ["session", "attempts"];
    let outside = known("no_such_key").iter();
    let outside = outside.filter(|key| !tables.contains(*key));
    let inside = tables.into_iter().flat_map(|table| {
        let keys = known(&format!("{table}.no_such_key")).iter();
        keys.map(move |key| format!("{table}.{key}"))
    });
    outside.map(ToString::to_string).chain(inside).collect()
}

#[test]
fn its_table_has_every_setting_and_no_other() {
    let rows = SETTINGS.lines().filter(|line| line.starts_with("| `"));
    let keys = rows.map(|row| row.split(" | ").next().unwrap());
    let keys = keys.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let mut keys: Vec<_> = keys.collect();
    let mut known = known_keys();
    keys.sort_unstable();
    known.sort_unstable();
    assert_eq!(keys, known);
}

#[test]
fn the_chapter_on_throttling_shows_what_the_demo_does() {
    let blocks = blocks(THROTTLING, "rust");
    assert!(blocks.len() >= 3, "{}", blocks.len());
    for block in blocks {
        assert!(DEMO.iter().any(|file| file.contains(block)), "{block}");
    }
}
