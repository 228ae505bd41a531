use super::*;

const NOW: Timestamp = Timestamp::from_secs(100);
const LATER: Timestamp = Timestamp::from_secs(200);

const HASH: Digest = Digest([7; 16]);
const OUT: SessionEnd = SessionEnd::LoggedOut;

fn id(byte: u8) -> TokenId {
    TokenId([byte; 16])
}

#[test]
fn what_was_closed_stays_closed_until_it_would_have_expired() {
    let ended = Ended::with_capacity(8);
    ended.close(id(1), OUT, LATER, NOW);
    assert_eq!(ended.check(id(1), || NOW), Some(How::Closed));
    assert_eq!(ended.check(id(2), || NOW), None);
    assert_eq!(ended.check(id(1), || LATER), None);
    assert_eq!(ended.live(id(1), NOW), Err(OUT));
    assert_eq!(ended.live(id(1), LATER), Ok(id(1)));

    ended.close(id(2), OUT, Timestamp::from_secs(300), LATER);
    assert_eq!(ended.check(id(1), || NOW), None);
}

#[test]
fn a_closed_session_is_not_replaced_by_a_request_in_flight() {
    let ended = Ended::with_capacity(8);
    ended.close(id(1), OUT, LATER, NOW);
    assert_eq!(ended.replace(id(1), id(2), LATER, NOW), GoOn::Ended);
    assert_eq!(ended.check(id(1), || NOW), Some(How::Closed));
    ended.retire(id(1), LATER, NOW);
    assert_eq!(ended.check(id(1), || NOW), Some(How::Closed));
}

#[test]
fn closing_follows_what_replaced_the_session_meanwhile() {
    let ended = Ended::with_capacity(8);
    assert_eq!(ended.replace(id(1), id(2), LATER, NOW), GoOn::Under(id(2)));
    assert_eq!(ended.replace(id(2), id(3), LATER, NOW), GoOn::Under(id(3)));
    assert_eq!(ended.check(id(1), || NOW), Some(How::Replaced));
    assert_eq!(ended.close(id(1), OUT, LATER, NOW), [id(1), id(2), id(3)]);
    for byte in 1..=3 {
        assert_eq!(ended.check(id(byte), || NOW), Some(How::Closed));
    }
}

#[test]
fn parallel_requests_go_on_under_one_id() {
    let ended = Ended::with_capacity(8);
    assert_eq!(ended.replace(id(1), id(2), LATER, NOW), GoOn::Under(id(2)));
    assert_eq!(ended.replace(id(1), id(9), LATER, NOW), GoOn::Under(id(2)));
    assert_eq!(ended.replace(id(2), id(3), LATER, NOW), GoOn::Under(id(3)));
    assert_eq!(ended.replace(id(1), id(9), LATER, NOW), GoOn::Under(id(3)));
    ended.close(id(3), OUT, LATER, NOW);
    assert_eq!(ended.replace(id(1), id(9), LATER, NOW), GoOn::Ended);
    assert_eq!(ended.renew(id(1), id(9), HASH, LATER, NOW), None);
}

#[test]
fn what_a_new_login_retired_does_not_go_on() {
    let ended = Ended::with_capacity(8);
    ended.retire(id(1), LATER, NOW);
    assert_eq!(ended.check(id(1), || NOW), Some(How::Replaced));
    assert_eq!(ended.replace(id(1), id(2), LATER, NOW), GoOn::Ended);
}

#[test]
fn a_new_login_ends_what_its_session_goes_on_as() {
    let ended = Ended::with_capacity(8);
    ended.replace(id(1), id(2), LATER, NOW);
    assert_eq!(ended.retire(id(1), LATER, NOW), Some(id(2)));
    assert_eq!(ended.check(id(2), || NOW), Some(How::Replaced));
    assert_eq!(ended.retire(id(1), LATER, NOW), None);
}

#[test]
fn a_renewal_overtakes_confirmations_before_and_after_it() {
    let ended = Ended::with_capacity(8);
    assert_eq!(ended.replace(id(1), id(2), LATER, NOW), GoOn::Under(id(2)));
    assert_eq!(ended.renew(id(1), id(3), HASH, LATER, NOW), Some(id(2)));
    assert_eq!(ended.check(id(2), || NOW), Some(How::Replaced));
    for byte in 1..=2 {
        assert_eq!(ended.live(id(byte), NOW), Ok(id(3)));
        assert!(ended.renewed(id(byte), NOW).unwrap().matches(&HASH));
    }
    assert!(ended.renewed(id(3), NOW).is_none());
    assert_eq!(ended.replace(id(1), id(4), LATER, NOW), GoOn::Overtaken);
    assert_eq!(ended.replace(id(3), id(4), LATER, NOW), GoOn::Under(id(4)));
}

#[test]
fn closing_keeps_what_has_longer_to_go_for_longer() {
    let ended = Ended::with_capacity(8);
    let much_later = Timestamp::from_secs(900);
    ended.replace(id(1), id(2), LATER, NOW);
    ended.replace(id(2), id(3), much_later, NOW);
    ended.close(id(1), OUT, LATER, NOW);
    ended.close(
        id(9),
        OUT,
        Timestamp::from_secs(999),
        Timestamp::from_secs(300),
    );
    assert_eq!(ended.check(id(1), || NOW), None);
    assert_eq!(ended.check(id(2), || NOW), Some(How::Closed));
}

#[test]
fn past_its_capacity_it_forgets_what_would_expire_first() {
    let ended = Ended::with_capacity(2);
    for byte in 1..=4 {
        ended.close(
            id(byte),
            OUT,
            Timestamp::from_secs(200 + u64::from(byte)),
            NOW,
        );
    }
    let known = (1..=4).filter(|&byte| ended.check(id(byte), || NOW).is_some());
    assert_eq!(known.collect::<Vec<_>>(), [3, 4]);
}
