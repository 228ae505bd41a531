//! What a store keeps of a series of remember tokens: of one browser that comes
//! back by itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::session::{RememberToken, Secret};
use crate::store::StoreKey;
use crate::store::row::{self, Client};

/// The first byte of every value: no session begins with it.
const VERSION: u8 = 2;

/// How long a secret is taken that another one has followed: what a browser sends
/// at once may arrive late.
const GRACE: Duration = Duration::from_secs(30);

/// How many superseded secrets are known at most: a browser that does not keep its
/// session comes back with every request.
const MOST: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Series {
    /// The digest of the secret that is good.
    secret: [u8; 16],
    /// Digests of those before it, and when they were followed.
    superseded: Vec<([u8; 16], u64)>,
    /// The key of the session that began with it last.
    session: [u8; 16],
    issued: u64,
    expires: u64,
    last_used: u64,
    /// Whether its first token was made when there was no store: then its end is
    /// kept, lest that is taken for one that the store has not seen yet.
    pub(crate) adopted: bool,
    pub(crate) fate: Fate,
    pub(crate) client: Client,
}

/// What became of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fate {
    Open,
    /// It has ended, but perhaps not yet all that came of it.
    Ending,
    /// The same, because one of its tokens was stolen.
    Stolen,
    Ended,
}

/// What a token of a series is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    Good,
    /// Another one has just followed it.
    Superseded,
    /// Another one has followed it long ago: whoever sends it is not the browser that
    /// got the other one, or that is not.
    Stolen,
}

impl Series {
    /// A series that begins with this token, beside this session.
    pub(crate) fn new(token: &RememberToken, session: StoreKey, client: Client) -> Self {
        Self {
            secret: token.secret.digest(),
            superseded: Vec::new(),
            session: *session.as_bytes(),
            issued: token.issued.as_secs(),
            expires: token.expires.as_secs(),
            last_used: token.issued.as_secs(),
            adopted: token.secret == Secret::NONE,
            fate: Fate::Open,
            client,
        }
    }

    pub(crate) fn worth(&self, secret: Secret, now: Timestamp) -> Worth {
        let digest = secret.digest();
        let is_late = |since: u64| now.since(Timestamp::from_secs(since)) > GRACE;
        let mut superseded = self.superseded.iter();
        match superseded.find(|(known, _)| *known == digest) {
            _ if self.secret == digest => Worth::Good,
            Some((_, since)) if !is_late(*since) => Worth::Superseded,
            Some(_) | None => Worth::Stolen,
        }
    }

    /// Another secret follows, with which another session begins.
    pub(crate) fn go_on(&mut self, secret: Secret, session: StoreKey, now: Timestamp) {
        self.superseded
            .retain(|(_, since)| now.since(Timestamp::from_secs(*since)) <= GRACE);
        if self.superseded.len() >= MOST {
            self.superseded.remove(0);
        }
        self.superseded.push((self.secret, now.as_secs()));
        self.secret = secret.digest();
        self.stand_behind(session, now);
    }

    /// Another session begins without another secret: by a login.
    pub(crate) fn stand_behind(&mut self, session: StoreKey, now: Timestamp) {
        self.session = *session.as_bytes();
        self.last_used = now.as_secs();
    }

    /// Whether this is the secret that is good.
    pub(crate) fn has(&self, secret: Secret) -> bool {
        self.secret == secret.digest()
    }

    pub(crate) fn session(&self) -> StoreKey {
        StoreKey::from_bytes(self.session)
    }

    pub(crate) fn issued(&self) -> Timestamp {
        Timestamp::from_secs(self.issued)
    }

    pub(crate) fn expires(&self) -> Timestamp {
        Timestamp::from_secs(self.expires)
    }

    pub(crate) fn last_used(&self) -> Timestamp {
        Timestamp::from_secs(self.last_used)
    }

    /// `None` if there is no way to write it, which there is.
    pub(crate) fn write(&self) -> Option<Vec<u8>> {
        row::write(VERSION, self)
    }

    /// `None` if it is a session, of another version, or spoilt.
    pub(crate) fn read(value: &[u8]) -> Option<Self> {
        row::read(VERSION, value)
    }
}

#[cfg(test)]
mod tests;
