//! Choices written as words.

use rocket::http::{Method, SameSite};
use serde::{Deserialize, Deserializer, de::Error};

pub(super) fn same_site<'de, D: Deserializer<'de>>(input: D) -> Result<SameSite, D::Error> {
    match String::deserialize(input)?.to_ascii_lowercase().as_str() {
        "strict" => Ok(SameSite::Strict),
        "lax" => Ok(SameSite::Lax),
        "none" => Ok(SameSite::None),
        other => Err(D::Error::custom(format!(
            "`{other}` is none of `strict`, `lax` and `none`"
        ))),
    }
}

pub(super) fn methods<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Method>, D::Error> {
    let words = Vec::<String>::deserialize(input)?;
    let method = |word: &String| {
        let method = word.to_ascii_uppercase().parse();
        method.map_err(|_| D::Error::custom(format!("`{word}` is no HTTP method")))
    };
    words.iter().map(method).collect()
}
