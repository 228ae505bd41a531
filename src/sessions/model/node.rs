//! Browsers, and the processes that serve them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::clock::Clock;
use crate::config::ProtectionLevel;
use crate::session::Digest;
use crate::sessions::Sessions;

/// From where a request comes, and with which user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Browser {
    address: u8,
    agent: u8,
}

/// The owner at home.
pub(super) const HOME: Browser = Browser {
    address: 1,
    agent: 1,
};
/// The owner elsewhere, with the same browser.
pub(super) const CAFE: Browser = Browser {
    address: 2,
    agent: 1,
};
/// A thief.
pub(super) const AWAY: Browser = Browser {
    address: 3,
    agent: 3,
};

impl Browser {
    pub(super) fn identifier(self) -> Digest {
        Digest([self.address; 16])
    }

    pub(super) fn agent(self) -> Digest {
        Digest([self.agent; 16])
    }
}

/// The auth hash that the user has now, the same for all nodes.
#[derive(Default)]
pub(super) struct Auth(AtomicU8);

impl Auth {
    pub(super) fn now(&self) -> Digest {
        Digest([self.number(); 16])
    }

    pub(super) fn number(&self) -> u8 {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn fork(&self) -> Self {
        Self(AtomicU8::new(self.number()))
    }

    pub(super) fn set(&self, to: u8) {
        self.0.store(to, Ordering::SeqCst);
    }
}

/// A process that serves requests.
pub(super) struct Node {
    pub(super) sessions: Sessions,
    pub(super) clock: Clock,
    pub(super) level: ProtectionLevel,
    pub(super) permanent: bool,
    pub(super) auth: Arc<Auth>,
}
