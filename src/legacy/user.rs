//! User ids as the originals have them, which is as text.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};

use crate::session::EncodedId;

/// How Flask tags a UUID in JSON.
const UUID: &str = " u";

/// The id that a text stands for, where ids are texts or whole numbers.
pub(crate) fn id_of<T: DeserializeOwned>(text: &str) -> Option<T> {
    let as_text = || EncodedId::encode(&text).ok()?.decode();
    let as_number = || {
        let number: i128 = text.parse().ok()?;
        // What `str()` has not written is no id of theirs.
        let number = Some(number).filter(|number| number.to_string() == text)?;
        let unsigned = u64::try_from(number).ok().map(|id| EncodedId::encode(&id));
        let signed = || i64::try_from(number).ok().map(|id| EncodedId::encode(&id));
        unsigned.or_else(signed)?.ok()?.decode()
    };
    as_text().or_else(as_number)
}

/// The text for an id, where ids are texts or whole numbers.
pub(crate) fn text_of(id: &EncodedId) -> Option<String> {
    let unsigned = || id.decode::<u64>().map(|id| id.to_string());
    let signed = || id.decode::<i64>().map(|id| id.to_string());
    id.decode().or_else(unsigned).or_else(signed)
}

/// Reads the id in a session: a text, a whole number, or a UUID as Flask tags it.
pub(super) fn untagged<'de, D>(input: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    input.deserialize_any(Id)
}

struct Id;

impl<'de> Visitor<'de> for Id {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a user id")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (tag, hex): (String, String) = map.next_entry()?.ok_or_else(no_id)?;
        let uuid = hyphenated(&hex).filter(|_| tag == UUID);
        match map.next_key::<String>()? {
            None => uuid.ok_or_else(no_id).map(Some),
            Some(_) => Err(no_id()),
        }
    }
}

fn no_id<E: Error>() -> E {
    E::custom("no user id")
}

/// The UUID as `str()` writes it.
fn hyphenated(hex: &str) -> Option<String> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hex.len() != 32 || !hex.bytes().all(is_hex) {
        return None;
    }
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    let groups = groups.map(|group| hex.get(group).unwrap_or_default());
    Some(groups.join("-"))
}
