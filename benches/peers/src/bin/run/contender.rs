//! The contenders, and their bases.

use crate::Result;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A framework without any login: the base of the others of its binary.
    Baseline,
    /// A login that believes its cookie, which is thus not tampered with.
    Gullible,
    /// A login that lives in the cookie.
    InCookie,
    /// A login that lives in the server's memory.
    InMemory,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) framework: &'static str,
    pub(crate) kind: Kind,
}

impl Contender {
    const fn new(name: &'static str, framework: &'static str, kind: Kind) -> Self {
        Self {
            name,
            framework,
            kind,
        }
    }

    pub(crate) fn is_baseline(&self) -> bool {
        self.kind == Kind::Baseline
    }

    /// The text after the last `_` of the name: of those in an engine, which one.
    pub(crate) fn engine(&self) -> &'static str {
        self.name.rsplit('_').next().unwrap_or_default()
    }

    pub(crate) fn binary(&self) -> String {
        format!("peers_{}", self.framework)
    }
}

/// The gullible one's name: the base of the others on Rocket.
pub(crate) const PLAIN: &str = "rocket_plain";

/// A baseline's name is its framework's.
pub(crate) const ALL: [Contender; 15] = [
    Contender::new("rocket", "rocket", Kind::Baseline),
    Contender::new(PLAIN, "rocket", Kind::Gullible),
    Contender::new("rocket_floor", "rocket", Kind::Gullible),
    Contender::new("rocket_floor_one", "rocket", Kind::Gullible),
    Contender::new("rocket_login", "rocket", Kind::InCookie),
    Contender::new("rocket_login_memory", "rocket", Kind::InMemory),
    Contender::new("rocket_private", "rocket", Kind::InCookie),
    Contender::new("rocket_flex_cookie", "rocket", Kind::InCookie),
    Contender::new("rocket_flex_memory", "rocket", Kind::InMemory),
    Contender::new("axum", "axum", Kind::Baseline),
    Contender::new("axum_login_signed", "axum", Kind::InCookie),
    Contender::new("axum_login_memory", "axum", Kind::InMemory),
    Contender::new("actix", "actix", Kind::Baseline),
    Contender::new("actix_identity_signed", "actix", Kind::InCookie),
    Contender::new("actix_identity_private", "actix", Kind::InCookie),
];

/// Those whose sessions lie in an engine, measured apart.
pub(crate) const ENGINES: [Contender; 6] = [
    Contender::new("engines_login_sqlite", "engines", Kind::InMemory),
    Contender::new("engines_flex_sqlite", "engines", Kind::InMemory),
    Contender::new("engines_login_postgres", "engines", Kind::InMemory),
    Contender::new("engines_flex_postgres", "engines", Kind::InMemory),
    Contender::new("engines_login_redis", "engines", Kind::InMemory),
    Contender::new("engines_flex_redis", "engines", Kind::InMemory),
];

/// Those named, or all if there are no names, with what they are compared with.
pub(crate) fn chosen(names: &[String]) -> Result<Vec<&'static Contender>> {
    for name in names {
        if !ALL.iter().any(|contender| contender.name == name) {
            let known = ALL.map(|contender| contender.name).join(", ");
            return Err(format!("no contender is called {name}: there are {known}").into());
        }
    }
    let named = |contender: &Contender| names.iter().any(|name| name == contender.name);
    let needed = |contender: &Contender| {
        let on_it = |other: &&Contender| other.framework == contender.framework && named(other);
        let is_reference = contender.is_baseline() || contender.name == PLAIN;
        is_reference && ALL.iter().any(|other| on_it(&other))
    };
    let is_chosen =
        |contender: &&Contender| names.is_empty() || named(contender) || needed(contender);
    Ok(ALL.iter().filter(is_chosen).collect())
}
