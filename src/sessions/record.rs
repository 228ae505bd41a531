//! The record of a session, and how it may change: pure, without a store and a clock.

use crate::clock::Timestamp;
use crate::rules::expiry::Limits;
use crate::session::{Carried, Client, Digest, Generation, RememberToken, Session};
use crate::sessions::generation::{Generations, Standing};
use crate::sessions::notes::{Changes, Notes};
use crate::sessions::remember::{Remember, RememberStanding, Restore};

/// All that is known of one session. A record outlives its session while a remember token
/// can bring the session back.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) logged_in_at: Timestamp,
    pub(crate) session: Session,
    pub(crate) generations: Generations,
    /// Whether a confirmation has made the present generation.
    pub(crate) is_confirmed: bool,
    pub(crate) remember: Option<Remember>,
    pub(crate) client: Client,
    /// Whether it was used with another fingerprint since its login or confirmation.
    pub(crate) was_elsewhere: bool,
    /// Whether a token of Flask-Login or Starlette-Login began it.
    pub(crate) is_legacy: bool,
    /// Fields of a later version, which this one passes on.
    pub(crate) unknown: Vec<u8>,
}

/// A decision about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision<T> {
    /// The record has changed.
    Write(T),
    Keep(T),
}

impl Record {
    /// Returns the record of a login.
    pub(crate) fn new(
        session: Session,
        remember: Option<Remember>,
        client: Client,
        now: Timestamp,
    ) -> Self {
        Self {
            logged_in_at: now,
            generations: Generations::first(now),
            session,
            is_confirmed: false,
            remember,
            client,
            was_elsewhere: false,
            is_legacy: false,
            unknown: Vec::new(),
        }
    }

    /// Returns the record that a session token carries itself.
    pub(crate) fn carried(carried: &Carried, generation: Generation) -> Self {
        let remember = carried.remember_until.map(Remember::unknown);
        let begun = carried.session.begun;
        Self {
            generations: Generations::only(generation),
            ..Self::new(carried.session.clone(), remember, Client::default(), begun)
        }
    }

    /// Returns the record of a remember token that no store has. Its session is over.
    pub(crate) fn remembered(token: &RememberToken) -> Self {
        let session = Session {
            begun: token.issued,
            expires: token.issued,
            last_seen: token.issued,
            fresh_since: None,
            permanent: false,
            restored: true,
            forced: false,
            identifier: Digest([0; 16]),
            auth_hash: token.auth_hash,
        };
        let remember = Some(Remember::unknown(token.expires));
        Self {
            generations: Generations::only(token.generation),
            ..Self::new(session, remember, Client::default(), token.issued)
        }
    }

    /// Says when neither of the two tokens counts any more.
    pub(crate) fn end(&self, limits: &Limits) -> Timestamp {
        let session = limits.end(&self.session);
        let remember = self.remember.as_ref().map(|remember| remember.expires);
        remember.map_or(session, |expires| session.max(expires))
    }

    /// Says when the last copy of any token of it stops counting by itself.
    pub(crate) fn last_copy(&self, limits: &Limits, now: Timestamp) -> Timestamp {
        self.end(limits).max(limits.last_copy(&self.session, now))
    }

    /// Says whether notes would change anything.
    pub(crate) fn is_worth_noting(&self, notes: &Notes, limits: &Limits, now: Timestamp) -> bool {
        self.changes(notes, limits, now) != Changes::default()
    }

    /// A superseded token notes that the session was seen, and nothing else.
    fn changes(&self, notes: &Notes, limits: &Limits, now: Timestamp) -> Changes {
        let standing = self.generations.standing(notes.presented, now);
        let counts = matches!(standing, Standing::Current | Standing::Ahead);
        let is_shown = notes.is_listed || !self.session.permanent;
        let is_followed = standing == Standing::Ahead;
        let remember = self.remember.as_ref().zip(notes.remember);
        let settles = |(remember, shown): (&Remember, _)| remember.settles(shown, now);
        Changes {
            is_seen: is_shown && limits.is_time_to_see(self.session.last_seen, now),
            is_followed,
            loses_freshness: counts
                && (notes.is_stale || is_followed)
                && self.session.fresh_since.is_some(),
            // Without a list there is no place to show it.
            is_moved: counts && notes.is_listed && notes.is_elsewhere && !self.was_elsewhere,
            is_settled: counts && remember.is_some_and(settles),
            is_resigned: counts && notes.digests.is_some(),
        }
    }

