//! Browsers that come back with a remember token.

use crate::error::LoginError;
use crate::session::{RememberToken, Secret, Session, SessionEnd};
use crate::store::{Client, Fate, Row, Series, State, StoreKey, Worth};
use crate::stored::{Stored, TRIES, broken};
use crate::token::KeySet;

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
            let mut kept = match self.series_of(token, come.client).await? {
                Ok(kept) => kept,
                Err(returned) => return Ok(returned),
            };
            match kept.series.worth(token.secret, self.now) {
                Worth::Good => {}
                Worth::Superseded => {
                    // What was begun is what the faster one goes on with.
                    begun.clear();
                    return self.join(come, &kept.series, begun).await;
                }
                Worth::Stolen => return self.end_stolen(token).await,
            }
            let secret = come.keys.next_secret(token.id, token.secret);
            let session = self.begin_with(come, secret, begun).await?;
            let (old, new) = (kept.series.session(), StoreKey::of_id(session.id));
            kept.series.go_on(secret, new, self.now);
            let saved = self.save_series(&mut kept).await;
            if saved.is_err() {
                // Perhaps it was, and whoever comes again goes on with what was begun.
                begun.clear();
            }
            if saved? {
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
            Err(returned) => Ok(returned),
            Ok(kept) => match kept.series.worth(token.secret, self.now) {
                Worth::Good | Worth::Superseded => Ok(Returned::Already),
                Worth::Stolen => self.end_stolen(token).await,
            },
        }
    }

    async fn end_stolen(&self, token: &RememberToken) -> Result<Returned, LoginError> {
        let key = StoreKey::of_id(token.id);
        if let Some(kept) = self.mark(key, &token.user, Fate::Stolen).await? {
            self.finish(kept, &token.user, SessionEnd::Revoked).await?;
        }
        Ok(Returned::Stolen)
    }

    /// The session that begins with a secret, as the first request has begun it.
    async fn begin_with(
        &self,
        come: &Return<'_>,
        secret: Secret,
        begun: &mut Vec<StoreKey>,
    ) -> Result<Session, LoginError> {
        let derived = come.keys.session_of(come.token.id, secret);
        for id in [derived, come.session.id] {
            let mut session = come.session.clone();
            session.id = id;
            if self.create_restored(come, &session, begun).await?
                || self.join_session(&mut session).await?
            {
                return Ok(session);
            }
        }
        Err(broken())
    }

    /// Keeps a session that a series begins; `false` if there is one already.
    async fn create_restored(
        &self,
        come: &Return<'_>,
        session: &Session,
        begun: &mut Vec<StoreKey>,
    ) -> Result<bool, LoginError> {
        let series = StoreKey::of_id(come.token.id);
        let mut row = Row::new(session, come.client).with_series(Some(series));
        row.keeps_end = true;
        let is_new = self.create(session, row).await?.is_some();
        if is_new {
            begun.push(StoreKey::of_id(session.id));
        }
        Ok(is_new)
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
    async fn join(
        &self,
        come: &Return<'_>,
        series: &Series,
        begun: &mut Vec<StoreKey>,
    ) -> Result<Returned, LoginError> {
        let mut token = come.token.clone();
        for _ in 0..TRIES * 2 {
            token.secret = come.keys.next_secret(token.id, token.secret);
            if series.has(token.secret) {
                let mut session = come.session.clone();
                session.id = come.keys.session_of(token.id, token.secret);
                let is_it = series.session() == StoreKey::of_id(session.id);
                if !is_it || !self.join_or_begin(come, &mut session, begun).await? {
                    return Ok(Returned::Already);
                }
                // It may have ended since it was found to be there.
                return Ok(match self.series_of(&token, come.client).await? {
                    Ok(_) => Returned::With(Box::new(session), Box::new(token)),
                    Err(returned) => returned,
                });
            }
        }
        Ok(Returned::Already)
    }

    /// Joins the session that a faster request has begun, or begins it, if the store has
    /// lost it: its end would be there.
    async fn join_or_begin(
        &self,
        come: &Return<'_>,
        session: &mut Session,
        begun: &mut Vec<StoreKey>,
    ) -> Result<bool, LoginError> {
        Ok(self.join_session(session).await? || self.create_restored(come, session, begun).await?)
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
}
