//! Series of remember tokens that lie in a store: begun, used and ended.

use crate::error::LoginError;
use crate::session::{RememberToken, Secret, Session, SessionEnd, UserKey};
use crate::store::{Client, Row, Series, State, StoreKey, StoredSession, Worth};
use crate::stored::change::Step;
use crate::stored::{Stored, TRIES, broken, failed, seconds};
use crate::token::KeySet;

/// A series as it was found.
pub(super) struct KeptSeries {
    stored: StoredSession,
    pub(super) series: Series,
}

/// A browser that comes back with a remember token.
pub(crate) struct Return<'a> {
    pub(crate) token: &'a RememberToken,
    /// The keys that vouched for the token.
    pub(crate) keys: &'a KeySet,
    pub(crate) client: &'a Client,
    /// A session under no other id than this, in case the one is taken that all
    /// come to.
    pub(crate) session: Session,
}

/// What becomes of it.
pub(crate) enum Returned {
    /// It goes on with this session and this token.
    With(Box<Session>, Box<RememberToken>),
    /// It has done so already: nothing is written.
    Already,
    /// There is no such series, or no longer.
    Ended,
    /// The token was superseded long ago: all that came of it has ended.
    Stolen,
}

impl Stored<'_> {
    /// Begins a session with a remember token, for which another one is given: to
    /// all requests that come at once the same.
    pub(crate) async fn bring_back(&self, come: &Return<'_>) -> Result<Returned, LoginError> {
        let mut begun = Vec::new();
        let returned = self.try_to_bring_back(come, &mut begun).await;
        let kept = match &returned {
            Ok(Returned::With(session, _)) => Some(StoreKey::of_id(session.id)),
            _ => None,
        };
        for key in begun.iter().filter(|key| Some(**key) != kept) {
            self.withdraw(key).await;
        }
        returned
    }

    async fn try_to_bring_back(
        &self,
        come: &Return<'_>,
        begun: &mut Vec<StoreKey>,
    ) -> Result<Returned, LoginError> {
        let token = come.token;
        for _ in 0..TRIES {
            let Some(mut kept) = self.series_of(token, come.client).await? else {
                return Ok(Returned::Ended);
            };
            match kept.series.worth(token.secret, self.now) {
                Worth::Good => {}
                Worth::Superseded => {
                    // What was begun is what the faster one goes on with.
                    begun.clear();
                    return self.join(come, &kept.series).await;
                }
                Worth::Stolen => return self.end_stolen(token).await,
            }
            let secret = come.keys.next_secret(token.id, token.secret);
            let session = self.begin_with(come, secret, begun).await?;
            let (old, new) = (kept.series.session(), StoreKey::of_id(session.id));
            kept.series.go_on(secret, new, self.now);
            if self.save_series(&mut kept).await? {
                self.settle(&session, old).await;
                let secret = RememberToken {
                    secret,
                    ..token.clone()
                };
                return Ok(Returned::With(Box::new(session), Box::new(secret)));
            }
        }
        Err(broken())
    }

    /// Whether a token counts that goes on as it is: nothing is written for it.
    pub(crate) async fn look_at(
        &self,
        token: &RememberToken,
        client: &Client,
    ) -> Result<Returned, LoginError> {
        match self.series_of(token, client).await? {
            None => Ok(Returned::Ended),
            Some(kept) => match kept.series.worth(token.secret, self.now) {
                Worth::Good | Worth::Superseded => Ok(Returned::Already),
                Worth::Stolen => self.end_stolen(token).await,
            },
        }
    }

    async fn end_stolen(&self, token: &RememberToken) -> Result<Returned, LoginError> {
        self.end_token(token, SessionEnd::Revoked).await?;
        Ok(Returned::Stolen)
    }

    /// The session that begins with a secret, as the first request has begun it.
    async fn begin_with(
        &self,
        come: &Return<'_>,
        secret: Secret,
        begun: &mut Vec<StoreKey>,
    ) -> Result<Session, LoginError> {
        let series = StoreKey::of_id(come.token.id);
        let derived = come.keys.session_of(come.token.id, secret);
        for id in [derived, come.session.id] {
            let mut session = come.session.clone();
            session.id = id;
            let mut row = Row::new(&session, come.client).with_series(Some(series));
            row.keeps_end = true;
            if self.create(&session, row).await?.is_some() {
                begun.push(StoreKey::of_id(id));
                return Ok(session);
            }
            if self.join_session(&mut session).await? {
                return Ok(session);
            }
        }
        Err(broken())
    }

    /// Takes over what a faster request has made of a session; `false` if it is not
    /// there, or no longer as it was.
    async fn join_session(&self, session: &mut Session) -> Result<bool, LoginError> {
        let found = self.of_token(session).await?;
        let live = found.filter(|kept| kept.row.state == State::Live);
        if let Some(kept) = &live {
            kept.row.join(session);
        }
        let is_over = self.limits().end(session) <= self.now;
        Ok(live.is_some() && !is_over)
    }

    /// Goes on as a faster request did, if it can be known how.
    async fn join(&self, come: &Return<'_>, series: &Series) -> Result<Returned, LoginError> {
        let mut token = come.token.clone();
        for _ in 0..TRIES * 2 {
            token.secret = come.keys.next_secret(token.id, token.secret);
            if series.has(token.secret) {
                let mut session = come.session.clone();
                session.id = come.keys.session_of(token.id, token.secret);
                let is_it = series.session() == StoreKey::of_id(session.id);
                return Ok(match is_it && self.join_session(&mut session).await? {
                    true => Returned::With(Box::new(session), Box::new(token)),
                    false => Returned::Already,
                });
            }
        }
        Ok(Returned::Already)
    }

    /// The session is certain: what fails from here on only leaves too much behind.
    async fn settle(&self, session: &Session, old: StoreKey) {
        let replaced = self.replace(old, session).await;
        let staying = [StoreKey::of_id(session.id)];
        let made = self.end_surplus(&session.user, &staying).await;
        if let Err(error) = replaced.and(made) {
            rocket::warn!("Older sessions of a user could not be ended: {error}.");
        }
    }

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

    /// The series that a token is of, if it has not ended. One that was made when
    /// there was no store begins its series now.
    async fn series_of(
        &self,
        token: &RememberToken,
        client: &Client,
    ) -> Result<Option<KeptSeries>, LoginError> {
        let (key, user) = (StoreKey::of_id(token.id), self.user(&token.user));
        if let Some(kept) = self.find_series(&key, &user).await? {
            return Ok(Some(kept).filter(|kept| !kept.series.ended));
        }
        if token.secret != Secret::NONE {
            return Ok(None);
        }
        // Nobody has a session of it yet: the key is that of none.
        let series = Series::new(token, key, client.clone());
        self.create_series(token, &series).await?;
        let kept = self.find_series(&key, &user).await?;
        Ok(kept.filter(|kept| !kept.series.ended))
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
        Ok(found.and_then(|stored| KeptSeries::read(stored, user)))
    }

    async fn save_series(&self, kept: &mut KeptSeries) -> Result<bool, LoginError> {
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
            series.ended = true;
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
        let is_ended = self.close_series(key, user).await?;
        for kept in self.live(user).await? {
            if kept.row.series() == Some(key) {
                let owner = self.user(user);
                if let Some(kept) = self.end_as(kept.key(), &owner, &Step::END).await? {
                    self.tell(kept.key(), why);
                }
            }
        }
        self.tell(key, why);
        Ok(is_ended)
    }

    /// Ends a series alone.
    pub(super) async fn close_series(
        &self,
        key: StoreKey,
        user: &UserKey,
    ) -> Result<bool, LoginError> {
        let user = self.user(user);
        for _ in 0..TRIES {
            let Some(mut kept) = self.find_series(&key, &user).await? else {
                return Ok(false);
            };
            if !kept.series.adopted {
                return self.store.delete(&key).await.map_err(failed);
            }
            if std::mem::replace(&mut kept.series.ended, true) {
                return Ok(false);
            }
            if self.save_series(&mut kept).await? {
                return Ok(true);
            }
        }
        Err(broken())
    }
}

impl KeptSeries {
    pub(super) fn read(stored: StoredSession, user: &StoreKey) -> Option<Self> {
        let series = Series::read(&stored.value).filter(|_| stored.user == *user)?;
        Some(Self { stored, series })
    }

    pub(super) fn key(&self) -> StoreKey {
        self.stored.key
    }
}
