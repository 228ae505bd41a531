//! A session that a remember token brings back.

use super::*;
use crate::sessions::Restore;
use crate::sessions::generation::Standing;
use crate::sessions::remember::Redemption;

/// A restore as the request of this second makes it.
fn restore(now: u64, presented: u64) -> Restore {
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
    }
}

fn restored(mut record: Record, redemption: Redemption, presented: u64, now: u64) -> Record {
    record.restore(redemption, restore(now, presented), &LIMITS, at(now));
    record
}

#[test]
fn the_limits_begin_anew_and_the_login_stays_when_it_was() {
    let now = BEGUN + 50_000;
    let record = restored(record(), Redemption::Current, BEGUN, now);
    assert_eq!(record.started, at(BEGUN));
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
    let record = restored(record(), Redemption::Current, BEGUN, now);
    assert_eq!(record.chain.current, made(now));
    let remember = record.remember.unwrap();
    assert_eq!(remember.chain, chain(now, BEGUN));
    assert!(!remember.is_settled && is_same(&remember.agent, &OTHER_AGENT));
}

#[test]
fn a_session_that_was_over_lends_its_token_no_grace() {
    for (idle, floor, standing) in [
        (999, BEGUN, Standing::Joined),
        (1000, BEGUN + 1000, Standing::Superseded),
    ] {
        let now = BEGUN + idle;
        let record = restored(record(), Redemption::Current, BEGUN, now);
        assert_eq!(record.chain, chain(now, floor), "{idle}");
        let found = record.chain.standing(made(BEGUN), at(now + 1));
        assert_eq!(found, standing, "{idle}");
    }
}

#[test]
fn a_lost_answer_leaves_the_floor_of_the_remember_token() {
    let first = restored(record(), Redemption::Current, BEGUN, 50_000);
    let again = restored(first, Redemption::Again, BEGUN, 51_000);
    let remember = again.remember.unwrap();
    assert_eq!(remember.chain, chain(51_000, BEGUN));
    // The session of the lost answer is not over for long, but its token was lost.
    assert_eq!(again.chain, chain(51_000, 51_000));
}

#[test]
fn a_confirmation_of_before_a_restore_is_none_after_it() {
    let mut record = record();
    record.confirm(made(BEGUN), AGENT, &client("one"), at(BEGUN + 40));
    assert!(record.is_confirmed);
    let record = restored(record, Redemption::Current, BEGUN, BEGUN + 50);
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
    let record = Record::remembered(&token, session(BEGUN + 500));
    assert_eq!(record.started, at(BEGUN));
    let (now, always) = (at(BEGUN + 500), |_: &Digest| true);
    let redemption = record.redeem(token.generation, always, now);
    assert_eq!(redemption, Some(Redemption::Current));
    let record = restored(record, Redemption::Current, BEGUN, BEGUN + 500);
    assert_eq!(record.chain.current, made(BEGUN + 500));
    assert_eq!(record.remember.unwrap().chain, chain(BEGUN + 500, BEGUN));
}
