//! Random walks of one honest browser, alone and with a thief.

use crate::config::ProtectionLevel::Strong;
use crate::session::SessionId;
use crate::sessions::model::jar::{Answer, Change, Jar};
use crate::sessions::model::node::{AWAY, Browser, CAFE, HOME};
use crate::sessions::model::request::Kind::{Login, Page, Restore};
use crate::sessions::model::walk::{Fates, Walk};
use crate::sessions::model::world::World;

/// How many walks of each kind there are: 18,000 of an honest browser.
const WALKS: u64 = 6000;

fn walks(fates: Fates) {
    for seed in 0..WALKS {
        let mut walk = Walk::begin(seed, fates);
        for turn in 0..40 {
            let answer = walk.step();
            let is_out = answer.is_some_and(|answer| answer.user.is_none() || answer.failed);
            assert!(!is_out, "login form: seed {seed}, turn {turn}");
            assert!(!walk.was_told, "told of: seed {seed}, turn {turn}");
        }
    }
}

#[test]
fn a_browser_that_loses_answers_and_is_closed_stays_logged_in() {
    walks(Fates::default());
}

#[test]
fn a_browser_that_moves_and_gets_answers_late_stays_logged_in() {
    walks(Fates {
        moves: true,
        late: true,
        kills: false,
    });
}

#[test]
fn a_browser_that_is_killed_stays_logged_in() {
    walks(Fates {
        moves: true,
        late: true,
        kills: true,
    });
}

/// A thief who keeps every token that he has seen.
struct Thief {
    jars: Vec<Jar>,
    browser: Browser,
}

impl Thief {
    fn see(&mut self, answer: &Answer) {
        let jar = Jar::default().with(answer);
        self.jars.extend(jar.tokens());
    }

    fn step(&mut self, walk: &mut Walk) -> Option<Answer> {
        if self.jars.is_empty() || walk.random.below(4) > 0 {
            return None;
        }
        let jar = walk.random.pick(&self.jars).clone();
        // He does not know the password, so that he confirms nothing.
        let kind = *walk.random.pick(&[Page, Restore]);
        let node = walk.random.below(2);
        let answer = walk.world.run_on(node, kind, &jar, self.browser);
        self.see(&answer);
        Some(answer)
    }

    /// Checks that none of his tokens of this login counts.
    fn is_out(&self, world: &World, id: SessionId) -> bool {
        let mut own = self.jars.iter().filter(|jar| jar.id() == id);
        own.all(|jar| !world.lets_in(jar, self.browser))
    }
}

#[test]
fn a_thief_is_out_when_the_owner_logs_in_again_or_is_noticed_under_strong() {
    let mut noticed = 0;
    for seed in 0..3000 {
        let mut walk = Walk::begin(seed, Fates::default());
        let browser = if seed % 3 == 0 { CAFE } else { AWAY };
        let mut thief = Thief {
            jars: walk.jar.tokens(),
            browser,
        };
        let id = walk.jar.id();
        for _ in 0..40 {
            let by_thief = thief.step(&mut walk);
            let by_owner = walk.step();
            by_owner.iter().for_each(|answer| thief.see(answer));
            let answers = [by_thief, by_owner];
            let was_told = answers.iter().flatten().any(|answer| answer.told);
            if was_told && walk.world.level == Strong {
                noticed += 1;
                assert!(thief.is_out(&walk.world, id), "noticed: seed {seed}");
            }
            let failed = answers.iter().flatten().any(|answer| answer.failed);
            assert!(!failed, "503: seed {seed}");
            if was_told || walk.jar.tokens().is_empty() {
                break;
            }
        }
        let removed = walk.jar.tokens().is_empty();
        let login = walk.world.run(Login, &walk.jar, HOME);
        assert!(login.done && matches!(login.session, Change::Set(_)));
        walk.arrive(&login);
        assert!(
            walk.world.lets_in(&walk.jar, HOME),
            "owner out: seed {seed}"
        );
        let is_out = thief.is_out(&walk.world, id);
        assert!(is_out, "the thief is in: seed {seed}, removed {removed}");
    }
    assert!(noticed > 100, "{noticed}");
}
