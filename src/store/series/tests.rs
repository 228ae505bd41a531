use super::*;
use crate::session::{Digest, TokenId, UserKey};

const NOW: Timestamp = Timestamp::from_secs(1000);

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(1000 + secs)
}

fn secret(byte: u8) -> Secret {
    Secret([byte; 16])
}

fn key(byte: u8) -> StoreKey {
    StoreKey::from_bytes([byte; 16])
}

fn series() -> Series {
    let token = RememberToken {
        id: TokenId([1; 16]),
        secret: secret(1),
        user: UserKey::from_bytes(b"\x01"),
        issued: NOW,
        expires: at(9000),
        auth_hash: Digest([0; 16]),
    };
    Series::new(&token, key(1), Client::default())
}

#[test]
fn it_comes_back_as_it_was_and_is_no_session() {
    let mut series = series();
    series.go_on(secret(2), key(2), NOW);
    let mut value = series.write().unwrap();
    assert_eq!(Series::read(&value), Some(series));
    assert!(crate::store::Row::read(&value).is_none());
    value[0] = 1;
    assert!(Series::read(&value).is_none());
    value[0] = VERSION;
    value.pop();
    assert!(Series::read(&value).is_none());
}

#[test]
fn a_superseded_secret_counts_for_thirty_seconds() {
    let mut series = series();
    assert_eq!(series.worth(secret(1), at(5000)), Worth::Good);
    series.go_on(secret(2), key(2), NOW);
    assert_eq!(series.worth(secret(2), at(5000)), Worth::Good);
    assert_eq!(series.worth(secret(1), at(30)), Worth::Superseded);
    assert_eq!(series.worth(secret(1), at(31)), Worth::Stolen);
}

#[test]
fn each_of_several_superseded_secrets_has_its_time() {
    let mut series = series();
    series.go_on(secret(2), key(2), NOW);
    series.go_on(secret(3), key(3), at(20));
    assert_eq!(series.worth(secret(1), at(25)), Worth::Superseded);
    assert_eq!(series.worth(secret(1), at(31)), Worth::Stolen);
    assert_eq!(series.worth(secret(2), at(50)), Worth::Superseded);
    series.go_on(secret(4), key(4), at(60));
    assert_eq!(series.superseded.len(), 1);
}

#[test]
fn a_secret_that_it_never_had_is_stolen() {
    assert_eq!(series().worth(secret(9), NOW), Worth::Stolen);
    assert_eq!(series().worth(Secret::NONE, NOW), Worth::Stolen);
}

#[test]
fn it_is_bounded() {
    let mut series = series();
    for byte in 2..200 {
        series.go_on(secret(byte), key(byte), NOW);
    }
    assert_eq!(series.superseded.len(), MOST);
    assert_eq!(series.worth(secret(198), NOW), Worth::Superseded);
}

#[test]
fn a_session_that_a_login_began_stands_before_it_without_another_secret() {
    let mut series = series();
    series.stand_behind(key(7), at(5));
    assert!(series.has(secret(1)));
    assert_eq!((series.session(), series.last_used()), (key(7), at(5)));
}
