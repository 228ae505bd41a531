//! Browsers that come back with a remember token.

use crate::error::LoginError;
use crate::session::{RememberToken, Secret, Session, SessionEnd};
use crate::store::{Client, Row, Series, State, StoreKey, Worth};
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
}
