//! The table of the figment that holds the settings, with errors that name key and file.

use figment::value::{Dict, Tag, Value};
use figment::{Error, Figment, Metadata, Profile};

use crate::config::beside;
use crate::config::in_code::InCode;
use crate::config::quotes::{self, QUOTED, is_quoted};
use crate::config::table::Config;
use crate::legacy;
use crate::rules::THROTTLES;

/// A text in place of a table: it may hold a key, or the password of a store.
const NO_TABLE: &str = "it is no table; its value is not shown, since it may hold a secret. \
                        Is a brace missing in the environment?";

/// A text in braces that no table could be read from.
const NO_PAIRS: &str = "its braces hold no table; it is not shown, since it may hold a secret. \
                        Write pairs with commas between, texts in `\"…\"`, a table within as \
                        `session={…}`, and no quotes around the whole in a file for Docker";

const LEGACY_KEYS: [&str; 3] = [
    "legacy_remember_tokens",
    "legacy_secret_key",
    "legacy_session_cookie",
];

/// The advice where a setting needs the feature `flask` and the build lacks it.
pub(super) const NO_FLASK: &str = "it takes the feature `flask` of rocket_login: \
                                   `rocket_login = { version = \"…\", features = [\"flask\"] }`";

/// The advice where a table needs the feature `throttle` and the build lacks it.
pub(super) const NO_THROTTLE: &str = "it takes the feature `throttle` of rocket_login: \
                                      `rocket_login = { version = \"…\", features = [\"throttle\"] }`";

/// One table of the figment, and the code that overrides it.
pub(super) struct Source<'a> {
    pub(super) figment: &'a Figment,
    pub(super) name: &'a str,
    pub(super) code: &'a InCode,
}

