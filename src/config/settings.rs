//! The settings in force: loaded, checked, and resolved where they depend on more than
//! themselves.

use std::cmp::Reverse;
use std::mem::take;
use std::ops::Deref;

use figment::{Error, Figment};
use ipnet::IpNet;
use rocket::Route;

use crate::config::check::{self, Place, Wrong};
use crate::config::in_code::InCode;
use crate::config::page::Page;
use crate::config::proxy;
use crate::config::secret::SecretKey;
use crate::config::shown::shown;
use crate::config::source::Source;
use crate::config::table::Config;
use crate::rules::expiry::Limits;
use crate::rules::next;

/// The settings of one realm, secrets aside. Most of them are found in [`Config`], to which
/// this dereferences; a field here stands in place of the field of the same name there.
#[derive(Debug)]
pub(crate) struct Settings {
    config: Config,
    /// The name of the table, which is the name of the realm.
    pub(crate) table: String,
    /// The name that keeps applications apart in one store.
    pub(crate) namespace: String,
    pub(crate) login: Page,
    /// `None` where logins that are not fresh go to the login page.
    pub(crate) refresh: Option<Page>,
    /// Login pages for parts of the site, by base, the longest first.
    pub(crate) login_at: Vec<(String, Page)>,
    /// The parts of the site that redirect programs as well, or no request, likewise.
    redirects_at: Vec<(String, bool)>,
    /// Paths, decoded, so that every spelling of them is met.
    never_next: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The path below which browsers find the application, without a slash at its end.
    pub(crate) public_base: String,
    pub(crate) cookie_secure: bool,
    pub(crate) session_cookie: String,
    pub(crate) remember_cookie: String,
    /// The cookie by which Chromium learns that a login has ended.
    pub(crate) ended_cookie: String,
    /// The cookie of browsers that are known, with the name of the realm.
    pub(crate) known_cookie: String,
    pub(crate) limits: Limits,
}

impl Deref for Settings {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.config
    }
}

impl Settings {
    /// Returns what the public base of a request comes from: a text, or a header of these peers.
    pub(crate) fn base_source(&self) -> (&str, Option<(&str, &[IpNet])>) {
        let header = self.prefix_header.as_deref();
        let header = header.map(|name| (name, &self.trusted_proxies[..]));
        (&self.public_base, header)
    }

    /// Returns the login page for an anonymous request to this decoded path.
    pub(crate) fn login_for(&self, path: &str) -> &Page {
        nearest(&self.login_at, path).unwrap_or(&self.login)
    }

    /// Returns whether this decoded path redirects programs as well (`true`), or no request.
    /// `None`: people alone.
    pub(crate) fn redirects_for(&self, path: &str) -> Option<bool> {
        nearest(&self.redirects_at, path).copied()
    }

    /// Returns the page for a request to this decoded path whose login is not fresh.
    pub(crate) fn refresh_for(&self, path: &str) -> &Page {
        self.refresh
            .as_ref()
            .unwrap_or_else(|| self.login_for(path))
    }

    /// Returns the paths that a login never leads back to.
    pub(crate) fn never_next(&self) -> impl Iterator<Item = &str> {
        let written = self.never_next.iter().map(String::as_str);
        self.pages().map(|page| page.path.as_str()).chain(written)
    }

    /// Returns the pages that challenges lead to.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &Page> {
        let parts = self.login_at.iter().map(|(_, page)| page);
        [&self.login].into_iter().chain(&self.refresh).chain(parts)
    }

    /// Returns the names of the cookies that the realm reads.
    pub(crate) fn cookie_names(&self) -> impl Iterator<Item = &String> {
        let own = [&self.session_cookie, &self.remember_cookie];
        own.into_iter().chain(&self.legacy_session_cookie)
    }
}

/// Returns what is said of the smallest part of the site that this decoded path is in.
fn nearest<'a, T>(parts: &'a [(String, T)], path: &str) -> Option<&'a T> {
    let mut parts = parts.iter();
    let part = parts.find(|(base, _)| next::is_below(path, base));
    part.map(|(_, value)| value)
}

/// Settings, and the secrets apart from them.
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) secret_key: SecretKey,
    pub(crate) previous: Vec<SecretKey>,
    /// The key of the application before, if any of its logins count.
    pub(crate) legacy_key: Option<SecretKey>,
    /// Whether the secret was drawn for this process.
    pub(crate) is_random: bool,
}

