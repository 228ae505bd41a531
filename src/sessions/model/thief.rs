//! A thief who has copied a remember token, and copies that are old.

use crate::config::ProtectionLevel::{Basic, Strong};
use crate::sessions::model::jar::Jar;
use crate::sessions::model::logout::check_out;
use crate::sessions::model::node::{AWAY, Browser, CAFE, HOME};
use crate::sessions::model::request::Kind::{Confirm, Login, Page, Restore};
use crate::sessions::model::schedule::{explore, start};
use crate::sessions::model::world::{DAY, World, logged_in};

/// The owner comes back with the token, and shows its successor long after.
fn settled(world: &World, jar: &Jar) -> Jar {
    let mine = jar.with(&world.run(Page, jar, HOME));
    world.wait(100);
    world.run(Page, &mine, HOME);
    world.wait(1000);
    mine
}

fn check_used_after_the_owner(thief: Browser) {
    for level in [Basic, Strong] {
        let (world, jar) = logged_in(false, level);
        let mine = settled(&world, &jar);
        let copy = world.run(Page, &jar, thief);
        assert!(copy.user.is_none() && copy.told, "{level:?}");
        assert_eq!(world.lets_in(&mine, HOME), level == Basic);
        if level == Strong {
            check_out(&world, &[mine, jar], &[]);
        }
    }
}

#[test]
fn a_copy_that_another_browser_uses_after_the_owner_is_told_and_restores_nothing() {
    check_used_after_the_owner(AWAY);
}

#[test]
fn a_copy_that_the_same_kind_of_browser_uses_is_told_once_its_successor_has_settled() {
    check_used_after_the_owner(CAFE);
}

#[test]
fn a_copy_of_another_browser_is_told_before_its_successor_has_settled_as_well() {
    let (world, jar) = logged_in(false, Basic);
    let mine = jar.with(&world.run(Page, &jar, HOME));
    world.wait(31);
    let copy = world.run(Page, &jar, AWAY);
    assert!(copy.user.is_none() && copy.told);
    assert!(world.lets_in(&mine, HOME));
}

#[test]
fn a_successor_that_is_shown_after_a_minute_has_not_settled_and_a_second_later_has() {
    for (shown_after, settles) in [(59, false), (60, false), (61, true)] {
        let (world, jar) = logged_in(false, Basic);
        let mine = jar.with(&world.run(Page, &jar, HOME));
        world.wait(shown_after);
        world.run(Page, &mine, HOME);
        world.wait(1000);
        let copy = world.run(Page, &jar, CAFE);
        assert_eq!(copy.told, settles, "{shown_after}");
    }
}

#[test]
fn a_thief_who_comes_first_is_noticed_when_the_owner_comes_and_is_out_after_the_login() {
    for level in [Basic, Strong] {
        let (world, jar) = logged_in(false, level);
        let theirs = jar.with(&world.run(Page, &jar, AWAY));
        world.wait(1000);
        let mine = world.run(Page, &jar, HOME);
        assert!(mine.user.is_none() && mine.told, "{level:?}");
        assert_eq!(world.lets_in(&theirs, AWAY), level == Basic);
        let login = world.run(Login, &jar, HOME);
        check_out(&world, &[theirs, jar.clone()], &[]);
        assert!(world.lets_in(&jar.with(&login), HOME));
    }
}

#[test]
fn a_thief_beside_the_owner_joins_and_is_noticed_by_the_next_rotation() {
    let (world, jar) = logged_in(false, Basic);
    let starts = [start(Page, &jar, HOME, 0), start(Page, &jar, AWAY, 1)];
    explore(&world, &starts, |end| {
        let mine = jar.with(&end.answers[0]);
        let theirs = jar.with(&end.answers[1]);
        let world = end.world.later(1000);
        let next = mine.with(&world.run(Restore, &mine, HOME));
        world.wait(100);
        world.run(Page, &next, HOME);
        let copy = world.run(Restore, &theirs, AWAY);
        assert!(copy.user.is_none() && copy.told, "{:?}", end.plan);
    });
}

