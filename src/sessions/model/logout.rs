//! A logout beside anything: nothing of that login counts afterwards.

use crate::config::ProtectionLevel;
use crate::sessions::model::jar::Jar;
use crate::sessions::model::node::HOME;
use crate::sessions::model::request::Kind;
use crate::sessions::model::schedule::{End, combinations, explore, start};
use crate::sessions::model::world::{World, logged_in};

use Kind::{Confirm, Logout, Page, Renew, Restore, Revoke};

/// Checks that nothing of a login counts, now or later.
pub(super) fn check_out(world: &World, jars: &[Jar], plan: &[usize]) {
    for later in [0, 100, 10_000] {
        let world = world.later(later);
        for jar in jars.iter().flat_map(Jar::tokens) {
            assert!(
                !world.lets_in(&jar, HOME),
                "counts {later} s later: {plan:?}"
            );
        }
    }
}

fn check(end: &End<'_>, jar: &Jar, is_same_node: bool) {
    let arrived = end.answers.iter().map(|answer| Jar::default().with(answer));
    let jars: Vec<_> = arrived.chain([jar.clone()]).collect();
    check_out(end.world, &jars, end.plan);
    let out = end.order.iter().position(|request| *request == 0).unwrap();
    let late = end.order.iter().skip(out);
    for late in late.filter(|_| is_same_node) {
        assert!(
            !end.answers[*late].sets_any(),
            "late answer: {:?}",
            end.plan
        );
    }
}

fn beside(ends: Kind, others: &[Kind], is_slow: bool) -> u64 {
    let mut count = 0;
    for (with_session, node) in [(true, 0), (true, 1), (false, 0), (false, 1)] {
        let (world, jar) = logged_in(with_session, ProtectionLevel::Basic);
        if is_slow {
            world.script().slow_down();
        }
        let mut starts = vec![start(ends, &jar, HOME, 0)];
        let others = others.iter();
        starts.extend(others.map(|kind| start(*kind, &jar, HOME, node)));
        count += explore(&world, &starts, |end| check(end, &jar, node == 0));
    }
    count
}

#[test]
fn nothing_of_a_login_counts_after_a_logout_beside_anything() {
    let kinds = [Page, Confirm];
    let mut all = combinations(&kinds, 1);
    all.extend(combinations(&kinds, 2));
    all.extend([vec![Renew], vec![Restore], vec![Renew, Page]]);
    let count: u64 = all.iter().map(|others| beside(Logout, others, false)).sum();
    assert!(count >= 110_000, "{count}");
}

#[test]
fn nothing_of_a_login_counts_after_a_revocation_beside_anything() {
    let others = combinations(&[Page, Confirm, Renew], 1);
    let count: u64 = others
        .iter()
        .map(|others| beside(Revoke, others, false))
        .sum();
    let more = beside(Revoke, &[Page, Page], false);
    assert!(count + more >= 111_000, "{count} {more}");
}

#[test]
fn nothing_of_a_login_counts_after_its_end_beside_what_a_store_answers_slowly() {
    for ends in [Logout, Revoke] {
        for others in [[Page], [Confirm], [Renew], [Restore]] {
            beside(ends, &others, true);
        }
    }
}
