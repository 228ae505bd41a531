//! A session, its client, and the two tokens that name it, each of some generation.

use std::net::IpAddr;

use crate::clock::Timestamp;
use crate::session::{Digest, EncodedId, SessionId};

/// One login in one browser, or its restore from a remember token.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The time of the login or the restore: the limits count from it.
    pub(crate) begun: Timestamp,
    /// The absolute limit.
    pub(crate) expires: Timestamp,
    pub(crate) last_seen: Timestamp,
    /// When the user last logged in or confirmed; `None` once that is in doubt.
    pub(crate) fresh_since: Option<Timestamp>,
    pub(crate) permanent: bool,
    /// Whether a remember token has restored it.
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

/// Six bytes of milliseconds reach to the year 10889.
const LAST: u64 = (1 << 48) - 1;

/// Which of a session's tokens this is: the time of its making in milliseconds, and at
/// least one more than the generation before.
///
/// No two nodes have to agree on a counter for it, and it says how old a rotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Generation(u64);

impl Generation {
    /// Below every generation that was ever made.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn from_millis(millis: u64) -> Self {
        Self(millis.min(LAST))
    }

    pub(crate) fn as_millis(self) -> u64 {
        self.0
    }

    /// Makes the first generation of a session.
    pub(crate) fn first(now: Timestamp) -> Self {
        Self::from_millis(now.as_millis())
    }

    /// Makes the generation that follows this one.
    pub(crate) fn next(self, now: Timestamp) -> Self {
        Self::from_millis(now.as_millis().max(self.0 + 1))
    }

    /// The highest generation below this one.
    pub(crate) fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The time of its making.
    pub(crate) fn made(self) -> Timestamp {
        Timestamp::from_millis(self.0)
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

/// The record of a session without a store, as its token carries it.
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

/// How many bytes of a user agent are kept.
const USER_AGENT: usize = 200;

/// Address and user agent of the request that began or confirmed a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) address: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
}

impl Client {
    pub(crate) fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let capped = |text: &str| {
            let fits = |end: &usize| text.is_char_boundary(*end);
            let end = (0..=USER_AGENT.min(text.len())).rev().find(fits);
            text.get(..end?).map(Into::into)
        };
        Self {
            address,
            user_agent: user_agent.and_then(capped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let client = Client::new(None, Some(&"é".repeat(150)));
        assert_eq!(client.user_agent.as_deref(), Some(&*"é".repeat(100)));
        let odd = Client::new(None, Some(&format!("x{}", "é".repeat(150))));
        assert_eq!(odd.user_agent.unwrap().len(), 199);
    }

    #[test]
    fn the_next_generation_is_above_the_last_by_every_clock() {
        let now = Timestamp::from_millis(5000);
        let first = Generation::first(now);
        assert_eq!(first.next(Timestamp::from_millis(9000)).as_millis(), 9000);
        assert_eq!(first.next(now).as_millis(), 5001);
        assert_eq!(first.next(Timestamp::from_millis(1)).as_millis(), 5001);
    }

    #[test]
    fn the_end_of_time_overflows_nothing() {
        let last = Generation::first(Timestamp::from_millis(u64::MAX));
        assert_eq!(last.next(Timestamp::from_millis(u64::MAX)), last);
    }
}