    /// Takes over the notes of a page, and says whether that changes anything.
    pub(crate) fn note(&mut self, notes: &Notes, limits: &Limits, now: Timestamp) -> bool {
        let changes = self.changes(notes, limits, now);
        if changes.is_seen {
            self.session.last_seen = now.whole();
        }
        if changes.is_followed {
            self.generations.follow(notes.presented);
        }
        if changes.loses_freshness {
            self.session.fresh_since = None;
        }
        self.was_elsewhere |= changes.is_moved;
        if let Some(digests) = notes.digests.filter(|_| changes.is_resigned) {
            (self.session.identifier, self.session.auth_hash) = digests;
        }
        if let Some(remember) = &mut self.remember {
            remember.is_settled |= changes.is_settled;
        }
        changes != Changes::default()
    }

    /// Returns the standing of a remember token. `None` where the record has none, or not yet.
    pub(crate) fn remember_standing(
        &self,
        presented: Generation,
        is_same_agent: impl FnOnce(&Digest) -> bool,
        now: Timestamp,
    ) -> Option<RememberStanding> {
        let remember = self.remember.as_ref()?;
        remember.standing(presented, is_same_agent, now)
    }

    /// Begins the session anew for a remember token: the next generations of both tokens.
    pub(crate) fn restore(
        &mut self,
        standing: RememberStanding,
        restore: &Restore<'_>,
        limits: &Limits,
        now: Timestamp,
    ) {
        if limits.is_over(&self.session, now) {
            // A copy of the token that has expired must not count for the grace.
            self.generations.restart(now);
        } else {
            self.generations.rotate(now);
        }
        self.is_confirmed = false;
        self.session = restore.session.clone();
        self.client = restore.client.clone();
        if let Some(remember) = &mut self.remember {
            remember.rotate(standing, restore.presented, restore.agent, now);
        }
    }

    /// Makes the session fresh, for the person has proved who they are. Beside a faster
    /// confirmation, that one's generation is handed out. `false` if the request's token
    /// no longer counts.
    pub(crate) fn confirm(
        &mut self,
        presented: Generation,
        identifier: Digest,
        client: &Client,
        now: Timestamp,
    ) -> Decision<bool> {
        match self.generations.standing(presented, now) {
            Standing::Superseded => return Decision::Keep(false),
            Standing::Joined if self.is_confirmed => return Decision::Keep(true),
            Standing::Joined | Standing::Current => {}
            Standing::Ahead => self.generations.follow(presented),
        }
        self.generations.rotate(now);
        self.is_confirmed = true;
        self.session.fresh_since = Some(now.whole());
        self.session.last_seen = now.whole();
        self.session.identifier = identifier;
        self.was_elsewhere = false;
        self.client = client.clone();
        Decision::Write(true)
    }

    /// Keeps the session through a change of the auth hash: no earlier token counts. A
    /// renewal goes on top of a confirmation. `false` if the request's token no longer
    /// counts.
    pub(crate) fn renew(
        &mut self,
        presented: Generation,
        auth_hash: Digest,
        now: Timestamp,
    ) -> Decision<bool> {
        let standing = self.generations.standing(presented, now);
        if standing == Standing::Superseded {
            return Decision::Keep(false);
        }
        self.generations.follow(presented);
        self.generations.restart(now);
        if standing == Standing::Ahead {
            self.session.fresh_since = None;
        }
        self.session.last_seen = now.whole();
        self.session.auth_hash = auth_hash;
        if let Some(remember) = &mut self.remember {
            remember.restart(now);
        }
        Decision::Write(true)
    }
}
