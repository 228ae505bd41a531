//! The standing of a remember token, by its generation and its age.

use super::*;
use crate::sessions::remember::RememberStanding::{self, Again, Current, Joined, Reused};

/// The generations of one remember token: a rotation superseded 2000 at 3000, and 1000
/// lies below the floor.
fn part(is_settled: bool) -> Remember {
    Remember {
        generations: generations(3000, 2000),
        is_settled,
        agent: AGENT,
        expires: at(9000),
    }
}

fn standing(part: &Remember, presented: u64, agent: Digest, now: u64) -> Option<RememberStanding> {
    part.standing(made(presented), |given| is_same(given, &agent), at(now))
}

#[test]
fn a_token_counts_by_its_generation_the_age_of_the_rotation_and_what_has_settled() {
    for (presented, now, unsettled, settled) in [
        // The present one counts at any time.
        (3000, 3000, Some(Current), Some(Current)),
        (3000, 8000, Some(Current), Some(Current)),
        // So does one that the store has forgotten, and none of the future.
        (3050, 3000, Some(Current), Some(Current)),
        (3061, 3000, None, None),
        // One superseded moments ago joins, by a clock that may be behind.
        (2000, 3030, Some(Joined), Some(Joined)),
        (2500, 2940, Some(Joined), Some(Joined)),
        // Later it comes again, unless its successor has settled.
        (2000, 3031, Some(Again), Some(Reused)),
        (2999, 8000, Some(Again), Some(Reused)),
        (2000, 2939, Some(Again), Some(Reused)),
        // Below the floor it was used by two.
        (1999, 3010, Some(Reused), Some(Reused)),
        (1000, 8000, Some(Reused), Some(Reused)),
    ] {
        let found = [false, true].map(|is| standing(&part(is), presented, AGENT, now));
        assert_eq!(found, [unsettled, settled], "{presented} at {now}");
    }
}

#[test]
fn another_agent_joins_within_the_grace_and_has_stolen_the_token_after_it() {
    let part = part(false);
    for (presented, now, expected) in [
        (3000, 8000, Current),
        (2000, 3030, Joined),
        (2000, 3031, Reused),
    ] {
        let found = standing(&part, presented, OTHER_AGENT, now);
        assert_eq!(found, Some(expected), "{presented} at {now}");
    }
}

#[test]
fn an_ordinary_rotation_sets_the_floor_and_one_that_comes_again_leaves_it() {
    let mut rotated = part(true);
    rotated.rotate(Current, made(3000), OTHER_AGENT, at(5000));
    assert_eq!(rotated.generations, generations(5000, 3000));
    assert!(!rotated.is_settled && is_same(&rotated.agent, &OTHER_AGENT));
    assert_eq!(rotated.expires, at(9000));

    let mut again = part(false);
    again.rotate(Again, made(2000), AGENT, at(5000));
    assert_eq!(again.generations, generations(5000, 2000));
}

#[test]
fn a_browser_may_lose_any_number_of_answers_in_a_row() {
    let mut part = part(false);
    for now in (4000..9000).step_by(100) {
        assert_eq!(standing(&part, 2000, AGENT, now), Some(Again));
        part.rotate(Again, made(2000), AGENT, at(now));
    }
    // It has kept one at last, and shows it: the old copies are good for nothing.
    let kept = part.generations.current;
    assert!(part.settles(kept, kept.made().plus(Duration::from_secs(61))));
    part.is_settled = true;
    assert_eq!(standing(&part, 2000, AGENT, 8999), Some(Reused));
}

#[test]
fn the_rotation_follows_a_generation_that_the_store_has_forgotten() {
    let mut part = part(true);
    part.rotate(Current, made(3050), AGENT, at(3010));
    assert!(part.generations.current > made(3050));
    assert_eq!(standing(&part, 3050, AGENT, 3030), Some(Joined));
}

#[test]
fn after_a_restart_no_earlier_token_counts() {
    let mut part = part(true);
    part.restart(at(5000));
    assert_eq!(part.generations, generations(5000, 5000));
    assert!(!part.is_settled);
    assert_eq!(standing(&part, 3000, AGENT, 5001), Some(Reused));
    assert_eq!(standing(&part, 5000, AGENT, 5001), Some(Current));
}

#[test]
fn a_record_without_a_remember_part_gives_no_remember_token_a_standing() {
    let record = Record::new(session(BEGUN), None, client("one"), at(BEGUN));
    assert_eq!(
        record.remember_standing(made(BEGUN), |_| true, at(BEGUN)),
        None
    );
}

#[test]
fn a_token_of_a_time_without_a_store_counts_once_for_its_record() {
    let part = Remember::unknown(at(9000));
    assert_eq!(standing(&part, 2000, AGENT, 3000), Some(Current));
    let mut rotated = part.clone();
    rotated.rotate(Current, made(2000), AGENT, at(3000));
    assert_eq!(rotated.generations, generations(3000, 2000));
    assert_eq!(standing(&rotated, 2000, AGENT, 3030), Some(Joined));
    assert_eq!(standing(&rotated, 1999, AGENT, 3010), Some(Reused));
}
