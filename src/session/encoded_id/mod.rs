//! A user id of any type as bytes, exactly as it was and of the type it was.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Serialize, ser::Error};

/// An id that cannot be written, and why.
pub(crate) type IdError = serde::de::value::Error;

/// The encoded id of a user.
///
/// Every value names its kind: the text `"1"` is never read as the number 1. So an
/// application may change the type of its ids, and no id becomes another one. Fields are
/// named, so that a missing field does not shift the others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EncodedId(Arc<[u8]>);

impl EncodedId {
    pub(crate) fn encode<T: Serialize>(id: &T) -> Result<Self, IdError> {
        write::write(id).map(|bytes| Self(bytes.into()))
    }

    /// Encodes an id that comes back as it was: a type may write what it does not read.
    ///
    /// A field that is never written, as with `#[serde(skip)]`, goes unnoticed.
    pub(crate) fn exact<T: Serialize + DeserializeOwned>(id: &T) -> Result<Self, IdError> {
        let encoded = Self::encode(id)?;
        let again = encoded.decode::<T>().map(|id| Self::encode(&id));
        match again {
            Some(Ok(again)) if again == encoded => Ok(encoded),
            _ => Err(IdError::custom("it does not come back as it was")),
        }
    }

    /// Reads the id, if these bytes are an id of this type and nothing else.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        read::read(&self.0)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

opaque! { EncodedId }
