//! Every order in which a few requests reach the store.
//!
//! Futures cannot be copied, so each plan is run anew from the start. Where two plans
//! lead to the same state, what follows is run once, and counted for both: the state is
//! what the store and the ledgers have, and what each request has seen of them.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::config::ProtectionLevel;
use crate::session::StoreKey;
use crate::sessions::model::jar::{Answer, Jar};
use crate::sessions::model::node::{Browser, HOME};
use crate::sessions::model::request::{Kind, serve};
use crate::sessions::model::world::{World, logged_in};

/// A request that is to be served beside others.
#[derive(Clone)]
pub(super) struct Start {
    pub(super) kind: Kind,
    jar: Jar,
    browser: Browser,
    node: usize,
}

/// How a schedule ended.
pub(super) struct End<'a> {
    pub(super) world: &'a World,
    pub(super) answers: &'a [Answer],
    /// The requests in the order of their answers.
    pub(super) order: &'a [usize],
    /// The requests in the order of their turns.
    pub(super) plan: &'a [usize],
}

/// Some requests under way.
struct Replay<'s> {
    world: World,
    starts: &'s [Start],
    requests: Vec<Pin<Box<dyn Future<Output = Answer>>>>,
    seen: Vec<u64>,
    answers: Vec<Answer>,
    order: Vec<usize>,
}

/// The exploration of some requests.
struct Explorer<'e> {
    world: &'e World,
    starts: &'e [Start],
    check: &'e mut dyn FnMut(&End<'_>),
    /// Whether what follows a state is run once only.
    merges: bool,
    /// How many schedules follow a state.
    known: HashMap<u64, u64>,
    checked: HashSet<u64>,
}

/// Runs all schedules of these requests, has their ends checked, and says how many.
pub(super) fn explore(world: &World, starts: &[Start], mut check: impl FnMut(&End<'_>)) -> u64 {
    let mut explorer = Explorer {
        world,
        starts,
        check: &mut check,
        merges: world.store.is_some(),
        known: HashMap::new(),
        checked: HashSet::new(),
    };
    explorer.visit(&mut Vec::new())
}

pub(super) fn start(kind: Kind, jar: &Jar, browser: Browser, node: usize) -> Start {
    Start {
        kind,
        jar: jar.clone(),
        browser,
        node,
    }
}

impl Explorer<'_> {
    fn visit(&mut self, plan: &mut Vec<usize>) -> u64 {
        let replay = Replay::run(self.world, self.starts, plan);
        let state = self.merges.then(|| replay.state());
        if let Some(known) = state.and_then(|state| self.known.get(&state)) {
            return *known;
        }
        let waiting = replay.waiting();
        let count = if waiting.is_empty() {
            self.finish(&replay, plan);
            1
        } else {
            drop(replay);
            let mut count = 0;
            for request in waiting {
                plan.push(request);
                count += self.visit(plan);
                plan.pop();
            }
            count
        };
        self.known.extend(state.map(|state| (state, count)));
        count
    }

    /// Checks the end of a schedule, once for all that come to the same.
    fn finish(&mut self, replay: &Replay<'_>, plan: &[usize]) {
        if !self.checked.insert(replay.end()) && self.merges {
            return;
        }
        (self.check)(&End {
            world: &replay.world,
            answers: &replay.answers,
            order: &replay.order,
            plan,
        });
    }
}

impl<'s> Replay<'s> {
    fn run(world: &World, starts: &'s [Start], plan: &[usize]) -> Self {
        let world = world.fork();
        let begin = |start: &Start| -> Pin<Box<dyn Future<Output = Answer>>> {
            let ask = world.ask(&start.jar, start.browser, start.node);
            Box::pin(serve(start.kind, ask))
        };
        let mut replay = Self {
            requests: starts.iter().map(begin).collect(),
            world,
            starts,
            seen: vec![0; starts.len()],
            answers: vec![Answer::none(); starts.len()],
            order: Vec::new(),
        };
        plan.iter().for_each(|request| replay.step(*request));
        replay
    }

    /// Runs a request until its next operation on the store.
    fn step(&mut self, request: usize) {
        let beside = self.world.beside(self.starts[request].node);
        let store = self.world.store.as_ref();
        if let Some(store) = store {
            store.enter(self.seen[request], beside);
        }
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(answer) = self.requests[request].as_mut().poll(&mut context) {
            self.answers[request] = answer;
            self.order.push(request);
        }
        if let Some(store) = store {
            self.seen[request] = store.leave();
        }
    }

    fn waiting(&self) -> Vec<usize> {
        let all = 0..self.starts.len();
        all.filter(|request| !self.order.contains(request))
            .collect()
    }

    /// The digest of all that decides how it goes on.
    fn state(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        (self.world.digest(), &self.seen, &self.order).hash(&mut hash);
        hash.finish()
    }

    /// The digest of what has come of it.
    fn end(&self) -> u64 {
        let name = |key: &StoreKey| match &self.world.store {
            Some(store) => store.name(key),
            None => 0,
        };
        let answers = self.answers.iter().map(|answer| answer.digest(name));
        let mut hash = DefaultHasher::new();
        (self.world.digest(), &self.order).hash(&mut hash);
        answers.collect::<Vec<_>>().hash(&mut hash);
        hash.finish()
    }
}

/// All choices of so many of these, in which one may come again.
pub(super) fn combinations<T: Copy>(of: &[T], length: usize) -> Vec<Vec<T>> {
    let Some(shorter) = length.checked_sub(1) else {
        return vec![Vec::new()];
    };
    let all = of.iter().enumerate();
    let with = all.flat_map(|(place, first)| {
        let rest = combinations(&of[place..], shorter);
        rest.into_iter().map(move |mut rest| {
            rest.insert(0, *first);
            rest
        })
    });
    with.collect()
}

/// All orders of all selections of the numbers below this one.
pub(super) fn arrivals(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..count {
        let longer = last.iter().flat_map(|chosen: &Vec<usize>| {
            let others = (0..count).filter(|next| !chosen.contains(next));
            others.map(|next| [&chosen[..], &[next]].concat())
        });
        last = longer.collect();
        all.extend(last.clone());
    }
    all
}

#[test]
fn equal_states_that_are_run_once_come_to_the_same_ends() {
    use Kind::{Confirm, Logout, Page};

    let (world, jar) = logged_in(false, ProtectionLevel::Basic);
    for kinds in [[Page, Page], [Page, Logout], [Confirm, Logout]] {
        let starts = kinds.map(|kind| start(kind, &jar, HOME, 0));
        let explored = [true, false].map(|merges| {
            let mut explorer = Explorer {
                world: &world,
                starts: &starts,
                check: &mut |_| {},
                merges,
                known: HashMap::new(),
                checked: HashSet::new(),
            };
            (explorer.visit(&mut Vec::new()), explorer.checked)
        });
        assert!(
            explored[0] == explored[1] && explored[0].0 > 10,
            "{kinds:?}"
        );
    }
}
