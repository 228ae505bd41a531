//! Logins without a store, and those that a store takes over.

use std::sync::Arc;
use std::time::Duration;

use crate::config::ProtectionLevel::Basic;
use crate::session::SessionId;
use crate::sessions::model::jar::Jar;
use crate::sessions::model::logout::check_out;
use crate::sessions::model::node::HOME;
use crate::sessions::model::request::Kind::{self, Confirm, Login, Logout, Page, Renew, Restore};
use crate::sessions::model::schedule::{combinations, explore, start};
use crate::sessions::model::store::Script;
use crate::sessions::model::world::{DAY, World, come_back};

fn logged_in(with_session: bool) -> (World, Jar) {
    come_back(World::without_store(Basic), with_session)
}

#[test]
fn a_confirmed_session_counts_on_every_node_with_clocks_apart() {
    let skews = [-2000, 0, 2000];
    for (first, second) in skews.iter().flat_map(|a| skews.map(|b| (*a, b))) {
        for apart in [0, 500, 1000, 3000] {
            let (world, old) = logged_in(true);
            world.wait(1000);
            world.set_ahead([first, second]);
            let one = old.with(&world.run_on(0, Confirm, &old, HOME));
            let pass = |world: &World, millis| {
                let passed = Duration::from_millis(millis);
                let nodes = world.nodes.iter();
                nodes.for_each(|node| node.clock.set(node.clock.now().plus(passed)));
            };
            pass(&world, apart);
            let two = old.with(&world.run_on(1, Confirm, &old, HOME));
            for later in [1000, 40_000] {
                let world = world.fork();
                pass(&world, later);
                for (node, kept) in [(0, &one), (0, &two), (1, &one), (1, &two)] {
                    let page = world.run_on(node, Page, &kept.only_session(), HOME);
                    assert!(page.fresh, "{first} {second} {apart} {later}");
                }
            }
            world.wait(100);
            for node in 0..2 {
                let page = world.run_on(node, Page, &old.only_session(), HOME);
                assert!(page.user.is_none(), "{first} {second} {apart}");
            }
        }
    }
}

#[test]
fn without_a_store_nothing_counts_on_a_node_after_its_logout_beside_anything() {
    let mut all = combinations(&[Page, Confirm, Restore, Renew], 1);
    all.extend(combinations(&[Page, Confirm, Restore], 2));
    for others in &all {
        for with_session in [true, false] {
            let (world, jar) = logged_in(with_session);
            let mut starts = vec![start(Logout, &jar, HOME, 0)];
            starts.extend(others.iter().map(|kind| start(*kind, &jar, HOME, 0)));
            explore(&world, &starts, |end| {
                let answers = end.answers.iter();
                let mut jars: Vec<_> = answers.map(|answer| Jar::default().with(answer)).collect();
                jars.push(jar.clone());
                if starts.iter().all(|start| start.kind != Renew) {
                    assert!(!end.world.lets_in(&jar, HOME));
                }
                check_out(end.world, &jars, end.plan);
                // An end stays for as long as the remember token would last.
                let later = end.world.later(300 * DAY as i64);
                assert!(jars.iter().all(|jar| !later.lets_in(jar, HOME)));
            });
        }
    }
}

#[test]
fn without_a_store_a_later_rotation_revives_no_older_generation() {
    for waits in [[40, 40, 40], [5, 40, 5], [40, 5, 5], [5, 5, 40]] {
        let (world, first) = logged_in(true);
        let mut jars = vec![first];
        for wait in waits {
            world.wait(wait);
            let last = jars.last().unwrap();
            let next = last.with(&world.run(Confirm, last, HOME));
            jars.push(next);
            for (place, old) in jars.iter().enumerate() {
                let old = old.only_session();
                let is_present = place + 1 == jars.len();
                assert_eq!(world.is_fresh(&old, HOME), is_present, "{waits:?}");
                // Once it was out it stays out.
                let late = waits.iter().take(jars.len() - 1).skip(place + 1);
                let was_out = late.sum::<u64>() > 30;
                let counts = world.lets_in(&old, HOME);
                assert!(!(was_out && counts), "{waits:?} {place} of {}", jars.len());
            }
        }
        world.wait(31);
        let present = jars.pop().unwrap();
        assert!(world.lets_in(&present.only_session(), HOME));
        let old = jars.iter().map(Jar::only_session);
        assert!(old.into_iter().all(|old| !world.lets_in(&old, HOME)));
    }
}

