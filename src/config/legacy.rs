//! The settings for logins of an application before this one.

use figment::Error;
use figment::value::{Dict, Value};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::config::table::Table;
use crate::config::{Config, SecretKey};

const KEYS: [&str; 3] = [
    "legacy_remember_tokens",
    "legacy_secret_key",
    "legacy_session_cookie",
];

const NO_FEATURE: &str = "it takes the feature `flask` of rocket_login: \
                          `rocket_login = { version = \"…\", features = [\"flask\"] }`";

/// What becomes of remember tokens of Flask-Login and Starlette-Login:
/// `legacy_remember_tokens`.
///
/// # Security
///
/// Such a token says neither when it was made nor when it ends, is the same in every
/// browser, and knows nothing of the password: the holder of a copy comes back until the key
/// changes. [The guide](crate::guide::migrating) has more.
///
/// # Example
///
/// ```rust
/// use rocket_login::{Config, LegacyTokens};
///
/// let config = Config {
///     legacy_remember_tokens: LegacyTokens::Replace,
///     ..Config::new("login_page", "a secret of at least thirty-two bytes")
/// };
/// # assert_eq!(LegacyTokens::default(), LegacyTokens::Off);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LegacyTokens {
    /// They are no tokens here: `false`.
    #[default]
    Off,
    /// One brings its user back once, and the browser gets one of ours in its place:
    /// `true`.
    Replace,
    /// They are taken, left where they are, and written as well, so that the application
    /// before goes on reading them: `"write"`.
    Write,
}

/// What a table says of the application before, in a build that cannot read it.
pub(super) fn unread(dict: &Dict, has_feature: bool) -> Option<(&'static str, &'static str)> {
    let key = KEYS.into_iter().find(|key| dict.contains_key(*key));
    key.filter(|_| !has_feature).map(|key| (key, NO_FEATURE))
}

impl Table<'_> {
    /// The key of the application before, if any of its logins count here.
    pub(super) fn legacy(&self, config: &Config) -> Result<Option<SecretKey>, Box<Error>> {
        self.legacy_session(config)?;
        let tokens = config.legacy_remember_tokens;
        let has_tokens = tokens != LegacyTokens::Off;
        let is_on = has_tokens || config.legacy_session_cookie.is_some();
        let key = config.legacy_secret_key.as_ref();
        let why = match key.or(config.secret_key.as_ref()) {
            _ if (is_on || key.is_some()) && !crate::legacy::IS_THERE => NO_FEATURE,
            _ if key.is_some() && !is_on => {
                "it is for `legacy_remember_tokens` or `legacy_session_cookie`, and neither is set"
            }
            None if is_on => "it must be the secret key of the application before",
            Some(key) if is_on && key.as_bytes().is_empty() => {
                "an empty key is no secret: everybody could log in as anybody"
            }
            Some(key) if is_on => {
                if !self.is_debug() {
                    let key = config.legacy_secret_key.as_slice();
                    self.refuse_guessable("legacy_secret_key", key)?;
                }
                return Ok(Some(key.clone()));
            }
            _ => return Ok(None),
        };
        Err(self.error("legacy_secret_key", why))
    }

    fn legacy_session(&self, config: &Config) -> Result<(), Box<Error>> {
        let Some(name) = config.legacy_session_cookie.as_deref() else {
            return Ok(());
        };
        let is_plain =
            |byte: u8| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}%".contains(&byte);
        let own = [&config.session.cookie_name, &config.cookie_name];
        let why = if name.is_empty() || !name.bytes().all(is_plain) {
            "it is the name of a cookie"
        } else if own.into_iter().any(|own| own.eq_ignore_ascii_case(name)) {
            "the application before goes on writing this cookie: it must have another name than \
             `session.cookie_name` and `cookie_name`, which this one writes"
        } else {
            return Ok(());
        };
        Err(self.error("legacy_session_cookie", why))
    }
}

impl<'de> Deserialize<'de> for LegacyTokens {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match <Value as Deserialize>::deserialize(input)? {
            Value::Bool(_, false) => Ok(Self::Off),
            Value::Bool(_, true) => Ok(Self::Replace),
            Value::String(_, word) if word == "write" => Ok(Self::Write),
            // It could be a key that was written into the wrong line.
            _ => Err(D::Error::custom(
                "it is none of `false`, `true` and `\"write\"`",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_every_key_names_it() {
        for key in KEYS {
            let dict = Dict::from([(key.into(), Value::from(false))]);
            let (named, why) = unread(&dict, false).unwrap();
            assert_eq!(named, key);
            assert!(why.contains("`flask`"), "{why}");
            assert_eq!(unread(&dict, true), None);
        }
        let dict = Dict::from([("cookie_name".into(), Value::from("id"))]);
        assert_eq!(unread(&dict, false), None);
    }
}
