//! The rules that keep the house in order: imports, methods, features, and plain words.

mod imports;
mod prose;
mod source;
mod words;

use std::collections::BTreeSet;

use imports::{Graph, graph};
use source::{Source, library};

/// From the ground up; folders on one line belong together.
const FLOORS: &[&[&str]] = &[
    &["error"],
    &["lock"],
    &["clock"],
    &["session"],
    &["token"],
    &["rules"],
    &["legacy"],
    &["config"],
    &["store"],
    &["event"],
    &["registry"],
    &["node"],
    &["sessions"],
    // A policy is asked about a user.
    &["user", "policy"],
    &["realm"],
    &["manager"],
    &["request"],
    &["guard"],
    &["challenge"],
    &["fairing"],
    &["socket"],
    &["testing"],
    &["lib"],
];

/// The manager's constructor returns the fairing that installs it: an application has to
/// know one name alone.
const CONSTRUCTOR: (&str, &str) = ("manager", "fairing");

/// Types whose methods are many, and stand in files by subject.
const SPLIT: &[&str] = &["Auth", "LoginFairing", "LoginManager"];

/// How many attributes may switch on a feature.
const MOST_SWITCHES: usize = 16;

fn floor(module: &str) -> usize {
    let folder = module.split("::").next().unwrap();
    let folder = if folder.is_empty() { "lib" } else { folder };
    let position = FLOORS.iter().position(|floor| floor.contains(&folder));
    position.unwrap_or_else(|| panic!("`{module}` is on no floor"))
}

fn is_constructor(module: &str, import: &str) -> bool {
    (module, import.split("::").next().unwrap()) == CONSTRUCTOR
}

#[test]
fn each_floor_imports_only_from_those_below() {
    for (module, imports) in graph(&library()) {
        for import in imports {
            let is_below = floor(&import) <= floor(&module);
            assert!(
                is_below || is_constructor(&module, &import),
                "`{module}` imports `{import}`"
            );
        }
    }
}

#[test]
fn no_files_import_from_each_other_in_a_circle() {
    let mut graph = graph(&library());
    for (module, imports) in &mut graph {
        imports.retain(|import| !is_constructor(module, import));
    }
    let circle: Vec<&String> = graph.keys().filter(|own| reaches(&graph, own)).collect();
    assert!(circle.is_empty(), "{circle:#?}");
}

/// Whether a file imports itself through others.
fn reaches(graph: &Graph, own: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![own]);
    while let Some(module) = next.pop() {
        for import in graph.get(module).into_iter().flatten() {
            if import == own {
                return true;
            }
            if seen.insert(import) {
                next.push(import);
            }
        }
    }
    false
}

#[test]
fn no_rule_sees_a_request() {
    for (module, source) in library() {
        if floor(&module) < floor("user") {
            assert!(!source.code.contains("Request<"), "{module}");
        }
    }
}

#[test]
fn only_four_folders_know_the_store() {
    for (module, source) in library() {
        let folder = module.split("::").next().unwrap();
        let may_know = ["sessions", "store", "fairing", "testing", ""].contains(&folder);
        assert!(
            may_know || !source.code.contains("SessionStore"),
            "{module}"
        );
    }
}

/// The types that a file defines.
fn types(source: &Source) -> BTreeSet<&str> {
    let words = source
        .code
        .split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let defined = words
        .windows(2)
        .filter(|pair| ["struct", "enum"].contains(&pair[0]));
    defined.map(|pair| pair[1]).collect()
}

/// The types for which a file has inherent methods.
fn with_methods(source: &Source) -> Vec<&str> {
    let heads = source.code.split("\nimpl").skip(1);
    let heads = heads.map(|rest| rest.split('{').next().unwrap());
    heads.filter_map(inherent).collect()
}

/// Reads the type of `impl<..> path::Type<..>`; `None` where it is a trait's.
fn inherent(head: &str) -> Option<&str> {
    let mut depth = 0;
    let after = head.find(|c| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth == 0 && c == ' '
    })?;
    let name = head[after..].split(" where ").next().unwrap().trim();
    let is_trait = name.replace("for<", "<").contains(" for ");
    let name = name.split('<').next().unwrap().trim();
    (!is_trait).then(|| name.rsplit("::").next().unwrap())
}

#[test]
fn methods_stand_beside_their_type() {
    for (module, source) in library() {
        let own = types(&source);
        for name in with_methods(&source) {
            let is_beside = own.contains(name) || SPLIT.contains(&name);
            assert!(is_beside, "`{module}` has methods of `{name}`");
        }
    }
}

#[test]
fn features_switch_modules() {
    let mut switches = 0;
    for (module, source) in library() {
        let attributes = source.code.split('#').skip(1).filter(|rest| {
            let attribute = rest.split(']').next().unwrap();
            let attribute = attribute.trim_start_matches('!');
            attribute.starts_with("[cfg") && attribute.contains("feature =")
        });
        let own = attributes.count();
        let is_lib_or_mod = module.is_empty() || has_children(&module) || module.ends_with("stub");
        assert!(own == 0 || is_lib_or_mod, "`{module}` switches on features");
        switches += own;
    }
    assert!(switches <= MOST_SWITCHES, "{switches}");
}

fn has_children(module: &str) -> bool {
    let prefix = format!("{module}::");
    library().keys().any(|other| other.starts_with(&prefix))
}

#[test]
fn the_readers_see_what_they_should() {
    assert_eq!(inherent("<U: AuthUser<Id = u8>> Guard<U> "), Some("Guard"));
    assert_eq!(inherent(" a::Type where T: Copy "), Some("Type"));
    assert_eq!(inherent("<T> Clone for Type<T> "), None);
    assert_eq!(floor("sessions::record"), floor("sessions"));
}