/// Reads, checks and resolves the settings of one realm.
pub(crate) fn load(
    figment: &Figment,
    name: &str,
    code: &InCode,
    routes: &[&Route],
) -> Result<Loaded, Box<Error>> {
    let source = Source {
        figment,
        name,
        code,
    };
    let wrong = |(key, why): Wrong| source.wrong(key, why);
    let mut config = source.config()?;
    let place = place(&mut config, &source, code.has_store);
    if let Some(why) = check::wrong(&config, &place) {
        return Err(wrong(why));
    }

    let written = config.secret_key.take();
    let is_random = written.is_none();
    let secret_key = written.map_or_else(|| random_key(&source), Ok)?;
    let legacy_key = config.legacy_secret_key.take();
    let legacy_key = legacy_key.unwrap_or_else(|| secret_key.clone());
    Ok(Loaded {
        previous: take(&mut config.previous_secret_keys),
        legacy_key: config.takes_legacy().then_some(legacy_key),
        secret_key,
        is_random,
        settings: resolve(name, config, place, code, routes).map_err(wrong)?,
    })
}

/// Finds the settings whose defaults depend on others.
fn place(config: &mut Config, source: &Source<'_>, has_store: bool) -> Place {
    let is_debug = source.is_debug();
    let cookie_secure = *config.cookie_secure.get_or_insert(!is_debug);
    // The strictest that browsers accept for these attributes.
    let prefix = if !cookie_secure {
        ""
    } else if config.is_for_whole_host() {
        "__Host-"
    } else {
        "__Secure-"
    };
    let odd = |letter: char| !letter.is_ascii_alphanumeric();
    let named = |written: &Option<String>, word: &str| {
        let written = written.clone();
        written.unwrap_or_else(|| format!("{prefix}{word}"))
    };
    Place {
        is_debug,
        has_store,
        cookie_secure,
        session_cookie: named(&config.session.cookie_name, "session"),
        remember_cookie: named(&config.cookie_name, "remember_token"),
        ended_cookie: named(&None, "login_ended"),
        known_cookie: named(&None, &format!("{}_known", source.name.replace(odd, "_"))),
    }
}

/// Draws a key, in the debug profile alone.
fn random_key(source: &Source<'_>) -> Result<SecretKey, Box<Error>> {
    if !source.is_debug() {
        return Err(source.missing("secret_key", "what `openssl rand -base64 32` prints"));
    }
    SecretKey::random()
        .map_err(|error| source.error("secret_key", format!("no randomness: {error}")))
}

fn resolve(
    table: &str,
    config: Config,
    place: Place,
    code: &InCode,
    routes: &[&Route],
) -> Result<Settings, Wrong> {
    let page =
        |key, text: &str| Page::find(text, routes, &config.next_name).map_err(|why| (key, why));
    let (refresh, session) = (config.refresh_to.as_deref(), &config.session);
    Ok(Settings {
        table: table.into(),
        namespace: session.namespace.clone().unwrap_or_else(|| table.into()),
        login: page("redirect_to", &config.redirect_to)?,
        refresh: refresh.map(|text| page("refresh_to", text)).transpose()?,
        login_at: parts("challenge_at", &code.login_at, |text| {
            page("challenge_at", text)
        })?,
        redirects_at: parts("redirects_at", &code.redirects_at, |always| Ok(*always))?,
        never_next: never_next(&config.never_next)?,
        trusted_proxies: proxy::networks(&config)?,
        public_base: proxy::public_base(&config)?,
        cookie_secure: place.cookie_secure,
        session_cookie: place.session_cookie,
        remember_cookie: place.remember_cookie,
        ended_cookie: place.ended_cookie,
        known_cookie: place.known_cookie,
        limits: Limits {
            lifetime: session.lifetime,
            idle_timeout: session.idle_timeout,
            fresh_for: config.fresh_for,
        },
        config,
    })
}

/// Returns what code says of parts of the site, those with the longest base first.
fn parts<S, T>(
    key: &'static str,
    written: &[(String, S)],
    value: impl Fn(&S) -> Result<T, Wrong>,
) -> Result<Vec<(String, T)>, Wrong> {
    let mut parts: Vec<(String, T)> = Vec::new();
    for (written, said) in written {
        let wrong = |why| Err((key, format!("`{}` {why}", shown(written))));
        let decoded = next::decoded_path(written).filter(|_| next::is_safe(written, []));
        let Some(base) = decoded else {
            return wrong("is no path of this site: it begins with exactly one `/`");
        };
        if parts.iter().any(|(other, _)| next::same_path(other, &base)) {
            return wrong("is given twice: which is meant?");
        }
        parts.push((base, value(said)?));
    }
    parts.sort_by_key(|(base, _)| Reverse(next::depth(base)));
    Ok(parts)
}

fn never_next(paths: &[String]) -> Result<Vec<String>, Wrong> {
    let decoded = |path: &String| {
        let is_path = next::is_safe(path, []) && !path.contains(['?', '#']);
        next::decoded_path(path).filter(|_| is_path).ok_or_else(|| {
            let path = shown(path);
            let why = format!("`{path}` is no path: it begins with one `/` and has no query");
            ("never_next", why)
        })
    };
    paths.iter().map(decoded).collect()
}
