//! The compatibility page names tests: they have to be there.

use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/compatibility.md");

/// What is written as `module::name`, or `module::module::name`, of a test.
fn named_tests() -> Vec<&'static str> {
    let rules = PAGE
        .split("## The rules of Flask-Login's tests")
        .nth(1)
        .unwrap();
    let quoted = rules.split('`').skip(1).step_by(2);
    quoted.filter(|text| text.contains("::")).collect()
}

#[test]
fn every_test_that_holds_a_rule_exists() {
    let tests = named_tests();
    assert!(tests.len() > 60, "{}", tests.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration");
    for test in tests {
        let (module, name) = test.rsplit_once("::").unwrap();
        let file = folder.join(module.replace("::", "/")).with_extension("rs");
        let code = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{test}: no such module"));
        assert!(
            code.contains(&format!("fn {name}()")),
            "{test}: no such test"
        );
    }
}
