//! The record of a session, and how it may change: pure, without a store and a clock.

use crate::clock::Timestamp;
use crate::rules::expiry::Limits;
use crate::session::{Carried, Client, Digest, Generation, RememberToken, Session};
use crate::sessions::generation::{Chain, Standing};
use crate::sessions::remember::{Redemption, Remember};

/// What is known of one session, the times included in which only the remember token
/// brings it back.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// When the login was.
    pub(crate) started: Timestamp,
    pub(crate) session: Session,
    pub(crate) chain: Chain,
    /// Whether a confirmation has made the present generation.
    pub(crate) is_confirmed: bool,
    pub(crate) remember: Option<Remember>,
    pub(crate) client: Client,
    /// Whether a token of Flask-Login or Starlette-Login began it.
    pub(crate) is_legacy: bool,
    /// Fields of a later version, which this one passes on.
    pub(crate) unknown: Vec<u8>,
}

/// What a page notes of its session.
#[derive(Clone, Debug)]
pub(crate) struct Notes {
    pub(crate) presented: Generation,
    /// Whether a store shows the user when a session was seen.
    pub(crate) is_listed: bool,
    /// Whether session protection takes the freshness.
    pub(crate) is_stale: bool,
    /// The generation of the remember token beside the session token.
    pub(crate) remember: Option<Generation>,
    /// Digests under the current key, where a previous one made those of the record.
    pub(crate) digests: Option<(Digest, Digest)>,
}

/// How a confirmation has come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Rotated,
    /// Another confirmation was faster: its generation is handed out.
    Joined,
    /// The token that the request came with no longer counts.
    Refused,
}

/// What a restore makes of a session.
#[derive(Clone, Debug)]
pub(crate) struct Restore {
    pub(crate) presented: Generation,
    pub(crate) session: Session,
    pub(crate) agent: Digest,
    pub(crate) client: Client,
}

impl Record {
    /// The record of a login.
    pub(crate) fn new(
        session: Session,
        remember: Option<Remember>,
        client: Client,
        now: Timestamp,
    ) -> Self {
        Self {
            started: now,
            chain: Chain::first(now),
            session,
            is_confirmed: false,
            remember,
            client,
            is_legacy: false,
            unknown: Vec::new(),
        }
    }

    /// The record that a session token carries itself.
    pub(crate) fn carried(carried: &Carried, generation: Generation) -> Self {
        let remember = carried.remember_until.map(Remember::unknown);
        let client = Client::default();
        Self {
            started: carried.session.begun,
            chain: Chain::only(generation),
            ..Self::new(carried.session.clone(), remember, client, generation.made())
        }
    }

    /// The record of a remember token that no store has, whose session is over.
    pub(crate) fn remembered(token: &RememberToken, session: Session) -> Self {
        let remember = Remember::unknown(token.expires);
        Self {
            started: token.issued,
            chain: Chain::only(token.generation),
            ..Self::new(session, Some(remember), Client::default(), token.issued)
        }
    }

    /// When neither of the two tokens counts any more.
    pub(crate) fn end(&self, limits: &Limits) -> Timestamp {
        let session = limits.end(&self.session);
        let remember = self.remember.as_ref().map(|remember| remember.expires);
        remember.map_or(session, |expires| session.max(expires))
    }

    /// When the last copy of any token of it stops counting by itself.
    pub(crate) fn last_copy(&self, limits: &Limits, now: Timestamp) -> Timestamp {
        self.end(limits).max(limits.last_copy(&self.session, now))
    }

    /// Whether noting this would change anything.
    pub(crate) fn is_worth_noting(&self, notes: &Notes, limits: &Limits, now: Timestamp) -> bool {
        let settles = || self.remember.as_ref().zip(notes.remember);
        self.is_to_be_seen(notes, limits, now)
            || match self.chain.standing(notes.presented, now) {
                Standing::Joined | Standing::Superseded => false,
                Standing::Ahead => true,
                Standing::Current => {
                    (notes.is_stale && self.session.fresh_since.is_some())
                        || notes.digests.is_some()
                        || settles().is_some_and(|(remember, shown)| remember.settles(shown, now))
                }
            }
    }

