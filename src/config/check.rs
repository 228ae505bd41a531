//! The checks of settings, beyond their types.

use rocket::http::SameSite;

use crate::config::secret::SecretKey;
use crate::config::source::NO_FLASK;
use crate::config::table::Config;
use crate::config::values::{RANGE, StoreKind, is_usable_duration};
use crate::legacy;
use crate::rules::cross_site;

/// A setting that makes no sense: its key below the table, and the advice.
pub(super) type Wrong = (&'static str, String);

/// The circumstances that decide whether a setting makes sense.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Whether this is the debug profile.
    pub(super) is_debug: bool,
    /// Whether code brings a store.
    pub(super) has_store: bool,
    pub(super) cookie_secure: bool,
}

pub(super) fn config(config: &Config, place: Place) -> Result<(), Wrong> {
    secrets(config, place)?;
    durations(config)?;
    names(config)?;
    attributes(config, place)?;
    prefixes(config, place)?;
    texts(config)?;
    origins(config)?;
    store(config, place)?;
    legacy(config, place)
}

fn ensure(holds: bool, key: &'static str, otherwise: impl Into<String>) -> Result<(), Wrong> {
    if holds {
        Ok(())
    } else {
        Err((key, otherwise.into()))
    }
}

/// Checks the keys. A previous key still verifies, so it must be as good as the present one.
fn secrets(config: &Config, place: Place) -> Result<(), Wrong> {
    for (key, secrets) in [
        ("secret_key", config.secret_key.as_slice()),
        ("previous_secret_keys", &config.previous_secret_keys),
    ] {
        ensure(
            secrets.iter().all(SecretKey::is_long_enough),
            key,
            "a secret key must have at least 32 bytes; `openssl rand -base64 32` prints a good one",
        )?;
        strength(key, secrets, place)?;
    }
    Ok(())
}

/// Refuses keys that can be guessed, outside the debug profile.
fn strength(key: &'static str, secrets: &[SecretKey], place: Place) -> Result<(), Wrong> {
    let mut weak = secrets.iter().filter_map(SecretKey::weakness);
    match weak.next().filter(|_| !place.is_debug) {
        Some(why) => Err((
            key,
            format!("{why}; `openssl rand -base64 32` prints a good one"),
        )),
        None => Ok(()),
    }
}

fn durations(config: &Config) -> Result<(), Wrong> {
    let durations = [
        ("fresh_for", config.fresh_for),
        ("loader_timeout", Some(config.loader_timeout)),
        ("cookie_duration", Some(config.cookie_duration)),
        ("session.lifetime", Some(config.session.lifetime)),
        ("session.idle_timeout", Some(config.session.idle_timeout)),
    ];
    durations
        .into_iter()
        .try_for_each(|(key, duration)| ensure(duration.is_none_or(is_usable_duration), key, RANGE))
}

/// Whether a text consists of ASCII letters, digits and these other characters.
fn is_word(text: &str, others: &[u8]) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

fn keyed_names(config: &Config) -> [(&'static str, &str); 2] {
    [
        ("session.cookie_name", &config.session.cookie_name),
        ("cookie_name", &config.cookie_name),
    ]
}

fn names(config: &Config) -> Result<(), Wrong> {
    for (key, name) in keyed_names(config) {
        // Browsers allow more characters, but Rocket percent-encodes some of them.
        ensure(
            is_word(name, b"-._"),
            key,
            "a cookie name consists of ASCII letters, digits, `-`, `_` and `.`",
        )?;
    }
    let [(_, session), (_, remember)] = keyed_names(config);
    ensure(
        !session.eq_ignore_ascii_case(remember),
        "session.cookie_name",
        "the session cookie and the remember cookie (`cookie_name`) need two names",
    )
}

fn attributes(config: &Config, place: Place) -> Result<(), Wrong> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b';';
    let path = &config.cookie_path;
    ensure(
        path.starts_with('/') && path.bytes().all(is_plain),
        "cookie_path",
        "a cookie path begins with `/` and holds no space or `;`",
    )?;
    let domain = config.cookie_domain.as_deref();
    ensure(
        domain.is_none_or(|domain| is_word(domain, b"-.")),
        "cookie_domain",
        "a cookie domain is a host name, without scheme, port and path",
    )?;
    ensure(
        place.cookie_secure || config.cookie_samesite != SameSite::None,
        "cookie_samesite",
        "`none` needs `cookie_secure = true`: browsers drop such a cookie otherwise",
    )
}

