mod bounds;
mod fork;
mod recent;

use super::*;
use crate::session::Generation;
use crate::sessions::generation::Standing;
use crate::token::TokenKind;

const A: LedgerKey = [1; 16];
const B: LedgerKey = [2; 16];
const USER: StoreKey = StoreKey::from_bytes([9; 16]);
const LATE: Timestamp = Timestamp::from_secs(1_000_000);

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

/// The generation that was made in this second.
fn made(secs: u64) -> Generation {
    Generation::first(at(secs))
}

fn user(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

fn key(number: usize) -> LedgerKey {
    (number as u128).to_be_bytes()
}

fn end(ledger: &Ledger, key: LedgerKey, user: StoreKey, until: u64, now: u64) {
    ledger.end(key, user, SessionEnd::LoggedOut, at(until), at(now));
}

/// A rotation that makes the generation after the one that it supersedes.
fn rotation(superseded: u64, remember: Generation, now: u64) -> Rotated {
    let session = made(superseded);
    Rotated {
        session,
        floor: session,
        remember,
        newest: session.next(at(0)),
        renewed: None,
        at: at(now),
    }
}

/// Notes that a rotation has superseded a session token.
fn rotate(ledger: &Ledger, superseded: u64, now: u64) -> bool {
    let rotation = rotation(superseded, Generation::NONE, now);
    ledger.supersede(A, USER, rotation, LATE)
}

fn rotated(ledger: &Ledger, now: u64) -> Rotated {
    match ledger.fate(&A, at(now)) {
        Some(Fate::Rotated(rotated)) => rotated,
        other => panic!("{other:?}"),
    }
}

fn standing(ledger: &Ledger, presented: u64, now: u64) -> Standing {
    rotated(ledger, now).standing(made(presented), at(now))
}

/// Why a session has ended.
fn end_of(ledger: &Ledger, key: LedgerKey, now: u64) -> Option<SessionEnd> {
    match ledger.fate(&key, at(now))? {
        Fate::Ended(why) => Some(why),
        Fate::Rotated(_) => None,
    }
}

fn is_known(ledger: &Ledger, key: LedgerKey, now: u64) -> bool {
    ledger.fate(&key, at(now)).is_some()
}

fn assert_consistent(ledger: &Ledger) {
    let inner = lock(&ledger.0);
    assert_eq!(inner.by_expiry.len(), inner.entries.len());
    let own = inner.by_user.values();
    assert_eq!(
        own.clone().map(BTreeSet::len).sum::<usize>(),
        inner.entries.len()
    );
    assert!(own.clone().all(|own| !own.is_empty()));
    for (key, entry) in &inner.entries {
        assert!(inner.by_expiry.contains(&(entry.until, *key)));
        assert!(inner.by_user[&entry.user].contains(&entry.rank(*key)));
    }
}

#[test]
fn an_end_is_known_until_the_last_copy_has_expired() {
    let ledger = Ledger::new();
    end(&ledger, A, USER, 200, 100);
    assert_eq!(end_of(&ledger, A, 199), Some(SessionEnd::LoggedOut));
    assert_eq!(end_of(&ledger, A, 200), None);
    assert_eq!(end_of(&ledger, B, 100), None);
}

#[test]
fn the_first_end_stays_and_lasts_as_long_as_the_longest() {
    let ledger = Ledger::new();
    end(&ledger, A, USER, 300, 100);
    ledger.end(A, USER, SessionEnd::Revoked, at(200), at(110));
    assert_eq!(end_of(&ledger, A, 299), Some(SessionEnd::LoggedOut));
    ledger.end(A, USER, SessionEnd::Revoked, at(400), at(120));
    assert_eq!(end_of(&ledger, A, 399), Some(SessionEnd::LoggedOut));
    assert_consistent(&ledger);
}

#[test]
fn a_session_that_has_ended_rotates_no_more() {
    let ledger = Ledger::new();
    assert!(rotate(&ledger, 100, 110));
    end(&ledger, A, USER, 500, 120);
    assert!(!rotate(&ledger, 110, 130));
    assert_eq!(end_of(&ledger, A, 130), Some(SessionEnd::LoggedOut));
}

#[test]
fn a_superseded_token_counts_for_the_grace() {
    let ledger = Ledger::new();
    assert!(rotate(&ledger, 1000, 2000));
    for (presented, now, found) in [
        (1001, 9000, Standing::Current),
        (2000, 2000, Standing::Current),
        (1000, 2030, Standing::Joined),
        (1000, 1940, Standing::Joined),
        (1000, 2031, Standing::Superseded),
        (1000, 1939, Standing::Superseded),
        (999, 2000, Standing::Superseded),
    ] {
        assert_eq!(
            standing(&ledger, presented, now),
            found,
            "{presented} {now}"
        );
    }
}

#[test]
fn an_older_generation_does_not_come_alive_at_a_later_rotation() {
    let ledger = Ledger::new();
    assert!(rotate(&ledger, 1000, 2000));
    assert!(rotate(&ledger, 2000, 3000));
    assert_eq!(standing(&ledger, 1000, 3001), Standing::Superseded);
    assert_eq!(standing(&ledger, 1999, 3001), Standing::Superseded);
    assert_eq!(standing(&ledger, 2000, 3001), Standing::Joined);
    assert_eq!(standing(&ledger, 3000, 3001), Standing::Current);
}

#[test]
fn rotations_in_quick_succession_leave_the_floor() {
    let ledger = Ledger::new();
    assert!(rotate(&ledger, 1000, 2000));
    assert!(rotate(&ledger, 2000, 2030));
    assert_eq!(standing(&ledger, 1000, 2060), Standing::Joined);
    assert_eq!(standing(&ledger, 1000, 2061), Standing::Superseded);
    assert!(rotate(&ledger, 2030, 2061));
    assert_eq!(standing(&ledger, 1000, 2062), Standing::Superseded);
    assert_eq!(standing(&ledger, 2030, 2062), Standing::Joined);
}

#[test]
fn a_rotation_that_is_no_news_lengthens_no_grace() {
    let ledger = Ledger::new();
    assert!(rotate(&ledger, 1000, 2000));
    for superseded in [1000, 900] {
        assert!(rotate(&ledger, superseded, 2025));
        assert_eq!(rotated(&ledger, 2025).newest(), made(1000).next(at(0)));
        assert_eq!(standing(&ledger, 1000, 2030), Standing::Joined);
        assert_eq!(standing(&ledger, 1000, 2031), Standing::Superseded);
        assert_eq!(standing(&ledger, 900, 2025), Standing::Superseded);
    }
}

#[test]
fn a_late_rotation_that_is_no_news_lowers_no_floor() {
    let ledger = Ledger::new();
    assert!(rotate(&ledger, 1000, 2000));
    assert!(rotate(&ledger, 900, 5000));
    // A clock that is set back reads the time of the rotation again.
    assert_eq!(standing(&ledger, 950, 2010), Standing::Superseded);
    assert_eq!(standing(&ledger, 1000, 2010), Standing::Joined);
}

#[test]
fn a_token_is_the_newest_of_its_purpose_above_what_was_superseded() {
    let ledger = Ledger::new();
    for (session, remember) in [(1000, 500), (900, 600), (1000, 400)] {
        let rotation = rotation(session, made(remember), 2000);
        assert!(ledger.supersede(A, USER, rotation, LATE));
    }
    let rotated = rotated(&ledger, 2000);
    for (purpose, superseded) in [(TokenKind::Session, 1000), (TokenKind::Remember, 600)] {
        assert!(!rotated.is_newest(purpose, made(superseded)));
        assert!(rotated.is_newest(purpose, made(superseded).next(at(0))));
    }
}
