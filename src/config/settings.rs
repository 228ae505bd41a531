//! The settings, checked and resolved.

use std::time::Duration;

use ipnet::IpNet;
use rocket::http::SameSite;

use crate::config::{Page, ProtectionLevel};
use crate::rules::expiry::Limits;

/// All that a login manager goes by, secrets aside.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The name of the table, which is the kind of users.
    pub(crate) table: String,
    pub(crate) login: Page,
    pub(crate) refresh: Page,
    pub(crate) protection_level: ProtectionLevel,
    pub(crate) next_name: String,
    pub(crate) never_next: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) proxy_header: String,
    pub(crate) origin: Option<String>,
    pub(crate) remember_for: Duration,
    pub(crate) permanent: bool,
    pub(crate) limits: Limits,
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

impl Settings {
    /// The pages that a login never leads back to.
    pub(crate) fn never_next(&self) -> impl Iterator<Item = &str> {
        let pages = [self.login.path.as_str(), self.refresh.path.as_str()];
        pages
            .into_iter()
            .chain(self.never_next.iter().map(String::as_str))
    }
}