    fn is_to_be_seen(&self, notes: &Notes, limits: &Limits, now: Timestamp) -> bool {
        let counts = notes.is_listed || !self.session.permanent;
        counts && limits.is_time_to_see(self.session.last_seen, now)
    }

    /// Takes over what a page notes, and says whether that changes anything.
    ///
    /// A superseded token notes that the session was seen, and nothing else.
    pub(crate) fn note(&mut self, notes: &Notes, limits: &Limits, now: Timestamp) -> bool {
        if !self.is_worth_noting(notes, limits, now) {
            return false;
        }
        if self.is_to_be_seen(notes, limits, now) {
            self.session.last_seen = now.whole();
        }
        match self.chain.standing(notes.presented, now) {
            Standing::Joined | Standing::Superseded => return true,
            Standing::Ahead => {
                self.chain.follow(notes.presented);
                self.session.fresh_since = None;
            }
            Standing::Current => {}
        }
        if notes.is_stale {
            self.session.fresh_since = None;
        }
        if let Some((identifier, auth_hash)) = notes.digests {
            (self.session.identifier, self.session.auth_hash) = (identifier, auth_hash);
        }
        if let Some((remember, shown)) = self.remember.as_mut().zip(notes.remember) {
            remember.is_settled |= remember.settles(shown, now);
        }
        true
    }

    /// Judges a remember token. `None` where the record has none, or not yet.
    pub(crate) fn redeem(
        &self,
        presented: Generation,
        is_same_agent: impl FnOnce(&Digest) -> bool,
        now: Timestamp,
    ) -> Option<Redemption> {
        self.remember
            .as_ref()?
            .redeem(presented, is_same_agent, now)
    }

    /// Begins the session anew for a remember token: the next generations of both tokens.
    pub(crate) fn restore(
        &mut self,
        redemption: Redemption,
        restore: Restore,
        limits: &Limits,
        now: Timestamp,
    ) {
        if limits.is_over(&self.session, now) {
            // A copy of the token that has expired must not count for the grace.
            self.chain.restart(now);
        } else {
            self.chain.rotate(now);
        }
        self.is_confirmed = false;
        self.session = restore.session;
        self.client = restore.client;
        if let Some(remember) = &mut self.remember {
            remember.rotate(redemption, restore.presented, restore.agent, now);
        }
    }

    /// Makes the session fresh, for the person has proved who they are.
    pub(crate) fn confirm(
        &mut self,
        presented: Generation,
        identifier: Digest,
        client: &Client,
        now: Timestamp,
    ) -> Confirmation {
        match self.chain.standing(presented, now) {
            Standing::Superseded => return Confirmation::Refused,
            Standing::Joined if self.is_confirmed => return Confirmation::Joined,
            Standing::Joined | Standing::Current => {}
            Standing::Ahead => self.chain.follow(presented),
        }
        self.chain.rotate(now);
        self.is_confirmed = true;
        self.session.fresh_since = Some(now.whole());
        self.session.last_seen = now.whole();
        self.session.identifier = identifier;
        self.client = client.clone();
        Confirmation::Rotated
    }

    /// Keeps the session through a change of the auth hash: no earlier token counts.
    ///
    /// It goes on top of a confirmation. Says whether the request's token still counts.
    pub(crate) fn renew(
        &mut self,
        presented: Generation,
        auth_hash: Digest,
        now: Timestamp,
    ) -> bool {
        let standing = self.chain.standing(presented, now);
        if standing == Standing::Superseded {
            return false;
        }
        self.chain.follow(presented);
        self.chain.restart(now);
        if standing == Standing::Ahead {
            self.session.fresh_since = None;
        }
        self.session.last_seen = now.whole();
        self.session.auth_hash = auth_hash;
        if let Some(remember) = &mut self.remember {
            remember.restart(now);
        }
        true
    }
}