#[test]
fn without_a_store_a_restore_is_not_fresh_and_the_remember_token_stays() {
    let (world, jar) = logged_in(false);
    let page = world.run(Page, &jar, HOME);
    assert!(page.user.is_some() && !page.fresh && !page.told);
    let back = jar.with(&page);
    assert_eq!(back.remember_made(), jar.remember_made());
    assert!(world.lets_in(&back.only_session(), HOME));
    // Sessions of one token know each other: the logout of one ends all.
    let other = jar.with(&world.run(Page, &jar, HOME));
    world.run(Logout, &back.only_session(), HOME);
    check_out(&world, &[back, other, jar], &[]);
}

/// A login from a time without a store, on nodes that have one by now.
fn moved(with_session: bool) -> (World, Jar) {
    let (before, jar) = logged_in(with_session);
    let world = World::of(Some(Arc::new(Script::default())), Basic, before.limits);
    world.wait(before.now().since(world.now()).as_secs());
    (world, jar)
}

#[test]
fn a_login_from_a_time_without_a_store_is_taken_over_once() {
    for with_session in [true, false] {
        let (world, jar) = moved(with_session);
        let kinds: [Kind; 2] = [Page, Confirm];
        for kinds in combinations(&kinds, 2) {
            let starts = [
                start(kinds[0], &jar, HOME, 0),
                start(kinds[1], &jar, HOME, 1),
            ];
            explore(&world, &starts, |end| {
                assert_eq!(end.world.script().rows().len(), 1, "{:?}", end.plan);
                for answer in end.answers {
                    let jar = jar.with(answer);
                    assert!(answer.user.is_some(), "{:?}", end.plan);
                    assert!(end.world.lets_in(&jar, HOME), "{:?}", end.plan);
                    let later = end.world.later(10 * DAY as i64);
                    assert!(later.lets_in(&jar.closed(), HOME), "{:?}", end.plan);
                }
            });
        }
    }
}

#[test]
fn a_login_that_a_store_would_take_over_stays_out_after_a_logout_beside_anything() {
    for kinds in combinations(&[Page, Confirm, Restore], 1)
        .into_iter()
        .chain([vec![Page, Page], vec![Login]])
    {
        for (with_session, node) in [(true, 0), (true, 1), (false, 0), (false, 1)] {
            let (world, jar) = moved(with_session);
            let mut starts = vec![start(Logout, &jar, HOME, 0)];
            starts.extend(kinds.iter().map(|kind| start(*kind, &jar, HOME, node)));
            explore(&world, &starts, |end| {
                let others = end.answers.iter().map(|answer| Jar::default().with(answer));
                let of_login = |other: &Jar| !other.tokens().is_empty() && other.id() == jar.id();
                let mut jars: Vec<_> = others.filter(of_login).collect();
                jars.push(jar.clone());
                check_out(end.world, &jars, end.plan);
                let rows = end.world.script().rows();
                let mut ends = rows.iter().filter(|row| row.key.predates_store());
                let end_row = ends.next().unwrap();
                // The end stays until the last copy has expired.
                let last = jar.remember.as_ref().unwrap().value.expires;
                assert!(end_row.expires >= i64::try_from(last.as_secs()).unwrap());
            });
        }
    }
}

#[test]
fn an_id_says_whether_it_predates_the_store() {
    let (_, jar) = moved(true);
    assert!(jar.id().predates_store());
    assert!(!SessionId::new([0; 16], true).predates_store());
}
