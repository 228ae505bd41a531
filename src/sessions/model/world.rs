//! Nodes over one store, or without one, at some time.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::config::ProtectionLevel;
use crate::registry::Registry;
use crate::rules::expiry::Limits;
use crate::session::EncodedId;
use crate::sessions::Sessions;
use crate::sessions::ledger::{Ledger, Recent};
use crate::sessions::model::jar::{Answer, Jar};
use crate::sessions::model::node::{Auth, Browser, HOME, Node};
use crate::sessions::model::request::{Ask, Kind, serve};
use crate::sessions::model::store::Script;
use crate::store::SessionStore;

pub(super) const DAY: u64 = 24 * 60 * 60;

/// The store and the nodes that all requests meet.
pub(super) struct World {
    pub(super) store: Option<Arc<Script>>,
    pub(super) nodes: Vec<Arc<Node>>,
    pub(super) level: ProtectionLevel,
    pub(super) limits: Limits,
    pub(super) max_per_user: Option<usize>,
    auth: Arc<Auth>,
    registry: Arc<Registry>,
}

pub(super) fn user() -> EncodedId {
    EncodedId::from_bytes(b"\x01")
}

pub(super) fn remember_for() -> Duration {
    Duration::from_secs(365 * DAY)
}

/// An idle limit that no schedule reaches.
fn limits() -> Limits {
    Limits {
        lifetime: Duration::from_secs(14 * DAY),
        idle_timeout: Duration::from_secs(4 * DAY),
        fresh_for: None,
    }
}

impl World {
    /// Two nodes over one store.
    pub(super) fn new(level: ProtectionLevel) -> Self {
        Self::of(Some(Arc::default()), level, limits())
    }

    /// Two nodes without a store.
    pub(super) fn without_store(level: ProtectionLevel) -> Self {
        Self::of(None, level, limits())
    }

    pub(super) fn of(store: Option<Arc<Script>>, level: ProtectionLevel, limits: Limits) -> Self {
        let mut world = Self {
            store,
            nodes: Vec::new(),
            level,
            limits,
            max_per_user: None,
            auth: Arc::default(),
            registry: Arc::default(),
        };
        let start = Timestamp::from_secs(1_000_000);
        world.nodes = (0..2).map(|_| world.node(Ledger::new(), start)).collect();
        world
    }

    fn node(&self, ledger: Ledger, now: Timestamp) -> Arc<Node> {
        let clock = Clock::default();
        clock.set(now);
        let store = self.store.clone();
        let sessions = Sessions {
            store: store.map(|store| store as Arc<dyn SessionStore>),
            ledger,
            seen: Recent::default(),
            told: Recent::default(),
            last_login: AtomicU64::default(),
            withdrawn: Default::default(),
            registry: self.registry.clone(),
            outbox: None,
            limits: self.limits,
            max_per_user: self.max_per_user,
            namespace: "model".into(),
            table: "user".into(),
            clock: clock.clone(),
            counters: Default::default(),
        };
        Arc::new(Node {
            sessions,
            clock,
            level: self.level,
            permanent: false,
            auth: self.auth.clone(),
        })
    }

    /// Copies the world: what happens in the copy does not happen here.
    pub(super) fn fork(&self) -> Self {
        let mut world = Self {
            store: self.store.as_ref().map(|store| Arc::new(store.fork())),
            nodes: Vec::new(),
            auth: Arc::new(self.auth.fork()),
            registry: self.registry.clone(),
            ..*self
        };
        let nodes = self.nodes.iter();
        world.nodes = nodes
            .map(|node| world.node(node.sessions.ledger.fork(), node.clock.now()))
            .collect();
        world
    }

    /// The same world with the settings as they are now.
    pub(super) fn configured(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut world = self.fork();
        change(&mut world);
        world.fork()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.nodes[0].clock.now()
    }

    /// Lets time pass on all nodes.
    pub(super) fn wait(&self, secs: u64) {
        for node in &self.nodes {
            let passed = Duration::from_secs(secs);
            node.clock.set(node.clock.now().plus(passed));
        }
    }

    /// Sets all clocks back.
    pub(super) fn set_back(&self, secs: u64) {
        for node in &self.nodes {
            let millis = node.clock.now().as_millis() - secs * 1000;
            node.clock.set(Timestamp::from_millis(millis));
        }
    }

    /// Sets the clocks of both nodes ahead, or back.
    pub(super) fn set_ahead(&self, millis: [i64; 2]) {
        let now = self.now().as_millis();
        for (node, ahead) in self.nodes.iter().zip(millis) {
            let set = now.saturating_add_signed(ahead);
            node.clock.set(Timestamp::from_millis(set));
        }
    }

    /// The world after so many seconds, or before.
    pub(super) fn later(&self, secs: i64) -> Self {
        let world = self.fork();
        if secs < 0 {
            world.set_back(secs.unsigned_abs());
        } else {
            world.wait(secs.unsigned_abs());
        }
        world
    }

    pub(super) fn script(&self) -> &Script {
        self.store.as_ref().unwrap()
    }

    pub(super) fn ask(&self, jar: &Jar, browser: Browser, node: usize) -> Ask {
        let node = self.nodes[node].clone();
        Ask {
            jar: jar.clone(),
            browser,
            now: node.clock.now(),
            node,
        }
    }

    /// Serves one request to its end.
    pub(super) fn run(&self, kind: Kind, jar: &Jar, browser: Browser) -> Answer {
        self.run_on(0, kind, jar, browser)
    }

    pub(super) fn run_on(&self, node: usize, kind: Kind, jar: &Jar, browser: Browser) -> Answer {
        finish(serve(kind, self.ask(jar, browser, node)))
    }

    /// Whether a page is served for a user, in a copy of the world.
    pub(super) fn lets_in(&self, jar: &Jar, browser: Browser) -> bool {
        self.fork().run(Kind::Page, jar, browser).user.is_some()
    }

    /// Whether a page is fresh, in a copy of the world.
    pub(super) fn is_fresh(&self, jar: &Jar, browser: Browser) -> bool {
        self.fork().run(Kind::Page, jar, browser).fresh
    }

    /// Digests all that requests can see of one node beside its store.
    pub(super) fn beside(&self, node: usize) -> u64 {
        let store = self.store.as_ref();
        let names = store.map(|store| store.names()).unwrap_or_default();
        let keys: Vec<_> = names.iter().map(|key| *key.as_bytes()).collect();
        let ledger = self.nodes[node].sessions.ledger.digest(&keys);
        let mut hash = DefaultHasher::new();
        (ledger, self.auth.number()).hash(&mut hash);
        hash.finish()
    }

    /// Digests all that requests can see of the world.
    pub(super) fn digest(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        let store = self.store.as_ref().map(|store| store.digest());
        (store, self.beside(0), self.beside(1)).hash(&mut hash);
        hash.finish()
    }
}

/// Runs a request to its end, alone.
pub(super) fn finish<T>(request: impl Future<Output = T>) -> T {
    let mut request = pin!(request);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(done) = request.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("a request never ends");
}

/// A browser that has logged in long ago, with or without its session token.
pub(super) fn logged_in(with_session: bool, level: ProtectionLevel) -> (World, Jar) {
    come_back(World::new(level), with_session)
}

/// Logs in, in this world, and lets the remember token settle.
pub(super) fn come_back(world: World, with_session: bool) -> (World, Jar) {
    let mut jar = Jar::default().with(&world.run(Kind::Login, &Jar::default(), HOME));
    world.wait(1000);
    world.run(Kind::Page, &jar, HOME);
    world.wait(1000);
    if !with_session {
        jar.session = None;
    }
    (world, jar)
}
