//! The remember part of a record, and the standing of a remember token: pure.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::{Client, Digest, Generation, Session};
use crate::sessions::generation::{Generations, Standing};

/// A remember token was kept if it is shown so long after its making: Chromium writes
/// its cookies to disk within 30 seconds.
const SETTLED: Duration = Duration::from_secs(60);

/// The part of a record that is about its remember token.
#[derive(Clone, Debug)]
pub(crate) struct Remember {
    pub(crate) generations: Generations,
    /// Whether the present generation was shown long after its making.
    pub(crate) is_settled: bool,
    /// The user agent that the present generation was given to.
    pub(crate) agent: Digest,
    /// It never moves.
    pub(crate) expires: Timestamp,
}

/// The worth of a remember token of some generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RememberStanding {
    Current,
    /// Superseded moments ago: it is handed the present generations.
    Joined,
    /// Its successor never reached the browser, as it seems: another one is made.
    Again,
    /// Two clients have it, and one of them has stolen it.
    Reused,
}

/// A remember token that is to bring a session back.
pub(crate) struct Restore<'a> {
    pub(crate) presented: Generation,
    /// The session as it begins.
    pub(crate) session: Session,
    pub(crate) agent: Digest,
    pub(crate) client: Client,
    /// Whether a digest is of the request's user agent.
    pub(crate) is_same_agent: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Whether a digest is of the user's auth hash.
    pub(crate) is_auth_hash: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Whether the answer can carry cookies: otherwise nothing is written.
    pub(crate) may_write: bool,
    /// Whether a session counts at one identifier only.
    pub(crate) is_strong: bool,
}

impl Restore<'_> {
    /// Says whether the session would end at the next request, as it came from elsewhere.
    pub(super) fn has_moved(&self, session: &Session) -> bool {
        self.is_strong && !session.identifier.matches(&self.session.identifier)
    }
}

impl Remember {
    /// Returns the remember part of a login.
    pub(crate) fn new(agent: Digest, expires: Timestamp, now: Timestamp) -> Self {
        Self {
            generations: Generations::first(now),
            is_settled: false,
            agent,
            expires,
        }
    }

    /// Returns the remember part of a session without a store. Only its expiry is known.
    pub(super) fn unknown(expires: Timestamp) -> Self {
        Self {
            generations: Generations::only(Generation::NONE),
            is_settled: true,
            agent: Digest([0; 16]),
            expires,
        }
    }

    /// Says whether this shows that the browser has kept the present generation.
    pub(super) fn settles(&self, shown: Generation, now: Timestamp) -> bool {
        let is_kept = now.since(self.generations.current.made()) > SETTLED;
        shown >= self.generations.current && !self.is_settled && is_kept
    }

    /// Returns the standing of a remember token. `None` for a token of the future.
    pub(crate) fn standing(
        &self,
        presented: Generation,
        is_same_agent: impl FnOnce(&Digest) -> bool,
        now: Timestamp,
    ) -> Option<RememberStanding> {
        Some(match self.generations.standing(presented, now) {
            Standing::Current | Standing::Ahead => RememberStanding::Current,
            Standing::Joined => RememberStanding::Joined,
            // It is of the future.
            Standing::Superseded if presented > self.generations.current => return None,
            Standing::Superseded
                if presented >= self.generations.floor
                    && !self.is_settled
                    && is_same_agent(&self.agent) =>
            {
                RememberStanding::Again
            }
            Standing::Superseded => RememberStanding::Reused,
        })
    }

    /// Makes the next generation, which is given to this agent.
    pub(super) fn rotate(
        &mut self,
        standing: RememberStanding,
        presented: Generation,
        agent: Digest,
        now: Timestamp,
    ) {
        self.generations.follow(presented);
        if standing == RememberStanding::Again {
            self.generations.rotate_again(now);
        } else {
            self.generations.rotate(now);
        }
        (self.is_settled, self.agent) = (false, agent);
    }

    /// Makes the next generation, beside which no earlier one counts.
    pub(super) fn restart(&mut self, now: Timestamp) {
        self.generations.restart(now);
        self.is_settled = false;
    }
}