fn prefixes(config: &Config, place: Place) -> Result<(), Wrong> {
    for (key, name) in keyed_names(config) {
        let name = name.to_ascii_lowercase();
        let is_host = name.starts_with("__host-");
        ensure(
            place.cookie_secure || !(is_host || name.starts_with("__secure-")),
            key,
            "a name with this prefix needs `cookie_secure = true`: browsers drop such a cookie otherwise",
        )?;
        ensure(
            !is_host || (config.cookie_domain.is_none() && config.cookie_path == "/"),
            key,
            "a `__Host-` name needs `cookie_path = \"/\"` and no `cookie_domain`: \
             browsers drop such a cookie otherwise",
        )?;
    }
    Ok(())
}

fn texts(config: &Config) -> Result<(), Wrong> {
    ensure(
        is_word(&config.next_name, b"-_"),
        "next_name",
        "a field name consists of ASCII letters, digits, `-` and `_`",
    )?;
    let header = &config.proxy_header;
    ensure(
        is_word(header, b"-_") && !header.eq_ignore_ascii_case("forwarded"),
        "proxy_header",
        "it is the name of a header that lists addresses, such as `X-Forwarded-For`; \
         `Forwarded` has another grammar, which is not read",
    )?;
    ensure(
        config.session.namespace.as_deref() != Some(""),
        "session.namespace",
        "it must not be empty",
    )
}

fn origins(config: &Config) -> Result<(), Wrong> {
    const SHAPE: &str = "an origin is `https://` and a host in lower case, with a port only if it is \
                         not the default one, and nothing behind it";
    let own = config.origin.as_deref();
    ensure(own.is_none_or(cross_site::is_origin), "origin", SHAPE)?;
    let mut allowed = config.allowed_origins.iter();
    match allowed.find(|text| !cross_site::is_origin(text)) {
        Some(text) => Err(("allowed_origins", format!("`{text}` is none: {SHAPE}"))),
        None => Ok(()),
    }
}

/// Checks that settings about a store have a store, and that a store has its address.
fn store(config: &Config, place: Place) -> Result<(), Wrong> {
    let session = &config.session;
    let needs_url = session.store.needs_url() && !place.has_store;
    ensure(
        !needs_url || session.url.is_some(),
        "session.url",
        "it must be the address of the store: `session.store` needs it",
    )?;
    ensure(
        needs_url || session.url.is_none(),
        "session.url",
        "it is for `session.store` of `sqlite`, `postgres` or `redis`, \
         and not for a store that is given in code",
    )?;
    ensure(
        session.max_per_user != Some(0),
        "session.max_per_user",
        "with 0 no user could log in: it must be at least 1",
    )?;
    ensure(
        session.max_per_user.is_none() || place.has_store || session.store != StoreKind::Cookie,
        "session.max_per_user",
        "sessions in cookies cannot be counted: set `session.store` to `memory` \
         or to a database, or give a store to `LoginFairing::session_store()`",
    )
}

/// Checks the settings for logins of the application before this one.
fn legacy(config: &Config, place: Place) -> Result<(), Wrong> {
    const KEY: &str = "legacy_secret_key";
    legacy_cookie(config)?;
    let is_on = config.takes_legacy();
    let own = config.legacy_secret_key.as_slice();
    ensure(
        legacy::IS_THERE || (!is_on && own.is_empty()),
        KEY,
        NO_FLASK,
    )?;
    ensure(
        is_on || own.is_empty(),
        KEY,
        "it is for `legacy_remember_tokens` or `legacy_session_cookie`, and neither is set",
    )?;
    let mut key = own.iter().chain(&config.secret_key);
    ensure(
        !is_on || key.next().is_some(),
        KEY,
        "it must be the secret key of the application before",
    )?;
    ensure(
        own.iter().all(|key| !key.as_str().is_empty()),
        KEY,
        "an empty key is no secret: with it, every client could log in as every user",
    )?;
    strength(KEY, own, place)
}

fn legacy_cookie(config: &Config) -> Result<(), Wrong> {
    const KEY: &str = "legacy_session_cookie";
    let Some(name) = &config.legacy_session_cookie else {
        return Ok(());
    };
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}%".contains(&byte);
    ensure(
        !name.is_empty() && name.bytes().all(is_plain),
        KEY,
        "it is the name of a cookie",
    )?;
    let mut own = keyed_names(config).into_iter();
    ensure(
        own.all(|(_, own)| !own.eq_ignore_ascii_case(name)),
        KEY,
        "the application before goes on writing this cookie: it must have another name than \
         `session.cookie_name` and `cookie_name`, which this one writes",
    )
}
