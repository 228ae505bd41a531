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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::session::{Digest, TokenId, UserKey};

    fn session() -> Session {
        Session {
            id: TokenId([1; 16]),
            user: UserKey::from_bytes(b"\x01"),
            issued: Timestamp::from_secs(100),
            expires: Timestamp::from_secs(900),
            last_seen: Timestamp::from_secs(100),
            fresh_since: Some(Timestamp::from_secs(100)),
            permanent: false,
            restored: false,
            forced: false,
            identifier: Digest([0; 16]),
            auth_hash: Digest([0; 16]),
        }
    }

    #[test]
    fn it_comes_back_as_it_was() {
        let client = Client::new("2001:db8::1".parse().ok(), Some("curl/8"));
        let row = Row::new(&session(), &client);
        assert_eq!(Row::read(&row.write().unwrap()), Some(row));
    }

    #[test]
    fn what_is_of_another_version_or_spoilt_is_not_read() {
        let mut value = Row::new(&session(), &Client::default()).write().unwrap();
        assert_eq!(Row::read(&value[..value.len() - 1]), None);
        value[0] = 2;
        assert_eq!(Row::read(&value), None);
        assert_eq!(Row::read(&[]), None);
        assert_eq!(Row::read(&[VERSION, 0xff]), None);
        value[0] = VERSION;
        value.push(0);
        assert_eq!(Row::read(&value), None);
    }

    const LIMITS: Limits = Limits {
        lifetime: Duration::from_secs(800),
        idle_timeout: Duration::from_secs(200),
        fresh_for: None,
    };

    fn noted(mut row: Row, seen: u64, fresh_since: Option<u64>) -> Session {
        let mut session = session();
        session.last_seen = Timestamp::from_secs(seen);
        session.fresh_since = fresh_since.map(Timestamp::from_secs);
        row.note(&session, &LIMITS);
        let mut copy = self::session();
        row.apply(&mut copy);
        copy
    }

    #[test]
    fn it_knows_better_than_a_token() {
        let row = Row::new(&session(), &Client::default());
        let copy = noted(row, 250, None);
        assert_eq!(copy.last_seen, Timestamp::from_secs(250));
        assert_eq!(copy.fresh_since, None);
    }

    #[test]
    fn it_is_seen_once_per_half_window() {
        let row = Row::new(&session(), &Client::default());
        let last_seen = |seen| noted(row.clone(), seen, Some(100)).last_seen.as_secs();
        assert_eq!((last_seen(199), last_seen(200)), (100, 200));
        assert_eq!(last_seen(50), 100);
    }

    #[test]
    fn freshness_that_was_taken_does_not_come_back() {
        let mut row = Row::new(&session(), &Client::default());
        row.fresh_since = None;
        assert_eq!(noted(row, 250, Some(100)).fresh_since, None);
    }

    #[test]
    fn its_end_is_kept_as_long_as_a_copy_of_its_token_counts() {
        let mut row = Row::new(&session(), &Client::default());
        let last_breath = |row: &Row, now| {
            let now = Timestamp::from_secs(now);
            row.last_breath(&LIMITS, now).as_secs()
        };
        assert_eq!(last_breath(&row, 300), 500);
        assert_eq!(last_breath(&row, 800), 900);
        row.permanent = true;
        assert_eq!(last_breath(&row, 300), 900);
    }

    #[test]
    fn a_user_agent_is_capped_between_characters() {
        let client = Client::new(None, Some(&"ü".repeat(300)));
        assert_eq!(client.user_agent.unwrap(), "ü".repeat(100));
    }
}
