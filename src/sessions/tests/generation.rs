//! The standing of a session token, by its generation and the age of the rotation.

use super::*;
use crate::sessions::generation::Standing;

#[test]
fn a_generation_counts_by_its_place_and_the_age_of_the_rotation() {
    use Standing::{Ahead, Current, Joined, Superseded};

    for (presented, now, standing) in [
        (1000, 1000, Current),
        (1000, 999_999, Current),
        (1000, 10, Current),
        (1001, 1001, Ahead),
        (1060, 1000, Ahead),
        (1061, 1000, Superseded),
        (950, 1000, Joined),
        (950, 1030, Joined),
        (950, 1031, Superseded),
        (950, 940, Joined),
        (950, 939, Superseded),
        (900, 1000, Joined),
        (899, 1000, Superseded),
        (0, 1000, Superseded),
    ] {
        let found = generations(1000, 900).standing(made(presented), at(now));
        assert_eq!(found, standing, "{presented} at {now}");
    }
}

#[test]
fn a_late_rotation_sets_the_floor_and_an_early_one_leaves_it() {
    let mut early = generations(1000, 900);
    early.rotate(at(1030));
    assert_eq!(early, generations(1030, 900));
    let mut late = generations(1000, 900);
    late.rotate(at(1031));
    assert_eq!(late, generations(1031, 1000));
    let mut again = generations(1000, 900);
    again.rotate_again(at(5000));
    assert_eq!(again, generations(5000, 900));
    let mut anew = generations(1000, 900);
    anew.restart(at(1010));
    assert_eq!(anew, generations(1010, 1010));
}

#[test]
fn a_clock_that_is_set_back_makes_no_generation_twice() {
    let mut generations = generations(1000, 900);
    generations.rotate(at(10));
    assert!(generations.current > made(1000));
    assert_eq!(generations.floor, made(900));
}

#[test]
fn a_forgotten_generation_is_taken_over() {
    let mut generations = generations(1000, 900);
    generations.follow(made(1200));
    assert_eq!(
        generations.standing(made(1200), at(1200)),
        Standing::Current
    );
    generations.follow(made(1100));
    assert_eq!(generations.current, made(1200));
}