/// Rotates a login six times, and keeps all tokens that it ever had.
fn worn(seed: usize) -> (World, Vec<Jar>) {
    let (world, jar) = logged_in(true, Basic);
    // Set back by a day, the clock is still past the login.
    world.wait(2 * DAY);
    let mut jars = vec![jar];
    for turn in 0..6 {
        let last = &jars[turn];
        let is_soon = (seed >> turn) & 1 == 1;
        world.wait(if is_soon { 40 } else { 5000 });
        let kind = if turn % 2 == 1 { Confirm } else { Restore };
        let jar = last.with(&world.run(kind, last, HOME));
        world.run(Page, &jar, HOME);
        jars.push(jar);
    }
    (world, jars)
}

#[test]
fn old_copies_never_come_alive_again_at_any_time_of_the_clock() {
    for seed in 0..64 {
        let (world, mut jars) = worn(seed);
        let present = jars.pop().unwrap();
        for later in [1, 29, 31, 1000, -50, -61, -(DAY as i64)] {
            let world = world.later(later);
            for old in &jars {
                // The generation before the present one is in its grace.
                let is_last = old.session_made() == jars[5].session_made();
                let is_in_grace = (-60..=30).contains(&later);
                let session = old.only_session();
                if !(is_last && is_in_grace) {
                    assert!(!world.lets_in(&session, AWAY), "{seed} {later}");
                }
                let is_last = old.remember_made() >= jars[4].remember_made();
                if !is_last {
                    assert!(!world.lets_in(&old.closed(), AWAY), "{seed} {later}");
                }
                let is_present = old.session_made() == present.session_made();
                assert!(is_present || !world.is_fresh(&session, HOME));
            }
        }
    }
}

#[test]
fn a_clock_that_is_set_back_by_a_day_revives_no_superseded_token() {
    for (kind, tokens) in [(Confirm, 0), (Restore, 1)] {
        let (world, old) = logged_in(true, Basic);
        world.wait(2 * DAY);
        let jar = old.with(&world.run(kind, &old, HOME));
        world.wait(100);
        world.run(Page, &jar, HOME);
        world.set_back(DAY);
        let copy = &old.tokens()[tokens];
        assert!(!world.lets_in(copy, AWAY), "{kind:?}");
    }
}

#[test]
fn a_superseded_remember_token_joins_from_a_minute_before_to_thirty_seconds_after() {
    let (world, old) = logged_in(false, Basic);
    world.run(Restore, &old, HOME);
    for (later, counts) in [
        (0, true),
        (30, true),
        (31, false),
        (-60, true),
        (-61, false),
    ] {
        let page = world.later(later).run(Page, &old, AWAY);
        assert_eq!(page.user.is_some(), counts, "{later}");
        assert_eq!(page.told, !counts, "{later}");
    }
}

#[test]
fn a_superseded_session_token_counts_for_thirty_seconds_and_is_never_fresh() {
    for (later, counts) in [
        (0, true),
        (30, true),
        (31, false),
        (-60, true),
        (-61, false),
    ] {
        let (world, old) = logged_in(true, Basic);
        world.run(Confirm, &old, HOME);
        let world = world.later(later);
        let old = old.only_session();
        assert_eq!(world.lets_in(&old, HOME), counts, "{later}");
        assert!(!world.is_fresh(&old, HOME), "{later}");
    }
}

#[test]
fn a_copy_of_an_expired_session_token_does_not_come_alive_by_a_restore() {
    let (world, old) = logged_in(true, Basic);
    world.wait(5 * DAY);
    let back = old.with(&world.run(Page, &old, HOME));
    assert!(back.session_made() > old.session_made());
    assert!(!world.lets_in(&old.only_session(), HOME));
    assert!(world.lets_in(&back.only_session(), HOME));
}

#[test]
fn under_strong_a_superseded_token_from_elsewhere_is_absent_and_ends_nothing() {
    let (world, old) = logged_in(true, Strong);
    let jar = old.with(&world.run(Confirm, &old, HOME));
    world.wait(5);
    assert!(world.run(Page, &old.only_session(), AWAY).user.is_none());
    assert!(world.run(Page, &old.only_session(), HOME).user.is_some());
    assert!(world.is_fresh(&jar, HOME));
    assert!(world.run(Page, &jar.only_session(), AWAY).user.is_none());
    check_out(&world, &[jar, old], &[]);
}