impl Source<'_> {
    /// Returns the settings as code and table write them. Where code names the login page, the
    /// table may lack it, or be absent.
    pub(super) fn config(&self) -> Result<Config, Box<Error>> {
        let mut config = match &self.code.config {
            Some(config) => config.clone(),
            None => self.read()?,
        };
        if let Some(redirect_to) = &self.code.redirect_to {
            config.redirect_to = redirect_to.clone();
        }
        config.refresh_to = self.code.refresh_to.clone().or(config.refresh_to);
        self.code.changes.apply(&mut config);
        if !config.redirect_to.is_empty() || self.code.config.is_some() {
            Ok(config)
        } else if self.figment.find_value(self.name).is_ok() {
            Err(self.missing("redirect_to", "the route or path of the login page"))
        } else {
            Err(self.error("", self.absent()))
        }
    }

    /// Reads the table, if there is one.
    fn read(&self) -> Result<Config, Box<Error>> {
        beside::check(self.figment, self.name)?;
        // `focus` would take a text for an absent table, and `extract_inner` would print
        // the text, with the key that may be in it.
        let table = match self.figment.find_value(self.name) {
            Ok(Value::Dict(tag, dict)) => Value::Dict(tag, self.checked(dict)?),
            Ok(other) => return Err(self.error("", no_table(&other))),
            Err(_) => return Ok(Config::blank()),
        };
        table
            .deserialize()
            .map_err(|error| self.located(quotes::explain(error)))
    }

    /// Returns the table in snake case. Refuses one that serde would describe badly.
    fn checked(&self, dict: Dict) -> Result<Dict, Box<Error>> {
        let dict = in_snake_case(dict).map_err(|why| self.error("", why))?;
        for key in ["session", "attempts"] {
            let value = dict.get(key);
            if let Some(other) = value.filter(|value| value.as_dict().is_none()) {
                return Err(self.error(key, no_table(other)));
            }
        }
        if let Some(key) = quotes::find(&dict) {
            return Err(self.error(&key, QUOTED));
        }
        if !THROTTLES && dict.contains_key("attempts") {
            return Err(self.error("attempts", NO_THROTTLE));
        }
        match unread(&dict, legacy::IS_THERE) {
            Some(key) => Err(self.error(key, NO_FLASK)),
            None => Ok(dict),
        }
    }

    pub(super) fn is_debug(&self) -> bool {
        self.figment.profile() == rocket::Config::DEBUG_PROFILE
    }

    /// Makes the error of a value, which `configure` may have changed.
    pub(super) fn wrong(&self, key: &str, why: impl Into<String>) -> Box<Error> {
        let mut error = self.error(key, why);
        if !self.code.says(key) && !self.code.changes.is_empty() {
            let table = error.metadata.take();
            let mut source = table.unwrap_or_else(|| Metadata::named("the defaults"));
            source.name = format!("code: `configure`, or {}", source.name).into();
            error.metadata = Some(source);
        }
        error
    }

    pub(super) fn error(&self, key: &str, why: impl Into<String>) -> Box<Error> {
        self.located(Error::from(why.into()).with_path(key))
    }

    /// Says what to write for a setting that is missing.
    pub(super) fn missing(&self, key: &str, what: &str) -> Box<Error> {
        let (table, variable) = (self.name, self.name.to_uppercase());
        let why = format!(
            "it is missing: write `{key} = \"…\"`, {what}, below `[default.{table}]` in Rocket.toml, \
             or `ROCKET_{variable}='{{{key}=\"…\"}}'` into the environment"
        );
        self.error(key, why)
    }

    fn absent(&self) -> String {
        let (table, profile) = (self.name, self.figment.profile());
        let has_table = |profile: &&Profile| {
            let figment = self.figment.clone().select((*profile).clone());
            figment.find_value(table).is_ok()
        };
        let other =
            self.figment.profiles().find(has_table).map(|other| {
                format!(" There is `[{other}.{table}]`, and the profile is `{profile}`.")
            });
        format!(
            "there is no table `{table}`: write `[default.{table}]` into Rocket.toml, \
             with `redirect_to = \"…\"`, the route or path of the login page. Rocket.toml is read \
             from the working directory or one above, or from where `ROCKET_CONFIG` says.{}",
            other.unwrap_or_default()
        )
    }

    /// Names the key in full, and the place of its value.
    fn located(&self, mut error: Error) -> Box<Error> {
        let tag = self.tag(&error.path);
        let key = error.path.first().map(String::as_str).unwrap_or_default();
        error.metadata = if self.code.says(key) {
            Some(Metadata::named("code: `LoginFairing` or `Config`"))
        } else {
            tag.and_then(|tag| self.figment.get_metadata(tag).cloned())
        };
        let profile = tag.and_then(|tag| tag.profile());
        error.profile = profile.or_else(|| Some(self.figment.profile().clone()));
        error.path.insert(0, self.name.into());
        Box::new(error)
    }

    /// Returns the tag of the value at this path, or of the nearest value above it.
    fn tag(&self, path: &[String]) -> Option<Tag> {
        let mut value = self.figment.find_value(self.name).ok()?;
        for key in path {
            let below = value.as_dict().and_then(|dict| {
                let mut entries = dict.iter();
                entries.find(|(name, _)| name.eq_ignore_ascii_case(key))
            });
            match below {
                Some((_, below)) => value = below.clone(),
                None => break,
            }
        }
        Some(value.tag())
    }
}

/// Returns the advice where a table is none.
fn no_table(value: &Value) -> &'static str {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    if is_quoted(text) {
        QUOTED
    } else if text.starts_with('{') && text.ends_with('}') {
        NO_PAIRS
    } else {
        NO_TABLE
    }
}

/// Returns a key about the application before, in a build that cannot read its logins.
fn unread(dict: &Dict, has_feature: bool) -> Option<&'static str> {
    let mut keys = LEGACY_KEYS.into_iter().filter(|_| !has_feature);
    keys.find(|key| dict.contains_key(*key))
}

/// Returns the same table with upper-case keys in snake case, at every depth.
fn in_snake_case(dict: Dict) -> Result<Dict, String> {
    let mut keys = Dict::new();
    for (key, value) in dict {
        let is_upper = !key.bytes().any(|byte| byte.is_ascii_lowercase());
        let name = if is_upper {
            key.to_ascii_lowercase()
        } else {
            key
        };
        let value = match value {
            Value::Dict(tag, dict) => Value::Dict(tag, in_snake_case(dict)?),
            other => other,
        };
        if keys.insert(name.clone(), value).is_some() {
            let upper = name.to_ascii_uppercase();
            return Err(format!("`{name}` and `{upper}` are one key: write it once"));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_every_legacy_key_is_refused() {
        for key in LEGACY_KEYS {
            let dict = Dict::from([(key.into(), Value::from(false))]);
            assert_eq!(unread(&dict, false), Some(key));
            assert_eq!(unread(&dict, true), None);
        }
        let dict = Dict::from([("cookie_name".into(), Value::from("id"))]);
        assert_eq!(unread(&dict, false), None);
    }
}
