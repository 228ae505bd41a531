//! The rotations of a session in this process: pure.

use crate::clock::Timestamp;
use crate::session::{Digest, Generation};
use crate::sessions::generation::{GRACE, Standing, is_in_grace};
use crate::token::Purpose;

/// The tokens of a session that a rotation in this process has superseded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotated {
    /// The highest generation of a superseded session token: what is above it counts.
    pub(super) session: Generation,
    /// No superseded session token below it counts.
    pub(super) floor: Generation,
    /// The highest generation of a superseded remember token.
    pub(super) remember: Generation,
    /// The generation that this process has made last.
    pub(super) newest: Generation,
    /// The auth hash that the session was renewed with.
    pub(super) renewed: Option<Digest>,
    pub(super) at: Timestamp,
}

/// One rotation of a session's tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotation {
    /// The generations that it supersedes.
    pub(crate) session: Generation,
    pub(crate) remember: Generation,
    /// The generation of session tokens that it makes.
    pub(crate) made: Generation,
    pub(crate) renewed: Option<Digest>,
}

impl Rotation {
    /// No token from before a renewal counts, not even for a moment.
    fn floor(&self) -> Option<Generation> {
        self.renewed.map(|_| self.made)
    }
}

impl Rotated {
    pub(super) fn first(rotation: Rotation, at: Timestamp) -> Self {
        Self {
            session: rotation.session,
            floor: rotation.floor().unwrap_or(rotation.session),
            remember: rotation.remember,
            newest: rotation.made,
            renewed: rotation.renewed,
            at,
        }
    }

    /// Takes over one more rotation. One that comes late ends the grace of all but the
    /// generation that it supersedes.
    pub(super) fn and(self, rotation: Rotation, now: Timestamp) -> Self {
        let is_news = rotation.session > self.session;
        let is_late = is_news && now.since(self.at) > GRACE;
        let late = is_late.then_some(rotation.session);
        Self {
            session: self.session.max(rotation.session),
            floor: rotation.floor().or(late).unwrap_or(self.floor),
            remember: self.remember.max(rotation.remember),
            newest: self.newest.max(rotation.made),
            renewed: rotation.renewed.or(self.renewed),
            at: if is_news { now } else { self.at },
        }
    }

    /// Says what a session token is worth where there is no store.
    pub(crate) fn standing(&self, presented: Generation, now: Timestamp) -> Standing {
        if presented > self.session {
            Standing::Current
        } else if presented >= self.floor && is_in_grace(self.at, now) {
            Standing::Joined
        } else {
            Standing::Superseded
        }
    }

    /// The generation on which the next one follows.
    pub(crate) fn newest(&self) -> Generation {
        self.newest.max(self.session)
    }

    /// The auth hash that the session was renewed with in this process.
    pub(crate) fn renewed(&self) -> Option<Digest> {
        self.renewed
    }

    /// Whether a token of this generation is the newest of its purpose.
    pub(crate) fn is_newest(&self, purpose: Purpose, generation: Generation) -> bool {
        match purpose {
            Purpose::Session => generation > self.session,
            Purpose::Remember => generation > self.remember,
        }
    }
}
