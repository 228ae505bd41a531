//! Answers that come late, from a handler that took its time.

use crate::config::ProtectionLevel::Basic;
use crate::session::Generation;
use crate::sessions::model::jar::{Answer, Jar};
use crate::sessions::model::node::HOME;
use crate::sessions::model::request::Kind::{Confirm, Page, Renew, Restore};
use crate::sessions::model::schedule::{combinations, explore, start};
use crate::sessions::model::world::logged_in;

/// The generations that an answer sets.
fn made(answer: &Answer) -> [Option<Generation>; 2] {
    let jar = Jar::default().with(answer);
    let session = jar.session.as_ref().map(|token| token.value.generation);
    [session, jar.remember_made()]
}

#[test]
fn no_answer_goes_back_behind_a_generation_that_its_node_has_handed_out() {
    for kinds in combinations(&[Page, Confirm, Restore, Renew], 2) {
        for (with_session, is_slow) in [(true, false), (true, true), (false, false)] {
            let (world, jar) = logged_in(with_session, Basic);
            if is_slow {
                world.script().slow_down();
            }
            let starts: Vec<_> = kinds
                .iter()
                .map(|kind| start(*kind, &jar, HOME, 0))
                .collect();
            explore(&world, &starts, |end| {
                let mut highest = [None; 2];
                for answer in end.order {
                    for (highest, made) in highest.iter_mut().zip(made(&end.answers[*answer])) {
                        let is_late = made.is_some() && made < *highest;
                        assert!(!is_late, "{kinds:?} {:?}", end.plan);
                        *highest = (*highest).max(made);
                    }
                }
            });
        }
    }
}
