//! What is logged at liftoff.

use std::time::Duration;

use rocket::Config;
use rocket::config::LogLevel;

use crate::config::{LegacyTokens, Settings};
use crate::realm::Realm;

/// The settings as they were resolved, secrets aside.
pub(super) fn settings(realm: &Realm, config: &Config) {
    let settings = &realm.settings;
    let cookies = &settings.cookies;
    rocket::info!("Login ({}):", settings.table);
    rocket::info_!("login page: {}", settings.login.uri);
    for (base, page) in &settings.login_at {
        rocket::info_!("login page at {base}: {}", page.uri);
    }
    if let Some(refresh) = &settings.refresh {
        rocket::info_!("refresh page: {}", refresh.uri);
    }
    rocket::info_!("protection level: {:?}", settings.protection_level);
    rocket::info_!(
        "session: cookie `{}`, lifetime {}, {}",
        cookies.session,
        shown(settings.limits.lifetime),
        match settings.permanent {
            true => "permanent".into(),
            false => format!("idle timeout {}", shown(settings.limits.idle_timeout)),
        }
    );
    store(realm);
    rocket::info_!(
        "remember me: cookie `{}`, {}",
        cookies.remember,
        shown(settings.remember_for)
    );
    rocket::info_!(
        "cookies: secure {}, http-only {}, same-site {:?}, path {}",
        cookies.secure,
        cookies.httponly,
        cookies.samesite,
        cookies.path
    );
    legacy(settings);
    other_sites(settings);
    warn_of_plain_http(settings, config);
    warn_of_debug_log(config);
}

fn store(realm: &Realm) {
    let settings = &realm.settings;
    let place = match (realm.sessions.store(), &settings.store_url) {
        (None, _) => return,
        (Some(_), Some(url)) => format!("at {url}"),
        (Some(_), None) => "in a store of this process, or of the application's".into(),
    };
    match settings.max_per_user {
        None => rocket::info_!("sessions: {place}"),
        Some(max) => rocket::info_!("sessions: {place}, at most {max} of one user"),
    }
}

fn legacy(settings: &Settings) {
    let tokens = match settings.legacy_tokens {
        LegacyTokens::Off => None,
        LegacyTokens::Replace => Some("taken once, and replaced"),
        LegacyTokens::Write => Some("taken, and written"),
    };
    if let Some(tokens) = tokens {
        rocket::info_!("remember tokens of Flask-Login and Starlette-Login: {tokens}");
    }
    if let Some(name) = &settings.legacy_session {
        rocket::info_!("sessions of the application before: cookie `{name}`");
    }
}

fn other_sites(settings: &Settings) {
    for origin in &settings.allowed_origins {
        rocket::info_!("another site whose pages may act: {origin}");
    }
    if !settings.cross_origin_check {
        rocket::warn!("`cross_origin_check` is off: pages of other sites can log visitors in and");
        rocket::warn_!("out, change things in their name, and open sockets.");
    }
}

/// The commonest way to find that logging in seems to do nothing.
fn warn_of_plain_http(settings: &Settings, config: &Config) {
    let is_plain = !config.tls_enabled() && settings.trusted_proxies.is_empty();
    if settings.cookies.secure && is_plain && !config.address.is_loopback() {
        rocket::warn!(
            "Login cookies are Secure, but {} is served without TLS.",
            config.address
        );
        rocket::warn_!("Browsers will drop them: logging in will seem to do nothing.");
        rocket::warn_!("Set `trusted_proxies` if a proxy does TLS, or `cookie_secure = false`.");
    }
}

/// Rocket's own log, which knows nothing of secrets.
fn warn_of_debug_log(config: &Config) {
    if config.log_level == LogLevel::Debug && config.profile != Config::DEBUG_PROFILE {
        rocket::warn!("`log_level` is \"debug\": whole requests are logged, with the cookies of");
        rocket::warn_!("everybody who is logged in, and with their passwords.");
    }
}

/// Whole days as days: the years and months of `humantime` are averages.
fn shown(duration: Duration) -> String {
    const DAY: u64 = 24 * 60 * 60;
    match duration.as_secs() {
        DAY => "1 day".into(),
        secs if secs % DAY == 0 => format!("{} days", secs / DAY),
        _ => humantime::format_duration(duration).to_string(),
    }
}
