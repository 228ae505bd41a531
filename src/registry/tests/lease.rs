//! One lease.

use super::*;

const SESSION: StoreKey = StoreKey::from_bytes([1; 16]);
const T: StoreKey = StoreKey::from_bytes([9; 16]);

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn lease(is_stored: bool) -> Lease {
    let user = (&EncodedId::from_bytes(b"\x01"), T);
    Lease::new(State {
        has_session: true,
        is_stored,
        until: at(100),
        ..State::new(SESSION, user, Digest([0; 16]))
    })
}

#[test]
fn it_lasts_until_its_limit_and_no_longer() {
    let lease = lease(false);
    assert_eq!(lease.end_at(at(99)), None);
    assert_eq!(lease.end_at(at(100)), Some(SessionEnd::Expired));
    lease.extend(at(500));
    assert_eq!(lease.end_at(at(101)), Some(SessionEnd::Expired));
}

#[test]
fn an_extension_never_shortens() {
    let lease = lease(false);
    assert_eq!(lease.extend(at(150)), at(150));
    assert_eq!(lease.extend(at(120)), at(150));
    assert_eq!(lease.end_at(at(149)), None);
}

#[test]
fn the_first_end_counts() {
    let lease = lease(false);
    lease.end(SessionEnd::LoggedOut);
    lease.end(SessionEnd::Inactive);
    assert_eq!(lease.end_at(at(1000)), Some(SessionEnd::LoggedOut));
}

#[test]
fn a_store_is_asked_at_the_limit() {
    assert_eq!(lease(true).end_at(at(500)), None);
}

#[test]
fn a_renewed_session_knows_its_auth_hash() {
    let lease = lease(false);
    lease.renew(Digest([7; 16]));
    assert!(lease.state().auth_hash.matches(&Digest([7; 16])));
    assert_eq!(lease.end_at(at(1)), None);
}
