//! Logins beside each other, and beside a page that comes back.

use crate::config::ProtectionLevel::{Basic, Strong};
use crate::sessions::model::jar::Jar;
use crate::sessions::model::logout::check_out;
use crate::sessions::model::node::{AWAY, HOME};
use crate::sessions::model::request::Kind::{Login, Logout, Page, PlainLogin, Restore};
use crate::sessions::model::schedule::{explore, start};
use crate::sessions::model::world::{World, logged_in};

fn before() -> [(World, Jar); 3] {
    [
        logged_in(true, Basic),
        logged_in(false, Basic),
        (World::new(Basic), Jar::default()),
    ]
}

#[test]
fn of_a_double_click_on_log_in_both_answers_count() {
    for (world, jar) in before() {
        for node in 0..2 {
            let starts = [start(Login, &jar, HOME, 0), start(Login, &jar, HOME, node)];
            explore(&world, &starts, |end| {
                for answer in end.answers {
                    let jar = jar.with(answer);
                    assert!(answer.done && end.world.is_fresh(&jar, HOME));
                    assert!(end.world.lets_in(&jar.closed(), HOME), "{:?}", end.plan);
                }
                if !jar.tokens().is_empty() {
                    check_out(end.world, std::slice::from_ref(&jar), end.plan);
                }
                // The next login of the browser is a plain one, and so is its logout.
                let world = end.world.fork();
                let jar = jar.with(&end.answers[0]).with(&end.answers[1]);
                let next = world.run(Login, &jar, HOME);
                assert!(next.done && world.lets_in(&jar.with(&next), HOME));
                assert!(world.run(Logout, &jar.with(&next), HOME).done);
                check_out(&world, &[jar.with(&next)], end.plan);
            });
        }
    }
}

#[test]
fn a_login_beside_a_page_that_comes_back_is_not_overwritten_by_its_late_answer() {
    for kind in [Page, Restore] {
        for with_session in [true, false] {
            let (world, jar) = logged_in(with_session, Basic);
            let starts = [start(Login, &jar, HOME, 0), start(kind, &jar, HOME, 0)];
            explore(&world, &starts, |end| {
                let login = jar.with(&end.answers[0]);
                assert!(end.world.lets_in(&login, HOME), "{:?}", end.plan);
                let is_late = end.order == [0, 1];
                assert!(!is_late || !end.answers[1].sets(jar.id()), "{:?}", end.plan);
                check_out(
                    end.world,
                    &[jar.clone(), jar.with(&end.answers[1])],
                    end.plan,
                );
            });
        }
    }
}

#[test]
fn a_logout_beside_a_login_and_a_page_ends_what_its_request_names() {
    let (world, jar) = logged_in(false, Basic);
    let starts = [
        start(Login, &jar, HOME, 0),
        start(Logout, &jar, HOME, 1),
        start(Page, &jar, HOME, 0),
    ];
    explore(&world, &starts, |end| {
        let login = jar.with(&end.answers[0]);
        assert!(end.world.lets_in(&login, HOME), "{:?}", end.plan);
        check_out(
            end.world,
            &[jar.clone(), jar.with(&end.answers[2])],
            end.plan,
        );
    });
}

#[test]
fn a_plain_login_takes_the_remember_part_over() {
    for level in [Basic, Strong] {
        for with_session in [true, false] {
            let (world, jar) = logged_in(with_session, level);
            let login = jar.with(&world.run(PlainLogin, &jar, HOME));
            assert!(world.is_fresh(&login, HOME));
            let expires = |jar: &Jar| jar.remember.as_ref().unwrap().value.expires;
            assert_eq!(expires(&login), expires(&jar));
            check_out(&world, &[jar], &[]);
            assert!(world.lets_in(&login.closed(), HOME));
        }
    }
}

#[test]
fn a_plain_login_takes_over_no_remember_token_that_does_not_count() {
    let (world, jar) = logged_in(false, Basic);
    let stolen = jar.with(&world.run(Page, &jar, AWAY));
    world.wait(1000);
    let login = jar.with(&world.run(PlainLogin, &jar, HOME));
    assert!(world.is_fresh(&login, HOME) && login.remember.is_none());
    check_out(&world, &[stolen, jar], &[]);
    // Nor one of before the change of a password.
    let (world, jar) = logged_in(false, Basic);
    world.nodes[0].auth.set(1);
    let login = jar.with(&world.run(PlainLogin, &jar, HOME));
    assert!(world.is_fresh(&login, HOME) && login.remember.is_none());
}

#[test]
fn a_plain_login_beside_a_page_that_comes_back_stays_remembered() {
    let (world, jar) = logged_in(false, Basic);
    let starts = [start(PlainLogin, &jar, HOME, 0), start(Page, &jar, HOME, 1)];
    explore(&world, &starts, |end| {
        let login = jar.with(&end.answers[0]);
        assert!(end.world.is_fresh(&login, HOME), "{:?}", end.plan);
        assert!(login.id() != jar.id() && login.remember.is_some());
        assert!(end.world.lets_in(&login.closed(), HOME), "{:?}", end.plan);
        check_out(end.world, std::slice::from_ref(&jar), end.plan);
    });
}
