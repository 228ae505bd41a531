//! Settings that stand beside their table, where nothing reads them.

use figment::error::Kind;
use figment::value::{Dict, Value};
use figment::{Error, Figment};
use serde::de::DeserializeOwned;

use crate::config::attempts::AttemptsConfig;
use crate::config::session::SessionConfig;
use crate::config::table::Config;

/// Refuses a key beside the table that is meant for the table, such as the one that
/// `ROCKET_LOGIN_SECRET_KEY` makes. Without a word, a random key would be used, or another one.
pub(super) fn check(figment: &Figment, table: &str) -> Result<(), Box<Error>> {
    let all: Dict = figment.extract()?;
    let found = all
        .iter()
        .find_map(|(key, value)| Some((key, inside(key, value, table)?)));
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
fn inside(key: &str, value: &Value, table: &str) -> Option<(String, String)> {
    let key = key.to_ascii_lowercase();
    let rest = key
        .strip_prefix(&table.to_ascii_lowercase())?
        .strip_prefix('_')?;
    let name = rest.trim_start_matches('_');
    let below = |table: &str, form: fn(&str, &Value) -> Option<String>| {
        let name = name.strip_prefix(table)?.strip_prefix('_')?;
        let name = name.trim_start_matches('_');
        let form = form(name, value)?;
        let pair = format!("{table}={{{name}={form}}}");
        Some((format!("{table}.{name} = {form}"), pair))
    };
    let inside = || {
        let form = form::<Config>(name, value)?;
        Some((format!("{name} = {form}"), format!("{name}={form}")))
    };
    below("session", form::<SessionConfig>)
        .or_else(|| below("attempts", form::<AttemptsConfig>))
        .or_else(inside)
}

/// Returns how a value is written, if a table of this type has a key of this name: a number or
/// a truth value as it was found, and of others the kind alone, since they may hold a secret.
fn form<T: DeserializeOwned>(name: &str, found: &Value) -> Option<String> {
    let read = |value: &Value| {
        let dict = Dict::from([(name.into(), value.clone())]);
        Value::from(dict).deserialize::<T>().map_err(Box::new)
    };
    let is_unknown = |error: Box<Error>| matches!(error.kind, Kind::UnknownField(..));
    if read(&Value::from(false)).is_err_and(is_unknown) {
        return None;
    }
    let plain = match found {
        Value::Bool(_, is_so) => Some(is_so.to_string()),
        Value::Num(_, number) => number.to_u128().map(|number| number.to_string()),
        _ => None,
    };
    if let Some(plain) = plain.filter(|_| read(found).is_ok()) {
        return Some(plain);
    }
    // The first that can be read. A text that is no word of a choice stands for all of them.
    let forms = [
        (Value::from("15m"), "\"…\""),
        (Value::from(Dict::new()), "{…}"),
        (Value::from(vec!["GET"]), "[\"…\"]"),
        (Value::from(true), "true"),
        (Value::from(10), "10"),
    ];
    let form = forms.into_iter().find(|(value, _)| read(value).is_ok());
    Some(form.map_or("\"…\"", |(_, form)| form).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_begins_with_the_table_is_a_setting_or_none() {
        let found = Value::from("hunter2");
        for (key, pair) in [
            ("login_secret_key", Some("secret_key=\"…\"")),
            ("login__redirect_to", Some("redirect_to=\"…\"")),
            ("LOGIN_SECRET_KEY", Some("secret_key=\"…\"")),
            ("login_session_store", Some("session={store=\"…\"}")),
            ("login_session__url", Some("session={url=\"…\"}")),
            ("login_session", Some("session={…}")),
            ("login_attempts_per_name", Some("attempts={per_name=10}")),
            ("login_attempts_window", Some("attempts={window=\"…\"}")),
            ("login", None),
            ("login_", None),
            ("login_page", None),
            ("login_staff", None),
            ("loginsecret_key", None),
            ("secret_key", None),
        ] {
            let found = inside(key, &found, "login").map(|(_, pair)| pair);
            assert_eq!(found.as_deref(), pair, "{key}");
        }
    }

    #[test]
    fn each_setting_comes_in_its_form() {
        for (key, found, line) in [
            (
                "trusted_proxies",
                Value::from("x"),
                "trusted_proxies = [\"…\"]",
            ),
            (
                "exempt_methods",
                Value::from("x"),
                "exempt_methods = [\"…\"]",
            ),
            (
                "previous_secret_keys",
                Value::from(7),
                "previous_secret_keys = [\"…\"]",
            ),
            ("secret_key", Value::from(7), "secret_key = \"…\""),
            ("cookie_secure", Value::from("x"), "cookie_secure = true"),
            ("cookie_secure", Value::from(false), "cookie_secure = false"),
            (
                "cookie_samesite",
                Value::from("x"),
                "cookie_samesite = \"…\"",
            ),
            (
                "protection_level",
                Value::from(true),
                "protection_level = \"…\"",
            ),
            (
                "legacy_remember_tokens",
                Value::from(false),
                "legacy_remember_tokens = false",
            ),
            ("fresh_for", Value::from("x"), "fresh_for = \"…\""),
            ("fresh_for", Value::from(90u32), "fresh_for = 90"),
            ("session", Value::from("x"), "session = {…}"),
            ("session_store", Value::from("x"), "session.store = \"…\""),
            (
                "session_permanent",
                Value::from(true),
                "session.permanent = true",
            ),
            (
                "session_max_per_user",
                Value::from("x"),
                "session.max_per_user = 10",
            ),
            (
                "session_max_per_user",
                Value::from(3u32),
                "session.max_per_user = 3",
            ),
        ] {
            let found = inside(&format!("login_{key}"), &found, "login");
            assert_eq!(found.map(|(line, _)| line).as_deref(), Some(line));
        }
    }
}
