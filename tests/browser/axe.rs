//! The faults that axe-core finds.

use std::sync::LazyLock;
use std::{env, fs};

use serde_json::{Value, json};

use crate::visitor::Visitor;
use crate::wire::Server;

static AXE: LazyLock<String> = LazyLock::new(|| {
    let file = env::var("ROCKET_LOGIN_AXE")
        .expect("ROCKET_LOGIN_AXE should name axe.min.js: scripts/axe says where it has put it");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
});

// All rules there are: those of the strictest level, and those that are experiments.
const RUN: &str = "
    const rules = axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }]);
    const options = { rules: Object.fromEntries(rules), resultTypes: ['violations'] };
    return axe.run(document, options).then(({ passes, violations }) => [
        passes.length,
        violations.map(({ id, help, nodes }) => [id, help, nodes.map(({ html }) => html)]),
    ]);";

impl Visitor {
    /// The faults of the page as it is shown now: rules and, for each, the elements.
    #[track_caller]
    fn faults(&self) -> Value {
        if self.script("return typeof axe") == "undefined" {
            self.script(&AXE);
        }
        let mut found = self.script(RUN);
        // Where it looked at nothing, it would find nothing.
        assert!(found[0].as_u64() > Some(10), "{found}");
        found[1].take()
    }

    #[track_caller]
    pub(crate) fn is_accessible(&self, what: &str) {
        let faults = self.faults();
        assert_eq!(faults, json!([]), "{what}: {faults:#}");
    }
}

/// So that silence about the pages means something.
#[test]
fn faults_are_found() {
    let server = Server::start(|figment| figment);
    let visitor = Visitor::of(&server);
    visitor.go("/login");
    for (rule, fault) in [
        ("label", "document.querySelector('[for=password]').remove()"),
        (
            "color-contrast",
            "document.querySelector('.note').style.color = '#999'",
        ),
        ("html-has-lang", "document.documentElement.lang = ''"),
        (
            "region",
            "document.querySelector('main').outerHTML = 'text'",
        ),
    ] {
        visitor.script(fault);
        let faults = visitor.faults();
        let mut rules = faults.as_array().unwrap().iter().map(|fault| &fault[0]);
        assert!(rules.any(|found| found == rule), "{rule}: {faults:#}");
    }
}
