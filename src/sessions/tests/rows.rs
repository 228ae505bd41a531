//! Records as a store has them.

mod any;

use super::*;
use crate::sessions::row::Row;

/// The records of the golden rows.
const S: u64 = 1_700_000_000_000;

/// Made by another implementation of the grammar.
const PLAIN: &str = concat!(
    "010200080000018bcfe56800030041000000018bcfe568000000018c17fe70000000018bcfe65260",
    "0000000000000000020202020202020202020202020202020303030303030303030303030303030304",
    "00100000018bcfe568070000018bcfe56801"
);

const FULL: &str = concat!(
    "010200080000018bcfe568000300410d0000018bcfe568000000018c17fe70000000018bcfe652600000",
    "018bcfe56805020202020202020202020202020202020303030303030303030303030303030304001000",
    "00018bcfe568070000018bcfe5680105002900",
    "00018bcfe568090000018bcfe568020000019327969400010404040404040404040404040404040406",
    "0004c00002010700066375726c2f38"
);

const LATER: &str = concat!(
    "010200080000018bcfe56800030041320000018bcfe568000000018c17fe70000000018bcfe65260",
    "0000018bcfe568050202020202020202020202020202020203030303030303030303030303030303040010",
    "0000018bcfe568070000018bcfe5680106001020010db80000000000000000000000010800056c61746572",
    "0a0000"
);

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digits).collect()
}

