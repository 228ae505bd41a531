//! How an id is read: only as it is written.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::session::array;
use crate::session::encoded_id::IdError;
use crate::session::encoded_id::write::{DEPTH, LONG, deeper, kind};

type Name = &'static str;
type Read<T> = Result<T, IdError>;

/// The bytes that are left to read, and how much deeper values may nest.
struct Reader<'de> {
    rest: &'de [u8],
    left: u8,
}

pub(super) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Option<T> {
    let mut reader = Reader {
        rest: bytes,
        left: DEPTH,
    };
    let id = T::deserialize(&mut reader).ok()?;
    reader.rest.is_empty().then_some(id)
}

fn unreadable() -> IdError {
    IdError::custom("it is of another type, or none")
}

impl<'de> Reader<'de> {
    /// Looks at the first byte. The end of all bytes is the end of a value as well.
    fn kind(&self) -> u8 {
        self.rest.first().copied().unwrap_or(kind::END)
    }

    /// Reads a number in its fewest octets, as the head of a number counts them.
    fn shortest(&mut self, head: u8) -> Option<u128> {
        let bytes = self.rest.split_off(..=usize::from(head % 16))?;
        let number = |number, byte: &u8| number << 8 | u128::from(*byte);
        (!matches!(bytes, [0, _, ..])).then(|| bytes.iter().fold(0, number))
    }

    fn natural(&mut self) -> Option<u128> {
        match *self.rest.split_off_first()? {
            small @ ..kind::LARGE => Some(small.into()),
            head @ kind::LARGE..kind::NEGATIVE => {
                let number = self.shortest(head)?;
                (number >= u128::from(kind::LARGE)).then_some(number)
            }
            _ => None,
        }
    }

    fn negative(&mut self) -> Option<i128> {
        let head = *self.rest.split_off_first()?;
        Some(!i128::try_from(self.shortest(head)?).ok()?)
    }

    fn text(&mut self) -> Option<&'de str> {
        let text = match *self.rest.split_off_first()? {
            kind::LONG_TEXT => self.sized().filter(|text| text.len() >= usize::from(LONG)),
            head => self.rest.split_off(..usize::from(head - kind::TEXT)),
        };
        std::str::from_utf8(text?).ok()
    }

    fn sized(&mut self) -> Option<&'de [u8]> {
        let length = usize::try_from(self.natural()?).ok()?;
        self.rest.split_off(..length)
    }

    fn char(&mut self) -> Option<char> {
        char::from_u32(u32::try_from(self.natural()?).ok()?)
    }

    fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.left = deeper(self.left)?;
        let value = read(self)?;
        self.left += 1;
        Ok(value)
    }

    /// Reads a value with parts, to its end.
    fn parts<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.inside(|reader| {
            let value = read(reader)?;
            match reader.rest.split_off_first() {
                Some(&kind::END) => Ok(value),
                _ => Err(unreadable()),
            }
        })
    }

    /// Reads a value of any kind; `None` if it is not in its one spelling.
    fn value<V: Visitor<'de>>(&mut self, visitor: V) -> Option<Read<V::Value>> {
        Some(match self.kind() {
            ..kind::NEGATIVE => {
                let number = self.natural()?;
                match u64::try_from(number) {
                    Ok(number) => visitor.visit_u64(number),
                    Err(_) => visitor.visit_u128(number),
                }
            }
            kind::NEGATIVE..kind::TEXT => {
                let number = self.negative()?;
                match i64::try_from(number) {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_i128(number),
                }
            }
            kind::TEXT..=kind::LONG_TEXT => visitor.visit_borrowed_str(self.text()?),
            _ => return self.headed(visitor),
        })
    }

    /// Reads a value whose first octet is its kind alone.
    fn headed<V: Visitor<'de>>(&mut self, visitor: V) -> Option<Read<V::Value>> {
        Some(match *self.rest.split_off_first()? {
            kind::BYTES => visitor.visit_borrowed_bytes(self.sized()?),
            kind::LIST => self.parts(|reader| visitor.visit_seq(reader)),
            kind::MAP | kind::VARIANT => self.parts(|reader| visitor.visit_map(reader)),
            kind::NONE => visitor.visit_none(),
            kind::UNIT => visitor.visit_unit(),
            kind::FALSE => visitor.visit_bool(false),
            kind::TRUE => visitor.visit_bool(true),
            kind::CHAR => visitor.visit_char(self.char()?),
            kind::F32 => visitor.visit_f32(f32::from_be_bytes(array(&mut self.rest)?)),
            kind::F64 => visitor.visit_f64(f64::from_be_bytes(array(&mut self.rest)?)),
            _ => return None,
        })
    }
}

/// Defines methods that read values of some kinds alone. A visitor may take another kind
/// for its own: a text for bytes, or a list for a struct.
macro_rules! only {
    ($($kinds:pat => $($method:ident $(($($argument:ty),+))?)+;)*) => {$($(
        fn $method<V: Visitor<'de>>(self, $($(_: $argument,)+)? visitor: V) -> Read<V::Value> {
            match self.kind() {
                $kinds => self.deserialize_any(visitor),
                _ => Err(unreadable()),
            }
        }
    )+)*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = IdError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.value(visitor).unwrap_or_else(|| Err(unreadable()))
    }

    only! {
        ..kind::TEXT =>
            deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128;
        kind::TEXT..=kind::LONG_TEXT =>
            deserialize_str deserialize_string deserialize_identifier;
        // An id of MongoDB asks for bytes, and is a struct.
        kind::BYTES | kind::MAP => deserialize_bytes deserialize_byte_buf;
        kind::LIST =>
            deserialize_seq deserialize_tuple(usize)
            deserialize_tuple_struct(Name, usize);
        kind::MAP =>
            deserialize_map deserialize_struct(Name, &[Name]);
        kind::UNIT => deserialize_unit deserialize_unit_struct(Name);
        kind::FALSE | kind::TRUE => deserialize_bool;
        kind::CHAR => deserialize_char;
        kind::F32 => deserialize_f32;
        kind::F64 => deserialize_f64;
    }

    serde::forward_to_deserialize_any! { ignored_any }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.kind() {
            kind::NONE => self.deserialize_any(visitor),
            _ => self.inside(|reader| visitor.visit_some(reader)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: Name, visitor: V) -> Read<V::Value> {
        self.inside(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_enum<V>(self, _: Name, _: &[Name], visitor: V) -> Read<V::Value>
    where
        V: Visitor<'de>,
    {
        match self.rest.split_off_first() {
            Some(&kind::VARIANT) => {
                self.parts(|reader| visitor.visit_enum(MapAccessDeserializer::new(reader)))
            }
            _ => Err(unreadable()),
        }
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

impl<'de> SeqAccess<'de> for Reader<'de> {
    type Error = IdError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        match self.kind() {
            kind::END => Ok(None),
            _ => seed.deserialize(self).map(Some),
        }
    }
}

impl<'de> MapAccess<'de> for Reader<'de> {
    type Error = IdError;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        seed.deserialize(self)
    }
}
