//! Log lines at liftoff: the settings in force, and warnings about them.

use std::time::Duration;

use rocket::Config;
use rocket::config::LogLevel;
use rocket::http::SameSite;

use crate::config::{LegacyTokens, Settings, StoreKind};
use crate::realm::Realm;
use crate::rules::THROTTLES;
use crate::rules::next::is_below;
use crate::rules::public_base::cookie_path;
use crate::sessions::store_counts;

/// Logs the settings in force, secrets aside.
pub(super) async fn settings(realm: &Realm, config: &Config, is_store_in_code: bool) {
    let settings = &realm.settings;
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
        settings.session_cookie,
        shown(settings.session.lifetime),
        if settings.session.permanent {
            "permanent".into()
        } else {
            format!("idle timeout {}", shown(settings.session.idle_timeout))
        }
    );
    store(realm, is_store_in_code);
    attempts(realm).await;
    rocket::info_!(
        "remember me: cookie `{}`, {}",
        settings.remember_cookie,
        shown(settings.cookie_duration)
    );
    rocket::info_!(
        "cookies: secure {}, http-only {}, same-site {:?}, path {}",
        settings.cookie_secure,
        settings.cookie_httponly,
        settings.cookie_samesite,
        cookie_path(&settings.public_base, &settings.cookie_path)
    );
    public_base(settings);
    legacy(settings);
    other_sites(settings);
    warn_of_idle_timeout(settings);
    warn_of_partitions(settings);
    warn_of_plain_http(settings, config);
    warn_of_debug_log(config);
}

fn public_base(settings: &Settings) {
    let (base, page) = (&settings.public_base, &settings.login);
    if let Some(header) = &settings.prefix_header {
        rocket::info_!("public base: as `{header}` says, else `{base}/`");
    } else if !base.is_empty() {
        rocket::info_!("public base: {base}");
    }
    // Two ways to serve a site below a path are easily mixed.
    if !base.is_empty() && is_below(&page.path, base) {
        rocket::warn!("Browsers are sent to the login page at {base}{}.", page.uri);
        rocket::warn_!("`public_base` is for a path that the proxy takes off. Leave it out where");
        rocket::warn_!("the routes have the path themselves.");
    }
}

fn store(realm: &Realm, is_in_code: bool) {
    let settings = &realm.settings;
    if realm.sessions.store.is_none() {
        return;
    }
    let place = match &settings.session.url {
        _ if is_in_code => "in the store that code gives".into(),
        Some(url) if settings.session.store != StoreKind::Memory => format!("at {url}"),
        _ => "in the memory of this process".into(),
    };
    match settings.session.max_per_user {
        None => rocket::info_!("sessions: {place}"),
        Some(max) => rocket::info_!("sessions: {place}, at most {max} of one user"),
    }
}

async fn attempts(realm: &Realm) {
    if !THROTTLES {
        return;
    }
    let limits = &realm.settings.attempts;
    let place = if store_counts(&realm.sessions).await {
        "in the store, by all nodes together"
    } else {
        "in this process alone"
    };
    rocket::info_!(
        "attempts to log in: {} a name, {} an address, {} a known browser in {}, counted {place}",
        limits.per_name,
        limits.per_address,
        limits.per_browser,
        shown(limits.window)
    );
}

fn legacy(settings: &Settings) {
    let tokens = match settings.legacy_remember_tokens {
        LegacyTokens::Off => None,
        LegacyTokens::Replace => Some("taken once, and replaced"),
        LegacyTokens::Write => Some("taken, and written"),
    };
    if let Some(tokens) = tokens {
        rocket::info_!("remember tokens of Flask-Login and Starlette-Login: {tokens}");
    }
    if let Some(name) = &settings.legacy_session_cookie {
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

/// Warns of a limit that no session reaches.
fn warn_of_idle_timeout(settings: &Settings) {
    let (idle, lifetime) = (settings.session.idle_timeout, settings.session.lifetime);
    if !settings.session.permanent && idle > lifetime {
        let (idle, lifetime) = (shown(idle), shown(lifetime));
        rocket::warn!(
            "`session.idle_timeout` ({idle}) is longer than `session.lifetime` ({lifetime}):"
        );
        rocket::warn_!("it ends no session. Set it to less, or make the lifetime longer.");
    }
}

/// Warns of cookies for frames that no frame gets.
fn warn_of_partitions(settings: &Settings) {
    if settings.cookie_partitioned && settings.cookie_samesite != SameSite::None {
        rocket::warn!(
            "`cookie_partitioned` is for frames of other sites, and browsers send them no"
        );
        rocket::warn_!("cookie but with `cookie_samesite = \"none\"`: set it, or leave both out.");
    }
}

/// Warns where browsers would drop the cookies: logging in would seem to do nothing.
fn warn_of_plain_http(settings: &Settings, config: &Config) {
    let is_plain = !config.tls_enabled() && settings.trusted_proxies.is_empty();
    if settings.cookie_secure && is_plain && !config.address.is_loopback() {
        rocket::warn!(
            "Login cookies are Secure, but {} is served without TLS.",
            config.address
        );
        rocket::warn_!("Browsers will drop them: logging in will seem to do nothing.");
        rocket::warn_!("Set `trusted_proxies` if a proxy does TLS, or `cookie_secure = false`.");
    }
}

/// Warns of Rocket's own log, which prints secrets.
fn warn_of_debug_log(config: &Config) {
    if config.log_level == LogLevel::Debug && config.profile != Config::DEBUG_PROFILE {
        rocket::warn!("`log_level` is \"debug\": whole requests are logged, with the cookies of");
        rocket::warn_!("all users who are logged in, and with their passwords.");
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
