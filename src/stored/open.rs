//! The sessions of open sockets, looked for in the store.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{SessionEnd, Signal, Signals, StoreKey, UserKey};
use crate::socket;
use crate::store::State;
use crate::stored::change::LONGEST_CHAIN;
use crate::stored::{Kept, Stored};

impl Stored<'_> {
    /// Has the sockets of a session know what has become of it, and says whether it
    /// goes on.
    pub(crate) async fn look_for(&self, state: &socket::State) -> Result<bool, LoginError> {
        let found = self.goes_on(state.session, &state.user).await?;
        match &found {
            Some(kept) => self.follow(state.session, kept),
            None => self.kind.sockets.send(&Signal::Ended {
                key: state.session,
                why: SessionEnd::Revoked,
            }),
        }
        Ok(found.is_some())
    }

    /// As what a session goes on: itself, or what has taken its place.
    async fn goes_on(&self, key: StoreKey, user: &UserKey) -> Result<Option<Kept>, LoginError> {
        let user = self.user(user);
        let mut next = key;
        for _ in 0..LONGEST_CHAIN {
            let Some(kept) = self.find(&next, &user).await? else {
                return Ok(None);
            };
            match kept.row.state {
                State::Replaced(by) => next = StoreKey::from_bytes(by),
                State::Live => return Ok(Some(kept)),
                State::Outdated | State::Ended => return Ok(None),
            }
        }
        Ok(None)
    }

    fn follow(&self, from: StoreKey, kept: &Kept) {
        let (key, id) = (kept.key(), None);
        if key != from {
            let to = key;
            let rotated = Signal::Rotated { from, to, id };
            self.kind.sockets.send(&rotated);
        }
        let until = Timestamp::from_secs(kept.stored.expires.try_into().unwrap_or_default());
        self.kind.sockets.send(&Signal::Extended { key, until });
    }
}
