//! The begin of a session by a login.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{Client, EncodedId, Session, SessionEnd, SessionId, StoreKey};
use crate::sessions::{LoadedSession, Named, Record, Remember, Sessions, TRIES, broken, failed};

/// A login that is to begin a session.
pub(crate) struct NewLogin<'a> {
    pub(crate) user: EncodedId,
    pub(crate) session: Session,
    pub(crate) remember: Option<Remember>,
    pub(crate) client: Client,
    /// Whether a record of the user is suspended: it goes first where there are too many.
    pub(crate) is_suspended: &'a (dyn Fn(&Record) -> bool + Sync),
}

/// The times of this process's logins. Two logins of one millisecond get different times:
/// `max_per_user` ends the older one.
#[derive(Default)]
pub(super) struct LoginTimes(AtomicU64);

impl LoginTimes {
    /// Returns a time that no login of this process has had in this second.
    fn next(&self, now: Timestamp) -> Timestamp {
        let now = now.as_millis();
        let after = |last: u64| {
            let is_near = (now..now + 1000).contains(&last);
            if is_near { last + 1 } else { now }
        };
        let times = &self.0;
        let last = times.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
            Some(after(last))
        });
        let (Ok(last) | Err(last)) = last;
        Timestamp::from_millis(after(last))
    }
}

impl Sessions {
    /// Begins a session. The sessions that the request's tokens name end after that. If
    /// they cannot, the new one is withdrawn.
    pub(crate) async fn begin(
        &self,
        new: NewLogin<'_>,
        replaced: &[Named],
        now: Timestamp,
    ) -> Result<LoadedSession, LoginError> {
        let is_suspended = new.is_suspended;
        let session = self.create(new, now).await?;
        let done = match self.make_room(&session, replaced, is_suspended).await {
            Ok(()) => self.end_all(replaced, SessionEnd::Superseded, now).await,
            failed => failed,
        };
        if done.is_err() {
            // No browser knows its id: it is only in the way until it expires.
            let _ = self.withdraw(session.id).await;
        }
        done.map(|()| session)
    }

    async fn create(&self, new: NewLogin<'_>, now: Timestamp) -> Result<LoadedSession, LoginError> {
        let mut record = Record::new(new.session, new.remember, new.client, now);
        record.started = self.login_times.next(now);
        for _ in 0..TRIES {
            let mut session = LoadedSession::new(self.new_id()?, &new.user, record.clone(), None);
            match self.try_to_create(&mut session).await {
                Ok(true) => return Ok(session),
                Ok(false) => {}
                Err(error) => {
                    // The store may have kept it all the same.
                    let _ = self.withdraw(session.id).await;
                    return Err(error);
                }
            }
        }
        Err(broken())
    }

    /// Keeps a new session; `false` if another one has its id.
    pub(crate) async fn try_to_create(
        &self,
        session: &mut LoadedSession,
    ) -> Result<bool, LoginError> {
        let record = session.record.clone();
        match self.store.as_deref() {
            Some(store) => self.put(store, session, record).await,
            None => Ok(true),
        }
    }

    /// Deletes a session of which no cookie was sent.
    pub(super) async fn withdraw(&self, id: SessionId) -> Result<(), LoginError> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let deleted = store.delete(&StoreKey::of_id(id)).await;
        deleted.map(drop).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_of_one_millisecond_get_times_in_order() {
        let times = LoginTimes::default();
        let next = |millis| times.next(Timestamp::from_millis(millis)).as_millis();
        let got = [5000, 5000, 5001, 5000, 5010, 5009, 4000, 4000].map(next);
        assert_eq!(got, [5000, 5001, 5002, 5003, 5010, 5011, 4000, 4001]);
    }
}
