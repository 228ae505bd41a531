//! The gate of a closed site: which paths are open to strangers.
//!
//! Patterns read paths as Rocket's router does: by decoded segments, without the empty ones.

use std::fmt;
use std::sync::OnceLock;

use rocket::http::Method;

/// A path as a route writes it, with `<name>` for one segment and `<name..>` for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    One,
    Rest,
}

impl Pattern {
    /// Reads the path of a route.
    pub(crate) fn of_route(path: &str) -> Self {
        let parts = path.split('/').filter(|segment| !segment.is_empty());
        let parts = parts.map(|segment| match segment {
            _ if !(segment.starts_with('<') && segment.ends_with('>')) => Part::text(segment),
            _ if segment.ends_with("..>") => Part::Rest,
            _ => Part::One,
        });
        Self(parts.collect())
    }

    /// Makes the pattern of one decoded path.
    pub(crate) fn exactly(path: &str) -> Self {
        let parts = path.split('/').filter(|segment| !segment.is_empty());
        Self(parts.map(Part::text).collect())
    }

    /// Makes the pattern of a decoded path and all below it.
    pub(crate) fn below(path: &str) -> Self {
        let mut pattern = Self::exactly(path);
        pattern.0.push(Part::Rest);
        pattern
    }

    /// Returns whether it has all paths below one.
    pub(crate) fn is_tree(&self) -> bool {
        self.0.last() == Some(&Part::Rest)
    }

    /// Returns whether it has the path of these segments.
    fn has<'a>(&self, mut segments: impl Iterator<Item = &'a str>) -> bool {
        for part in &self.0 {
            if *part == Part::Rest {
                return true;
            }
            match (part, segments.next()) {
                (Part::Text(text), Some(segment)) if text == segment => {}
                (Part::One, Some(_)) => {}
                _ => return false,
            }
        }
        segments.next().is_none()
    }

    /// Returns whether it has every path of the other pattern.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let mut others = other.0.iter();
        for part in &self.0 {
            match (part, others.next()) {
                (Part::Rest, _) => return true,
                (Part::One, Some(Part::Text(_) | Part::One)) => {}
                (part, Some(other)) if part == other => {}
                _ => return false,
            }
        }
        others.next().is_none()
    }

    /// Returns whether some path belongs to both patterns.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let mut others = other.0.iter();
        for part in &self.0 {
            match (part, others.next()) {
                (Part::Rest, _) | (_, Some(Part::Rest)) => return true,
                (Part::Text(one), Some(Part::Text(other))) if one != other => return false,
                (_, None) => return false,
                _ => {}
            }
        }
        matches!(others.next(), None | Some(Part::Rest))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => write!(f, "/{text}"),
            Part::One => f.write_str("/<_>"),
            Part::Rest => f.write_str("/<_..>"),
        })
    }
}

impl Part {
    fn text(segment: &str) -> Self {
        Self::Text(segment.into())
    }
}

/// How much of a pattern strangers reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Nothing,
    Part,
    All,
}

/// The gate of one realm: what it closes, and the exceptions.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The name of the realm's table.
    pub(crate) table: String,
    pub(crate) closed: Vec<Pattern>,
    /// Methods for which everything is open.
    pub(crate) exempt: Vec<Method>,
    /// Open for every method: the pages that challenges lead to, and all below some paths.
    pub(crate) open: Vec<Pattern>,
    /// Open routes, as soon as all routes are known. Until then none is open.
    pub(crate) routes: OnceLock<Vec<(Method, Pattern)>>,
}

impl Gate {
    /// Returns whether a stranger may send this request. `path` is as it was sent, `segments`
    /// are decoded.
    pub(crate) fn is_open<'a, I>(&self, method: Method, path: &str, segments: I) -> bool
    where
        I: Iterator<Item = &'a str> + Clone,
    {
        if self.exempt.contains(&method) {
            return true;
        }
        // Most paths are closed, and the cheap questions come first.
        let is_closed = self.closed.iter().any(|base| base.has(segments.clone()));
        let mut opened = self.opened(method);
        let is_opened =
            !is_closed || opened.any(|open| open.has(segments.clone())) && !path.contains("//");
        is_opened && !segments.clone().any(is_devious)
    }

    /// Returns how much of a route strangers reach.
    pub(crate) fn reach(&self, method: Method, route: &Pattern) -> Reach {
        if self.exempt.contains(&method) || !self.closes(route) {
            return Reach::All;
        }
        if self.opened(method).any(|open| open.covers(route)) {
            return Reach::All;
        }
        let is_closed = self.closed.iter().any(|base| base.covers(route));
        if is_closed && !self.opened(method).any(|open| open.meets(route)) {
            return Reach::Nothing;
        }
        Reach::Part
    }

    /// Returns whether some path of a route is closed, as long as nothing opens it.
    pub(crate) fn closes(&self, route: &Pattern) -> bool {
        self.closed.iter().any(|base| base.meets(route))
    }

    /// Returns whether another gate closes one of its paths as well, unless one opens it.
    pub(crate) fn shares(&self, other: &Self) -> bool {
        let is_open = |gate: &Self, base| gate.open.iter().any(|open| open.covers(base));
        self.closed.iter().any(|own| {
            let mut others = other.closed.iter();
            others.any(|base| base.meets(own) && !is_open(self, base) && !is_open(other, own))
        })
    }

    /// Returns the patterns that are open for a method. HEAD is answered by routes for GET.
    fn opened(&self, method: Method) -> impl Iterator<Item = &Pattern> {
        let routes = self.routes.get().into_iter().flatten();
        let routes = routes.filter(move |(of, _)| answers(*of, method));
        self.open.iter().chain(routes.map(|(_, pattern)| pattern))
    }
}

/// Returns whether a route for one method answers a request with another.
pub(crate) fn answers(route: Method, request: Method) -> bool {
    route == request || (route, request) == (Method::Get, Method::Head)
}

/// Returns whether a handler may read another path in a decoded segment: a file server goes up
/// at `..`, and other servers split the path at what is encoded here.
fn is_devious(segment: &str) -> bool {
    matches!(segment, "." | "..") || segment.bytes().any(|byte| matches!(byte, b'/' | b'\\' | 0))
}

#[cfg(test)]
mod tests;
