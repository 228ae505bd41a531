//! How many records a user has, and what a guard that writes nothing writes.

use crate::config::ProtectionLevel::Basic;
use crate::session::SessionEnd;
use crate::sessions::model::jar::Jar;
use crate::sessions::model::node::{AWAY, CAFE, HOME};
use crate::sessions::model::request::Kind::{Confirm, Login, Logout, Look, Page, Renew};
use crate::sessions::model::schedule::{explore, start};
use crate::sessions::model::world::{World, finish, logged_in, user};
use crate::sessions::{self, IN_FLIGHT, Record};

fn few(most: usize) -> World {
    World::new(Basic).configured(|world| world.max_per_user = Some(most))
}

fn log_in(world: &World) -> Jar {
    world.wait(10);
    Jar::default().with(&world.run(Login, &Jar::default(), HOME))
}

#[test]
fn the_oldest_login_goes_when_there_are_too_many() {
    let world = few(2);
    let (first, second) = (log_in(&world), log_in(&world));
    world.wait(300_000);
    world.run(Page, &first, HOME);
    let third = log_in(&world);
    assert!(world.lets_in(&second, HOME) && world.lets_in(&third, HOME));
    assert!(first.tokens().iter().all(|jar| !world.lets_in(jar, HOME)));
    // A login in the same browser takes the place of its own.
    let again = third.with(&world.run(Login, &third, HOME));
    assert!(world.lets_in(&second, HOME) && world.lets_in(&again, HOME));
    assert_eq!(world.script().rows().len(), 2);
}

#[test]
fn a_suspended_login_takes_no_place_of_one_that_counts() {
    let world = few(2);
    log_in(&world);
    log_in(&world);
    world.nodes[0].auth.set(1);
    let (first, second) = (log_in(&world), log_in(&world));
    assert!(world.lets_in(&first, HOME) && world.lets_in(&second, HOME));
    let third = log_in(&world);
    assert!(!world.lets_in(&first, HOME));
    assert!(world.lets_in(&second, HOME) && world.lets_in(&third, HOME));
}

#[test]
fn of_logins_at_once_beyond_the_bound_the_later_one_counts() {
    for (most, ahead) in [(1, [0, 1]), (1, [1, 0]), (2, [0, 1])] {
        let world = few(most);
        world.set_ahead(ahead);
        let starts = [
            start(Login, &Jar::default(), HOME, 0),
            start(Login, &Jar::default(), CAFE, 1),
        ];
        explore(&world, &starts, |end| {
            let later = usize::from(ahead == [0, 1]);
            let lets_in = |login: usize| {
                let jar = Jar::default().with(&end.answers[login]);
                end.world.lets_in(&jar, HOME)
            };
            assert!(lets_in(later), "the later one is out: {:?}", end.plan);
            assert!(most == 1 || lets_in(1 - later), "{:?}", end.plan);
            // The next login makes up for what the two have left.
            let world = end.world.later(10);
            world.run(Login, &Jar::default(), HOME);
            assert!(world.script().rows().len() <= most, "{:?}", end.plan);
        });
    }
}

#[test]
fn restores_and_confirmations_and_logouts_leave_one_row_at_most() {
    let (world, mut jar) = logged_in(true, Basic);
    for _ in 0..20 {
        world.wait(100);
        jar = jar.closed().with(&world.run(Page, &jar.closed(), HOME));
        jar = jar.with(&world.run(Confirm, &jar, HOME));
        jar = jar.with(&world.run(Renew, &jar, HOME));
        assert_eq!(world.script().rows().len(), 1);
    }
    world.run(Logout, &jar, HOME);
    assert!(world.script().rows().is_empty());
}

