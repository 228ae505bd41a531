//! The pages that name tests: these have to be there.

use std::fs;
use std::path::Path;

const ORIGINALS: &str = include_str!("../../docs/compatibility.md");
const NAMES: &str = include_str!("../../docs/names.md");
/// The public names of both, a line each.
const THEIRS: &str = include_str!("../data/originals.txt");
const SECURITY: &str = include_str!("../../SECURITY.md");
const README: &str = include_str!("../../README.md");
const DIFFERENCES: &str = "## What is different, and why";
const OTHERS: &str = "## What others do";
const RULES: &str = "## The rules of Flask-Login's tests";
const ASVS: &str = "## OWASP ASVS 5.0";

/// The rows of the table below a heading, without its head.
fn rows(page: &'static str, heading: &str) -> Vec<&'static str> {
    let section = page.split(heading).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    rows.skip(2).collect()
}

/// Finds texts such as `module::name`, or `module::module::name`, of a test.
fn named_tests(text: &'static str) -> Vec<&'static str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_test = |text: &&str| {
        text.contains("::")
            && text
                .chars()
                .all(|c| c == ':' || c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    quoted.filter(is_test).collect()
}

#[test]
fn every_test_that_holds_a_rule_exists() {
    let mut tests = Vec::new();
    for (page, heading) in [
        (ORIGINALS, DIFFERENCES),
        (ORIGINALS, OTHERS),
        (ORIGINALS, RULES),
        (SECURITY, ASVS),
    ] {
        tests.extend(rows(page, heading).into_iter().flat_map(named_tests));
    }
    assert!(tests.len() > 130, "{}", tests.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration");
    for test in tests {
        let (module, name) = test.rsplit_once("::").unwrap();
        let file = folder.join(module.replace("::", "/"));
        let code = fs::read_to_string(file.with_extension("rs"))
            .or_else(|_| fs::read_to_string(file.join("mod.rs")))
            .unwrap_or_else(|_| panic!("{test}: no such module"));
        let before = code.split(&format!("fn {name}()")).next().unwrap();
        let attributes = before.rsplit("\n\n").next().unwrap();
        let is_test = before.len() < code.len() && attributes.contains("test]");
        assert!(
            is_test && !attributes.contains("ignore"),
            "{test}: no such test"
        );
    }
}

#[test]
fn the_chapter_on_names_has_every_name_of_the_originals() {
    let rows = NAMES.lines().filter(|line| line.starts_with("| "));
    let there = rows.map(|row| row.split(" | ").next().unwrap());
    let there: Vec<_> = there
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    let theirs = THEIRS.lines().filter(|line| !line.starts_with('#'));
    let missing: Vec<_> = theirs.filter(|name| !there.contains(name)).collect();
    assert!(there.len() > 100, "{}", there.len());
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_difference_is_held_by_a_test() {
    let rows = rows(ORIGINALS, DIFFERENCES);
    assert!(rows.len() > 25, "{}", rows.len());
    for row in rows {
        assert!(!named_tests(row).is_empty(), "{row}");
    }
}

#[test]
fn every_comparison_in_the_readme_can_be_checked() {
    let compared = rows(README, "## What it does, and others do");
    let sources = rows(ORIGINALS, OTHERS);
    assert_eq!(compared.len(), sources.len());
    for (row, source) in compared.into_iter().zip(sources) {
        let cells = |row: &'static str| row.trim_matches('|').split(" | ").map(str::trim);
        assert_eq!(cells(row).next(), cells(source).next());
        assert!(cells(row).all(|cell| !cell.is_empty()), "{row}");
        assert_eq!((cells(row).count(), cells(source).count()), (5, 5));
        assert!(!named_tests(source).is_empty(), "{source}");
    }
}

#[test]
fn every_requirement_is_held_by_a_test_or_the_applications_business() {
    let rows = rows(SECURITY, ASVS);
    assert!(rows.len() > 30, "{}", rows.len());
    for row in rows {
        let is_left = row.contains("| The application's");
        assert!(is_left || !named_tests(row).is_empty(), "{row}");
    }
}
