//! A session, and the two tokens that name it.

use crate::clock::Timestamp;
use crate::session::{Digest, EncodedId, Generation, SessionId};

/// One login in one browser, or what a remember token has brought back of it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// When the login was, or the restore: the limits count from it.
    pub(crate) begun: Timestamp,
    /// The absolute limit.
    pub(crate) expires: Timestamp,
    pub(crate) last_seen: Timestamp,
    /// When the person last proved who they are; `None` once that is in doubt.
    pub(crate) fresh_since: Option<Timestamp>,
    pub(crate) permanent: bool,
    /// Whether a remember token has brought it back.
    pub(crate) restored: bool,
    /// Whether the login was forced for a user who was not active.
    pub(crate) forced: bool,
    pub(crate) identifier: Digest,
    pub(crate) auth_hash: Digest,
}

impl Session {
    pub(crate) const PERMANENT: u8 = 1;
    pub(crate) const RESTORED: u8 = 2;
    pub(crate) const FORCED: u8 = 4;

    /// Returns the flags that are set, as tokens and rows have them.
    pub(crate) fn flags(&self) -> u8 {
        let flag = |is_set, bit| if is_set { bit } else { 0 };
        flag(self.permanent, Self::PERMANENT)
            | flag(self.restored, Self::RESTORED)
            | flag(self.forced, Self::FORCED)
    }
}

/// The value of a session cookie.
#[derive(Clone, Debug)]
pub(crate) struct SessionToken {
    pub(crate) id: SessionId,
    pub(crate) generation: Generation,
    pub(crate) user: EncodedId,
    /// `None` where a store has the session.
    pub(crate) carried: Option<Carried>,
}

/// What a session token carries itself where there is no store.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) session: Session,
    /// When the remember token beside it expires, if there is one.
    pub(crate) remember_until: Option<Timestamp>,
}

/// The value of a remember cookie.
#[derive(Clone, Debug)]
pub(crate) struct RememberToken {
    pub(crate) id: SessionId,
    pub(crate) generation: Generation,
    pub(crate) user: EncodedId,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) auth_hash: Digest,
}
