//! The sessions of open sockets, looked for in the store.

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::session::{SessionEnd, Signal, Signals, StoreKey};
use crate::socket;
use crate::store::State;
use crate::stored::{Kept, Stored};

impl Stored<'_> {
    /// Has the sockets of a session know what has become of it, and says whether it
    /// goes on.
    pub(crate) async fn look_for(&self, state: &socket::State) -> Result<bool, LoginError> {
        if !state.has_session {
            return Ok(true);
        }
        let last = self.last(state.session, &state.user).await?;
        let found = last.filter(|kept| kept.row.state == State::Live);
        match &found {
            Some(kept) => self.follow(state.session, kept),
            None => self.kind.sockets.send(&Signal::Ended {
                key: state.session,
                why: SessionEnd::Revoked,
            }),
        }
        Ok(found.is_some())
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
