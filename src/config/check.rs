//! The checks of settings, beyond their types.

use rocket::http::SameSite;

use crate::config::attempts::AttemptsConfig;
use crate::config::shown::shown;
use crate::config::source::{NO_FLASK, NO_THROTTLE};
use crate::config::table::Config;
use crate::config::values::{LegacyTokens, RANGE, StoreKind, is_usable_duration};
use crate::legacy;
use crate::rules::THROTTLES;
use crate::rules::origin::{is_any_origin, is_origin};

/// A setting that makes no sense: its key below the table, and the advice.
pub(super) type Wrong = (&'static str, String);

/// The circumstances that decide whether a setting makes sense.
pub(super) struct Place {
    /// Whether this is the debug profile.
    pub(super) is_debug: bool,
    /// Whether code brings a store.
    pub(super) has_store: bool,
    pub(super) cookie_secure: bool,
    pub(super) session_cookie: String,
    pub(super) remember_cookie: String,
    pub(super) ended_cookie: String,
    pub(super) known_cookie: String,
}

type Check = fn(&Config, &Place) -> Option<Wrong>;

const CHECKS: [Check; 10] = [
    secrets, durations, names, attributes, prefixes, texts, origins, store, attempts, legacy,
];

/// Returns the first setting that makes no sense.
pub(super) fn wrong(config: &Config, place: &Place) -> Option<Wrong> {
    CHECKS.iter().find_map(|check| check(config, place))
}

fn refuse(key: &'static str, why: impl Into<String>) -> Option<Wrong> {
    Some((key, why.into()))
}

/// Checks the keys. A previous key still verifies, so it must be as good as the present one.
fn secrets(config: &Config, place: &Place) -> Option<Wrong> {
    let keys = [
        ("secret_key", config.secret_key.as_slice()),
        ("previous_secret_keys", &config.previous_secret_keys),
    ];
    keys.into_iter().find_map(|(key, secrets)| {
        let mut flaws = secrets
            .iter()
            .filter_map(|secret| secret.flaw(place.is_debug));
        refuse(key, flaws.next()?)
    })
}

fn durations(config: &Config, _: &Place) -> Option<Wrong> {
    let durations = [
        ("loader_timeout", config.loader_timeout),
        ("cookie_duration", config.cookie_duration),
        ("session.lifetime", config.session.lifetime),
        ("session.idle_timeout", config.session.idle_timeout),
    ];
    let fresh_for = config.fresh_for.map(|duration| ("fresh_for", duration));
    let mut durations = durations.into_iter().chain(fresh_for);
    let (key, _) = durations.find(|(_, duration)| !is_usable_duration(*duration))?;
    refuse(key, RANGE)
}

/// Whether a text consists of ASCII letters, digits and these other characters.
pub(super) fn is_word(text: &str, others: &[u8]) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

fn keyed_names(place: &Place) -> [(&'static str, &str); 2] {
    [
        ("session.cookie_name", &place.session_cookie),
        ("cookie_name", &place.remember_cookie),
    ]
}

fn names(_: &Config, place: &Place) -> Option<Wrong> {
    let names = keyed_names(place);
    let [(_, session), (_, remember)] = names;
    // Browsers allow more characters, but Rocket percent-encodes some of them.
    let mut odd = names.iter().filter(|(_, name)| !is_word(name, b"-._"));
    let others = [&place.ended_cookie, &place.known_cookie];
    let is_other = |name: &str| others.iter().any(|other| other.eq_ignore_ascii_case(name));
    if let Some((key, _)) = odd.next() {
        refuse(
            key,
            "a cookie name consists of ASCII letters, digits, `-`, `_` and `.`",
        )
    } else if session.eq_ignore_ascii_case(remember) {
        refuse(
            "session.cookie_name",
            "the session cookie and the remember cookie (`cookie_name`) need two names",
        )
    } else if let Some((key, name)) = names.into_iter().find(|(_, name)| is_other(name)) {
        refuse(
            key,
            format!("another cookie of this crate is called `{name}`"),
        )
    } else {
        None
    }
}

fn attributes(config: &Config, place: &Place) -> Option<Wrong> {
    let (path, domain) = (&config.cookie_path, &config.cookie_domain);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b';';
    let is_odd = |domain: &String| !is_word(domain, b"-.");
    if !path.starts_with('/') || !path.bytes().all(is_plain) {
        let why = "a cookie path begins with `/` and holds no space or `;`";
        refuse("cookie_path", why)
    } else if domain.as_ref().is_some_and(is_odd) {
        let why = "a cookie domain is a host name, without scheme, port and path";
        refuse("cookie_domain", why)
    } else if !place.cookie_secure && config.cookie_samesite == SameSite::None {
        refuse("cookie_samesite", format!("`none` {NEEDS_SECURE}"))
    } else if !place.cookie_secure && config.cookie_partitioned {
        refuse("cookie_partitioned", format!("`true` {NEEDS_SECURE}"))
    } else {
        None
    }
}

const NEEDS_SECURE: &str = "needs `cookie_secure = true`: browsers drop such a cookie otherwise";

fn prefixes(config: &Config, place: &Place) -> Option<Wrong> {
    keyed_names(place).into_iter().find_map(|(key, name)| {
        let name = name.to_ascii_lowercase();
        let is_host = name.starts_with("__host-");
        if !place.cookie_secure && (is_host || name.starts_with("__secure-")) {
            refuse(key, format!("a name with this prefix {NEEDS_SECURE}"))
        } else if is_host && !config.is_for_whole_host() {
            let why = "a `__Host-` name needs `cookie_path = \"/\"`, and no `cookie_domain`, \
                       `public_base` or `prefix_header`: browsers drop such a cookie otherwise";
            refuse(key, why)
        } else {
            None
        }
    })
}

fn texts(config: &Config, _: &Place) -> Option<Wrong> {
    if !is_word(&config.next_name, b"-_") {
        let why = "a field name consists of ASCII letters, digits, `-` and `_`";
        refuse("next_name", why)
    } else if config.session.namespace.as_deref() == Some("") {
        refuse("session.namespace", "it must not be empty")
    } else {
        None
    }
}

fn origins(config: &Config, _: &Place) -> Option<Wrong> {
    let own = config.origin.iter().filter(|text| !is_origin(text));
    let others = config.allowed_origins.iter();
    let others = others.filter(|text| !is_any_origin(text));
    let own = own.map(|text| {
        let why = "an origin is `https://` and a host in lower case, with a port only if it is \
                   not the default one, and nothing behind it";
        ("origin", format!("`{}` is none: {why}", shown(text)))
    });
    let others = others.map(|text| {
        let why = "write scheme and host as browsers send them, such as `https://shop.example`, \
                   `https://xn--bcher-kva.example:8443` or `capacitor://localhost`: in lower \
                   case, the port only if it is not the default one. No path, not even `/`, no \
                   user and no `*` is possible, nor `null`, which many pages send";
        (
            "allowed_origins",
            format!("`{}` is no origin: {why}", shown(text)),
        )
    });
    own.chain(others).next()
}

/// Checks that settings about a store have a store, and that a store has its address.
fn store(config: &Config, place: &Place) -> Option<Wrong> {
    let (session, max) = (&config.session, config.session.max_per_user);
    if max == Some(0) {
        let why = "with 0 no user could log in: it must be at least 1";
        return refuse("session.max_per_user", why);
    }
    // A store in code comes in place of the one that the table names.
    if place.has_store {
        return None;
    }
    let in_cookies = session.store == StoreKind::Cookie;
    match (session.store.address(), &session.url) {
        (Some(address), None) => {
            let why = format!("it is missing: write where the store is, as in \"{address}\"");
            refuse("session.url", why)
        }
        (Some(_), Some(url)) => refuse("session.url", url.misfit(session.store)?),
        (None, Some(_)) if in_cookies => {
            let why = "sessions in cookies have no address: name the store as well, such as \
                       `session.store = \"sqlite\"`";
            refuse("session.url", why)
        }
        (None, None) if in_cookies && max.is_some() => {
            let why = "sessions in cookies cannot be counted: set `session.store` to `memory` \
                       or to a database, or give a store to `LoginFairing::session_store()`";
            refuse("session.max_per_user", why)
        }
        _ => None,
    }
}

fn attempts(config: &Config, _: &Place) -> Option<Wrong> {
    if !THROTTLES && config.attempts != AttemptsConfig::default() {
        refuse("attempts", NO_THROTTLE)
    } else {
        let (key, why) = config.attempts.wrong()?;
        refuse(key, why)
    }
}

/// Checks the settings for logins of the application before this one.
fn legacy(config: &Config, place: &Place) -> Option<Wrong> {
    const KEY: &str = "legacy_secret_key";
    let is_on = config.takes_legacy();
    let own = config.legacy_secret_key.as_slice();
    let wrong = legacy_cookie(config, place);
    if wrong.is_some() {
        wrong
    } else if !legacy::IS_THERE && (is_on || !own.is_empty()) {
        refuse(KEY, NO_FLASK)
    } else if config.legacy_remember_tokens != LegacyTokens::Off && config.cookie_name.is_none() {
        let why = "`legacy_remember_tokens` reads a cookie that another application has named: \
                   write `cookie_name = \"remember_token\"`, or the name that it has there";
        refuse("cookie_name", why)
    } else if !is_on && !own.is_empty() {
        let why = "it is for `legacy_remember_tokens` or `legacy_session_cookie`, \
                   and neither is set";
        refuse(KEY, why)
    } else if is_on && own.is_empty() && config.secret_key.is_none() {
        refuse(KEY, "it must be the secret key of the application before")
    } else if own.iter().any(|key| key.as_str().is_empty()) {
        let why = "an empty key is no secret: with it, every client could log in as every user";
        refuse(KEY, why)
    } else {
        let weakness = own.first()?.weakness().filter(|_| !place.is_debug)?;
        refuse(KEY, weakness)
    }
}

fn legacy_cookie(config: &Config, place: &Place) -> Option<Wrong> {
    const KEY: &str = "legacy_session_cookie";
    let name = config.legacy_session_cookie.as_ref()?;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}%".contains(&byte);
    let mut own = keyed_names(place).into_iter();
    if name.is_empty() || !name.bytes().all(is_plain) {
        refuse(KEY, "it is the name of a cookie")
    } else if own.any(|(_, own)| own.eq_ignore_ascii_case(name)) {
        let why = "the application before goes on writing this cookie: it must have another \
                   name than `session.cookie_name` and `cookie_name`, which this one writes";
        refuse(KEY, why)
    } else {
        None
    }
}