#[test]
fn a_guard_that_may_write_nothing_looks_and_writes_nothing() {
    for with_session in [true, false] {
        let (world, jar) = logged_in(with_session, Basic);
        world.wait(300_000);
        let before = world.script().rows();
        for browser in [HOME, CAFE, AWAY] {
            let answer = world.run(Look, &jar, browser);
            assert!(answer.user.is_some() && !answer.sets_any());
        }
        assert!(world.script().rows() == before);
        let page = world.run(Page, &jar, HOME);
        assert!(page.user.is_some() && world.script().rows() != before);
    }
}

#[test]
fn a_superseded_token_notes_that_it_was_seen_and_nothing_else() {
    let (world, jar) = logged_in(true, Basic);
    world.wait(300_000);
    let confirmed = jar.with(&world.run(Confirm, &jar, HOME));
    // Another clock is ahead, within the grace.
    let node = &world.nodes[1];
    node.clock
        .set(node.clock.now().plus(std::time::Duration::from_secs(30)));
    let page = world.run_on(1, Page, &jar, AWAY);
    assert!(page.user.is_some() && !page.fresh && !page.sets_any());
    assert!(world.is_fresh(&confirmed, HOME));
}

/// The jar of a login from a time without a store, so many seconds after the first.
fn from_before(secs: u64) -> Jar {
    let before = World::without_store(Basic);
    before.wait(secs);
    Jar::default().with(&before.run(Login, &Jar::default(), HOME))
}

#[test]
fn the_ends_of_sessions_from_a_time_without_a_store_hide_no_session() {
    let world = few(2);
    let mut ended = Vec::new();
    for secs in 0..1250 {
        ended.push(from_before(secs));
        assert!(world.run(Logout, &ended[ended.len() - 1], HOME).done);
        world.wait(1);
    }
    let taken_over = from_before(1250);
    assert!(world.run(Page, &taken_over, HOME).user.is_some());
    let second = log_in(&world);
    let third = log_in(&world);
    // The oldest login went, and the other two are found.
    assert!(!world.lets_in(&taken_over, HOME));
    assert!(world.lets_in(&second, HOME) && world.lets_in(&third, HOME));
    let sessions = &world.nodes[0].sessions;
    let none = |_: &Record| false;
    let listed = finish(sessions::list(sessions, &user(), None, none)).unwrap();
    assert_eq!(listed.len(), 2);
    let revoked = finish(sessions::revoke_all(sessions, &user(), SessionEnd::Revoked));
    assert_eq!(revoked.unwrap(), 2);
    for jar in [&second, &third, &taken_over, &ended[1249]] {
        assert!(jar.tokens().iter().all(|jar| !world.lets_in(jar, HOME)));
    }
    // The ends are bounded as well.
    assert_eq!(world.script().rows().len(), 1000);
}

#[test]
fn a_revocation_of_all_keeps_the_ends_of_sessions_that_were_taken_over() {
    let world = World::new(Basic);
    let jars = [from_before(0), from_before(0), log_in(&world)];
    for jar in &jars {
        assert!(world.run(Page, jar, HOME).user.is_some());
    }
    let sessions = &world.nodes[0].sessions;
    let revoked = finish(sessions::revoke_all(sessions, &user(), SessionEnd::Revoked));
    assert_eq!(revoked.unwrap(), 3);
    for jar in &jars {
        assert!(jar.tokens().iter().all(|jar| !world.lets_in(jar, HOME)));
    }
    assert_eq!(world.script().rows().len(), 2);
}

#[test]
fn with_a_store_a_process_knows_a_rotation_and_an_end_while_answers_are_under_way() {
    let (world, jar) = logged_in(false, Basic);
    let (sessions, clock) = (&world.nodes[0].sessions, &world.nodes[0].clock);
    let is_known = || sessions.fate(jar.id(), clock.now()).is_some();
    for kind in [Page, Logout] {
        world.run(kind, &jar, HOME);
        world.wait(IN_FLIGHT.as_secs() - 1);
        assert!(is_known());
        world.wait(1);
        assert!(!is_known());
    }
}
