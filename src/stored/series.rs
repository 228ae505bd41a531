//! Series of remember tokens that lie in a store: begun, used and ended.

use crate::error::LoginError;
use crate::session::{RememberToken, Secret, Session, SessionEnd, UserKey};
use crate::store::{Client, Fate, Series, StoreKey, StoredSession};
use crate::stored::change::Step;
use crate::stored::{Returned, Stored, TRIES, broken, failed, seconds};

/// A series as it was found.
pub(super) struct KeptSeries {
    stored: StoredSession,
    pub(super) series: Series,
}

impl Stored<'_> {
    /// Keeps the series of a token that is given with a login.
    pub(crate) async fn begin_series(
        &self,
        token: &RememberToken,
        session: &Session,
        client: &Client,
    ) -> Result<(), LoginError> {
        let series = Series::new(token, StoreKey::of_id(session.id), client.clone());
        match self.create_series(token, &series).await? {
            true => Ok(()),
            false => Err(broken()),
        }
    }

    /// Has the series of a token stand behind the session of a login.
    pub(crate) async fn stand_behind(
        &self,
        token: &RememberToken,
        session: &Session,
    ) -> Result<(), LoginError> {
        let (key, user) = (StoreKey::of_id(token.id), self.user(&token.user));
        for _ in 0..TRIES {
            let Some(mut kept) = self.find_series(&key, &user).await? else {
                return Ok(());
            };
            let old = kept.series.session();
            kept.series
                .stand_behind(StoreKey::of_id(session.id), self.now);
            if self.save_series(&mut kept).await? {
                return self.replace(old, session).await;
            }
        }
        Err(broken())
    }

    /// The series that a token is of, or what became of it. One that was made when
    /// there was no store begins its series now.
    pub(super) async fn series_of(
        &self,
        token: &RememberToken,
        client: &Client,
    ) -> Result<Result<KeptSeries, Returned>, LoginError> {
        let (key, user) = (StoreKey::of_id(token.id), self.user(&token.user));
        let mut found = self.find_series(&key, &user).await?;
        if found.is_none() && token.secret == Secret::NONE {
            // Nobody has a session of it yet: the key is that of none.
            let series = Series::new(token, key, client.clone());
            self.create_series(token, &series).await?;
            found = self.find_series(&key, &user).await?;
        }
        let Some(kept) = found else {
            return Ok(Err(Returned::Ended));
        };
        match kept.series.fate {
            Fate::Open => Ok(Ok(kept)),
            Fate::Ended => Ok(Err(Returned::Ended)),
            Fate::Ending => {
                self.finish(kept, &token.user, SessionEnd::Revoked).await?;
                Ok(Err(Returned::Ended))
            }
            Fate::Stolen => {
                self.finish(kept, &token.user, SessionEnd::Revoked).await?;
                Ok(Err(Returned::Stolen))
            }
        }
    }

    /// Keeps the series that begins with a token; `false` if there is one already.
    async fn create_series(
        &self,
        token: &RememberToken,
        series: &Series,
    ) -> Result<bool, LoginError> {
        let stored = StoredSession {
            key: StoreKey::of_id(token.id),
            user: self.user(&token.user),
            expires: seconds(series.expires()),
            revision: 0,
            value: series.write().ok_or_else(broken)?,
        };
        self.store.create(&stored).await.map_err(failed)
    }

    async fn find_series(
        &self,
        key: &StoreKey,
        user: &StoreKey,
    ) -> Result<Option<KeptSeries>, LoginError> {
        let found = self.store.load(key).await.map_err(failed)?;
        Ok(found.and_then(|stored| KeptSeries::read(stored, user).ok()))
    }

    pub(super) async fn save_series(&self, kept: &mut KeptSeries) -> Result<bool, LoginError> {
        kept.stored.value = kept.series.write().ok_or_else(broken)?;
        self.store.save(&kept.stored).await.map_err(failed)
    }

    /// Ends the series that a token is of, with all that came of it. Of one that the
    /// store has not seen the end is kept, so that no copy of it counts any more.
    pub(crate) async fn end_token(
        &self,
        token: &RememberToken,
        why: SessionEnd,
    ) -> Result<(), LoginError> {
        let key = StoreKey::of_id(token.id);
        if token.secret == Secret::NONE {
            let mut series = Series::new(token, key, Client::default());
            series.fate = Fate::Ended;
            if self.create_series(token, &series).await? {
                return Ok(());
            }
        }
        self.end_series(key, &token.user, why).await.map(drop)
    }

    /// Ends a series with the sessions that came of it; `false` if there is none.
    pub(crate) async fn end_series(
        &self,
        key: StoreKey,
        user: &UserKey,
        why: SessionEnd,
    ) -> Result<bool, LoginError> {
        match self.mark(key, user, Fate::Ending).await? {
            Some(kept) => self.finish(kept, user, why).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Ends a series alone.
    pub(super) async fn close_series(
        &self,
        key: StoreKey,
        user: &UserKey,
    ) -> Result<(), LoginError> {
        if let Some(kept) = self.mark(key, user, Fate::Ending).await? {
            self.put_away(kept).await;
        }
        Ok(())
    }

    /// The step that decides: from now on nobody comes back with a token of a series.
    /// What came of it is still to be ended.
    pub(super) async fn mark(
        &self,
        key: StoreKey,
        user: &UserKey,
        fate: Fate,
    ) -> Result<Option<KeptSeries>, LoginError> {
        let user = self.user(user);
        for _ in 0..TRIES {
            let Some(mut kept) = self.find_series(&key, &user).await? else {
                return Ok(None);
            };
            match kept.series.fate {
                Fate::Open => kept.series.fate = fate,
                // Somebody has not come to the end of it.
                Fate::Ending | Fate::Stolen => return Ok(Some(kept)),
                Fate::Ended => return Ok(None),
            }
            if self.save_series(&mut kept).await? {
                kept.stored.revision += 1;
                return Ok(Some(kept));
            }
        }
        Err(broken())
    }

    /// Ends what came of a series that is marked, which is kept until that is done.
    pub(super) async fn finish(
        &self,
        kept: KeptSeries,
        user: &UserKey,
        why: SessionEnd,
    ) -> Result<(), LoginError> {
        let key = kept.key();
        for session in self.live(user).await? {
            if session.row.series() == Some(key) {
                let owner = self.user(user);
                if let Some(ended) = self.end_as(session.key(), &owner, &Step::END).await? {
                    self.tell(ended.key(), why);
                }
            }
        }
        self.tell(key, why);
        self.put_away(kept).await;
        Ok(())
    }

    /// If that fails, whoever comes with a token of it finds the mark.
    async fn put_away(&self, mut kept: KeptSeries) {
        if kept.series.adopted {
            kept.series.fate = Fate::Ended;
            let _ = self.save_series(&mut kept).await;
        } else {
            self.withdraw(&kept.key()).await;
        }
    }
}

impl KeptSeries {
    /// What is no series of this user is given back.
    pub(super) fn read(stored: StoredSession, user: &StoreKey) -> Result<Self, StoredSession> {
        match Series::read(&stored.value) {
            Some(series) if stored.user == *user => Ok(Self { stored, series }),
            Some(_) | None => Err(stored),
        }
    }

    pub(super) fn key(&self) -> StoreKey {
        self.stored.key
    }
}
