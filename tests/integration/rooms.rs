//! The floors of the library: each file imports only from those below it.

use std::fs;
use std::path::Path;

/// From the ground up; files on one line belong together.
const FLOORS: &[&[&str]] = &[
    &["error"],
    &["clock", "lock", "within"],
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
    // The manager's constructor returns the fairing that installs it.
    &[
        "manager",
        "fairing",
        "request",
        "guard",
        "challenge",
        "socket",
    ],
    &["testing"],
    // The guide is text.
    &["fuzz", "bench", "guide"],
];

/// Within the top floor, who may know whom, the constructor apart.
const TOP: &[&str] = &[
    "manager",
    "request",
    "guard",
    "challenge",
    "fairing",
    "socket",
];

fn floor(module: &str) -> usize {
    let position = FLOORS.iter().position(|floor| floor.contains(&module));
    position.unwrap_or_else(|| panic!("`{module}` is on no floor"))
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path
            .file_name()
            .is_some_and(|name| name != "lib.rs" && name != "tests.rs")
        {
            let module = path.strip_prefix(root()).unwrap().with_extension("");
            let module = module.iter().next().unwrap().to_str().unwrap().to_string();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            found.push((module, code.to_string()));
        }
    }
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn imports(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices("crate::").filter_map(|(at, _)| {
        let line = code[..at].rsplit('\n').next().unwrap();
        let is_doc = line.trim_start().starts_with("//");
        let rest = &code[at + "crate::".len()..];
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap();
        (!is_doc).then_some(&rest[..end])
    })
}

#[test]
fn each_floor_knows_only_those_below() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    assert!(files.len() > 40, "{}", files.len());
    for (module, code) in &files {
        for import in imports(code) {
            assert!(
                floor(import) <= floor(module),
                "`{module}` imports `{import}`"
            );
        }
    }
}

#[test]
fn the_top_floor_has_no_circles_but_the_constructor() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let rank = |name: &str| TOP.iter().position(|top| *top == name);
    for (module, code) in &files {
        for import in imports(code) {
            if let (Some(module_rank), Some(import_rank)) = (rank(module), rank(import)) {
                let is_constructor = module == "manager" && import == "fairing";
                assert!(
                    import_rank <= module_rank || is_constructor,
                    "`{module}` imports `{import}`"
                );
            }
        }
    }
}

#[test]
fn no_rule_sees_a_request() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    for (module, code) in &files {
        if floor(module) < floor("user") {
            let lines = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for line in lines {
                assert!(!line.contains("Request"), "`{module}`: {line}");
            }
        }
    }
}