fn millis(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn generations(current: u64, floor: u64) -> Generations {
    Generations {
        current: Generation::from_millis(current),
        floor: Generation::from_millis(floor),
    }
}

fn plain() -> Record {
    let session = Session {
        begun: millis(S),
        expires: millis(S + 1_209_600_000),
        last_seen: millis(S + 60_000),
        fresh_since: None,
        ..session(0)
    };
    Record {
        generations: generations(S + 7, S + 1),
        ..Record::new(session, None, Client::default(), millis(S))
    }
}

/// The end of every value.
const END: [u8; 3] = [255, 0, 0];

fn full() -> Record {
    let mut record = plain();
    record.session.fresh_since = Some(millis(S + 5));
    (record.session.permanent, record.session.forced) = (true, true);
    record.is_confirmed = true;
    record.remember = Some(Remember {
        generations: generations(S + 9, S + 2),
        is_settled: true,
        agent: AGENT,
        expires: millis(S + 31_536_000_000),
    });
    record.client = Client::new(Some([192, 0, 2, 1].into()), Some("curl/8"));
    record
}

/// A record with fields of a later version, which this one does not know.
fn later() -> Record {
    let mut record = plain();
    record.session.fresh_since = Some(millis(S + 5));
    record.session.restored = true;
    record.is_legacy = true;
    record.was_elsewhere = true;
    record.client.address = "2001:db8::1".parse().ok();
    record.unknown = b"\x08\x00\x05later\x0a\x00\x00".to_vec();
    record
}

fn live(record: Record) -> Row {
    Row::Live(Box::new(record))
}

/// `Debug` shows all of a record but the digests.
fn digests(record: &Record) -> Vec<[u8; 16]> {
    let session = &record.session;
    let agent = record.remember.as_ref().map(|remember| remember.agent);
    let all = [session.identifier, session.auth_hash].into_iter();
    all.chain(agent).map(|digest| digest.0).collect()
}

fn assert_same(row: &Row, record: &Record) {
    let Row::Live(read) = row else {
        panic!("it has ended");
    };
    assert_eq!(format!("{read:?}"), format!("{record:?}"));
    assert_eq!(digests(read), digests(record));
}

#[test]
fn the_written_form_is_fixed() {
    for (record, text) in [(plain(), PLAIN), (full(), FULL), (later(), LATER)] {
        let written = [bytes(text), END.to_vec()].concat();
        assert_eq!(live(record.clone()).write(), written);
        assert_same(&Row::read(&written).unwrap(), &record);
    }
}

#[test]
fn an_end_is_a_row_of_its_own() {
    let ended = [1, 1, 0, 0, 255, 0, 0];
    assert_eq!(Row::Ended.write(), ended);
    assert!(matches!(Row::read(&ended), Some(Row::Ended)));
    for damaged in [&[1, 1, 0, 0, 0][..], &[1, 1, 0], &[1, 1, 0, 1, 0], &[1]] {
        assert!(Row::read(damaged).is_none());
        assert!(Row::read(&[damaged, &END].concat()).is_none());
    }
    // No record has ended and lives.
    let both = [&[1, 1, 0, 0], &bytes(PLAIN)[1..], &END].concat();
    assert!(Row::read(&both).is_none());
}

/// The fields of a value, each with its tag.
fn fields(value: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut left = &value[1..value.len() - END.len()];
    let mut fields = Vec::new();
    while let [tag, high, low, ..] = left {
        let (field, rest) = left.split_at(3 + usize::from(u16::from_be_bytes([*high, *low])));
        fields.push((*tag, field.to_vec()));
        left = rest;
    }
    fields
}

fn value(fields: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let fields = fields.iter().flat_map(|(_, field)| field);
    let fields = fields.chain(&END);
    std::iter::once(&1).chain(fields).copied().collect()
}

#[test]
fn a_row_that_is_cut_anywhere_is_none() {
    for record in [plain(), full(), later()] {
        let whole = live(record).write();
        for end in 0..whole.len() {
            assert!(Row::read(&whole[..end]).is_none(), "{end}");
        }
        // Nor does a record lack a field that every record has.
        let fields = fields(&whole);
        for count in 0..3 {
            assert!(Row::read(&value(&fields[..count])).is_none(), "{count}");
        }
        assert!(Row::read(&[&whole[..], &[0]].concat()).is_none());
    }
}

#[test]
fn a_row_of_another_version_is_none() {
    for row in [live(plain()), live(full()), Row::Ended] {
        let mut value = row.write();
        for version in (0..=u8::MAX).filter(|version| *version != 1) {
            value[0] = version;
            assert!(Row::read(&value).is_none(), "{version}");
        }
    }
}

#[test]
fn fields_in_another_order_or_twice_are_refused() {
    let mut record = full();
    record.unknown = later().unknown;
    let fields = fields(&live(record).write());
    for one in 0..fields.len() {
        for other in 0..fields.len() {
            let mut moved = fields.clone();
            let field = moved.remove(one);
            moved.insert(other, field.clone());
            assert_eq!(Row::read(&value(&moved)).is_some(), one == other);
            let mut twice = fields.clone();
            twice.insert(other, field);
            assert!(Row::read(&value(&twice)).is_none(), "{one} {other}");
        }
    }
}

#[test]
fn fields_of_a_later_version_are_kept_and_written_back() {
    for tag in 8..u8::MAX {
        for length in [0, 1, 300] {
            let field = [&[tag][..], &[(length >> 8) as u8, length as u8]].concat();
            let field = [field, vec![7; length]].concat();
            let value = [bytes(PLAIN), field.clone(), END.to_vec()].concat();
            let Some(Row::Live(record)) = Row::read(&value) else {
                panic!("{tag} {length}");
            };
            assert_eq!(record.unknown, field);
            assert_eq!(Row::Live(record).write(), value);
        }
    }
    // A known tag out of its place is none of them.
    for tag in (0..8).chain([u8::MAX]) {
        let value = [bytes(LATER), vec![tag, 0, 0], END.to_vec()].concat();
        assert!(Row::read(&value).is_none(), "{tag}");
    }
}

#[test]
fn a_field_with_a_value_that_no_record_has_is_refused() {
    let fields = fields(&live(full()).write());
    let changed = |tag: u8, at: usize, byte: u8| {
        let mut fields = fields.clone();
        let (_, field) = fields.iter_mut().find(|(found, _)| *found == tag).unwrap();
        field[3 + at] = byte;
        Row::read(&value(&fields)).is_some()
    };
    assert!(changed(3, 0, 31));
    for flags in [64, 128] {
        assert!(!changed(3, 0, flags));
    }
    // A generation has six bytes.
    for at in [0, 1, 8, 9] {
        assert!(!changed(4, at, 1) && !changed(5, at, 1));
    }
    assert!(changed(5, 24, 0) && changed(5, 24, 1) && !changed(5, 24, 2));
    assert!(!changed(7, 0, 0xff));
    for length in (0..20).filter(|length| ![4, 16].contains(length)) {
        let mut fields = fields.clone();
        fields[4].1 = [vec![6, 0, length], vec![1; length.into()]].concat();
        assert!(Row::read(&value(&fields)).is_none(), "{length}");
    }
}
