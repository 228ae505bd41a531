//! The sessions of a user: listed, and ended by others than who holds them.

use crate::error::{LoginError, LoginErrorKind};
use crate::session::{Session, SessionEnd, Signal, UserKey};
use crate::store::{State, StoreKey};
use crate::stored::change::Step;
use crate::stored::{Kept, SessionInfo, Stored, failed, seconds};

impl Stored<'_> {
    /// What is to be shown of a user's sessions, the last seen first.
    pub(crate) async fn list(
        &self,
        user: &UserKey,
        current: Option<StoreKey>,
    ) -> Result<Vec<SessionInfo>, LoginError> {
        let mut live = self.live(user).await?;
        live.sort_by_key(|kept| {
            let row = &kept.row;
            std::cmp::Reverse((row.last_seen(), row.issued()))
        });
        let infos = live.iter().map(|kept| SessionInfo::new(kept, current));
        Ok(infos.collect())
    }

    /// The sessions of a user that are good for something.
    pub(super) async fn live(&self, user: &UserKey) -> Result<Vec<Kept>, LoginError> {
        let mut kept = self.all(user).await?;
        kept.retain(|kept| kept.row.state == State::Live);
        Ok(kept)
    }

    /// The same, and what is kept of those that have ended.
    async fn all(&self, user: &UserKey) -> Result<Vec<Kept>, LoginError> {
        let user = self.user(user);
        let found = self.store.of_user(&user).await.map_err(failed)?;
        let now = seconds(self.now);
        let found = found.into_iter().filter(|stored| stored.expires > now);
        Ok(found
            .filter_map(|stored| self.read(stored, &user))
            .collect())
    }

    /// Ends a session, whose sockets hear of it; `false` if this user has none
    /// under this key.
    pub(crate) async fn revoke(&self, user: &UserKey, key: &StoreKey) -> Result<bool, LoginError> {
        let ended = self.end_as(*key, &self.user(user), &Step::END).await?;
        if let Some(kept) = &ended {
            self.tell(kept.key());
        }
        Ok(ended.is_some())
    }

    /// Ends all sessions of a user, and says how many.
    pub(crate) async fn revoke_all(&self, user: &UserKey) -> Result<usize, LoginError> {
        let mut live = self.all(user).await?;
        // Without what is kept of its end, one could be adopted again.
        let has_adopted = live.iter().any(|kept| kept.row.adopted);
        live.retain(|kept| kept.row.state == State::Live);
        if has_adopted {
            return self.revoke_these(user, &live).await;
        }
        let deleted = self.store.delete_of_user(&self.user(user)).await;
        deleted.map_err(failed)?;
        live.iter().for_each(|kept| self.tell(kept.key()));
        Ok(live.len())
    }

    /// Ends all sessions of a user but one, and says how many.
    pub(crate) async fn revoke_others(
        &self,
        user: &UserKey,
        current: StoreKey,
    ) -> Result<usize, LoginError> {
        let mut live = self.live(user).await?;
        live.retain(|kept| kept.key() != current);
        self.revoke_these(user, &live).await
    }

    /// Ends all sessions of a user but this one, which alone knows of the user's
    /// new auth hash. Their sockets hear of that otherwise.
    pub(crate) async fn outdate_others(&self, but: &Session) -> Result<(), LoginError> {
        let user = self.user(&but.user);
        for kept in self.live(&but.user).await? {
            if kept.key() != StoreKey::of_id(but.id) {
                self.end_as(kept.key(), &user, &Step::END_ALONE).await?;
            }
        }
        Ok(())
    }

    async fn revoke_these(&self, user: &UserKey, these: &[Kept]) -> Result<usize, LoginError> {
        let mut count = 0;
        for kept in these {
            count += usize::from(self.revoke(user, &kept.key()).await?);
        }
        Ok(count)
    }

    fn tell(&self, key: StoreKey) {
        let why = SessionEnd::Revoked;
        self.kind.signal(&Signal::Ended { key, why });
    }
}

/// What those get who ask for sessions that no store keeps.
pub(crate) fn without_a_store() -> LoginError {
    rocket::error!("There is no list of sessions: they live in cookies.");
    rocket::error_!("Set `session.store`, or give a store to `LoginFairing::session_store()`.");
    LoginError::new(LoginErrorKind::NoStore)
}
