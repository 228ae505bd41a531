//! What settings must be, beyond their types.

use rocket::http::SameSite;

use crate::config::{Config, CookieSettings, is_usable_duration};
use crate::rules::cross_site;

/// A setting that makes no sense: its key below the table, and what to do.
pub(super) type Wrong = (&'static str, String);

pub(super) fn config(config: &Config, cookies: &CookieSettings) -> Result<(), Wrong> {
    secrets(config)?;
    durations(config)?;
    names(cookies)?;
    attributes(cookies)?;
    prefixes(cookies)?;
    rest(config)
}

fn ensure(holds: bool, key: &'static str, otherwise: impl Into<String>) -> Result<(), Wrong> {
    match holds {
        true => Ok(()),
        false => Err((key, otherwise.into())),
    }
}

fn secrets(config: &Config) -> Result<(), Wrong> {
    const SHORT: &str = "a secret key must have at least 32 bytes; \
                         `openssl rand -base64 32` prints a good one";
    let long_enough = config.secret_key.iter().all(|key| key.is_long_enough());
    ensure(long_enough, "secret_key", SHORT)?;
    let mut previous = config.previous_secret_keys.iter();
    ensure(
        previous.all(|key| key.is_long_enough()),
        "previous_secret_keys",
        SHORT,
    )
}

fn durations(config: &Config) -> Result<(), Wrong> {
    let durations = [
        ("fresh_for", config.fresh_for),
        ("loader_timeout", Some(config.loader_timeout)),
        ("cookie_duration", Some(config.cookie_duration)),
        ("session.lifetime", Some(config.session.lifetime)),
        ("session.idle_timeout", Some(config.session.idle_timeout)),
    ];
    durations.into_iter().try_for_each(|(key, duration)| {
        let usable = duration.is_none_or(is_usable_duration);
        ensure(
            usable,
            key,
            "it must be at least a second and at most a hundred years",
        )
    })
}

fn names(cookies: &CookieSettings) -> Result<(), Wrong> {
    // Rocket percent-encodes some of what browsers allow besides.
    let is_token = |name: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        !name.is_empty() && name.bytes().all(allowed)
    };
    for (key, name) in keyed_names(cookies) {
        ensure(
            is_token(name),
            key,
            "a cookie name consists of ASCII letters, digits, `-`, `_` and `.`",
        )?;
    }
    ensure(
        !cookies.session.eq_ignore_ascii_case(&cookies.remember),
        "session.cookie_name",
        "the session cookie and the remember cookie (`cookie_name`) need two names",
    )
}

fn attributes(cookies: &CookieSettings) -> Result<(), Wrong> {
    let is_plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b';')
    };
    let is_domain = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        !text.is_empty() && text.bytes().all(allowed)
    };
    ensure(
        cookies.path.starts_with('/') && is_plain(&cookies.path),
        "cookie_path",
        "a cookie path begins with `/` and holds no space or `;`",
    )?;
    ensure(
        cookies.domain.as_deref().is_none_or(is_domain),
        "cookie_domain",
        "a cookie domain is a host name, without scheme, port and path",
    )?;
    ensure(
        cookies.secure || cookies.samesite != SameSite::None,
        "cookie_samesite",
        "`none` needs `cookie_secure = true`: browsers drop such a cookie otherwise",
    )
}

fn prefixes(cookies: &CookieSettings) -> Result<(), Wrong> {
    for (key, name) in keyed_names(cookies) {
        let name = name.to_ascii_lowercase();
        let is_host = name.starts_with("__host-");
        ensure(
            cookies.secure || !(is_host || name.starts_with("__secure-")),
            key,
            "a name with this prefix needs `cookie_secure = true`: browsers drop such a cookie otherwise",
        )?;
        ensure(
            !is_host || (cookies.domain.is_none() && cookies.path == "/"),
            key,
            "a `__Host-` name needs `cookie_path = \"/\"` and no `cookie_domain`: \
             browsers drop such a cookie otherwise",
        )?;
    }
    Ok(())
}

fn keyed_names(cookies: &CookieSettings) -> [(&'static str, &str); 2] {
    [
        ("session.cookie_name", &cookies.session),
        ("cookie_name", &cookies.remember),
    ]
}

fn rest(config: &Config) -> Result<(), Wrong> {
    let is_name = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !text.is_empty() && text.bytes().all(allowed)
    };
    ensure(
        is_name(&config.next_name),
        "next_name",
        "a field name consists of ASCII letters, digits, `-` and `_`",
    )?;
    ensure(
        is_name(&config.proxy_header) && !config.proxy_header.eq_ignore_ascii_case("forwarded"),
        "proxy_header",
        "it is the name of a header that lists addresses, such as `X-Forwarded-For`; \
         the grammar of `Forwarded` is another one and not read",
    )?;
    origins(config)
}

fn origins(config: &Config) -> Result<(), Wrong> {
    const SHAPE: &str = "an origin is `https://` and a host in lower case, with a port only if it is \
                         not the default one, and nothing behind it";
    let own = config.origin.as_deref();
    ensure(own.is_none_or(cross_site::is_origin), "origin", SHAPE)?;
    let mut allowed = config.allowed_origins.iter();
    let wrong = allowed.find(|text| !cross_site::is_origin(text));
    match wrong {
        Some(text) => Err(("allowed_origins", format!("`{text}` is none: {SHAPE}"))),
        None => Ok(()),
    }
}
