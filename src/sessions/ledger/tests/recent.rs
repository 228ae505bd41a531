//! Causes that were told, and sessions that were seen, of which the newest are known.

use super::*;

#[test]
fn a_key_is_new_once() {
    let recent = Recent::default();
    assert!(recent.insert("one", ()));
    assert!(!recent.insert("one", ()));
    assert!(recent.insert("two", ()));
}

#[test]
fn the_older_half_is_forgotten_when_the_younger_one_is_full() {
    let recent = Recent::default();
    for number in 0..2 * HALF {
        assert!(recent.insert(number, ()));
    }
    let size = |recent: &Recent<_, _>| {
        recent
            .0
            .lock()
            .unwrap()
            .iter()
            .map(HashMap::len)
            .sum::<usize>()
    };
    assert_eq!(size(&recent), 2 * HALF);
    assert!(!recent.insert(1, ()));
    assert!(recent.insert(2, ()));
    assert!(size(&recent) <= 2 * HALF);
}
