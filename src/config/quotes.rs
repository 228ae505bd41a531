//! Quotes that are part of a value, and those that make a text of a number.

use figment::Error;
use figment::error::{Actual, Kind};
use figment::value::{Dict, Value};

use crate::config::shown::{HIDDEN, shown};

/// The advice where a text still has the quotes that a shell would have taken off.
pub(super) const QUOTED: &str = "it stands in quotes that are part of it, as Docker's `--env-file` \
                                 leaves them: write it without them";

/// Whether a text begins and ends with the same quote.
pub(super) fn is_quoted(text: &str) -> bool {
    let stands_in = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    ['"', '\''].into_iter().any(stands_in)
}

/// Returns the key of a value in quotes. A message may be in quotes, and so may a key of the
/// application before.
pub(super) fn find(dict: &Dict) -> Option<String> {
    dict.iter().find_map(|(key, value)| match value {
        Value::Dict(_, below) => find(below).map(|below| format!("{key}.{below}")),
        _ if key.ends_with("_message") || key.starts_with("legacy_") => None,
        value => holds_quoted(value).then(|| key.clone()),
    })
}

fn holds_quoted(value: &Value) -> bool {
    match value {
        Value::String(_, text) => is_quoted(text),
        Value::Array(_, values) => values.iter().any(holds_quoted),
        _ => false,
    }
}

/// Says what to write in place of a number or a truth value in quotes, and of a list that is
/// none. Other texts are shown as far as they hold no secret.
pub(super) fn explain(mut error: Error) -> Error {
    let is_plain = |text: &str| text.parse::<f64>().is_ok() || text.parse::<bool>().is_ok();
    let key = error.path.last().map(String::as_str).unwrap_or_default();
    let why = match &mut error.kind {
        Kind::InvalidType(found, expected) if expected == "a sequence" => {
            let text = match found {
                Actual::Str(text) if shown(text) == *text => text,
                _ => "…",
            };
            Some(format!("it is a list: write `{key} = [\"{text}\"]`"))
        }
        Kind::InvalidType(Actual::Str(text), _) if is_plain(text) => Some(format!(
            "`\"{text}\"` is a text: write `{text}`, without quotes"
        )),
        // A name longer than that of any setting may be a key.
        Kind::UnknownField(name, _) if name.len() >= 32 || shown(name) != *name => {
            *name = HIDDEN.into();
            error.path.pop();
            None
        }
        Kind::InvalidType(Actual::Str(text), _)
        | Kind::InvalidValue(Actual::Str(text), _)
        | Kind::UnknownVariant(text, _) => {
            *text = shown(text);
            None
        }
        _ => None,
    };
    if let Some(why) = why {
        error.kind = Kind::Message(why);
    }
    error
}
