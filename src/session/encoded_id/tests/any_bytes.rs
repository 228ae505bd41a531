//! Ids and bytes of all sorts.

use proptest::prelude::*;

use super::*;

/// Checks that an id is written as the bytes of which it was read.
fn is_canonical<T: Serialize + DeserializeOwned>(key: &EncodedId) {
    if let Some(id) = key.decode::<T>() {
        assert_eq!(EncodedId::encode(&id).unwrap(), *key);
    }
}

fn are_canonical(bytes: &[u8]) {
    let key = EncodedId::from_bytes(bytes);
    is_canonical::<i64>(&key);
    is_canonical::<String>(&key);
    is_canonical::<(u64, String)>(&key);
    is_canonical::<Option<Option<i128>>>(&key);
    is_canonical::<Vec<Option<(char, bool)>>>(&key);
    is_canonical::<Shape>(&key);
    is_canonical::<Raw>(&key);
    let types = [
        key.decode::<i64>().is_some(),
        key.decode::<String>().is_some(),
        key.decode::<(u64, String)>().is_some(),
    ];
    assert!(types.iter().filter(|reads| **reads).count() <= 1);
    // Whether or not they are any.
    key.decode::<serde_json::Value>();
    key.decode::<(Partial, Tagged, Flat)>();
}

fn any_id() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<i64>().prop_map(bytes),
        any::<i128>().prop_map(bytes),
        any::<String>().prop_map(bytes),
        any::<(u64, String)>().prop_map(bytes),
        any::<Vec<Option<(char, bool)>>>().prop_map(bytes),
        any::<(i64, String)>().prop_map(|(number, text)| bytes(Shape::Tuple(number, text))),
        any::<i64>().prop_map(|number| bytes(Shape::Struct { number })),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(|raw| bytes(Raw(raw))),
    ]
}

/// Makes a byte near to where a kind begins or ends.
fn any_kind() -> impl Strategy<Value = u8> {
    prop_oneof![
        0u8..3,
        0x7eu8..0x84,
        0x90u8..0x93,
        0xa0u8..0xa3,
        0xc0u8..0xce
    ]
}

proptest! {
    #[test]
    fn all_ids_come_back(
        numbers: (i8, u16, i64, u64, i128, u128), texts: (String, char),
        floats: (f32, f64), options: Option<(bool, Option<i64>)>, raw: Vec<u8>,
        list in prop::collection::vec(any::<(u64, String)>(), 0..4),
        map in prop::collection::btree_map(any::<String>(), any::<Option<i64>>(), 0..4),
    ) {
        comes_back(numbers);
        comes_back(texts);
        comes_back(floats);
        comes_back(options);
        comes_back(list);
        comes_back(map);
        comes_back(Raw(raw));
    }

    #[test]
    fn any_bytes_are_an_id_in_its_one_spelling_or_none(
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        kinds in prop::collection::vec(any_kind(), 0..12),
    ) {
        are_canonical(&bytes);
        are_canonical(&kinds);
    }

    #[test]
    fn a_changed_id_is_another_in_its_one_spelling_or_none(
        id in any_id(), at: prop::sample::Index, byte: u8,
    ) {
        are_canonical(&id);
        let at = at.index(id.len());
        are_canonical(&id[..at]);
        let mut changed = id.clone();
        changed[at] = byte;
        are_canonical(&changed);
        changed = id;
        changed.insert(at, byte);
        are_canonical(&changed);
    }
}
