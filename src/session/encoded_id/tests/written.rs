//! The one spelling of an id.

use serde::de::MapAccess;

use super::*;

#[test]
fn the_written_form_is_fixed() {
    assert_eq!(bytes(0i64), [0]);
    assert_eq!(bytes(127u128), [127]);
    assert_eq!(bytes(128i16), [0x80, 128]);
    assert_eq!(bytes(0x0102i64), [0x81, 1, 2]);
    assert_eq!(bytes(-1i8), [0x90, 0]);
    assert_eq!(bytes(-257i64), [0x91, 1, 0]);
    assert_eq!(bytes("ab"), *b"\xa2ab");
    assert_eq!(bytes("x".repeat(31))[..2], *b"\xbfx");
    assert_eq!(bytes("x".repeat(32))[..3], *b"\xc0\x20x");
    assert_eq!(
        bytes(Raw(vec![7; 16])),
        [&[0xc1, 16][..], &[7; 16]].concat()
    );
    assert_eq!(bytes((1, "a")), *b"\xc2\x01\xa1a\xcc");
    assert_eq!(bytes(Pair(1, "a".into())), *b"\xc2\x01\xa1a\xcc");
    assert_eq!(bytes(BTreeMap::from([(1, 2)])), [0xc3, 1, 2, 0xcc]);
    assert_eq!(bytes(Shape::Unit), *b"\xc4\xa4Unit\xc6\xcc");
    assert_eq!(bytes(Shape::Newtype(1)), *b"\xc4\xa7Newtype\x01\xcc");
    assert_eq!(bytes(None::<i64>), [0xc5]);
    assert_eq!(bytes(Some(Number(1))), [1]);
    assert_eq!(bytes(()), [0xc6]);
    assert_eq!(bytes(Nothing), [0xc6]);
    assert_eq!(bytes(false), [0xc7]);
    assert_eq!(bytes(true), [0xc8]);
    assert_eq!(bytes('a'), *b"\xc9a");
    assert_eq!(bytes(1f32), [0xca, 0x3f, 0x80, 0, 0]);
    assert_eq!(bytes(1f64), [0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
    let partial = Partial {
        tenant: None,
        number: 7,
    };
    assert_eq!(bytes(partial), *b"\xc3\xa6number\x07\xcc");
}

#[test]
fn numbers_are_short_and_of_no_width() {
    assert_eq!(bytes(2u8), bytes(2i64));
    assert_eq!(bytes(-2i8), bytes(-2i128));
    assert_eq!(read::<u8>(&bytes(300)), None);
    assert_eq!(read::<i64>(&bytes(u64::MAX)), None);
    assert_eq!(read::<i64>(&bytes(u128::MAX)), None);
    assert_eq!(read::<f64>(&bytes(1)), None);
    assert_eq!(read::<f32>(&bytes(1f64)), None);
    for id in [i64::MIN, i64::MAX] {
        assert_eq!(bytes(id).len(), 9);
    }
    for id in [i128::MIN, -1, 0, i128::MAX] {
        comes_back(id);
    }
    for id in [0, u64::MAX.into(), u128::MAX] {
        comes_back(id);
    }
}

#[test]
fn other_spellings_are_refused() {
    let number = |bytes: &[u8]| read::<i128>(bytes);
    assert_eq!(number(&[0x80, 127]), None);
    assert_eq!(number(&[0x81, 0, 128]), None);
    assert_eq!(number(&[0x91, 0, 0]), None);
    assert_eq!(number(&[&[0x9f][..], &[0xff; 16]].concat()), None);
    assert_eq!(read::<String>(b"\xc0\x01a"), None);
    assert_eq!(read::<String>(b"\xa1\xff"), None);
    assert_eq!(read::<Raw>(b"\xc1\x90\x00"), None);
    assert_eq!(read::<char>(&[0xc9, 0x81, 0xd8, 0x00]), None);
    assert_eq!(read::<Shape>(b"\xc4\xa4Unit\xcc"), None);
    assert_eq!(read::<Shape>(b"\xc4\xa4Unit\xc6"), None);
    assert_eq!(read::<Shape>(b"\xc4\xa4Unit\xc6\xc6\xcc"), None);
    assert_eq!(read::<BTreeMap<u8, u8>>(&[0xc3, 1, 0xcc]), None);
    for kind in 0xcc..=0xff {
        assert_eq!(read::<serde_json::Value>(&[kind]), None);
    }
}

#[test]
fn no_claimed_length_is_believed() {
    for kind in [0xc0, 0xc1] {
        let claim = [&[kind, 0x87][..], &[0xff; 8]].concat();
        assert_eq!(read::<String>(&claim), None);
        assert_eq!(read::<Raw>(&claim), None);
    }
}

/// A list in lists, and a value of a type that could be read without end.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Lists(Vec<Lists>);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Endless(Option<Box<Endless>>);

#[test]
fn depth_has_a_bound() {
    let lists = |depth| (1..depth).fold(Lists(vec![]), |lists, _| Lists(vec![lists]));
    comes_back(lists(16));
    assert!(EncodedId::encode(&lists(17)).is_err());
    let shape = |depth| (0..depth).fold(Shape::Unit, |shape, _| Shape::Own(Box::new(shape)));
    comes_back(shape(31));
    assert!(EncodedId::encode(&shape(32)).is_err());
    comes_back(Endless(None));
    assert_eq!(read::<Endless>(&[1]), None);

    let nested = |depth| [vec![0xc2; depth], vec![0xcc; depth]].concat();
    assert!(read::<serde_json::Value>(&nested(32)).is_some());
    assert!(read::<serde_json::Value>(&nested(33)).is_none());
    for kind in [0xc2, 0xc3, 0xc4] {
        let deep = vec![kind; 1 << 20];
        assert_eq!(read::<serde_json::Value>(&deep), None);
        assert_eq!(read::<serde::de::IgnoredAny>(&deep).map(|_| ()), None);
    }
}

/// Writes a struct and asks for bytes, as an id of MongoDB does.
#[derive(Debug, PartialEq)]
struct Oid(String);

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        BTreeMap::from([("$oid", &self.0)]).serialize(output)
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_bytes(ReadOid)
    }
}

struct ReadOid;

impl<'de> Visitor<'de> for ReadOid {
    type Value = Oid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a struct")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Oid, A::Error> {
        let entry: Option<(String, String)> = map.next_entry()?;
        Ok(Oid(entry.unwrap().1))
    }
}

#[test]
fn an_id_that_asks_for_bytes_may_be_a_struct() {
    comes_back(Oid("65535f3a".into()));
}
