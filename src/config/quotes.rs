//! Quotes that are part of a value, and those that make a text of a number.

use figment::Error;
use figment::error::{Actual, Kind};
use figment::value::{Dict, Value};

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

/// Says what to write in place of a number or a truth value in quotes.
pub(super) fn explain(mut error: Error) -> Error {
    let is_plain = |text: &str| text.parse::<f64>().is_ok() || text.parse::<bool>().is_ok();
    if let Kind::InvalidType(Actual::Str(text), _) = &error.kind
        && is_plain(text)
    {
        let why = format!("`\"{text}\"` is a text: write `{text}`, without quotes");
        error.kind = Kind::Message(why);
    }
    error
}
