//! A user id of any type as bytes, exactly as it was and of the type it was.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

/// The encoded id of a user.
///
/// MessagePack names the kind of every value, so the text `"1"` is never read
/// as the number 1, nor a number as another number after an application has
/// changed the type of its ids. Fields are named, so that one that is left out
/// does not shift the others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UserKey(Arc<[u8]>);

/// An id that `serde` could not write.
#[derive(Debug)]
pub(crate) struct UserKeyError(String);

impl UserKey {
    pub(crate) fn encode<T: Serialize>(id: &T) -> Result<Self, UserKeyError> {
        rmp_serde::to_vec_named(id)
            .map(|bytes| Self(bytes.into()))
            .map_err(|error| UserKeyError(error.to_string()))
    }

    /// The encoded id, if what is read back is written in the same way again: a
    /// type may write what it does not read. What it does not write at all, as
    /// with `#[serde(skip)]`, nobody can see here.
    pub(crate) fn exact<T: Serialize + DeserializeOwned>(id: &T) -> Result<Self, UserKeyError> {
        let key = Self::encode(id)?;
        let again = key.decode::<T>().map(|id| Self::encode(&id));
        match again {
            Some(Ok(again)) if again == key => Ok(key),
            _ => Err(UserKeyError("it does not come back as it was".into())),
        }
    }

    /// The id, if these bytes are one of this type and nothing besides.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        let mut rest: &[u8] = &self.0;
        let id = T::deserialize(&mut rmp_serde::Deserializer::new(&mut rest)).ok()?;
        rest.is_empty().then_some(id)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserKey(..)")
    }
}

impl fmt::Display for UserKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UserKeyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes_back<T>(id: T)
    where
        T: Serialize + DeserializeOwned + PartialEq + fmt::Debug,
    {
        let key = UserKey::encode(&id).unwrap();
        assert_eq!(key.decode::<T>(), Some(id));
    }

    #[test]
    fn ids_come_back_exactly_as_they_were() {
        for id in [i64::MIN, -1, 0, 1, i64::MAX] {
            comes_back(id);
        }
        comes_back(u64::MAX);
        comes_back(i128::MIN);
        comes_back([7u8; 16]);
        comes_back((String::from("tenant"), 3u32));
        for id in ["", "1|2", "a;b", "a\r\nb", "\0", "🦀", &"x".repeat(1024)] {
            comes_back(id.to_string());
        }
    }

    #[test]
    fn ids_of_another_type_are_not_read_as_one_of_this() {
        let text = UserKey::encode(&"1").unwrap();
        let number = UserKey::encode(&1i64).unwrap();
        assert_ne!(text, number);
        assert_eq!(text.decode::<i64>(), None);
        assert_eq!(number.decode::<String>(), None);
        assert_eq!(UserKey::encode(&-1i64).unwrap().decode::<u64>(), None);
        assert_eq!(UserKey::encode(&2i64).unwrap().decode::<u8>(), Some(2));
    }

    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    struct Partial {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<u32>,
        #[serde(default)]
        number: u32,
    }

    #[test]
    fn fields_are_named_so_that_none_is_taken_for_another() {
        comes_back(Partial {
            tenant: None,
            number: 7,
        });
    }

    #[test]
    fn what_would_come_back_as_another_id_is_refused() {
        assert!(UserKey::exact(&Some(Some(1))).is_ok());
        assert!(UserKey::exact(&Some(None::<u32>)).is_ok());
        #[derive(Serialize, serde::Deserialize)]
        struct Forgetful {
            #[serde(skip_deserializing)]
            number: u32,
        }
        assert!(UserKey::exact(&Forgetful { number: 0 }).is_ok());
        assert!(UserKey::exact(&Forgetful { number: 1 }).is_err());
    }

    #[test]
    fn bytes_after_the_id_are_refused() {
        let mut bytes = UserKey::encode(&1i64).unwrap().as_bytes().to_vec();
        bytes.push(0);
        assert_eq!(UserKey::from_bytes(&bytes).decode::<i64>(), None);
        assert_eq!(UserKey::from_bytes(&[]).decode::<i64>(), None);
    }
}
