//! Confirmations and renewals beside each other, and beside pages.

use crate::config::ProtectionLevel::{Basic, Strong};
use crate::session::Generation;
use crate::sessions::model::jar::Jar;
use crate::sessions::model::node::{AWAY, HOME};
use crate::sessions::model::request::Kind::{Confirm, Page, Renew, Restore};
use crate::sessions::model::schedule::{explore, start};
use crate::sessions::model::world::{World, logged_in};

/// A browser that was restored, and is not fresh.
fn stale() -> (World, Jar) {
    let (world, jar) = logged_in(false, Basic);
    let jar = jar.with(&world.run(Page, &jar, HOME));
    world.wait(1000);
    (world, jar)
}

/// Checks that a superseded session token dies, and is never fresh.
fn check_superseded(world: &World, old: &Jar, plan: &[usize]) {
    for later in [0, 10, 1000] {
        let page = world.later(later).run(Page, &old.only_session(), HOME);
        assert!(!page.fresh, "superseded and fresh: {plan:?}");
        let counts = page.user.is_some();
        assert_eq!(counts, later < 30, "superseded: {plan:?}");
    }
}

#[test]
fn of_confirmations_at_once_every_answer_is_fresh_and_the_old_token_never() {
    let (world, jar) = stale();
    for requests in 2..=3 {
        let starts: Vec<_> = (0..requests)
            .map(|place| start(Confirm, &jar, HOME, place % 2))
            .collect();
        explore(&world, &starts, |end| {
            let mut made = Vec::new();
            for answer in end.answers {
                assert!(answer.done && answer.fresh, "{:?}", end.plan);
                let jar = jar.with(answer);
                assert!(end.world.is_fresh(&jar, HOME), "{:?}", end.plan);
                made.push(jar.session_made());
            }
            made.dedup();
            assert_eq!(made.len(), 1, "two generations: {:?}", end.plan);
            check_superseded(end.world, &jar, end.plan);
        });
    }
}

#[test]
fn a_page_that_writes_slowly_takes_no_freshness_back() {
    let (world, jar) = logged_in(true, Basic);
    let page = world.run(Restore, &jar, HOME);
    let jar = jar.with(&page);
    world.wait(1000);
    // The page of another address takes the freshness, and settles the remember token.
    for browser in [HOME, AWAY] {
        let starts = [
            start(Confirm, &jar, HOME, 0),
            start(Page, &jar, browser, 1),
            start(Page, &jar, browser, 0),
        ];
        explore(&world, &starts, |end| {
            let jar = jar.with(&end.answers[0]);
            assert!(end.answers[0].done, "{:?}", end.plan);
            assert!(end.world.is_fresh(&jar, HOME), "{:?}", end.plan);
            let pages = &end.answers[1..];
            assert!(pages.iter().all(|page| !page.fresh), "{:?}", end.plan);
            let pages = pages.iter().all(|page| !page.sets_any());
            assert!(pages, "a page hands out tokens: {:?}", end.plan);
        });
    }
}

#[test]
fn a_restore_beside_a_confirmation_is_never_fresh_and_its_answer_counts() {
    for level in [Basic, Strong] {
        let (world, jar) = logged_in(true, level);
        let starts = [start(Confirm, &jar, HOME, 0), start(Restore, &jar, HOME, 1)];
        explore(&world, &starts, |end| {
            assert!(!end.answers[1].fresh, "{:?}", end.plan);
            // The generation that it hands out is confirmed, and the restore's is not.
            let confirmation = &end.answers[0];
            assert!(confirmation.done && confirmation.fresh, "{:?}", end.plan);
            for answer in end.answers {
                assert!(end.world.lets_in(&jar.with(answer), HOME), "{:?}", end.plan);
            }
        });
    }
}

#[test]
fn a_renewal_beside_a_confirmation_goes_on_top_or_the_confirmation_fails() {
    let (world, jar) = logged_in(true, Basic);
    for nodes in [[0, 0], [0, 1]] {
        let starts = [
            start(Renew, &jar, HOME, nodes[0]),
            start(Confirm, &jar, HOME, nodes[1]),
        ];
        explore(&world, &starts, |end| {
            let [renewal, confirmation] = end.answers else {
                panic!("two answers");
            };
            assert!(renewal.done, "the renewal fails: {:?}", end.plan);
            let renewed = jar.with(renewal);
            assert!(end.world.lets_in(&renewed, HOME), "{:?}", end.plan);
            assert!(end.world.lets_in(&renewed.closed(), HOME));
            if confirmation.done {
                assert!(!confirmation.failed);
                let confirmed = jar.with(confirmation).only_session();
                let is_below = confirmed.session_made() < renewed.session_made();
                assert!(is_below, "a confirmation on top: {:?}", end.plan);
                assert!(!end.world.lets_in(&confirmed, HOME), "{:?}", end.plan);
            }
            for old in jar.tokens() {
                assert!(!end.world.lets_in(&old, HOME), "{:?}", end.plan);
            }
        });
    }
}

#[test]
fn a_renewal_beside_pages_ends_all_old_tokens_at_once() {
    for with_session in [true, false] {
        let (world, jar) = logged_in(with_session, Basic);
        let starts = [
            start(Renew, &jar, HOME, 0),
            start(Page, &jar, HOME, 1),
            start(Page, &jar, HOME, 0),
        ];
        explore(&world, &starts, |end| {
            assert!(end.answers.iter().all(|answer| !answer.told));
            let mut old = jar.tokens();
            let pages = end.answers[1..].iter();
            old.extend(pages.flat_map(|page| Jar::default().with(page).tokens()));
            if end.answers[0].done {
                let renewed = jar.with(&end.answers[0]);
                assert!(end.world.lets_in(&renewed, HOME), "{:?}", end.plan);
                assert!(end.world.lets_in(&renewed.closed(), HOME));
                let present = [Some(renewed.session_made()), renewed.remember_made()];
                old.retain(|jar| {
                    let made = jar.session.as_ref().map(|token| token.value.generation);
                    let made: Option<Generation> = made.or(jar.remember_made());
                    !present.contains(&made)
                });
            }
            for old in &old {
                assert!(!end.world.lets_in(old, HOME), "{:?}", end.plan);
            }
        });
    }
}

#[test]
fn a_renewal_ends_the_other_logins_of_the_user() {
    let (world, jar) = logged_in(true, Basic);
    let other = Jar::default().with(&world.run(
        crate::sessions::model::request::Kind::Login,
        &Jar::default(),
        AWAY,
    ));
    let renewal = world.run(Renew, &jar, HOME);
    assert!(renewal.done);
    assert!(world.lets_in(&jar.with(&renewal), HOME));
    assert!(other.tokens().iter().all(|jar| !world.lets_in(jar, AWAY)));
    assert_eq!(world.script().rows().len(), 1);
}
