//! The imports of a file, resolved to the files that define what is imported.

use std::collections::{BTreeMap, BTreeSet};

use crate::layers::source::Sources;

/// The files that each file imports from.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// A `use` with one path.
struct Use {
    is_public: bool,
    path: Vec<String>,
}

/// Reads the imports of all files.
pub(super) fn graph(sources: &Sources) -> Graph {
    let uses: BTreeMap<&str, Vec<Use>> = sources
        .iter()
        .map(|(module, source)| (module.as_str(), uses(sources, module, &source.code)))
        .collect();
    let mut graph = Graph::new();
    for (module, own) in &uses {
        let private = own.iter().filter(|import| !import.is_public);
        let files = private.filter_map(|import| file(sources, &uses, &import.path));
        let others = files.filter(|file| file != module);
        graph.insert((*module).to_string(), others.collect());
    }
    graph
}

fn uses(sources: &Sources, module: &str, code: &str) -> Vec<Use> {
    let mut found = Vec::new();
    let mut statements = String::new();
    for statement in code.split_inclusive(';') {
        let Some(at) = start_of_use(statement) else {
            statements.push_str(statement);
            continue;
        };
        let (before, tree) = statement.split_at(at);
        let is_public = before.rsplit('\n').next().unwrap().contains("pub");
        statements.push_str(before);
        for path in expand(tree.trim_start_matches("use ").trim_end_matches(';')) {
            let path = absolute(sources, module, &path);
            found.extend(path.map(|path| Use { is_public, path }));
        }
    }
    // Paths that are written out where they are used.
    for (at, _) in statements.match_indices("crate::") {
        let rest = &statements[at..];
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let end = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
        let path = absolute(sources, module, rest[..end].trim_end_matches(':'));
        found.extend(path.map(|path| Use {
            is_public: false,
            path,
        }));
    }
    found
}

/// Finds the word `use` at the begin of a line, after its visibility.
fn start_of_use(statement: &str) -> Option<usize> {
    let mut from = 0;
    for line in statement.split_inclusive('\n') {
        let declared = line.trim_start();
        let word = match declared.strip_prefix("pub") {
            Some(rest) => rest.trim_start_matches(|c| c != ' ').trim_start(),
            None => declared,
        };
        // Visibilities such as `pub(in crate::x)` have a space of their own.
        let word = word.split_once(") ").map_or(word, |(_, word)| word);
        if word.starts_with("use ") {
            return Some(from + line.len() - word.len());
        }
        from += line.len();
    }
    None
}

/// Writes a tree of imports out, a path each.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((prefix, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap();
        return vec![path.trim().to_string()];
    };
    let inner = rest.rsplit_once('}').unwrap().0;
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in inner.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(c);
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    let paths = parts.flat_map(|part| expand(part));
    paths
        .map(|path| format!("{}{path}", prefix.trim()))
        .collect()
}

/// Resolves a path from the root of the crate; `None` for other crates.
fn absolute(sources: &Sources, module: &str, path: &str) -> Option<Vec<String>> {
    let mut own: Vec<String> = module.split("::").map(String::from).collect();
    own.retain(|part| !part.is_empty());
    let mut parts = path.split("::").map(str::trim).peekable();
    match parts.peek().copied()? {
        "crate" => {
            own.clear();
            parts.next();
        }
        "self" => drop(parts.next()),
        "super" => {
            while parts.next_if_eq(&"super").is_some() {
                own.pop();
            }
        }
        first => {
            let child = own.iter().map(String::as_str).chain([first]);
            let child = child.collect::<Vec<_>>().join("::");
            sources.get(&child)?;
        }
    }
    own.extend(parts.map(String::from));
    Some(own)
}

/// Finds the file that defines what a path names, behind all exports.
fn file(sources: &Sources, uses: &BTreeMap<&str, Vec<Use>>, path: &[String]) -> Option<String> {
    let longest = (1..=path.len()).rev().map(|n| (n, path[..n].join("::")));
    let mut modules = longest.filter(|(_, module)| sources.contains_key(module));
    let (n, module) = modules.next()?;
    let exported = path.get(n).and_then(|name| {
        let own = uses[module.as_str()].iter().filter(|one| one.is_public);
        own.map(|one| &one.path)
            .find(|path| path.last() == Some(name))
    });
    match exported {
        Some(exported) => {
            let rest = path.get(n + 1..).unwrap_or_default();
            file(sources, uses, &[exported, rest].concat())
        }
        None => Some(module),
    }
}

#[test]
fn trees_of_imports_are_written_out() {
    let paths = expand("crate::{a::B, c::{self, D as E}}");
    assert_eq!(paths, ["crate::a::B", "crate::c::self", "crate::c::D"]);
}
