//! From the figment to settings.

use std::cmp::Reverse;
use std::net::IpAddr;

use figment::error::Kind;
use figment::{Error, Figment};
use ipnet::IpNet;
use rocket::Route;

use crate::config::table::Table;
use crate::config::{Config, CookieSettings, Page, SecretKey, Settings, StoreKind, Target, check};
use crate::rules::expiry::Limits;
use crate::rules::{address, next};

/// What code says beside or instead of a table.
#[derive(Debug, Default)]
pub(crate) struct InCode {
    pub(crate) config: Option<Config>,
    pub(crate) redirect_to: Option<String>,
    pub(crate) refresh_to: Option<String>,
    /// Login pages for parts of the site, with their bases.
    pub(crate) login_at: Vec<(String, String)>,
    /// Whether it brings a store for the sessions.
    pub(crate) has_store: bool,
}

impl InCode {
    /// Whether the value of this key comes from code.
    pub(super) fn says(&self, key: &str) -> bool {
        self.config.is_some()
            || (key == "redirect_to" && self.redirect_to.is_some())
            || key == "challenge_at"
            || (key == "refresh_to" && self.refresh_to.is_some())
    }
}

/// Settings, and the secrets apart from them.
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) secret_key: SecretKey,
    pub(crate) previous: Vec<SecretKey>,
    /// That of an application before, if any of its logins count.
    pub(crate) legacy_key: Option<SecretKey>,
    pub(crate) store: StoreKind,
    /// Whether the secret was made up for this process.
    pub(crate) is_random: bool,
}

/// Reads, checks and resolves the settings of one kind of users.
pub(crate) fn load(
    figment: &Figment,
    name: &str,
    code: &InCode,
    routes: &[&Route],
) -> Result<Loaded, Box<Error>> {
    let table = Table {
        figment,
        name,
        code,
    };
    let mut config = match &code.config {
        Some(config) => config.clone(),
        None => table.read(code.redirect_to.is_some())?,
    };
    if let Some(redirect_to) = &code.redirect_to {
        config.redirect_to = redirect_to.clone();
    }
    if let Some(refresh_to) = &code.refresh_to {
        config.refresh_to = Some(refresh_to.clone());
    }

    let cookies = CookieSettings::of(&config, table.is_debug());
    check::config(&config, &cookies).map_err(|(key, why)| table.error(key, why))?;
    table.store(&config)?;
    let secret_key = table.secret(&config)?;
    let legacy_key = table.legacy(&config)?;
    Ok(Loaded {
        settings: table.settings(&config, cookies, routes)?,
        store: config.session.store,
        is_random: config.secret_key.is_none(),
        previous: config.previous_secret_keys,
        secret_key,
        legacy_key,
    })
}

