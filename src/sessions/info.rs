//! The sessions of a user, as the user is shown them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use rocket::form::{self, FromFormField, ValueField};
use rocket::request::FromParam;
use time::OffsetDateTime;

use crate::session::{Client, StoreKey};
use crate::sessions::record::Record;

/// One session of a user, as [`Auth::sessions()`](crate::Auth::sessions) and
/// [`LoginManager::sessions()`](crate::LoginManager::sessions) list it.
///
/// # Example
///
/// ```rust
/// use rocket_login::SessionInfo;
///
/// fn line(session: &SessionInfo) -> String {
///     let agent = session.user_agent().unwrap_or("unknown browser");
///     let here = if session.is_current() { " (this one)" } else { "" };
///     let how = if session.is_remembered() { "remembered" } else { "logged in" };
///     let address = session.address().map(|address| address.to_string());
///     format!(
///         "{agent} at {}, {how} {}, last seen {}{here}",
///         address.unwrap_or_default(),
///         session.logged_in_at(),
///         session.last_seen(),
///     )
/// }
/// ```
#[derive(Debug, Clone)]
pub struct SessionInfo {
    handle: SessionHandle,
    logged_in_at: OffsetDateTime,
    last_seen: OffsetDateTime,
    client: Client,
    current: bool,
    remembered: bool,
    elsewhere: bool,
}

impl SessionInfo {
    pub(super) fn new(key: StoreKey, record: &Record, current: Option<StoreKey>) -> Self {
        Self {
            handle: SessionHandle(key),
            logged_in_at: record.logged_in_at.date_time(),
            last_seen: record.session.last_seen.date_time(),
            client: record.client.clone(),
            current: current == Some(key),
            remembered: record.remember.is_some(),
            elsewhere: record.was_elsewhere,
        }
    }

    /// The handle that ends it. It stays the same for as long as the login lasts.
    pub fn handle(&self) -> SessionHandle {
        self.handle
    }

    /// When the login was.
    pub fn logged_in_at(&self) -> OffsetDateTime {
        self.logged_in_at
    }

    /// When it was last seen, to a tenth of `session.idle_timeout`.
    pub fn last_seen(&self) -> OffsetDateTime {
        self.last_seen
    }

    /// The address from which it began, or was last confirmed.
    pub fn address(&self) -> Option<IpAddr> {
        self.client.address
    }

    /// The name that the browser gives itself, cut to 200 bytes. This is text from outside:
    /// escape it where it is shown.
    pub fn user_agent(&self) -> Option<&str> {
        self.client.user_agent.as_deref()
    }

    /// Whether it is the one of the request that asks.
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// Whether the browser has a remember token. It may have no session at the moment, and
    /// come back with the token.
    pub fn is_remembered(&self) -> bool {
        self.remembered
    }

    /// Whether it was used with another address or user agent since it was begun or last
    /// confirmed. Phones change their address. So this is a hint, and no proof of a thief.
    ///
    /// ```rust
    /// # use rocket_login::SessionInfo;
    /// fn note(session: &SessionInfo) -> &'static str {
    ///     if session.was_used_elsewhere() { "also used elsewhere" } else { "" }
    /// }
    /// ```
    pub fn was_used_elsewhere(&self) -> bool {
        self.elsewhere
    }
}

/// The name of one of a user's sessions, in a form or a path: no secret, and good only to
/// end it.
///
/// # Example
///
/// ```rust
/// use rocket_login::SessionHandle;
///
/// let text = "00112233445566778899aabbccddeeff";
/// let handle: SessionHandle = text.parse().unwrap();
/// assert_eq!(handle.to_string(), text);
/// assert!("../../etc/passwd".parse::<SessionHandle>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionHandle(pub(crate) StoreKey);

/// A text is no [`SessionHandle`].
///
/// ```rust
/// use rocket_login::SessionHandle;
///
/// let error = "seven".parse::<SessionHandle>().unwrap_err();
/// assert_eq!(error.to_string(), "it is no session handle");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHandle;

impl fmt::Display for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for SessionHandle {
    type Err = InvalidHandle;

    fn from_str(text: &str) -> Result<Self, InvalidHandle> {
        StoreKey::from_hex(text).map(Self).ok_or(InvalidHandle)
    }
}

impl<'v> FromFormField<'v> for SessionHandle {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        Ok(field.value.parse().map_err(form::Error::custom)?)
    }
}

impl FromParam<'_> for SessionHandle {
    type Error = InvalidHandle;

    fn from_param(param: &str) -> Result<Self, InvalidHandle> {
        param.parse()
    }
}

impl fmt::Display for InvalidHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is no session handle")
    }
}

impl std::error::Error for InvalidHandle {}
