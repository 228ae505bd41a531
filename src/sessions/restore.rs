//! Bringing a session back with a remember token.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{Digest, Generation, Session};
use crate::sessions::generation::Chain;
use crate::sessions::ledger::Fate;
use crate::sessions::record::Restore;
use crate::sessions::remember::Redemption;
use crate::sessions::{Decision, LoadedSession, Record, Sessions, Standing};

/// A remember token that is to bring a session back.
pub(crate) struct Redeeming<'a> {
    pub(crate) restore: Restore,
    /// Whether a digest is of the request's user agent.
    pub(crate) is_same_agent: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Whether a digest is of the user's auth hash.
    pub(crate) is_auth_hash: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Whether the answer can carry cookies: otherwise nothing is written.
    pub(crate) may_write: bool,
    /// Whether a session counts at one identifier only.
    pub(crate) is_strong: bool,
}

impl Redeeming<'_> {
    /// Whether the session would end at the next request, as it came from elsewhere.
    fn has_moved(&self, session: &Session) -> bool {
        self.is_strong && !session.identifier.matches(&self.restore.session.identifier)
    }
}

/// What has come of a remember token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redeemed {
    /// The session goes on, and the browser gets the present generations of both tokens.
    Restored,
    /// The same, as a request moments ago has brought it back: nothing is written.
    Joined,
    /// The session serves this request, as a restore would begin it. Nothing is written.
    Looked,
    /// Two clients have the token.
    Reused,
    /// The session has ended meanwhile, or was renewed.
    Ended,
}

impl Sessions {
    /// Redeems a remember token, in one write. Requests at once are handed the same
    /// generations.
    pub(crate) async fn redeem(
        &self,
        session: &mut LoadedSession,
        redeeming: &Redeeming<'_>,
        now: Timestamp,
    ) -> Result<Redeemed, LoginError> {
        if self.store.is_none() {
            return Ok(self.redeem_local(session, redeeming, now));
        }
        let decide = |record: &mut Record| self.decide(record, redeeming, now);
        let redeemed = self.change(session, decide).await?;
        match redeemed.unwrap_or(Redeemed::Ended) {
            redeemed @ (Redeemed::Restored | Redeemed::Joined) => {
                session.presented = session.record.chain.current;
                session.standing = Standing::Joined;
                // It may have ended in this process meanwhile.
                let goes_on = self.supersede(session, None, now);
                Ok(if goes_on { redeemed } else { Redeemed::Ended })
            }
            Redeemed::Looked => {
                self.look(session, redeeming);
                Ok(Redeemed::Looked)
            }
            other => Ok(other),
        }
    }

    fn decide(
        &self,
        record: &mut Record,
        redeeming: &Redeeming<'_>,
        now: Timestamp,
    ) -> Decision<Redeemed> {
        // Request A loads the record. Request B renews it. Request A reads the record again.
        // Result: the token of A is suspended, not reused.
        if !(redeeming.is_auth_hash)(&record.session.auth_hash) {
            return Decision::Keep(Redeemed::Ended);
        }
        let restore = &redeeming.restore;
        let is_over = self.limits.is_over(&record.session, now);
        let redemption = record.redeem(restore.presented, redeeming.is_same_agent, now);
        let redemption = match redemption {
            None => return Decision::Keep(Redeemed::Ended),
            Some(Redemption::Reused) => return Decision::Keep(Redeemed::Reused),
            Some(_) if !redeeming.may_write => return Decision::Keep(Redeemed::Looked),
            // A person has confirmed it meanwhile, which a token must not profit by.
            Some(Redemption::Joined) if !is_over && record.session.fresh_since.is_some() => {
                return Decision::Keep(Redeemed::Looked);
            }
            Some(Redemption::Joined) if !is_over && !redeeming.has_moved(&record.session) => {
                return Decision::Keep(Redeemed::Joined);
            }
            // The session that the grace would join is over, or does not count here.
            Some(Redemption::Joined) => Redemption::Again,
            Some(redemption) => redemption,
        };
        record.restore(redemption, restore.clone(), &self.limits, now);
        Decision::Write(Redeemed::Restored)
    }

    /// Without a store the remember token stays, and the session token is made now.
    fn redeem_local(
        &self,
        session: &mut LoadedSession,
        redeeming: &Redeeming<'_>,
        now: Timestamp,
    ) -> Redeemed {
        let generation = match self.ledger.fate(&self.ledger_key(session.id), || now) {
            Some(Fate::Ended(_)) => return Redeemed::Ended,
            Some(Fate::Rotated(rotated)) => rotated.newest().next(now),
            None => Generation::first(now),
        };
        self.look(session, redeeming);
        session.record.chain = Chain::only(generation);
        session.presented = generation;
        if redeeming.may_write {
            Redeemed::Restored
        } else {
            Redeemed::Looked
        }
    }

    /// Shows the request the session as a restore would begin it.
    fn look(&self, session: &mut LoadedSession, redeeming: &Redeeming<'_>) {
        session.record.session = redeeming.restore.session.clone();
        session.standing = Standing::Joined;
    }
}
