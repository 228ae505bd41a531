//! Checks of a gate at launch, against all routes of the application.

use rocket::Route;

use crate::rules::gate::{Gate, Pattern, answers};

/// How many names are offered in place of one that is not there.
const OFFERED: usize = 5;

/// Refuses a route that Rocket would find beside the gate.
pub(super) fn rank<'r>(
    mut routes: impl Iterator<Item = &'r Route>,
    rank: isize,
) -> Result<(), String> {
    let beside = routes.find(|route| route.rank == rank);
    beside.map_or(Ok(()), |route| {
        Err(format!(
            "{} has the rank {rank}, which the check of logins needs: give the route a higher \
             rank",
            shown(route)
        ))
    })
}

/// Finds the routes that are to be open. Opens them if no closed route could answer in their
/// place.
pub(super) fn settle(routes: &[&Route], gate: &Gate, open: &[String]) -> Result<(), String> {
    let mut opened = Vec::new();
    for text in open {
        opened.extend(find(text, routes)?);
    }
    let is_closed = |route: &&&Route| {
        let is_opened = opened.iter().any(|open| std::ptr::eq(*open, **route));
        let pattern = pattern(route);
        let is_in_tree = gate.open.iter().any(|open| open.covers(&pattern));
        gate.closes(&pattern) && !is_opened && !is_in_tree
    };
    let closed: Vec<&Route> = routes.iter().filter(is_closed).copied().collect();
    for open in &opened {
        one(gate, open, &closed)?;
    }
    for base in gate.open.iter().filter(|open| open.is_tree()) {
        tree(base, routes, &closed)?;
    }
    let opened = opened.iter().map(|route| (route.method, pattern(route)));
    // The sentinel is asked once for each launch.
    let _ = gate.routes.set(opened.collect());
    Ok(())
}

/// Checks an open route.
fn one(gate: &Gate, open: &Route, closed: &[&Route]) -> Result<(), String> {
    let open_route = shown(open);
    if !gate.closes(&pattern(open)) {
        return Err(format!("{open_route} is to be open, and is not closed"));
    }
    let other = closed.iter().find(|other| is_in_the_way(open, other));
    other.map_or(Ok(()), |other| {
        Err(format!(
            "{open_route} is to be open, {} is not, and a path belongs to both: open both, or \
             give one of them another path",
            shown(other)
        ))
    })
}

/// Returns whether a closed route may answer at a path of an open one. A closed route that is
/// more general and comes later is a fallback: what it answers there is open on purpose.
fn is_in_the_way(open: &Route, closed: &Route) -> bool {
    let (one, other) = (pattern(open), pattern(closed));
    let is_fallback = other.covers(&one) && !one.covers(&other) && open.rank < closed.rank;
    answers(open.method, closed.method) && one.meets(&other) && !is_fallback
}

/// Checks an open path and all below it.
fn tree(base: &Pattern, routes: &[&Route], closed: &[&Route]) -> Result<(), String> {
    if !routes.iter().any(|route| base.meets(&pattern(route))) {
        return Err(format!(
            "`{base}` is to be open, and no route answers there"
        ));
    }
    let is_in_part = |route: &&&Route| {
        let pattern = pattern(route);
        base.meets(&pattern) && !pattern.covers(base)
    };
    closed.iter().find(is_in_part).map_or(Ok(()), |route| {
        Err(format!(
            "`{base}` is to be open, {} is not, and a path belongs to both: open the route, or \
             give it another path",
            shown(route)
        ))
    })
}

/// Finds the one route of a name, or all routes of a path.
fn find<'r>(text: &str, routes: &[&'r Route]) -> Result<Vec<&'r Route>, String> {
    let is_path = text.contains('/');
    let is_meant = |route: &&&Route| {
        if is_path {
            route.uri.path() == text
        } else {
            route.name.as_deref() == Some(text)
        }
    };
    let found: Vec<&Route> = routes.iter().filter(is_meant).copied().collect();
    let why = match found[..] {
        [] => "there is no such route",
        [_, _, ..] if !is_path => "several routes have this name: give the path of one",
        _ => return Ok(found),
    };
    let candidates = if found.is_empty() { routes } else { &found };
    let meant = candidates.iter().filter_map(|route| {
        let by_path = is_path || !found.is_empty();
        let meant = by_path.then(|| route.uri.path()).or(route.name.as_deref());
        meant.map(|meant| (distance(text, meant), meant))
    });
    Err(format!(
        "`.open({text:?})`: {why}{}",
        offer(meant.collect())
    ))
}

/// Names the nearest candidates.
fn offer(mut candidates: Vec<(usize, &str)>) -> String {
    candidates.sort_unstable();
    candidates.dedup();
    let names = candidates.iter().take(OFFERED);
    let names: Vec<String> = names.map(|(_, name)| format!("`{name}`")).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(". It could be {}", names.join(", "))
}

/// Counts the letters that were added, left out or replaced.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, byte) in one.bytes().enumerate() {
        let mut left = at + 1;
        let mut next = vec![left];
        let above = row.iter().zip(row.iter().skip(1));
        for ((corner, above), other) in above.zip(other.bytes()) {
            left = (corner + usize::from(byte != other))
                .min(above + 1)
                .min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn pattern(route: &Route) -> Pattern {
    Pattern::of_route(route.uri.path())
}

/// Names a route for people.
fn shown(route: &Route) -> String {
    let name = route.name.as_deref().unwrap_or("without a name");
    format!("the route `{} {}` ({name})", route.method, route.uri.path())
}
