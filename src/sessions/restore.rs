//! Bringing a session back with a remember token.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::Generation;
use crate::sessions::access::{LoadedSession, change};
use crate::sessions::generation::{Generations, Standing};
use crate::sessions::home::Sessions;
use crate::sessions::ledger::Fate;
use crate::sessions::record::{Decision, Record};
use crate::sessions::remember::{RememberStanding, Restore};
use crate::sessions::rotate::supersede;

/// The outcome of a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
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

/// Brings a session back, in one write. Requests at once are handed the same generations.
pub(crate) async fn restore(
    sessions: &Sessions,
    session: &mut LoadedSession,
    restore: &Restore<'_>,
    now: Timestamp,
) -> Result<Outcome, LoginError> {
    if sessions.store.is_none() {
        return Ok(restore_local(sessions, session, restore, now));
    }
    let decide = |record: &mut Record| decide(sessions, record, restore, now);
    let outcome = change(sessions, session, decide).await?;
    let outcome = outcome.unwrap_or(Outcome::Ended);
    match outcome {
        Outcome::Restored | Outcome::Joined => {
            session.presented = session.record.generations.current;
            session.standing = Standing::Joined;
            // It may have ended in this process meanwhile.
            if !supersede(sessions, session, None, now) {
                return Ok(Outcome::Ended);
            }
        }
        Outcome::Looked => look(session, restore),
        Outcome::Reused | Outcome::Ended => {}
    }
    Ok(outcome)
}

fn decide(
    sessions: &Sessions,
    record: &mut Record,
    restore: &Restore<'_>,
    now: Timestamp,
) -> Decision<Outcome> {
    // Request A loads the record. Request B renews it. Request A reads the record again.
    // Result: the token of A is suspended, not reused.
    if !(restore.is_auth_hash)(&record.session.auth_hash) {
        return Decision::Keep(Outcome::Ended);
    }
    let is_over = sessions.limits.is_over(&record.session, now);
    let standing = match record.remember_standing(restore.presented, restore.is_same_agent, now) {
        None => return Decision::Keep(Outcome::Ended),
        Some(RememberStanding::Reused) => return Decision::Keep(Outcome::Reused),
        Some(_) if !restore.may_write => return Decision::Keep(Outcome::Looked),
        // A token must not profit from a confirmation by the person.
        Some(RememberStanding::Joined) if !is_over && record.session.fresh_since.is_some() => {
            return Decision::Keep(Outcome::Looked);
        }
        Some(RememberStanding::Joined) if !is_over && !restore.has_moved(&record.session) => {
            return Decision::Keep(Outcome::Joined);
        }
        // The session that the grace would join is over, or does not count here.
        Some(RememberStanding::Joined) => RememberStanding::Again,
        Some(standing) => standing,
    };
    record.restore(standing, restore, &sessions.limits, now);
    Decision::Write(Outcome::Restored)
}

/// Without a store the remember token stays, and the session token is made now.
fn restore_local(
    sessions: &Sessions,
    session: &mut LoadedSession,
    restore: &Restore<'_>,
    now: Timestamp,
) -> Outcome {
    let generation = match sessions.fate(session.id, now) {
        Some(Fate::Ended(_)) => return Outcome::Ended,
        Some(Fate::Rotated(rotated)) => rotated.newest().next(now),
        None => Generation::first(now),
    };
    look(session, restore);
    session.record.generations = Generations::only(generation);
    session.presented = generation;
    if restore.may_write {
        Outcome::Restored
    } else {
        Outcome::Looked
    }
}

/// Shows the request the session as a restore would begin it.
fn look(session: &mut LoadedSession, restore: &Restore<'_>) {
    session.record.session = restore.session.clone();
    session.standing = Standing::Joined;
}
