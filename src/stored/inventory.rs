//! The sessions of a user: listed, and ended by others than who holds them.

use std::cmp::Reverse;

use crate::error::{LoginError, LoginErrorKind};
use crate::session::{Session, SessionEnd, Signal, UserKey};
use crate::store::{Fate, State, StoreKey};
use crate::stored::change::Step;
use crate::stored::series::KeptSeries;
use crate::stored::{Kept, SessionInfo, Stored, failed, seconds};

/// All that a store keeps of one user.
#[derive(Default)]
struct All {
    sessions: Vec<Kept>,
    series: Vec<KeptSeries>,
}

impl All {
    /// Whether something is kept of what has ended, or will be.
    fn keeps_ends(&self) -> bool {
        let mut sessions = self.sessions.iter();
        sessions.any(|kept| kept.row.keeps_end)
            || self.series.iter().any(|kept| kept.series.adopted)
    }

    /// The sessions that are good for something.
    fn live(&self) -> impl Iterator<Item = &Kept> {
        let sessions = self.sessions.iter();
        sessions.filter(|kept| kept.row.state == State::Live)
    }

    /// Browsers that have no session, but will come back by themselves.
    fn away(&self) -> impl Iterator<Item = &KeptSeries> {
        let open = self.series.iter();
        let open = open.filter(|kept| kept.series.fate == Fate::Open);
        open.filter(|kept| {
            self.live()
                .all(|live| live.row.series() != Some(kept.key()))
        })
    }
}

impl Stored<'_> {
    /// What is to be shown of a user's sessions, the last seen first.
    pub(crate) async fn list(
        &self,
        user: &UserKey,
        current: Option<StoreKey>,
    ) -> Result<Vec<SessionInfo>, LoginError> {
        let all = self.all(user).await?;
        let live = all.live().map(|kept| SessionInfo::new(kept, current));
        let away = all.away().map(SessionInfo::away);
        let mut infos: Vec<_> = live.chain(away).collect();
        infos.sort_by_key(|info| Reverse((info.last_seen(), info.logged_in_at())));
        Ok(infos)
    }

    /// The sessions of a user that are good for something.
    pub(super) async fn live(&self, user: &UserKey) -> Result<Vec<Kept>, LoginError> {
        let mut kept = self.all(user).await?.sessions;
        kept.retain(|kept| kept.row.state == State::Live);
        Ok(kept)
    }

    /// The same, what is kept of those that have ended, and remember tokens.
    async fn all(&self, user: &UserKey) -> Result<All, LoginError> {
        let user = self.user(user);
        let found = self.store.of_user(&user).await.map_err(failed)?;
        let now = seconds(self.now);
        let mut all = All::default();
        for stored in found.into_iter().filter(|stored| stored.expires > now) {
            match KeptSeries::read(stored, &user) {
                Ok(series) => all.series.push(series),
                Err(stored) => all.sessions.extend(self.read(stored, &user)),
            }
        }
        Ok(all)
    }

    /// Ends a session, whose sockets hear of it, or a remembered browser; `false` if
    /// this user has none under this key.
    pub(crate) async fn revoke(&self, user: &UserKey, key: &StoreKey) -> Result<bool, LoginError> {
        let why = SessionEnd::Revoked;
        match self.end(*key, user, why).await? {
            Some(key) => {
                self.tell(key, why);
                Ok(true)
            }
            None => self.end_series(*key, user, why).await,
        }
    }

    /// Ends all sessions of a user, with the remember tokens, and says how many.
    pub(crate) async fn revoke_all(&self, user: &UserKey) -> Result<usize, LoginError> {
        let all = self.all(user).await?;
        let these: Vec<_> = keys(&all).collect();
        // Without what is kept of its end, one could be taken in again.
        if all.keeps_ends() {
            return self.revoke_these(user, these).await;
        }
        let deleted = self.store.delete_of_user(&self.user(user)).await;
        deleted.map_err(failed)?;
        let everything = all.sessions.iter().map(Kept::key);
        let everything = everything.chain(all.series.iter().map(KeptSeries::key));
        everything.for_each(|key| self.tell(key, SessionEnd::Revoked));
        Ok(these.len())
    }

    /// Ends all sessions of a user but one, with their remember tokens, and says how
    /// many.
    pub(crate) async fn revoke_others(
        &self,
        user: &UserKey,
        current: StoreKey,
    ) -> Result<usize, LoginError> {
        let all = self.all(user).await?;
        // Whoever asks without a session of their own would end that of their browser.
        let mut live = all.live();
        let own = live.find(|kept| kept.key() == current);
        let own = own.ok_or_else(|| LoginError::new(LoginErrorKind::NotLoggedIn))?;
        let series = own.row.series();
        let others = keys(&all).filter(|key| *key != current && Some(*key) != series);
        self.revoke_these(user, others.collect()).await
    }

    /// Ends all sessions of a user but this one, which alone knows of the user's
    /// new auth hash. Their sockets hear of that otherwise.
    pub(crate) async fn outdate_others(
        &self,
        but: &Session,
        series: Option<StoreKey>,
    ) -> Result<(), LoginError> {
        let user = self.user(&but.user);
        let all = self.all(&but.user).await?;
        for kept in all.live() {
            if kept.key() != StoreKey::of_id(but.id) {
                self.end_as(kept.key(), &user, &Step::END_ALONE).await?;
            }
        }
        for kept in &all.series {
            if Some(kept.key()) != series {
                self.close_series(kept.key(), &but.user).await?;
            }
        }
        Ok(())
    }

    /// Ends all sessions of a user whose auth hash is another one now, with their
    /// remember tokens, unless whoever has changed it lets them go on.
    #[cfg(feature = "ws")]
    pub(crate) async fn outdate_all(&self, user: &UserKey) -> Result<(), LoginError> {
        let owner = self.user(user);
        let all = self.all(user).await?;
        for kept in all.live() {
            self.step(kept.key(), &owner, &Step::OUTDATE).await?;
        }
        for kept in &all.series {
            self.close_series(kept.key(), user).await?;
        }
        Ok(())
    }

    async fn revoke_these(
        &self,
        user: &UserKey,
        these: Vec<StoreKey>,
    ) -> Result<usize, LoginError> {
        let mut count = 0;
        for key in these {
            count += usize::from(self.revoke(user, &key).await?);
        }
        Ok(count)
    }

    pub(super) fn tell(&self, key: StoreKey, why: SessionEnd) {
        self.kind.signal(&Signal::Ended { key, why });
    }
}

/// What a user is shown.
fn keys(all: &All) -> impl Iterator<Item = StoreKey> {
    let live = all.live().map(Kept::key);
    live.chain(all.away().map(KeptSeries::key))
}

/// What those get who ask for sessions that no store keeps.
pub(crate) fn without_a_store() -> LoginError {
    rocket::error!("There is no list of sessions: they live in cookies.");
    rocket::error_!("Set `session.store`, or give a store to `LoginFairing::session_store()`.");
    LoginError::new(LoginErrorKind::NoStore)
}
