//! How many entries a ledger keeps, and for how long.

use super::*;

#[test]
fn an_expired_entry_is_no_reason_to_keep_a_new_session_from_going_on() {
    let ledger = Ledger::new();
    end(&ledger, A, USER, 200, 100);
    assert!(rotate(&ledger, 190, 200));
    assert_eq!(rotated(&ledger, 201).newest(), made(190).next(at(0)));
}

#[test]
fn entries_that_have_expired_leave_with_the_next_that_comes() {
    let ledger = Ledger::new();
    for number in 0..10 {
        end(
            &ledger,
            key(number),
            user(number as u8),
            200 + number as u64,
            100,
        );
    }
    end(&ledger, A, USER, 500, 204);
    assert_eq!(lock(&ledger.0).entries.len(), 6);
    assert_consistent(&ledger);
}

#[test]
fn a_user_s_own_entries_make_room_and_no_other_user_s() {
    let ledger = Ledger::with_room(100, 3);
    end(&ledger, B, user(2), 150, 100);
    for number in 10..20 {
        end(&ledger, key(number), USER, 200 + number as u64, 100);
    }
    assert!(is_known(&ledger, B, 100));
    let known: Vec<_> = (10..20)
        .filter(|number| is_known(&ledger, key(*number), 100))
        .collect();
    assert_eq!(known, [17, 18, 19]);
    assert_consistent(&ledger);
}

#[test]
fn the_entries_of_all_are_bounded_and_the_first_to_expire_go() {
    let ledger = Ledger::with_room(5, 3);
    for number in 10..20 {
        end(
            &ledger,
            key(number),
            user(number as u8),
            200 + number as u64,
            100,
        );
        assert!(lock(&ledger.0).entries.len() <= 5);
    }
    let known = (10..20).filter(|number| is_known(&ledger, key(*number), 100));
    assert_eq!(known.collect::<Vec<_>>(), [15, 16, 17, 18, 19]);
    assert_consistent(&ledger);
}

#[test]
fn one_session_however_often_it_rotates_has_one_entry() {
    let ledger = Ledger::new();
    for now in (1000..9000).step_by(7) {
        assert!(rotate(&ledger, now, now + 1));
    }
    end(&ledger, A, user(7), 9500, 9001);
    assert_eq!(lock(&ledger.0).entries.len(), 1);
    assert_consistent(&ledger);
}
