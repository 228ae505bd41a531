//! One table of the figment, with errors that name key and file.

use std::collections::BTreeMap;

use figment::error::Kind;
use figment::value::{Dict, Tag, Value};
use figment::{Error, Figment, Metadata};

use crate::config::{Config, InCode, legacy};

/// A text in place of a table: it may hold a key, or the password of a store.
const NO_TABLE: &str = "it is no table; its value is not shown, since it may hold a secret. \
                        Is a brace missing in the environment?";

pub(super) struct Table<'a> {
    pub(super) figment: &'a Figment,
    pub(super) name: &'a str,
    pub(super) code: &'a InCode,
}

impl Table<'_> {
    /// The settings as they are written. Where code names the login page, the
    /// table need not, and need not be there.
    pub(super) fn read(&self, has_page: bool) -> Result<Config, Box<Error>> {
        // `focus` would take a text for an absent table, and `extract_inner`
        // would print it, with the key that may be in it.
        let table = match self.figment.find_value(self.name) {
            Ok(Value::Dict(tag, dict)) => {
                let dict = in_snake_case(dict).map_err(|why| self.error("", why))?;
                if !matches!(dict.get("session"), None | Some(Value::Dict(..))) {
                    return Err(self.error("session", NO_TABLE));
                }
                if let Some((key, why)) = legacy::unread(&dict, crate::legacy::IS_THERE) {
                    return Err(self.error(key, why));
                }
                Value::Dict(tag, dict)
            }
            Ok(_) => return Err(self.error("", NO_TABLE)),
            Err(_) if has_page => return Ok(Config::blank()),
            Err(_) => return Err(self.error("", self.absent())),
        };

        let config: Config = table.deserialize().map_err(|error| self.located(error))?;
        match config.redirect_to.is_empty() && !has_page {
            true => Err(self.located(Kind::MissingField("redirect_to".into()).into())),
            false => Ok(config),
        }
    }

    pub(super) fn is_debug(&self) -> bool {
        self.figment.profile() == rocket::Config::DEBUG_PROFILE
    }

    pub(super) fn error(&self, key: &str, why: impl Into<String>) -> Box<Error> {
        self.located(Error::from(why.into()).with_path(key))
    }

    fn absent(&self) -> String {
        format!(
            "there is no table `{0}`: write `[default.{0}]` into Rocket.toml, \
             with `redirect_to = \"…\"`, the route or path of the login page",
            self.name
        )
    }

    /// Names the key in full, and where its value was found.
    pub(super) fn located(&self, mut error: Error) -> Box<Error> {
        let tag = self.tag(&error.path);
        let key = error.path.first().map(String::as_str).unwrap_or_default();
        error.metadata = match self.code.says(key) {
            true => Some(Metadata::named("code: `LoginFairing` or `Config`")),
            false => tag.and_then(|tag| self.figment.get_metadata(tag).cloned()),
        };
        let profile = tag.and_then(|tag| tag.profile());
        error.profile = profile.or_else(|| Some(self.figment.profile().clone()));
        error.path.insert(0, self.name.into());
        Box::new(error)
    }

    /// The tag of the value at this path, or of what is nearest above it.
    fn tag(&self, path: &[String]) -> Option<Tag> {
        let mut value = self.figment.find_value(self.name).ok()?;
        for key in path {
            let Value::Dict(_, dict) = &value else {
                break;
            };
            match dict.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
                Some((_, below)) => value = below.clone(),
                None => break,
            }
        }
        Some(value.tag())
    }
}

/// The same table with upper-case keys in snake case, at every depth.
fn in_snake_case(dict: Dict) -> Result<Dict, String> {
    let mut keys = BTreeMap::new();
    for (key, value) in dict {
        let is_upper = !key.bytes().any(|byte| byte.is_ascii_lowercase());
        let name = if is_upper {
            key.to_ascii_lowercase()
        } else {
            key.clone()
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
