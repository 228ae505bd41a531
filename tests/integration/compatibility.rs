//! The compatibility page names tests: they have to be there.

use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/compatibility.md");

/// The rows of the table below a heading, without its head.
fn rows(heading: &str) -> Vec<&'static str> {
    let section = PAGE.split(heading).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    rows.skip(2).collect()
}

/// What is written as `module::name`, or `module::module::name`, of a test.
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
    for heading in [
        "## What is different, and why",
        "## The rules of Flask-Login's tests",
    ] {
        tests.extend(rows(heading).into_iter().flat_map(named_tests));
    }
    assert!(tests.len() > 90, "{}", tests.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration");
    for test in tests {
        let (module, name) = test.rsplit_once("::").unwrap();
        let file = folder.join(module.replace("::", "/"));
        let code = fs::read_to_string(file.with_extension("rs"))
            .or_else(|_| fs::read_to_string(file.join("mod.rs")))
            .unwrap_or_else(|_| panic!("{test}: no such module"));
        assert!(
            code.contains(&format!("fn {name}()")),
            "{test}: no such test"
        );
    }
}

#[test]
fn every_difference_is_held_by_a_test() {
    let rows = rows("## What is different, and why");
    assert!(rows.len() > 25, "{}", rows.len());
    for row in rows {
        assert!(!named_tests(row).is_empty(), "{row}");
    }
}