impl Table<'_> {
    /// What is said of the store is about one that there is.
    fn store(&self, config: &Config) -> Result<(), Box<Error>> {
        let is_meant = config.session.store.needs_url() && !self.code.has_store;
        let why = match &config.session.url {
            None if is_meant => "it must say where the store is: `session.store` needs it",
            Some(_) if !is_meant => {
                "it is for `session.store` of `sqlite`, `postgres` or `redis`, \
                 and not for a store that is given in code"
            }
            _ => return self.max_per_user(config),
        };
        Err(self.error("session.url", why))
    }

    /// The name that keeps applications apart in one store.
    fn namespace(&self, config: &Config) -> Result<String, Box<Error>> {
        match config.session.namespace.as_deref() {
            Some("") => Err(self.error("session.namespace", "it must not be empty")),
            Some(namespace) => Ok(namespace.into()),
            None => Ok(self.name.into()),
        }
    }

    /// Who counts sessions has to know them.
    fn max_per_user(&self, config: &Config) -> Result<(), Box<Error>> {
        let has_store = self.code.has_store || config.session.store != StoreKind::Cookie;
        let why = match config.session.max_per_user {
            Some(0) => "nobody could log in: it must be at least 1",
            Some(_) if !has_store => {
                "sessions in cookies cannot be counted: set `session.store` to `memory` \
                 or to a database, or give a store to `LoginFairing::session_store()`"
            }
            _ => return Ok(()),
        };
        Err(self.error("session.max_per_user", why))
    }

    fn secret(&self, config: &Config) -> Result<SecretKey, Box<Error>> {
        if !self.is_debug() {
            self.refuse_guessable("secret_key", config.secret_key.as_slice())?;
            self.refuse_guessable("previous_secret_keys", &config.previous_secret_keys)?;
        }
        match &config.secret_key {
            Some(key) => Ok(key.clone()),
            None if self.is_debug() => SecretKey::random()
                .map_err(|error| self.error("secret_key", format!("no randomness: {error}"))),
            None => {
                let missing = Kind::MissingField("secret_key".into()).into();
                Err(self.located(missing))
            }
        }
    }

    /// A previous key still verifies: a known one is as bad as a known current one.
    pub(super) fn refuse_guessable(
        &self,
        key: &str,
        secrets: &[SecretKey],
    ) -> Result<(), Box<Error>> {
        let why = if secrets.iter().any(SecretKey::is_known) {
            "this key stands in the documentation of rocket_login, everybody knows it"
        } else if secrets.iter().any(SecretKey::is_monotonous) {
            "this key has so few different characters that it can be guessed"
        } else {
            return Ok(());
        };
        let advice = "`openssl rand -base64 32` prints a good one";
        Err(self.error(key, format!("{why}; {advice}")))
    }

    fn settings(
        &self,
        config: &Config,
        cookies: CookieSettings,
        routes: &[&Route],
    ) -> Result<Settings, Box<Error>> {
        let refresh = config.refresh_to.as_deref();
        let refresh = refresh.map(|text| self.page("refresh_to", text, routes));
        Ok(Settings {
            table: self.name.into(),
            namespace: self.namespace(config)?,
            login: self.page("redirect_to", &config.redirect_to, routes)?,
            refresh: refresh.transpose()?,
            login_at: self.login_at(routes)?,
            login_message: config.login_message.clone(),
            refresh_message: config.refresh_message.clone(),
            message_category: config.message_category.clone(),
            protection_level: config.protection_level,
            exempt_methods: config.exempt_methods.clone(),
            loader_timeout: config.loader_timeout,
            next_name: config.next_name.clone(),
            never_next: self.never_next(&config.never_next)?,
            trusted_proxies: self.networks(&config.trusted_proxies)?,
            proxy_header: config.proxy_header.clone(),
            origin: config.origin.clone(),
            cross_origin_check: config.cross_origin_check,
            allowed_origins: config.allowed_origins.clone(),
            allow_missing_origin: config.allow_missing_origin,
            remember_for: config.cookie_duration,
            permanent: config.session.permanent,
            max_per_user: config.session.max_per_user,
            store_url: config.session.url.clone(),
            legacy_tokens: config.legacy_remember_tokens,
            legacy_session: config.legacy_session_cookie.clone(),
            limits: Limits {
                lifetime: config.session.lifetime,
                idle_timeout: config.session.idle_timeout,
                fresh_for: config.fresh_for,
            },
            cookies,
        })
    }

    fn page(&self, key: &str, text: &str, routes: &[&Route]) -> Result<Page, Box<Error>> {
        let page = Target::parse(text).resolve(routes);
        page.map_err(|why| self.error(key, why))
    }

    /// The login pages for parts of the site, those with the longest base first.
    fn login_at(&self, routes: &[&Route]) -> Result<Vec<(String, Page)>, Box<Error>> {
        let mut parts: Vec<(String, Page)> = Vec::new();
        for (base, text) in &self.code.login_at {
            let base = self.base(base)?;
            if parts.iter().any(|(other, _)| next::same_path(other, &base)) {
                let why = format!("`{base}` has two login pages: which is meant?");
                return Err(self.error("challenge_at", why));
            }
            parts.push((base, self.page("challenge_at", text, routes)?));
        }
        parts.sort_by_key(|(base, _)| Reverse(next::depth(base)));
        Ok(parts)
    }

    /// The base of a part of the site, decoded.
    fn base(&self, base: &str) -> Result<String, Box<Error>> {
        let decoded = next::decoded_path(base).filter(|_| next::is_safe(base, []));
        decoded.ok_or_else(|| {
            let why = format!("`{base}` is no path of this site: it begins with exactly one `/`");
            self.error("challenge_at", why)
        })
    }

    /// The paths, decoded, so that every spelling of them is met.
    fn never_next(&self, paths: &[String]) -> Result<Vec<String>, Box<Error>> {
        let decoded = |path: &String| {
            let is_path = next::is_safe(path, []) && !path.contains(['?', '#']);
            next::decoded_path(path).filter(|_| is_path).ok_or_else(|| {
                let why = format!("`{path}` is no path: it begins with one `/` and has no query");
                self.error("never_next", why)
            })
        };
        paths.iter().map(decoded).collect()
    }

    fn networks(&self, texts: &[String]) -> Result<Vec<IpNet>, Box<Error>> {
        let network = |text: &String| {
            let address = || text.parse::<IpAddr>().map(IpNet::from).ok();
            text.parse().ok().or_else(address).ok_or_else(|| {
                let why =
                    format!("`{text}` is neither an address nor a network such as `10.0.0.0/8`");
                self.error("trusted_proxies", why)
            })
        };
        texts
            .iter()
            .map(|text| network(text).map(address::canonical))
            .collect()
    }
}
