//! What a stored session says, and how it is written.

use std::net::IpAddr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::rules::expiry::Limits;
use crate::session::Session;
use crate::store::StoreKey;

/// The first byte of every value.
const VERSION: u8 = 1;

/// How much of a user agent is kept, in bytes.
const USER_AGENT: usize = 200;

/// What a store keeps of a session. What is in here as well as in the token counts
/// as it is here: there are many copies of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) state: State,
    issued: u64,
    /// The absolute limit, as the token has it.
    expires: u64,
    last_seen: u64,
    fresh_since: Option<u64>,
    permanent: bool,
    pub(crate) restored: bool,
    /// Whether its end is kept, because whoever holds an old token could have it
    /// created again: one that was made when there was no store, or that of a series.
    pub(crate) keeps_end: bool,
    /// The key of the series of remember tokens that ends with it.
    series: Option<[u8; 16]>,
    pub(crate) client: Client,
}

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Live,
    /// The user's auth hash has changed: only who changed it may go on.
    Outdated,
    /// Another id has taken its place, which the browser may already hold: the one
    /// of the session under this key.
    Replaced([u8; 16]),
    Ended,
}

impl Row {
    pub(crate) fn new(session: &Session, client: &Client) -> Self {
        Self {
            state: State::Live,
            issued: session.issued.as_secs(),
            expires: session.expires.as_secs(),
            last_seen: session.last_seen.as_secs(),
            fresh_since: session.fresh_since.map(Timestamp::as_secs),
            permanent: session.permanent,
            restored: session.restored,
            keeps_end: false,
            series: None,
            client: client.clone(),
        }
    }

    /// The same, with a series of remember tokens that ends with it.
    pub(crate) fn with_series(self, series: Option<StoreKey>) -> Self {
        Self {
            series: series.map(|key| *key.as_bytes()),
            ..self
        }
    }

    pub(crate) fn series(&self) -> Option<StoreKey> {
        self.series.map(StoreKey::from_bytes)
    }

    /// Takes over what a request has changed in a session: it was seen, if it is
    /// time for that, and may be fresh no longer, but never again.
    pub(crate) fn note(&mut self, session: &Session, limits: &Limits) {
        if limits.is_time_to_see(self.last_seen(), session.last_seen) {
            self.last_seen = session.last_seen.as_secs();
        }
        if session.fresh_since.is_none() {
            self.fresh_since = None;
        }
    }

    /// Brings a session that was read from a token up to date.
    pub(crate) fn apply(&self, session: &mut Session) {
        session.last_seen = self.last_seen();
        session.fresh_since = self.fresh_since.map(Timestamp::from_secs);
    }

    /// Makes of a session that begins now the one that another request has begun.
    pub(crate) fn join(&self, session: &mut Session) {
        session.issued = self.issued();
        session.expires = Timestamp::from_secs(self.expires);
        session.permanent = self.permanent;
        self.apply(session);
    }

    /// When the last copy of a token of it stops being valid by itself.
    pub(crate) fn last_breath(&self, limits: &Limits, now: Timestamp) -> Timestamp {
        let expires = Timestamp::from_secs(self.expires);
        limits.last_breath_of(self.permanent, expires, self.last_seen(), now)
    }

    pub(crate) fn issued(&self) -> Timestamp {
        Timestamp::from_secs(self.issued)
    }

    pub(crate) fn last_seen(&self) -> Timestamp {
        Timestamp::from_secs(self.last_seen)
    }

    /// `None` if there is no way to write it, which there is.
    pub(crate) fn write(&self) -> Option<Vec<u8>> {
        write(VERSION, self)
    }

    /// `None` if it is of another version, or spoilt.
    pub(crate) fn read(value: &[u8]) -> Option<Self> {
        read(VERSION, value)
    }
}

pub(super) fn write<T: Serialize>(version: u8, record: &T) -> Option<Vec<u8>> {
    let mut value = vec![version];
    rmp_serde::encode::write(&mut value, record).ok()?;
    Some(value)
}

pub(super) fn read<T: DeserializeOwned>(version: u8, value: &[u8]) -> Option<T> {
    let (first, mut rest) = value.split_first()?;
    if *first != version {
        return None;
    }
    let record = T::deserialize(&mut rmp_serde::Deserializer::new(&mut rest)).ok()?;
    rest.is_empty().then_some(record)
}

impl State {
    /// It was replaced by the session under this key.
    pub(crate) fn replaced(by: StoreKey) -> Self {
        Self::Replaced(*by.as_bytes())
    }
}

/// Who sent the request that began a session, as far as it is shown to its user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
mod tests;
