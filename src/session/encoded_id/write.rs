//! The grammar of an encoded id, and how an id is written.
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

use serde::ser::{self, Error, Serialize, Serializer};

use crate::session::encoded_id::IdError;

/// How deep values nest.
pub(super) const DEPTH: u8 = 32;

/// How many octets the shortest of the long texts has.
pub(super) const LONG: u8 = kind::LONG_TEXT - kind::TEXT;

/// The first octet of a value. Some kinds begin a range.
pub(super) mod kind {
    pub(crate) const LARGE: u8 = 0x80;
    pub(crate) const NEGATIVE: u8 = 0x90;
    pub(crate) const TEXT: u8 = 0xa0;
    pub(crate) const LONG_TEXT: u8 = 0xc0;
    pub(crate) const BYTES: u8 = 0xc1;
    pub(crate) const LIST: u8 = 0xc2;
    pub(crate) const MAP: u8 = 0xc3;
    pub(crate) const VARIANT: u8 = 0xc4;
    pub(crate) const NONE: u8 = 0xc5;
    pub(crate) const UNIT: u8 = 0xc6;
    pub(crate) const FALSE: u8 = 0xc7;
    pub(crate) const TRUE: u8 = 0xc8;
    pub(crate) const CHAR: u8 = 0xc9;
    pub(crate) const F32: u8 = 0xca;
    pub(crate) const F64: u8 = 0xcb;
    pub(crate) const END: u8 = 0xcc;
}

type Written<T = ()> = Result<T, IdError>;

type Name = &'static str;

/// The bytes so far, and how much deeper values may nest.
struct Writer {
    bytes: Vec<u8>,
    left: u8,
}

pub(super) fn write<T: Serialize>(id: &T) -> Written<Vec<u8>> {
    let (bytes, left) = (Vec::new(), DEPTH);
    let mut writer = Writer { bytes, left };
    id.serialize(&mut writer)?;
    Ok(writer.bytes)
}

/// Counts one step down of those that are left.
pub(super) fn deeper(left: u8) -> Result<u8, IdError> {
    let too_deep = || IdError::custom("it nests too deep");
    left.checked_sub(1).ok_or_else(too_deep)
}

impl Writer {
    fn put(&mut self, kind: u8, bytes: &[u8]) -> Written {
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
            Ok(small @ ..kind::LARGE) => self.put(small, &[]),
            _ => self.shortest(kind::LARGE, number),
        }
    }

    fn shortest(&mut self, kind: u8, number: u128) -> Written {
        let bytes = number.to_be_bytes();
        let zeros = bytes.iter().take(15).take_while(|byte| **byte == 0);
        let (zeros, rest) = bytes.split_at(zeros.count());
        self.put(kind + 15 - zeros.len() as u8, rest)
    }

    fn text(&mut self, text: &str) -> Written {
        match u8::try_from(text.len()) {
            Ok(length @ ..LONG) => self.put(kind::TEXT + length, text.as_bytes()),
            _ => self.sized(kind::LONG_TEXT, text.as_bytes()),
        }
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) -> Written {
        self.bytes.push(kind);
        self.natural(bytes.len() as u128)?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Begins a value with parts.
    fn open(&mut self, kind: u8) -> Written<&mut Self> {
        self.left = deeper(self.left)?;
        self.bytes.push(kind);
        Ok(self)
    }

    fn close(&mut self) -> Written {
        self.left += 1;
        self.put(kind::END, &[])
    }

    fn variant(&mut self, name: &str) -> Written<&mut Self> {
        self.open(kind::VARIANT)?.text(name)?;
        Ok(self)
    }

    /// Writes the value that a newtype or an option holds.
    fn inside<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.left = deeper(self.left)?;
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
        serialize_bool(value: bool) = self.put(if value { kind::TRUE } else { kind::FALSE }, &[]);
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
        serialize_f32(number: f32) = self.put(kind::F32, &number.to_be_bytes());
        serialize_f64(number: f64) = self.put(kind::F64, &number.to_be_bytes());
        serialize_char(char: char) = { self.bytes.push(kind::CHAR); self.natural(char.into()) };
        serialize_str(text: &str) = self.text(text);
        serialize_bytes(bytes: &[u8]) = self.sized(kind::BYTES, bytes);
        serialize_none() = self.put(kind::NONE, &[]);
        serialize_some<T>(value: &T) = self.inside(value);
        serialize_unit() = self.put(kind::UNIT, &[]);
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

/// Implements the traits of values with parts. A value in a variant ends twice.
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
