//! The settings, checked and resolved.

use std::time::Duration;

use ipnet::IpNet;
use rocket::http::{Method, SameSite};

use crate::config::{Config, LegacyTokens, Page, ProtectionLevel, StoreUrl};
use crate::rules::expiry::Limits;
use crate::rules::next;

/// All that a login manager goes by, secrets aside.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The name of the table, which is the kind of users.
    pub(crate) table: String,
    /// Apart from other applications in one store.
    pub(crate) namespace: String,
    pub(crate) login: Page,
    /// `None` where stale logins go to the login page.
    pub(crate) refresh: Option<Page>,
    /// Login pages for parts of the site, by base, the longest first.
    pub(crate) login_at: Vec<(String, Page)>,
    pub(crate) login_message: Option<String>,
    pub(crate) refresh_message: Option<String>,
    pub(crate) message_category: String,
    pub(crate) protection_level: ProtectionLevel,
    pub(crate) exempt_methods: Vec<Method>,
    pub(crate) loader_timeout: Duration,
    pub(crate) next_name: String,
    pub(crate) never_next: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) proxy_header: String,
    pub(crate) origin: Option<String>,
    pub(crate) cross_origin_check: bool,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) allow_missing_origin: bool,
    pub(crate) remember_for: Duration,
    pub(crate) permanent: bool,
    pub(crate) max_per_user: Option<usize>,
    /// Where the store is, if an address says so.
    pub(crate) store_url: Option<StoreUrl>,
    pub(crate) limits: Limits,
    pub(crate) legacy_tokens: LegacyTokens,
    /// The session cookie of an application before, if it is read.
    pub(crate) legacy_session: Option<String>,
    pub(crate) cookies: CookieSettings,
}

/// What both cookies have in common, and their names.
#[derive(Debug, Clone)]
pub(crate) struct CookieSettings {
    pub(crate) session: String,
    pub(crate) remember: String,
    pub(crate) path: String,
    pub(crate) domain: Option<String>,
    pub(crate) secure: bool,
    pub(crate) httponly: bool,
    pub(crate) samesite: SameSite,
}

impl CookieSettings {
    pub(super) fn of(config: &Config, is_debug: bool) -> Self {
        Self {
            session: config.session.cookie_name.clone(),
            remember: config.cookie_name.clone(),
            path: config.cookie_path.clone(),
            domain: config.cookie_domain.clone(),
            secure: config.cookie_secure.unwrap_or(!is_debug),
            httponly: config.cookie_httponly,
            samesite: config.cookie_samesite,
        }
    }
}

impl Settings {
    /// Where those go from this decoded path who are not logged in.
    pub(crate) fn login_for(&self, path: &str) -> &Page {
        let mut parts = self.login_at.iter();
        let part = parts.find(|(base, _)| next::is_below(path, base));
        part.map_or(&self.login, |(_, page)| page)
    }

    /// Where those go from this decoded path whose login is not fresh.
    pub(crate) fn refresh_for(&self, path: &str) -> &Page {
        self.refresh
            .as_ref()
            .unwrap_or_else(|| self.login_for(path))
    }

    /// The pages that a login never leads back to.
    pub(crate) fn never_next(&self) -> impl Iterator<Item = &str> {
        let parts = self.login_at.iter().map(|(_, page)| page);
        let pages = [&self.login].into_iter().chain(&self.refresh).chain(parts);
        pages
            .map(|page| page.path.as_str())
            .chain(self.never_next.iter().map(String::as_str))
    }
}
