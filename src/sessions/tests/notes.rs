//! The notes that a page takes of its session.

use super::*;
use crate::sessions::Notes;

fn notes(presented: u64) -> Notes {
    Notes {
        presented: made(presented),
        is_listed: false,
        is_stale: false,
        is_elsewhere: false,
        remember: None,
        digests: None,
    }
}

/// Says whether anything has changed, and checks that this was foreseen.
fn note(record: &mut Record, notes: &Notes, now: u64) -> bool {
    let before = format!("{record:?}");
    let is_worth = record.is_worth_noting(notes, &LIMITS, at(now));
    let is_changed = record.note(notes, &LIMITS, at(now));
    assert_eq!(is_worth, is_changed);
    assert_eq!(before != format!("{record:?}"), is_changed);
    is_changed
}

#[test]
fn a_session_is_seen_when_a_tenth_of_its_idle_window_is_over() {
    for (now, is_seen) in [(10_000, false), (10_099, false), (10_100, true)] {
        let mut record = record();
        assert_eq!(note(&mut record, &notes(BEGUN), now), is_seen, "{now}");
        let last_seen = if is_seen { now } else { BEGUN };
        assert_eq!(record.session.last_seen, at(last_seen), "{now}");
    }
}

#[test]
fn a_permanent_session_is_seen_only_where_a_list_shows_it() {
    for is_listed in [false, true] {
        let mut record = record();
        record.session.permanent = true;
        let notes = Notes {
            is_listed,
            ..notes(BEGUN)
        };
        assert_eq!(note(&mut record, &notes, BEGUN + 900), is_listed);
    }
}

#[test]
fn a_use_elsewhere_is_noted_once_where_a_list_shows_it() {
    let mut record = record();
    let elsewhere = |is_listed| Notes {
        is_listed,
        is_elsewhere: true,
        ..notes(BEGUN)
    };
    assert!(!note(&mut record, &elsewhere(false), BEGUN + 1));
    assert!(note(&mut record, &elsewhere(true), BEGUN + 1));
    assert!(record.was_elsewhere);
    assert!(!note(&mut record, &elsewhere(true), BEGUN + 2));
    record.confirm(made(BEGUN), AGENT, &client("one"), at(BEGUN + 3));
    assert!(!record.was_elsewhere);
}

#[test]
fn a_page_in_doubt_takes_the_freshness_once() {
    let mut record = record();
    let stale = Notes {
        is_stale: true,
        ..notes(BEGUN)
    };
    assert!(note(&mut record, &stale, BEGUN + 1));
    assert_eq!(record.session.fresh_since, None);
    assert!(!note(&mut record, &stale, BEGUN + 2));
}

#[test]
fn a_record_follows_a_generation_that_it_has_forgotten_and_is_not_fresh() {
    let mut record = record();
    assert!(note(&mut record, &notes(BEGUN + 50), BEGUN + 60));
    assert_eq!(record.generations, generations(BEGUN + 50, BEGUN + 50));
    assert_eq!(record.session.fresh_since, None);
    assert_eq!(record.session.last_seen, at(BEGUN));
    assert!(!note(&mut record, &notes(BEGUN + 50), BEGUN + 61));
}

#[test]
fn a_generation_of_the_future_is_not_followed() {
    let mut record = record();
    assert!(!note(&mut record, &notes(BEGUN + 100), BEGUN + 39));
    assert!(note(&mut record, &notes(BEGUN + 100), BEGUN + 40));
}

#[test]
fn a_superseded_token_notes_that_the_session_was_seen_and_nothing_else() {
    let all = Notes {
        is_stale: true,
        remember: Some(made(BEGUN)),
        digests: Some((Digest([8; 16]), Digest([9; 16]))),
        ..notes(BEGUN)
    };
    let mut record = rotated(BEGUN + 600);
    assert!(note(&mut record, &all, BEGUN + 610));
    let mut seen = rotated(BEGUN + 600);
    seen.session.last_seen = at(BEGUN + 610);
    assert_eq!(format!("{record:?}"), format!("{seen:?}"));
    assert_eq!(record.session.identifier.0, [2; 16]);
    assert_eq!(record.session.auth_hash.0, [3; 16]);
    assert!(!note(&mut record, &all, BEGUN + 611));
}

#[test]
fn a_token_that_another_request_has_superseded_meanwhile_takes_nothing_either() {
    let mut record = rotated(BEGUN + 600);
    let stale = Notes {
        is_stale: true,
        ..notes(BEGUN)
    };
    assert!(note(&mut record, &stale, BEGUN + 700));
    assert_eq!(record.session.fresh_since, Some(at(BEGUN)));
    assert_eq!(record.session.last_seen, at(BEGUN + 700));
}

#[test]
fn the_present_token_brings_digests_under_the_current_key() {
    let mut record = record();
    let resigned = Notes {
        digests: Some((Digest([8; 16]), Digest([9; 16]))),
        ..notes(BEGUN)
    };
    assert!(record.note(&resigned, &LIMITS, at(BEGUN + 1)));
    assert_eq!(record.session.identifier.0, [8; 16]);
    assert_eq!(record.session.auth_hash.0, [9; 16]);
    assert_eq!(record.session.last_seen, at(BEGUN));
}

#[test]
fn a_remember_token_settles_when_it_is_shown_long_after_its_making() {
    for (shown, age, settles) in [
        (BEGUN, 60, false),
        (BEGUN, 61, true),
        (BEGUN - 1, 99, false),
        (BEGUN + 50, 61, true),
    ] {
        let mut record = record();
        let notes = Notes {
            remember: Some(made(shown)),
            ..notes(BEGUN)
        };
        let now = BEGUN + age;
        assert_eq!(note(&mut record, &notes, now), settles, "{shown} {age}");
        let is_settled = record.remember.as_ref().unwrap().is_settled;
        assert_eq!(is_settled, settles, "{shown} {age}");
        assert!(!note(&mut record, &notes, now));
    }
}

#[test]
fn a_record_without_a_remember_part_settles_nothing() {
    let mut record = Record::new(session(BEGUN), None, client("one"), at(BEGUN));
    let notes = Notes {
        remember: Some(made(BEGUN)),
        ..notes(BEGUN)
    };
    assert!(!note(&mut record, &notes, BEGUN + 99));
}
