//! From the figment to settings, with errors that name key and file.

use std::net::IpAddr;

use figment::error::Kind;
use figment::value::Value;
use figment::{Error, Figment, Profile};
use ipnet::IpNet;
use rocket::Route;
use rocket::http::SameSite;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::config::{Config, CookieSettings, SecretKey, Settings, Target, check};
use crate::rules::expiry::Limits;

/// What code says beside or instead of a table.
#[derive(Debug, Default)]
pub(crate) struct InCode {
    pub(crate) config: Option<Config>,
    pub(crate) redirect_to: Option<String>,
    pub(crate) refresh_to: Option<String>,
}

/// Settings, and the secrets apart from them.
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) secret_key: SecretKey,
    pub(crate) previous: Vec<SecretKey>,
    /// Whether the secret was made up for this process.
    pub(crate) is_random: bool,
}

struct Table<'a> {
    figment: &'a Figment,
    name: &'a str,
}

/// Reads, checks and resolves the settings of one kind of users.
pub(crate) fn load(
    figment: &Figment,
    name: &str,
    code: &InCode,
    routes: &[&Route],
) -> Result<Loaded, Box<Error>> {
    let table = Table { figment, name };
    let mut config = match &code.config {
        Some(config) => config.clone(),
        None => table.read(code)?,
    };
    if let Some(redirect_to) = &code.redirect_to {
        config.redirect_to = redirect_to.clone();
    }
    if let Some(refresh_to) = &code.refresh_to {
        config.refresh_to = Some(refresh_to.clone());
    }

    let cookies = cookies(&config, table.is_debug());
    check::config(&config, &cookies).map_err(|(key, why)| table.error(key, why))?;
    let secret_key = table.secret(&config)?;
    Ok(Loaded {
        settings: table.settings(&config, cookies, routes)?,
        is_random: config.secret_key.is_none(),
        previous: config.previous_secret_keys,
        secret_key,
    })
}

impl Table<'_> {
    fn read(&self, code: &InCode) -> Result<Config, Box<Error>> {
        // `focus` and `extract_inner` would print a text that may hold the key,
        // or take it for an absent table.
        match self.figment.find_value(self.name) {
            Ok(Value::Dict(..)) => {}
            Ok(_) => {
                let why = "it is no table; its value is not shown, since it may hold a key. \
                           Is a brace missing in the environment?";
                return Err(self.error("", why));
            }
            Err(_) if code.redirect_to.is_some() => return Ok(Config::blank()),
            Err(error) => return Err(Box::new(error)),
        }

        let config: Config = self.figment.extract_inner(self.name)?;
        match config.redirect_to.is_empty() && code.redirect_to.is_none() {
            true => Err(self.with_source("", Kind::MissingField("redirect_to".into()).into())),
            false => Ok(config),
        }
    }

    fn is_debug(&self) -> bool {
        self.figment.profile() == rocket::Config::DEBUG_PROFILE
    }

    fn secret(&self, config: &Config) -> Result<SecretKey, Box<Error>> {
        match &config.secret_key {
            Some(key) if key.is_the_example() && !self.is_debug() => Err(self.error(
                "secret_key",
                "this key stands in the examples of rocket_login, everybody knows it; \
                 `openssl rand -base64 32` prints a good one",
            )),
            Some(key) => Ok(key.clone()),
            None if self.is_debug() => SecretKey::random()
                .map_err(|error| self.error("secret_key", format!("no randomness: {error}"))),
            None => {
                let missing = Kind::MissingField("secret_key".into()).into();
                Err(self.with_source("", missing))
            }
        }
    }

    fn settings(
        &self,
        config: &Config,
        cookies: CookieSettings,
        routes: &[&Route],
    ) -> Result<Settings, Box<Error>> {
        let page = |key, text: &str| {
            let page = Target::parse(text).resolve(routes);
            page.map_err(|why| self.error(key, why))
        };
        let login = page("redirect_to", &config.redirect_to)?;
        let refresh = match &config.refresh_to {
            Some(text) => page("refresh_to", text)?,
            None => login.clone(),
        };

        Ok(Settings {
            table: self.name.into(),
            login,
            refresh,
            protection_level: config.protection_level,
            next_name: config.next_name.clone(),
            never_next: config.never_next.clone(),
            trusted_proxies: self.networks(&config.trusted_proxies)?,
            proxy_header: config.proxy_header.clone(),
            origin: config.origin.clone(),
            remember_for: config.cookie_duration,
            permanent: config.session.permanent,
            limits: Limits {
                lifetime: config.session.lifetime,
                idle_timeout: config.session.idle_timeout,
                fresh_for: config.fresh_for,
            },
            cookies,
        })
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
        texts.iter().map(network).collect()
    }

    fn error(&self, key: &str, why: impl Into<String>) -> Box<Error> {
        self.with_source(key, Error::from(why.into()))
    }

    /// Names the key, and where its value was found.
    fn with_source(&self, key: &str, error: Error) -> Box<Error> {
        let mut error = error.with_path(self.name).with_path(key);
        let path = error.path.join(".");
        error.profile = Some(self.figment.profile().clone()).filter(|p| p != Profile::Default);
        error.metadata = self
            .figment
            .find_metadata(&path)
            .or_else(|| self.figment.find_metadata(&path.to_uppercase()))
            .or_else(|| self.figment.find_metadata(self.name))
            .cloned();
        Box::new(error)
    }
}

fn cookies(config: &Config, is_debug: bool) -> CookieSettings {
    CookieSettings {
        session: config.session.cookie_name.clone(),
        remember: config.cookie_name.clone(),
        path: config.cookie_path.clone(),
        domain: config.cookie_domain.clone(),
        secure: config.cookie_secure.unwrap_or(!is_debug),
        httponly: config.cookie_httponly,
        samesite: config.cookie_samesite,
    }
}

pub(super) fn same_site<'de, D: Deserializer<'de>>(input: D) -> Result<SameSite, D::Error> {
    match String::deserialize(input)?.to_ascii_lowercase().as_str() {
        "strict" => Ok(SameSite::Strict),
        "lax" => Ok(SameSite::Lax),
        "none" => Ok(SameSite::None),
        other => Err(D::Error::custom(format!(
            "`{other}` is none of `strict`, `lax` and `none`"
        ))),
    }
}
