//! How an id is written.

use serde::ser::{self, Serialize, Serializer};

use super::{DEPTH, IdError, LONG, TOO_DEEP, kind};

type Written<T = ()> = Result<T, IdError>;

/// Writes the values, and counts how much deeper they may nest.
pub(super) struct Writer {
    bytes: Vec<u8>,
    left: u8,
}

pub(super) fn write<T: Serialize>(id: &T) -> Written<Vec<u8>> {
    let (bytes, left) = (Vec::new(), DEPTH);
    let mut writer = Writer { bytes, left };
    id.serialize(&mut writer)?;
    Ok(writer.bytes)
}

impl Writer {
    fn plain(&mut self, kind: u8, bytes: &[u8]) -> Written {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn signed(&mut self, number: i128) -> Written {
        match u128::try_from(number) {
            Ok(number) => self.natural(number),
            Err(_) => self.shortest(kind::NEGATIVE, (!number).unsigned_abs()),
        }
    }

    fn natural(&mut self, number: u128) -> Written {
        match u8::try_from(number) {
            Ok(small @ ..kind::LARGE) => self.plain(small, &[]),
            _ => self.shortest(kind::LARGE, number),
        }
    }

    fn shortest(&mut self, kind: u8, number: u128) -> Written {
        let bytes = number.to_be_bytes();
        let (mut kind, mut rest) = (kind + 15, bytes.as_slice());
        while let [0, shorter @ ..] = rest
            && !shorter.is_empty()
        {
            (kind, rest) = (kind - 1, shorter);
        }
        self.plain(kind, rest)
    }

    fn text(&mut self, text: &str) -> Written {
        match u8::try_from(text.len()) {
            Ok(length @ ..LONG) => self.plain(kind::TEXT + length, text.as_bytes()),
            _ => self.sized(kind::LONG_TEXT, text.as_bytes()),
        }
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) -> Written {
        self.bytes.push(kind);
        self.natural(bytes.len() as u128)?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Begins what has parts.
    fn open(&mut self, kind: u8) -> Written<&mut Self> {
        self.left = self.left.checked_sub(1).ok_or(TOO_DEEP)?;
        self.bytes.push(kind);
        Ok(self)
    }

    fn close(&mut self) -> Written {
        self.left += 1;
        self.plain(kind::END, &[])
    }

    /// Begins a variant.
    fn variant(&mut self, name: &str) -> Written<&mut Self> {
        self.open(kind::VARIANT)?.text(name)?;
        Ok(self)
    }

    /// Writes the value that another is.
    fn inside<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.left = self.left.checked_sub(1).ok_or(TOO_DEEP)?;
        value.serialize(&mut *self)?;
        self.left += 1;
        Ok(())
    }
}

/// Defines methods of a serializer, each of one expression.
macro_rules! methods {
    ($self:ident; $(
        $name:ident $(<$t:ident>)? ($($arg:ident: $type:ty),*) $(-> $out:ty)? = $body:expr;
    )*) => {$(
        fn $name $(<$t: Serialize + ?Sized>)? ($self, $($arg: $type),*) -> Written$(<$out>)? {
            $body
        }
    )*};
}

type Name = &'static str;

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = IdError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    methods! { self;
        serialize_bool(value: bool) = self.plain(if value { kind::TRUE } else { kind::FALSE }, &[]);
        serialize_i8(number: i8) = self.signed(number.into());
        serialize_i16(number: i16) = self.signed(number.into());
        serialize_i32(number: i32) = self.signed(number.into());
        serialize_i64(number: i64) = self.signed(number.into());
        serialize_i128(number: i128) = self.signed(number);
        serialize_u8(number: u8) = self.natural(number.into());
        serialize_u16(number: u16) = self.natural(number.into());
        serialize_u32(number: u32) = self.natural(number.into());
        serialize_u64(number: u64) = self.natural(number.into());
        serialize_u128(number: u128) = self.natural(number);
        serialize_f32(number: f32) = self.plain(kind::F32, &number.to_be_bytes());
        serialize_f64(number: f64) = self.plain(kind::F64, &number.to_be_bytes());
        serialize_char(char: char) = { self.bytes.push(kind::CHAR); self.natural(char.into()) };
        serialize_str(text: &str) = self.text(text);
        serialize_bytes(bytes: &[u8]) = self.sized(kind::BYTES, bytes);
        serialize_none() = self.plain(kind::NONE, &[]);
        serialize_some<T>(value: &T) = self.inside(value);
        serialize_unit() = self.plain(kind::UNIT, &[]);
        serialize_unit_struct(_name: Name) = self.serialize_unit();
        serialize_newtype_struct<T>(_name: Name, value: &T) = self.inside(value);
        serialize_unit_variant(of: Name, index: u32, name: Name)
            = self.serialize_newtype_variant(of, index, name, &());
        serialize_newtype_variant<T>(_of: Name, _index: u32, name: Name, value: &T)
            = { value.serialize(self.variant(name)?)?; self.close() };
        serialize_seq(_len: Option<usize>) -> Self = self.open(kind::LIST);
        serialize_tuple(_len: usize) -> Self = self.open(kind::LIST);
        serialize_tuple_struct(_name: Name, _len: usize) -> Self = self.open(kind::LIST);
        serialize_tuple_variant(_of: Name, _index: u32, name: Name, _len: usize) -> Self
            = self.variant(name)?.open(kind::LIST);
        serialize_map(_len: Option<usize>) -> Self = self.open(kind::MAP);
        serialize_struct(_name: Name, _len: usize) -> Self = self.open(kind::MAP);
        serialize_struct_variant(_of: Name, _index: u32, name: Name, _len: usize) -> Self
            = self.variant(name)?.open(kind::MAP);
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Implements the traits of what has parts; what is in a variant ends twice.
macro_rules! parts {
    ($($of:ident: $($method:ident $(($key:ident))?)+ $([$close:ident])?;)*) => {$(
        impl ser::$of for &mut Writer {
            type Ok = ();
            type Error = IdError;

            $(fn $method<T: Serialize + ?Sized>(&mut self, $($key: Name,)? part: &T) -> Written {
                $(self.text($key)?;)?
                part.serialize(&mut **self)
            })+

            fn end(self) -> Written {
                $(self.$close()?;)?
                self.close()
            }
        }
    )*};
}

parts! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field [close];
    SerializeMap: serialize_key serialize_value;
    SerializeStruct: serialize_field (key);
    SerializeStructVariant: serialize_field (key) [close];
}
