//! When a record, and the last copy of its tokens, end by themselves.

use super::*;
use crate::session::Carried;

#[test]
fn a_record_ends_with_the_later_of_its_tokens() {
    for (idle, remember, end) in [
        (1000, None, 1000),
        (1000, Some(500), 1000),
        (1000, Some(5000), 5000),
    ] {
        let remember = remember.map(|after| Remember {
            expires: at(BEGUN + after),
            ..self::remember(BEGUN)
        });
        let record = Record::new(session(BEGUN), remember, client("one"), at(BEGUN));
        assert_eq!(LIMITS.end(&record.session), at(BEGUN + idle));
        assert_eq!(record.end(&LIMITS), at(BEGUN + end));
    }
}

#[test]
fn the_last_copy_of_a_session_token_may_be_seen_until_now() {
    let mut record = Record::new(session(BEGUN), None, client("one"), at(BEGUN));
    for (now, until) in [
        (BEGUN, BEGUN + 1000),
        (BEGUN + 700, BEGUN + 1700),
        (BEGUN + 99_900, BEGUN + 100_000),
    ] {
        assert_eq!(record.last_copy(&LIMITS, at(now)), at(until), "{now}");
    }
    record.session.permanent = true;
    assert_eq!(record.last_copy(&LIMITS, at(BEGUN)), at(BEGUN + 100_000));
}

#[test]
fn the_last_copy_of_a_remember_token_outlives_that_of_the_session() {
    let record = record();
    assert_eq!(record.last_copy(&LIMITS, at(BEGUN)), at(BEGUN + 1_000_000));
}

#[test]
fn a_record_that_a_token_carries_ends_as_the_token_says() {
    for (until, end) in [(None, BEGUN + 1000), (Some(50_000), 50_000)] {
        let carried = Carried {
            session: session(BEGUN),
            remember_until: until.map(at),
        };
        let record = Record::carried(&carried, made(BEGUN + 7));
        assert_eq!(record.generations, generations(BEGUN + 7, BEGUN + 7));
        assert_eq!(record.logged_in_at, at(BEGUN));
        assert_eq!(record.end(&LIMITS), at(end));
    }
}
