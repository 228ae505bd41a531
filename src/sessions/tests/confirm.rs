//! Confirmations, and sessions that are kept through a change of the auth hash.

use super::*;
use crate::sessions::generation::Standing;
use crate::sessions::record::Decision;
use crate::sessions::remember::RememberStanding;

const IDENTIFIER: Digest = Digest([8; 16]);
const AUTH_HASH: Digest = Digest([9; 16]);

const ROTATED: Decision<bool> = Decision::Write(true);
const JOINED: Decision<bool> = Decision::Keep(true);
const REFUSED: Decision<bool> = Decision::Keep(false);

fn confirm(record: &mut Record, presented: u64, now: u64) -> Decision<bool> {
    record.confirm(made(presented), IDENTIFIER, &client("two"), at(now))
}

fn renew(record: &mut Record, presented: Generation, now: Timestamp) -> Decision<bool> {
    record.renew(presented, AUTH_HASH, now)
}

fn standing(record: &Record, presented: u64, now: u64) -> Standing {
    record.generations.standing(made(presented), at(now))
}

#[test]
fn a_confirmation_makes_the_session_fresh_under_its_next_generation() {
    let mut record = record();
    record.session.fresh_since = None;
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 500), ROTATED);
    assert_eq!(record.generations, generations(BEGUN + 500, BEGUN));
    assert!(record.is_confirmed);
    assert_eq!(record.session.fresh_since, Some(at(BEGUN + 500)));
    assert_eq!(record.session.last_seen, at(BEGUN + 500));
    assert_eq!(record.session.identifier.0, IDENTIFIER.0);
    assert_eq!(record.client, client("two"));
    // The limits go on, and so does the remember token.
    assert_eq!(record.session.begun, at(BEGUN));
    assert_eq!(
        record.remember.unwrap().generations,
        generations(BEGUN, BEGUN)
    );
}

#[test]
fn a_confirmation_beside_another_is_handed_its_generation() {
    let mut record = record();
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 500), ROTATED);
    let before = format!("{record:?}");
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 530), JOINED);
    assert_eq!(format!("{record:?}"), before);
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 531), REFUSED);
    assert_eq!(format!("{record:?}"), before);
}

#[test]
fn a_later_confirmation_with_the_new_token_rotates_anew() {
    let mut record = record();
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 500), ROTATED);
    assert_eq!(confirm(&mut record, BEGUN + 500, BEGUN + 510), ROTATED);
    assert_eq!(record.generations, generations(BEGUN + 510, BEGUN));
    assert_eq!(confirm(&mut record, BEGUN + 510, BEGUN + 600), ROTATED);
    assert_eq!(record.generations, generations(BEGUN + 600, BEGUN + 510));
    assert_eq!(standing(&record, BEGUN, BEGUN + 601), Standing::Superseded);
}

#[test]
fn a_confirmation_that_a_restore_has_superseded_rotates_and_joins_none() {
    let mut record = rotated(BEGUN + 500);
    record.session.fresh_since = None;
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 510), ROTATED);
    assert_eq!(record.generations, generations(BEGUN + 510, BEGUN));
    assert_eq!(record.session.fresh_since, Some(at(BEGUN + 510)));
}

#[test]
fn a_confirmation_follows_a_generation_that_the_store_has_forgotten() {
    let mut record = record();
    assert_eq!(confirm(&mut record, BEGUN + 50, BEGUN + 20), ROTATED);
    assert!(record.generations.current > made(BEGUN + 50));
    let mut record = self::record();
    assert_eq!(confirm(&mut record, BEGUN + 81, BEGUN + 20), REFUSED);
}

#[test]
fn a_renewed_session_leaves_no_earlier_token_of_either_kind() {
    let mut record = record();
    assert_eq!(renew(&mut record, made(BEGUN), at(BEGUN + 500)), ROTATED);
    assert_eq!(record.generations, generations(BEGUN + 500, BEGUN + 500));
    assert_eq!(record.session.auth_hash.0, AUTH_HASH.0);
    assert_eq!(record.session.last_seen, at(BEGUN + 500));
    // The person is as fresh as before.
    assert_eq!(record.session.fresh_since, Some(at(BEGUN)));
    assert_eq!(standing(&record, BEGUN, BEGUN + 501), Standing::Superseded);
    let redeem = |presented| record.remember_standing(made(presented), |_| true, at(BEGUN + 501));
    assert_eq!(redeem(BEGUN), Some(RememberStanding::Reused));
    assert_eq!(redeem(BEGUN + 500), Some(RememberStanding::Current));
}

#[test]
fn renew_beside_a_confirmation_goes_on_top() {
    let mut record = record();
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 500), ROTATED);
    assert_eq!(renew(&mut record, made(BEGUN), at(BEGUN + 510)), ROTATED);
    assert_eq!(record.generations, generations(BEGUN + 510, BEGUN + 510));
    assert_eq!(record.session.fresh_since, Some(at(BEGUN + 500)));
    assert_eq!(record.session.identifier.0, IDENTIFIER.0);
}

#[test]
fn a_confirmation_beside_renew_fails() {
    let mut record = record();
    assert_eq!(renew(&mut record, made(BEGUN), at(BEGUN + 500)), ROTATED);
    let before = format!("{record:?}");
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 501), REFUSED);
    assert_eq!(format!("{record:?}"), before);
    assert_eq!(confirm(&mut record, BEGUN + 500, BEGUN + 501), ROTATED);
}

#[test]
fn the_generation_that_renew_makes_after_a_confirmation_is_not_handed_to_another() {
    let mut record = record();
    assert_eq!(confirm(&mut record, BEGUN, BEGUN + 500), ROTATED);
    assert_eq!(
        renew(&mut record, made(BEGUN + 500), at(BEGUN + 510)),
        ROTATED
    );
    for presented in [BEGUN, BEGUN + 500] {
        assert_eq!(confirm(&mut record, presented, BEGUN + 511), REFUSED);
    }
}

#[test]
fn a_token_that_no_longer_counts_renews_nothing() {
    let mut record = rotated(BEGUN + 500);
    let before = format!("{record:?}");
    assert_eq!(renew(&mut record, made(BEGUN), at(BEGUN + 531)), REFUSED);
    assert_eq!(format!("{record:?}"), before);
    assert_eq!(record.session.auth_hash.0, [3; 16]);
}

#[test]
fn renew_with_a_forgotten_generation_follows_it_and_is_not_fresh() {
    let mut record = record();
    assert_eq!(
        renew(&mut record, made(BEGUN + 50), at(BEGUN + 20)),
        ROTATED
    );
    assert!(record.generations.current > made(BEGUN + 50));
    assert_eq!(record.generations.floor, record.generations.current);
    assert_eq!(record.session.fresh_since, None);
}
