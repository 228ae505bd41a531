mod any_bytes;
mod written;

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

use std::fmt;

use serde::de;

use super::*;

fn comes_back<T>(id: T)
where
    T: Serialize + DeserializeOwned + PartialEq + fmt::Debug,
{
    let key = EncodedId::encode(&id).unwrap();
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
    let text = EncodedId::encode(&"1").unwrap();
    let number = EncodedId::encode(&1i64).unwrap();
    assert_ne!(text, number);
    assert_eq!(text.decode::<i64>(), None);
    assert_eq!(number.decode::<String>(), None);
    assert_eq!(EncodedId::encode(&-1i64).unwrap().decode::<u64>(), None);
    assert_eq!(EncodedId::encode(&2i64).unwrap().decode::<u8>(), Some(2));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
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
fn an_id_that_would_come_back_as_another_is_refused() {
    assert!(EncodedId::exact(&Some(Some(1))).is_ok());
    assert!(EncodedId::exact(&Some(None::<u32>)).is_ok());
    #[derive(Serialize, Deserialize)]
    struct Forgetful {
        #[serde(skip_deserializing)]
        number: u32,
    }
    assert!(EncodedId::exact(&Forgetful { number: 0 }).is_ok());
    assert!(EncodedId::exact(&Forgetful { number: 1 }).is_err());
}

#[test]
fn bytes_after_the_id_are_refused() {
    let mut bytes = EncodedId::encode(&1i64).unwrap().as_bytes().to_vec();
    bytes.push(0);
    assert_eq!(EncodedId::from_bytes(&bytes).decode::<i64>(), None);
    assert_eq!(EncodedId::from_bytes(&[]).decode::<i64>(), None);
}

fn bytes<T: Serialize>(id: T) -> Vec<u8> {
    EncodedId::encode(&id).unwrap().as_bytes().to_vec()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    EncodedId::from_bytes(bytes).decode()
}

/// Writes and reads bytes as a UUID does.
#[derive(Debug, PartialEq)]
struct Raw(Vec<u8>);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        assert!(!output.is_human_readable());
        output.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        assert!(!input.is_human_readable());
        input.deserialize_bytes(ReadRaw)
    }
}

struct ReadRaw;

impl Visitor<'_> for ReadRaw {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Raw, E> {
        Ok(Raw(bytes.to_vec()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw(text.into()))
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nothing;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Number(i64);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Pair(i64, String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
enum Shape {
    Unit,
    Newtype(i64),
    Tuple(i64, String),
    Struct { number: i64 },
    Own(Box<Shape>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    One { shape: Shape },
    Other { number: Option<i64> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value")]
enum Adjacent {
    Unit,
    Number(i64),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    Shape(Shape),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    realm: u8,
    #[serde(flatten)]
    rest: Partial,
}

#[test]
fn ids_of_every_kind_come_back() {
    comes_back(Raw(vec![0; 300]));
    comes_back((true, false, 'a', '\u{10ffff}', (), Nothing));
    comes_back((0.5f32, -0.0f64, f64::INFINITY));
    comes_back((Some(()), None::<()>, Some(7)));
    comes_back(vec![vec![Number(-1)], vec![]]);
    comes_back(Pair(1, "x".repeat(31) + "🦀"));
    comes_back(BTreeMap::from([(Some("a".to_string()), 1), (None, 2)]));
    comes_back([
        Shape::Unit,
        Shape::Newtype(-1),
        Shape::Tuple(1, "a".into()),
        Shape::Struct { number: -1 },
        Shape::Own(Box::new(Shape::Unit)),
    ]);
}

#[test]
fn ids_that_are_read_by_way_of_any_value_come_back() {
    for shape in [
        Shape::Unit,
        Shape::Newtype(1),
        Shape::Tuple(1, "a".into()),
        Shape::Struct { number: 1 },
    ] {
        comes_back(Tagged::One { shape });
    }
    comes_back(Tagged::Other { number: None });
    comes_back([Adjacent::Unit, Adjacent::Number(1)]);
    comes_back([Untagged::Number(1), Untagged::Text("1".into())]);
    comes_back(Untagged::Shape(Shape::Unit));
    for tenant in [None, Some(2)] {
        let rest = Partial { tenant, number: 3 };
        comes_back(Flat { realm: 1, rest });
    }
    comes_back(serde_json::json!({"a": [1, -1, 0.5, null, "b", true], "": {}}));
}

#[test]
fn a_kind_is_never_taken_for_another() {
    let texts = [bytes("a"), bytes('a'), bytes(Raw(b"a".into()))];
    let reads = |bytes: &Vec<u8>| {
        [
            read::<String>(bytes).is_some(),
            read::<char>(bytes).is_some(),
            read::<Raw>(bytes).is_some(),
        ]
    };
    assert_eq!(reads(&texts[0]), [true, false, false]);
    assert_eq!(reads(&texts[1]), [false, true, false]);
    assert_eq!(reads(&texts[2]), [false, false, true]);
    assert_eq!(read::<Partial>(&bytes((1, 2))), None);
    assert_eq!(read::<Partial>(&bytes(BTreeMap::from([(0, 1)]))), None);
    assert_eq!(read::<Shape>(&bytes("Unit")), None);
    assert_eq!(read::<String>(&bytes(Shape::Unit)), None);
    assert_eq!(read::<()>(&bytes(None::<()>)), None);
    assert_eq!(read::<Option<i64>>(&bytes(())), None);
    assert_eq!(read::<(i64, i64)>(&bytes([1, 2, 3])), None);
    assert_eq!(read::<[i64; 3]>(&bytes((1, 2))), None);
}
