//! A session that a remember token brings back.

use super::*;
use crate::sessions::Restore;
use crate::sessions::generation::Standing;
use crate::sessions::remember::RememberStanding;

/// A restore as the request of this second makes it.
fn restore(now: u64, presented: u64) -> Restore<'static> {
    let session = Session {
        fresh_since: None,
        restored: true,
        identifier: Digest([8; 16]),
        ..session(now)
    };
    Restore {
        presented: made(presented),
        session,
        agent: OTHER_AGENT,
        client: client("two"),
        is_same_agent: &|_| true,
        is_auth_hash: &|_| true,
        may_write: true,
        is_strong: false,
    }
}

fn restored(mut record: Record, standing: RememberStanding, presented: u64, now: u64) -> Record {
    record.restore(standing, &restore(now, presented), &LIMITS, at(now));
    record
}

#[test]
fn the_limits_begin_anew_and_the_login_stays_when_it_was() {
    let now = BEGUN + 50_000;
    let record = restored(record(), RememberStanding::Current, BEGUN, now);
    assert_eq!(record.logged_in_at, at(BEGUN));
    assert_eq!(record.session.begun, at(now));
    assert_eq!(record.session.last_seen, at(now));
    assert_eq!(record.session.expires, at(now + 100_000));
    assert_eq!(LIMITS.end(&record.session), at(now + 1000));
    assert_eq!(record.session.fresh_since, None);
    assert!(record.session.restored && !record.session.forced);
    assert_eq!(record.client, client("two"));
    assert_eq!(record.end(&LIMITS), at(BEGUN + 1_000_000));
}

#[test]
fn both_tokens_get_their_next_generation() {
    let now = BEGUN + 50_000;
    let record = restored(record(), RememberStanding::Current, BEGUN, now);
    assert_eq!(record.generations.current, made(now));
    let remember = record.remember.unwrap();
    assert_eq!(remember.generations, generations(now, BEGUN));
    assert!(!remember.is_settled && is_same(&remember.agent, &OTHER_AGENT));
}

#[test]
fn a_session_that_was_over_lends_its_token_no_grace() {
    for (idle, floor, standing) in [
        (999, BEGUN, Standing::Joined),
        (1000, BEGUN + 1000, Standing::Superseded),
    ] {
        let now = BEGUN + idle;
        let record = restored(record(), RememberStanding::Current, BEGUN, now);
        assert_eq!(record.generations, generations(now, floor), "{idle}");
        let found = record.generations.standing(made(BEGUN), at(now + 1));
        assert_eq!(found, standing, "{idle}");
    }
}

#[test]
fn a_lost_answer_leaves_the_floor_of_the_remember_token() {
    let first = restored(record(), RememberStanding::Current, BEGUN, 50_000);
    let again = restored(first, RememberStanding::Again, BEGUN, 51_000);
    let remember = again.remember.unwrap();
    assert_eq!(remember.generations, generations(51_000, BEGUN));
    // The session of the lost answer is not over for long, but its token was lost.
    assert_eq!(again.generations, generations(51_000, 51_000));
}

#[test]
fn a_confirmation_of_before_a_restore_is_none_after_it() {
    let mut record = record();
    record.confirm(made(BEGUN), AGENT, &client("one"), at(BEGUN + 40));
    assert!(record.is_confirmed);
    let record = restored(record, RememberStanding::Current, BEGUN, BEGUN + 50);
    assert!(!record.is_confirmed);
}

#[test]
fn a_record_that_no_store_had_is_made_of_the_token() {
    let token = crate::session::RememberToken {
        id: crate::session::SessionId([0; 16]),
        generation: made(BEGUN),
        user: crate::session::EncodedId::from_bytes(b"\x01"),
        issued: at(BEGUN),
        expires: at(BEGUN + 1_000_000),
        auth_hash: Digest([3; 16]),
    };
    let record = Record::remembered(&token);
    assert_eq!(record.logged_in_at, at(BEGUN));
    let (now, always) = (at(BEGUN + 500), |_: &Digest| true);
    let standing = record.remember_standing(token.generation, always, now);
    assert_eq!(standing, Some(RememberStanding::Current));
    let record = restored(record, RememberStanding::Current, BEGUN, BEGUN + 500);
    assert_eq!(record.generations.current, made(BEGUN + 500));
    assert_eq!(
        record.remember.unwrap().generations,
        generations(BEGUN + 500, BEGUN)
    );
}
