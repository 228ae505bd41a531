//! An honest browser whose answers arrive or are lost, in any order: it stays logged in,
//! and nothing is told of it.

use crate::config::ProtectionLevel::{self, Basic, Strong};
use crate::sessions::model::jar::Jar;
use crate::sessions::model::node::{CAFE, HOME};
use crate::sessions::model::request::Kind::{self, Confirm, Page, Restore};
use crate::sessions::model::schedule::{End, arrivals, combinations, explore, start};
use crate::sessions::model::world::{World, logged_in};

fn check_in(world: &World, jar: &Jar, level: ProtectionLevel, plan: &[usize]) {
    // Under `strong` a session from elsewhere ends, as it should.
    let moved = if level == Strong { HOME } else { CAFE };
    for later in [1, 10_000, 100_000] {
        let world = world.later(later);
        let page = world.run(Page, jar, moved);
        assert!(page.user.is_some(), "out {later} s later: {plan:?}");
        // The browser is closed, and the next answer is lost, too.
        let lost = world.run(Restore, jar, HOME);
        world.wait(10_000);
        let back = world.run(Restore, jar, CAFE);
        assert!(back.user.is_some(), "out after a lost answer: {plan:?}");
        let told = [page, lost, back].iter().any(|answer| answer.told);
        assert!(!told, "told of an honest browser: {plan:?}");
    }
}

fn check(end: &End<'_>, jar: &Jar, level: ProtectionLevel) {
    let told = end.answers.iter().any(|answer| answer.told);
    assert!(!told, "told of an honest browser: {:?}", end.plan);
    for arriving in arrivals(end.answers.len()) {
        let with = |jar: Jar, answer: &usize| jar.with(&end.answers[*answer]);
        let jar = arriving.iter().fold(jar.clone(), with);
        check_in(end.world, &jar, level, end.plan);
    }
}

fn at_once(kinds: &[Kind], level: ProtectionLevel, with_session: bool) -> u64 {
    let (world, jar) = logged_in(with_session, level);
    let kinds = kinds.iter().enumerate();
    let starts: Vec<_> = kinds
        .map(|(place, kind)| start(*kind, &jar, HOME, place % 2))
        .collect();
    explore(&world, &starts, |end| check(end, &jar, level))
}

fn of_length(length: usize, level: ProtectionLevel, with_session: bool) -> u64 {
    let all = combinations(&[Page, Confirm], length);
    let counts = all.iter().map(|kinds| at_once(kinds, level, with_session));
    counts.sum()
}

#[test]
fn an_honest_browser_stays_logged_in_when_it_loses_answers() {
    let mut count = 0;
    for length in 1..=2 {
        for (level, with_session) in [
            (Basic, true),
            (Basic, false),
            (Strong, true),
            (Strong, false),
        ] {
            count += of_length(length, level, with_session);
        }
    }
    assert!(count >= 1200, "{count}");
}

#[test]
fn an_honest_browser_stays_logged_in_through_three_requests_at_once() {
    let count = of_length(3, Basic, true) + at_once(&[Page; 3], Basic, false);
    assert!(count >= 132_000, "{count}");
}

#[test]
fn an_answer_that_comes_late_logs_no_browser_out() {
    let (world, jar) = logged_in(false, Basic);
    let newer = jar.with(&world.run(Page, &jar, HOME));
    let starts = [start(Page, &newer, HOME, 0), start(Page, &jar, HOME, 1)];
    let count = explore(&world, &starts, |end| {
        let late = newer.with(&end.answers[1]);
        assert!(end.world.lets_in(&late, HOME), "{:?}", end.plan);
        assert!(end.answers.iter().all(|answer| !answer.told));
    });
    assert!(count >= 6, "{count}");
}

#[test]
fn a_browser_that_moves_during_a_restore_stays_logged_in() {
    for level in [Basic, Strong] {
        let (world, jar) = logged_in(false, level);
        world.run(Page, &jar, CAFE);
        world.wait(5);
        let moved = jar.with(&world.run(Page, &jar, HOME));
        assert!(world.lets_in(&moved, HOME), "{level:?}");
    }
}

#[test]
fn a_store_from_a_backup_logs_no_browser_out_and_makes_nothing_fresh() {
    let (world, jar) = logged_in(true, Basic);
    let backup = world.script().rows();
    let restored = jar.with(&world.run(Restore, &jar, HOME));
    world.script().restore(backup);
    for node in 0..2 {
        let world = world.fork();
        let page = world.run_on(node, Page, &restored, HOME);
        assert!(page.user.is_some() && !page.fresh);
        // The record follows: the token that is older by then is superseded.
        world.wait(31);
        let old = world.run(Page, &jar.only_session(), HOME);
        assert!(old.user.is_none());
        assert!(world.run(Restore, &restored, HOME).user.is_some());
    }
}
