//! A user id of any type as bytes, exactly as it was and of the type it was.
//!
//! ```abnf
//! value      = natural / negative / text / bytes / list / map / variant
//!            / none / unit / false / true / char / f32 / f64
//! natural    = small / large
//! small      = %x00-7F               ; 0 to 127
//! large      = %x80-8F 1*16OCTET     ; from 128 on, in %x80 + octets - 1
//! negative   = %x90-9F 1*16OCTET     ; -1 less these, in %x90 + octets - 1
//! text       = short-text / long-text
//! short-text = %xA0-BF *31OCTET      ; UTF-8, in %xA0 + octets
//! long-text  = %xC0 length 32*OCTET  ; UTF-8
//! bytes      = %xC1 length *OCTET
//! length     = natural
//! list       = %xC2 *value end       ; also a tuple
//! map        = %xC3 *(key value) end ; also a struct
//! key        = value                 ; of a struct the field's name, a text
//! variant    = %xC4 name value end   ; of an enum; unit if it holds nothing
//! name       = text
//! none       = %xC5                  ; some value is that value
//! unit       = %xC6
//! false      = %xC7
//! true       = %xC8
//! char       = %xC9 natural          ; a Unicode scalar value
//! f32        = %xCA 4OCTET           ; IEEE 754
//! f64        = %xCB 8OCTET           ; IEEE 754
//! end        = %xCC
//! ```
//!
//! Numbers are big endian and as short as can be. A newtype is what it holds.
//! Values nest 32 deep; each newtype and each option that holds a value counts.
//! A struct finds its fields in any order.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, de, de::DeserializeOwned, ser};

/// How deep values nest.
const DEPTH: u8 = 32;

/// How long a text is that is not short.
const LONG: u8 = kind::LONG_TEXT - kind::TEXT;

/// The first byte of a value; those of some kinds begin a range.
mod kind {
    pub(super) const LARGE: u8 = 0x80;
    pub(super) const NEGATIVE: u8 = 0x90;
    pub(super) const TEXT: u8 = 0xa0;
    pub(super) const LONG_TEXT: u8 = 0xc0;
    pub(super) const BYTES: u8 = 0xc1;
    pub(super) const LIST: u8 = 0xc2;
    pub(super) const MAP: u8 = 0xc3;
    pub(super) const VARIANT: u8 = 0xc4;
    pub(super) const NONE: u8 = 0xc5;
    pub(super) const UNIT: u8 = 0xc6;
    pub(super) const FALSE: u8 = 0xc7;
    pub(super) const TRUE: u8 = 0xc8;
    pub(super) const CHAR: u8 = 0xc9;
    pub(super) const F32: u8 = 0xca;
    pub(super) const F64: u8 = 0xcb;
    pub(super) const END: u8 = 0xcc;
}

/// The encoded id of a user.
///
/// Every value names its kind, so the text `"1"` is never read as the number 1,
/// nor a number as another number after an application has changed the type of
/// its ids. Fields are named, so that one that is left out does not shift the
/// others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EncodedId(Arc<[u8]>);

/// An id that cannot be written or read.
#[derive(Debug)]
pub(crate) struct IdError(Cow<'static, str>);

const TOO_DEEP: IdError = IdError(Cow::Borrowed("it nests too deep"));
const UNREADABLE: IdError = IdError(Cow::Borrowed("it is of another type, or none"));

impl EncodedId {
    pub(crate) fn encode<T: Serialize>(id: &T) -> Result<Self, IdError> {
        write::write(id).map(|bytes| Self(bytes.into()))
    }

    /// Encodes the id, if the same is written again for what is read back: a
    /// type may write what it does not read. This does not see what the type
    /// leaves unwritten, as with `#[serde(skip)]`.
    pub(crate) fn exact<T: Serialize + DeserializeOwned>(id: &T) -> Result<Self, IdError> {
        let key = Self::encode(id)?;
        let again = key.decode::<T>().map(|id| Self::encode(&id));
        match again {
            Some(Ok(again)) if again == key => Ok(key),
            _ => Err(IdError("it does not come back as it was".into())),
        }
    }

    /// Reads the id, if these bytes are one of this type and nothing besides.
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

impl fmt::Debug for EncodedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodedId(..)")
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for IdError {}

impl ser::Error for IdError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string().into())
    }
}

impl de::Error for IdError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string().into())
    }
}
