//! What axe-core finds fault with.

use std::sync::LazyLock;
use std::{env, fs};

use serde_json::Value;

use crate::visitor::Visitor;

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
    /// The faults of the page as it is shown now.
    #[track_caller]
    pub(crate) fn is_accessible(&self, what: &str) {
        if self.script("return typeof axe") == "undefined" {
            self.script(&AXE);
        }
        let found = self.script(RUN);
        // Where it looked at nothing, it would find nothing.
        assert!(found[0].as_u64() > Some(20), "{what}: {found}");
        let faults = &found[1];
        assert_eq!(*faults, Value::Array(Vec::new()), "{what}: {faults:#}");
    }
}

/// A page with faults, so that the silence about the others means something.
#[test]
fn faults_are_found() {
    let server = crate::wire::Server::start(|figment| figment);
    let visitor = Visitor::of(&server);
    visitor.go("/login");
    visitor.is_accessible("login");
    for fault in [
        "document.querySelector('label').remove()",
        "document.querySelector('.note').style.color = '#bbb'",
        "document.documentElement.removeAttribute('lang')",
    ] {
        visitor.go("/login");
        visitor.script(fault);
        let judged = std::panic::AssertUnwindSafe(|| visitor.is_accessible(fault));
        assert!(std::panic::catch_unwind(judged).is_err(), "{fault}");
    }
}
