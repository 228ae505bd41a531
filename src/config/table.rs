//! The settings as they are written, with their defaults.

use std::time::Duration;

use rocket::http::{Method, SameSite};
use serde::Deserialize;

use crate::config::attempts::AttemptsConfig;
use crate::config::secret::{self, SecretKey};
use crate::config::session::SessionConfig;
use crate::config::values::{self, DAY, LegacyTokens};
use crate::rules::protection::ProtectionLevel;

/// The settings of a login manager: the table `[default.login]`.
///
/// Every key may be written in snake case or in upper case (`cookie_name`,
/// `COOKIE_NAME`), not in both. Durations are texts such as `"365 days"` or
/// `"15m"`, or whole seconds. Unknown keys and values that make no sense abort
/// the launch.
///
/// In code, [`LoginFairing::config()`](crate::LoginFairing::config) replaces
/// the whole table. [`LoginFairing::configure()`](crate::LoginFairing::configure)
/// changes one value.
///
/// # Example
///
/// ```rust
/// use std::time::Duration;
/// use rocket_login::{Config, ProtectionLevel};
///
/// let config = Config {
///     protection_level: ProtectionLevel::Strong,
///     cookie_duration: Duration::from_secs(30 * 24 * 60 * 60),
///     ..Config::new("login_page", "a secret of at least thirty-two bytes")
/// };
/// # assert_eq!(config.cookie_name, None);
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default = "Config::blank")]
pub struct Config {
    /// The login page: the name of a route, or a path if there is a `/` in it. _(required)_
    pub redirect_to: String,
    /// The page for logins that are not fresh. _(default: `redirect_to`)_
    pub refresh_to: Option<String>,
    /// At least 32 bytes from which all keys are derived. _(required outside the
    /// debug profile; there a random one is made)_
    pub secret_key: Option<SecretKey>,
    /// Secrets that still verify what they once signed, which is then signed anew.
    /// _(default: none)_
    #[serde(deserialize_with = "secret::list")]
    pub previous_secret_keys: Vec<SecretKey>,
    /// The treatment of a session whose fingerprint changes. _(default: `"basic"`)_
    pub protection_level: ProtectionLevel,
    /// Methods that the route wrappers let pass unchecked. _(default:
    /// `["OPTIONS"]`)_
    #[serde(deserialize_with = "values::methods")]
    pub exempt_methods: Vec<Method>,
    /// The name under which the page to return to travels, in queries and in
    /// forms. _(default: `"next"`)_
    pub next_name: String,
    /// Paths that a login never leads back to, besides `redirect_to` and
    /// `refresh_to`. _(default: `["/logout"]`)_
    pub never_next: Vec<String>,
    /// How long a login counts as fresh. _(default: as long as the session)_
    #[serde(deserialize_with = "values::optional_duration")]
    pub fresh_for: Option<Duration>,
    /// How long a request waits for a loader, or for a policy; then it gets 503.
    /// _(default: `"10 seconds"`)_
    #[serde(deserialize_with = "values::duration")]
    pub loader_timeout: Duration,
    /// Addresses or networks whose forwarding headers are believed.
    /// _(default: none)_
    pub trusted_proxies: Vec<String>,
    /// The header in which a trusted proxy lists the addresses before it.
    /// _(default: `"X-Forwarded-For"`)_
    pub proxy_header: String,
    /// The path below which browsers find the application, such as `"/app"`, where a proxy
    /// takes it off. _(default: none)_
    pub public_base: Option<String>,
    /// The header in which a trusted proxy names that path, such as
    /// `"X-Forwarded-Prefix"`. _(default: no header counts)_
    pub prefix_header: Option<String>,
    /// The site's own origin, such as `"https://app.example"`. _(default: from
    /// the request)_
    pub origin: Option<String>,
    /// Whether pages of other sites are kept from changing anything, from logging
    /// in and out, and from opening sockets. _(default: `true`)_
    pub cross_origin_check: bool,
    /// Other sites and apps whose pages may: their origins, such as
    /// `"https://shop.example"` or `"capacitor://localhost"`. _(default: none)_
    pub allowed_origins: Vec<String>,
    /// Whether clients that send no `Origin`, which browsers always do, may open
    /// sockets. _(default: `false`)_
    pub allow_missing_origin: bool,
    /// The flash message for requests that are sent to the login page.
    /// _(default: none)_
    pub login_message: Option<String>,
    /// The flash message for requests whose login is not fresh. _(default: none)_
    pub refresh_message: Option<String>,
    /// The kind of both flash messages. _(default: `"message"`)_
    pub message_category: String,
    /// The name of the remember cookie. _(default: `"remember_token"` behind the strictest
    /// prefix that the attributes allow: `__Host-`, else `__Secure-`, else none)_
    pub cookie_name: Option<String>,
    /// How long a remember token counts, in the browser and on the server.
    /// _(default: `"365 days"`)_
    #[serde(deserialize_with = "values::duration")]
    pub cookie_duration: Duration,
    /// The path of both cookies, below the public base. _(default: `"/"`)_
    pub cookie_path: String,
    /// The domain of both cookies. _(default: none, the host alone)_
    pub cookie_domain: Option<String>,
    /// Whether browsers send both cookies over TLS alone. _(default: `true`,
    /// `false` in the debug profile)_
    pub cookie_secure: Option<bool>,
    /// Whether both cookies are kept from scripts. _(default: `true`)_
    pub cookie_httponly: bool,
    /// When browsers send both cookies along with requests from other sites:
    /// `"strict"`, `"lax"` or `"none"`. _(default: `"lax"`)_
    #[serde(deserialize_with = "values::same_site")]
    pub cookie_samesite: SameSite,
    /// Whether browsers keep both cookies apart for each site that shows this one in a frame.
    /// It needs `cookie_secure`, and `cookie_samesite = "none"` to be of use.
    /// _(default: `false`)_
    pub cookie_partitioned: bool,
    /// The treatment of remember tokens of Flask-Login and Starlette-Login: `false`,
    /// `true` or `"write"`. It takes the feature `flask`, as do the two below.
    /// _(default: `false`)_
    pub legacy_remember_tokens: LegacyTokens,
    /// The secret key of the application that has written them, however short.
    /// _(default: `secret_key`)_
    pub legacy_secret_key: Option<SecretKey>,
    /// The session cookie of that application, which this one reads and never writes.
    /// _(default: none)_
    pub legacy_session_cookie: Option<String>,
    /// The table `[default.login.session]`.
    pub session: SessionConfig,
    /// The table `[default.login.attempts]`. It takes the feature `throttle`.
    pub attempts: AttemptsConfig,
}

