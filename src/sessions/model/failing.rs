//! Stores that fail: the error comes out, the cookies stay, and the next try works.

use crate::config::ProtectionLevel::{Basic, Strong};
use crate::sessions::model::jar::{Change, Jar};
use crate::sessions::model::logout::check_out;
use crate::sessions::model::node::{AWAY, HOME};
use crate::sessions::model::request::Kind::{
    self, Confirm, Login, Logout, Page, PlainLogin, Renew, Restore,
};
use crate::sessions::model::store::Fault::{self, AfterWrite, BeforeWrite};
use crate::sessions::model::world::{World, logged_in};

/// Has each operation of a request fail, and hands over what is left.
fn with_each_fault(kind: Kind, mut check: impl FnMut(&World, &Jar, Fault)) -> usize {
    let mut count = 0;
    for with_session in [true, false] {
        let (world, jar) = logged_in(with_session, Basic);
        let whole = world.fork();
        let before = whole.script().operations();
        assert!(whole.run(kind, &jar, HOME).done);
        let operations = whole.script().operations() - before;
        for which in 0..operations {
            for fault in [BeforeWrite, AfterWrite] {
                let world = world.fork();
                world.script().fail(which, fault);
                let answer = world.run(kind, &jar, HOME);
                let is_error = answer.failed && !answer.done;
                assert!(is_error, "{kind:?} {which} {fault:?}");
                // A restore by a confirmation's guard counts before the confirmation.
                if with_session || kind != Confirm {
                    assert!(matches!(answer.session, Change::Keep), "{kind:?} {which}");
                    assert!(matches!(answer.remember, Change::Keep), "{kind:?} {which}");
                }
                check(&world, &jar, fault);
                count += 1;
            }
        }
    }
    count
}

#[test]
fn a_logout_that_cannot_be_written_is_an_error_and_the_next_try_ends_the_login() {
    let count = with_each_fault(Logout, |world, jar, fault| {
        assert_eq!(world.lets_in(jar, HOME), fault == BeforeWrite);
        assert!(world.run(Logout, jar, HOME).done);
        check_out(world, std::slice::from_ref(jar), &[]);
    });
    assert!(count >= 4);
}

#[test]
fn a_login_that_cannot_be_written_leaves_no_session_and_the_next_try_works() {
    for kind in [Login, PlainLogin] {
        with_each_fault(kind, |world, jar, fault| {
            let next = world.run(kind, jar, HOME);
            assert!(next.done && world.is_fresh(&jar.with(&next), HOME));
            // The part that a plain login takes over may have ended with the old login.
            if kind == Login || fault == BeforeWrite {
                assert!(world.lets_in(&jar.with(&next).closed(), HOME));
            }
            check_out(world, std::slice::from_ref(jar), &[]);
        });
    }
}

#[test]
fn a_login_that_cannot_end_the_old_one_is_withdrawn() {
    let (world, jar) = logged_in(true, Basic);
    // It creates its row, lists the user's, and deletes the old one.
    for fault in [BeforeWrite, AfterWrite] {
        for which in 1..=2 {
            let world = world.fork();
            world.script().fail(which, fault);
            assert!(world.run(Login, &jar, HOME).failed);
            let rows = world.script().rows().len();
            let was_ended = which == 2 && fault == AfterWrite;
            assert_eq!(rows, usize::from(!was_ended), "{which} {fault:?}");
        }
    }
}

#[test]
fn a_restore_that_cannot_be_written_is_an_error_and_the_next_try_works() {
    for later in [0, 20, 10_000] {
        with_each_fault(Restore, |world, jar, _| {
            world.wait(later);
            let next = world.run(Restore, jar, HOME);
            assert!(next.user.is_some() && !next.told, "{later}");
            assert!(world.lets_in(&jar.with(&next), HOME));
        });
    }
}

#[test]
fn a_confirmation_that_cannot_be_written_is_an_error_and_the_next_try_works() {
    with_each_fault(Confirm, |world, jar, _| {
        assert!(!world.is_fresh(&jar.closed(), HOME));
        let next = world.run(Confirm, jar, HOME);
        assert!(next.done && next.fresh);
        assert!(world.is_fresh(&jar.with(&next), HOME));
    });
}

#[test]
fn a_renewal_that_cannot_be_written_ends_no_other_login_and_logs_in_no_browser() {
    let (world, jar) = logged_in(true, Basic);
    for fault in [BeforeWrite, AfterWrite] {
        let world = world.fork();
        world.script().fail(1, fault);
        let renewal = world.run(Renew, &jar, HOME);
        assert!(renewal.failed && !renewal.sets_any());
        // The password has changed, and the browser has no token of after that.
        assert!(jar.tokens().iter().all(|jar| !world.lets_in(jar, HOME)));
        let login = world.run(Login, &jar, HOME);
        assert!(login.done && world.lets_in(&jar.with(&login), HOME));
    }
}

#[test]
fn a_page_that_cannot_be_read_or_written_takes_no_user_for_a_stranger() {
    let (world, jar) = logged_in(true, Basic);
    world.wait(300_000);
    let whole = world.fork();
    let before = whole.script().operations();
    whole.run(Page, &jar, HOME);
    let operations = whole.script().operations() - before;
    assert_eq!(operations, 2);
    for which in 0..operations {
        for fault in [BeforeWrite, AfterWrite] {
            let world = world.fork();
            world.script().fail(which, fault);
            let answer = world.run(Page, &jar, HOME);
            assert!(answer.failed && !answer.sets_any());
            assert!(world.lets_in(&jar, HOME));
        }
    }
}

#[test]
fn an_end_under_strong_that_cannot_be_written_is_an_error_and_is_tried_again() {
    let (world, old) = logged_in(false, Strong);
    let jar = old.with(&world.run(Page, &old, HOME));
    world.wait(1000);
    // A session from elsewhere ends, and so does a remember token that is reused.
    for tokens in [jar.clone(), old.clone()] {
        for fault in [BeforeWrite, AfterWrite] {
            let world = world.fork();
            world.script().fail(1, fault);
            let answer = world.run(Page, &tokens, AWAY);
            assert!(answer.failed && matches!(answer.remember, Change::Keep));
            assert!(world.run(Page, &tokens, AWAY).user.is_none());
            check_out(&world, &[jar.clone(), old.clone()], &[]);
        }
    }
}
