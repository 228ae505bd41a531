//! The generations of tokens, and what a session token of some generation is worth: pure.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::rules::expiry::is_from_the_future;
use crate::session::{Digest, Generation};
use crate::token::TokenKind;

/// How long a superseded token counts: a browser may have sent several requests at once.
pub(super) const GRACE: Duration = Duration::from_secs(30);

/// The worth of a token's generation beside the generation that its record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Current,
    /// Above the record's: the store came back from a backup.
    Ahead,
    /// Superseded moments ago, by a request of the same browser as it seems.
    Joined,
    Superseded,
}

/// The generations of one of a session's two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generations {
    pub(crate) current: Generation,
    /// No superseded token below it counts.
    pub(crate) floor: Generation,
}

impl Generations {
    pub(crate) fn first(now: Timestamp) -> Self {
        Self::only(Generation::first(now))
    }

    /// Returns a generation that has superseded none.
    pub(crate) fn only(current: Generation) -> Self {
        let floor = current;
        Self { current, floor }
    }

    /// Returns the standing of a token of this generation.
    pub(crate) fn standing(&self, presented: Generation, now: Timestamp) -> Standing {
        if presented == self.current {
            Standing::Current
        } else if presented > self.current {
            // A node whose clock was right cannot have made it.
            if is_from_the_future(presented.made().whole(), now) {
                return Standing::Superseded;
            }
            Standing::Ahead
        } else if presented >= self.floor && is_in_grace(self.current.made(), now) {
            Standing::Joined
        } else {
            Standing::Superseded
        }
    }

    /// Makes the next generation. A rotation that comes late ends the grace of all but
    /// the generation that it supersedes, so that no old copy comes alive again.
    pub(crate) fn rotate(&mut self, now: Timestamp) {
        if now.since(self.current.made()) > GRACE {
            self.floor = self.current;
        }
        self.rotate_again(now);
    }

    /// Makes the next generation for a browser that has lost an answer, and may lose
    /// this one as well: the floor stays.
    pub(crate) fn rotate_again(&mut self, now: Timestamp) {
        self.current = self.current.next(now);
    }

    /// Makes the next generation, beside which no earlier one counts.
    pub(crate) fn restart(&mut self, now: Timestamp) {
        *self = Self::only(self.current.next(now));
    }

    /// Takes over a generation that the record has forgotten, beside which no earlier one
    /// counts.
    pub(crate) fn follow(&mut self, presented: Generation) {
        if presented > self.current {
            *self = Self::only(presented);
        }
    }
}

/// The tokens of a session that one rotation in this process, or several, have superseded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotated {
    /// The highest generation of a superseded session token: a token above it counts.
    pub(super) session: Generation,
    /// No superseded session token below it counts.
    pub(super) floor: Generation,
    /// The highest generation of a superseded remember token.
    pub(super) remember: Generation,
    /// The generation that this process has made last.
    pub(super) newest: Generation,
    /// The auth hash that the session was renewed with in this process.
    pub(super) renewed: Option<Digest>,
    pub(super) at: Timestamp,
}

impl Rotated {
    /// Takes over one more rotation. A rotation that comes late ends the grace of all but
    /// the generation that it supersedes. After a renewal no earlier token counts at all.
    pub(super) fn and(self, next: Self) -> Self {
        let is_news = next.session > self.session;
        let is_late = is_news && next.at.since(self.at) > GRACE;
        let sets_floor = is_late || next.renewed.is_some();
        Self {
            session: self.session.max(next.session),
            floor: if sets_floor { next.floor } else { self.floor },
            remember: self.remember.max(next.remember),
            newest: self.newest.max(next.newest),
            renewed: next.renewed.or(self.renewed),
            at: if is_news { next.at } else { self.at },
        }
    }

    /// Returns the standing of a session token where there is no store.
    pub(super) fn standing(&self, presented: Generation, now: Timestamp) -> Standing {
        if presented > self.session {
            Standing::Current
        } else if presented >= self.floor && is_in_grace(self.at, now) {
            Standing::Joined
        } else {
            Standing::Superseded
        }
    }

    /// Returns the generation on which the next one follows.
    pub(super) fn newest(&self) -> Generation {
        self.newest.max(self.session)
    }

    /// Says whether a token of this generation is the newest of its purpose.
    pub(super) fn is_newest(&self, kind: TokenKind, generation: Generation) -> bool {
        match kind {
            TokenKind::Session => generation > self.session,
            TokenKind::Remember => generation > self.remember,
        }
    }
}

/// Says whether a rotation was moments ago, by a clock that may be behind the rotation's.
fn is_in_grace(rotated: Timestamp, now: Timestamp) -> bool {
    !is_from_the_future(rotated, now) && now.since(rotated) <= GRACE
}
