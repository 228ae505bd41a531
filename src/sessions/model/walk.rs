//! One browser that goes its way at random.

use crate::config::ProtectionLevel::{Basic, Strong};
use crate::sessions::model::jar::{Answer, Jar};
use crate::sessions::model::node::{Browser, CAFE, HOME};
use crate::sessions::model::random::Random;
use crate::sessions::model::request::Kind::{self, Confirm, Login, Page};
use crate::sessions::model::world::World;

/// Mishaps of a browser beside lost answers and being closed.
#[derive(Clone, Copy, Default)]
pub(super) struct Fates {
    pub(super) moves: bool,
    pub(super) kills: bool,
    pub(super) late: bool,
}

/// One browser that goes its way.
pub(super) struct Walk {
    pub(super) world: World,
    pub(super) random: Random,
    fates: Fates,
    pub(super) browser: Browser,
    pub(super) jar: Jar,
    /// The cookies that the browser has written to disk, with the time.
    disk: Vec<(u64, Jar)>,
    /// Answers on their way.
    flight: Vec<(u64, Answer)>,
    /// Whether it was killed before it had written its cookies down.
    pub(super) was_killed: bool,
    pub(super) was_told: bool,
}

impl Walk {
    pub(super) fn begin(seed: u64, fates: Fates) -> Self {
        let level = if seed % 2 == 1 { Strong } else { Basic };
        let world = World::new(level);
        let jar = Jar::default().with(&world.run(Login, &Jar::default(), HOME));
        Self {
            disk: vec![(world.now().as_secs(), jar.clone())],
            world,
            random: Random::new(seed),
            fates,
            browser: HOME,
            jar,
            flight: Vec::new(),
            was_killed: false,
            was_told: false,
        }
    }

    fn now(&self) -> u64 {
        self.world.now().as_secs()
    }

    /// Does the next thing.
    pub(super) fn step(&mut self) -> Option<Answer> {
        let mut choices = vec!["page", "page", "page", "page", "confirm"];
        choices.extend(["wait", "wait", "close"]);
        choices.extend(self.fates.kills.then_some("kill"));
        choices.extend(self.fates.moves.then_some("move"));
        let mut answer = None;
        match *self.random.pick(&choices) {
            "wait" => self.wait(),
            "move" => self.travel(),
            "close" => self.close(),
            "kill" => self.kill(),
            "page" => answer = Some(self.ask(Page)),
            _ => answer = Some(self.ask(Confirm)),
        }
        self.land();
        answer
    }

    fn wait(&mut self) {
        let spans = [1, 4, 20, 40, 70, 1000, 10_000, 400_000];
        let secs = *self.random.pick(&spans);
        self.world.wait(secs);
    }

    /// Goes elsewhere. Under `strong` the session stays behind, as it would end; and so
    /// would one that the remember token joins within the grace, from an address before.
    fn travel(&mut self) {
        if self.world.level == Strong {
            self.close();
            self.world.wait(31);
        }
        self.browser = if self.browser == HOME { CAFE } else { HOME };
    }

    fn close(&mut self) {
        self.jar = self.jar.closed();
        self.disk = vec![(self.now(), self.jar.clone())];
        self.flight.clear();
    }

    /// Ends the browser: what it got within the last 30 seconds is lost.
    fn kill(&mut self) {
        let written = self.now() - 30;
        let old = self.disk.iter().rev().find(|(at, _)| *at <= written);
        let (_, kept) = old.unwrap_or(&self.disk[0]).clone();
        self.was_killed |= kept.remember_made() != self.jar.remember_made();
        self.jar = kept;
        self.close();
    }

    fn ask(&mut self, kind: Kind) -> Answer {
        let node = self.random.below(2);
        let answer = self.world.run_on(node, kind, &self.jar, self.browser);
        self.was_told |= answer.told;
        if answer.sets_any() {
            let fates = ["ok", "ok", "ok", "lost", "late"];
            let fates = &fates[..if self.fates.late { 5 } else { 4 }];
            match *self.random.pick(fates) {
                "ok" => self.arrive(&answer),
                "late" => self.flight.push((self.now(), answer.clone())),
                _ => {}
            }
        } else {
            self.jar = self.jar.with(&answer);
        }
        answer
    }

    pub(super) fn arrive(&mut self, answer: &Answer) {
        self.jar = self.jar.with(answer);
        self.disk.push((self.now(), self.jar.clone()));
    }

    /// Has late answers arrive, in any order, or fail to within a minute.
    ///
    /// A browser that may be killed gets them within 30 s: one that is killed within 30 s
    /// of the arrival comes back with a token whose successor has settled otherwise.
    fn land(&mut self) {
        let (now, latest) = (self.now(), if self.fates.kills { 30 } else { 60 });
        for (sent, answer) in std::mem::take(&mut self.flight) {
            if now - sent > latest {
                continue;
            }
            if self.random.below(2) == 0 {
                self.flight.push((sent, answer));
                continue;
            }
            self.arrive(&answer);
        }
    }
}
