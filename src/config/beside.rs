//! Settings that stand beside their table, where nothing reads them.

use figment::error::Kind;
use figment::value::{Dict, Value};
use figment::{Error, Figment};
use serde::de::DeserializeOwned;

use crate::config::session::SessionConfig;
use crate::config::table::Config;

/// Refuses a key beside the table that is meant for the table, such as the one that
/// `ROCKET_LOGIN_SECRET_KEY` makes. Without a word, a random key would be used, or another one.
pub(super) fn check(figment: &Figment, table: &str) -> Result<(), Box<Error>> {
    let all: Dict = figment.extract()?;
    let found = all.keys().find_map(|key| Some((key, inside(key, table)?)));
    let Some((key, (line, pair))) = found else {
        return Ok(());
    };
    let variable = table.to_uppercase();
    let mut error = Error::from(format!(
        "it stands beside the table `{table}`, where it is not read: write `{line}` below \
         `[default.{table}]` in Rocket.toml, or `ROCKET_{variable}='{{{pair}}}'` into the \
         environment, without the outer quotes in a file for Docker"
    ));
    error.metadata = figment.find_metadata(key).cloned();
    error.profile = Some(figment.profile().clone());
    error.path.push(key.clone());
    Err(Box::new(error))
}

/// Returns the line of the file, and the pair of the variable, for a key that begins with the name of
/// the table.
fn inside(key: &str, table: &str) -> Option<(String, String)> {
    let key = key.to_ascii_lowercase();
    let rest = key
        .strip_prefix(&table.to_ascii_lowercase())?
        .strip_prefix('_')?;
    let name = rest.trim_start_matches('_');
    let of_session = name
        .strip_prefix("session_")
        .map(|name| name.trim_start_matches('_'));
    match of_session.filter(|name| is_setting::<SessionConfig>(name)) {
        Some(name) => Some((
            format!("session.{name} = \"…\""),
            format!("session={{{name}=\"…\"}}"),
        )),
        None => {
            is_setting::<Config>(name).then(|| (format!("{name} = \"…\""), format!("{name}=\"…\"")))
        }
    }
}

/// Whether a table of this type has a key of this name.
fn is_setting<T: DeserializeOwned>(name: &str) -> bool {
    let dict = Dict::from([(name.into(), Value::from(false))]);
    let read = Value::from(dict).deserialize::<T>();
    let is_unknown = |error: Error| matches!(error.kind, Kind::UnknownField(..));
    !read.is_err_and(is_unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_begins_with_the_table_is_a_setting_or_none() {
        for (key, pair) in [
            ("login_secret_key", Some("secret_key=\"…\"")),
            ("login__redirect_to", Some("redirect_to=\"…\"")),
            ("LOGIN_SECRET_KEY", Some("secret_key=\"…\"")),
            ("login_session_store", Some("session={store=\"…\"}")),
            ("login_session__url", Some("session={url=\"…\"}")),
            ("login_session", Some("session=\"…\"")),
            ("login", None),
            ("login_", None),
            ("login_page", None),
            ("login_staff", None),
            ("loginsecret_key", None),
            ("secret_key", None),
        ] {
            let found = inside(key, "login").map(|(_, pair)| pair);
            assert_eq!(found.as_deref(), pair, "{key}");
        }
    }
}
