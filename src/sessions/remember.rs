//! The remember part of a record, and what a remember token is worth: pure.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::{Digest, Generation};
use crate::sessions::generation::{Chain, Standing};

/// A remember token was kept if it is shown so long after its making: Chromium writes
/// its cookies to disk within 30 seconds.
const SETTLED: Duration = Duration::from_secs(60);

/// What a record knows of its remember token.
#[derive(Clone, Debug)]
pub(crate) struct Remember {
    pub(crate) chain: Chain,
    /// Whether the present generation was shown long after its making.
    pub(crate) is_settled: bool,
    /// The user agent that the present generation was given to.
    pub(crate) agent: Digest,
    /// It never moves.
    pub(crate) expires: Timestamp,
}

/// What a remember token of some generation is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redemption {
    Current,
    /// Superseded moments ago: it is handed the present generations.
    Joined,
    /// Its successor never reached the browser, as it seems: another one is made.
    Again,
    /// Two clients have it, and one of them has stolen it.
    Reused,
}

impl Remember {
    /// The remember part of a login.
    pub(crate) fn new(agent: Digest, expires: Timestamp, now: Timestamp) -> Self {
        Self {
            chain: Chain::first(now),
            is_settled: false,
            agent,
            expires,
        }
    }

    /// The remember part of a session without a store, of which only the expiry is known.
    pub(super) fn unknown(expires: Timestamp) -> Self {
        Self {
            chain: Chain::only(Generation::NONE),
            is_settled: true,
            agent: Digest([0; 16]),
            expires,
        }
    }

    /// Whether this shows that the browser has kept the present generation.
    pub(super) fn settles(&self, shown: Generation, now: Timestamp) -> bool {
        let is_kept = now.since(self.chain.current.made()) > SETTLED;
        shown >= self.chain.current && !self.is_settled && is_kept
    }

    pub(crate) fn redeem(
        &self,
        presented: Generation,
        is_same_agent: impl FnOnce(&Digest) -> bool,
        now: Timestamp,
    ) -> Option<Redemption> {
        match self.chain.standing(presented, now) {
            Standing::Current | Standing::Ahead => Some(Redemption::Current),
            Standing::Joined => Some(Redemption::Joined),
            // It is of the future.
            Standing::Superseded if presented > self.chain.current => None,
            Standing::Superseded if self.may_come_again(presented, is_same_agent) => {
                Some(Redemption::Again)
            }
            Standing::Superseded => Some(Redemption::Reused),
        }
    }

    /// Makes the next generation, which is given to this agent.
    pub(super) fn rotate(
        &mut self,
        redemption: Redemption,
        presented: Generation,
        agent: Digest,
        now: Timestamp,
    ) {
        self.chain.follow(presented);
        if redemption == Redemption::Again {
            self.chain.rotate_again(now);
        } else {
            self.chain.rotate(now);
        }
        (self.is_settled, self.agent) = (false, agent);
    }

    /// Makes the next generation, beside which no earlier one counts.
    pub(super) fn restart(&mut self, now: Timestamp) {
        self.chain.restart(now);
        self.is_settled = false;
    }

    fn may_come_again(
        &self,
        presented: Generation,
        is_same_agent: impl FnOnce(&Digest) -> bool,
    ) -> bool {
        presented >= self.chain.floor && !self.is_settled && is_same_agent(&self.agent)
    }
}