impl Config {
    /// The defaults, with a login page and a secret.
    ///
    /// Both are checked at launch, as if they stood in `Rocket.toml`.
    ///
    /// # Example
    ///
    /// ```rust
    /// use rocket_login::Config;
    ///
    /// let config = Config::new("/login", "a secret of at least thirty-two bytes");
    /// assert!(!format!("{config:?}").contains("thirty-two"));
    /// ```
    pub fn new(redirect_to: impl Into<String>, secret_key: impl Into<SecretKey>) -> Self {
        Self {
            redirect_to: redirect_to.into(),
            secret_key: Some(secret_key.into()),
            ..Self::blank()
        }
    }

    /// Whether the cookies are for this host alone, and for all of its paths.
    pub(super) fn is_for_whole_host(&self) -> bool {
        let has_base = !matches!(self.public_base.as_deref(), None | Some("/"));
        let is_below = has_base || self.prefix_header.is_some() || self.cookie_path != "/";
        self.cookie_domain.is_none() && !is_below
    }

    /// Whether logins of the application before count here.
    pub(super) fn takes_legacy(&self) -> bool {
        let takes_tokens = self.legacy_remember_tokens != LegacyTokens::Off;
        takes_tokens || self.legacy_session_cookie.is_some()
    }

    pub(super) fn blank() -> Self {
        Self {
            redirect_to: String::new(),
            refresh_to: None,
            secret_key: None,
            previous_secret_keys: Vec::new(),
            protection_level: ProtectionLevel::default(),
            exempt_methods: vec![Method::Options],
            next_name: "next".into(),
            never_next: vec!["/logout".into()],
            fresh_for: None,
            loader_timeout: Duration::from_secs(10),
            trusted_proxies: Vec::new(),
            proxy_header: "X-Forwarded-For".into(),
            public_base: None,
            prefix_header: None,
            origin: None,
            cross_origin_check: true,
            allowed_origins: Vec::new(),
            allow_missing_origin: false,
            login_message: None,
            refresh_message: None,
            message_category: "message".into(),
            cookie_name: None,
            cookie_duration: DAY * 365,
            cookie_path: "/".into(),
            cookie_domain: None,
            cookie_secure: None,
            cookie_httponly: true,
            cookie_samesite: SameSite::Lax,
            cookie_partitioned: false,
            legacy_remember_tokens: LegacyTokens::Off,
            legacy_secret_key: None,
            legacy_session_cookie: None,
            session: SessionConfig::default(),
            attempts: AttemptsConfig::default(),
        }
    }
}
