//! The sessions of one realm, and the home of their records: a store, or the tokens.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::config::Settings;
use crate::error::{LoginError, LoginErrorKind};
use crate::node::Outbox;
use crate::registry::Registry;
use crate::rules::expiry::Limits;
use crate::session::{Digest, EncodedId, Generation, SessionId, StoreKey, digest};
use crate::session::{SessionChange, SessionEnd};
use crate::sessions::ledger::{Fate, Ledger, LedgerKey, Recent};
use crate::store::{MemoryStore, SessionStore};
use crate::token::{Home, TokenKind};

/// Longer than a browser waits for an answer.
pub(crate) const IN_FLIGHT: Duration = Duration::from_secs(600);

/// The sessions of one realm.
pub(crate) struct Sessions {
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    pub(super) ledger: Ledger,
    /// When this process last saw the sessions of a store.
    pub(super) seen: Recent<StoreKey, Timestamp>,
    /// The causes of events that this process has told, as digests.
    pub(super) told: Recent<[u8; 16], ()>,
    /// The time of this process's last login, in milliseconds.
    pub(super) last_login: AtomicU64,
    /// The records of failed logins that the store could not delete.
    pub(super) withdrawn: Mutex<Vec<StoreKey>>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) outbox: Option<Arc<Outbox>>,
    pub(crate) limits: Limits,
    pub(super) max_per_user: Option<usize>,
    pub(super) namespace: String,
    pub(super) table: String,
    pub(super) clock: Clock,
    /// Counts attempts where no store does. No session is in it.
    pub(super) counters: MemoryStore,
}

impl Sessions {
    pub(crate) fn new(
        settings: &Settings,
        clock: Clock,
        store: Option<Arc<dyn SessionStore>>,
        outbox: Option<Arc<Outbox>>,
    ) -> Self {
        Self {
            store,
            ledger: Ledger::new(),
            seen: Recent::default(),
            told: Recent::default(),
            last_login: AtomicU64::default(),
            withdrawn: Mutex::default(),
            registry: Arc::default(),
            outbox,
            limits: settings.limits,
            max_per_user: settings.session.max_per_user,
            namespace: settings.namespace.clone(),
            table: settings.table.clone(),
            clock,
            counters: MemoryStore::default(),
        }
    }

    /// Says where the sessions lie.
    pub(crate) fn home(&self) -> Home {
        let store = self.store.as_ref();
        store.map_or(Home::Cookie, |_| Home::Store)
    }

    /// Returns the key by which a store, sockets and other nodes know a user.
    pub(crate) fn user(&self, user: &EncodedId) -> StoreKey {
        StoreKey::of_user(&self.namespace, &self.table, user)
    }

    /// Returns the owner of a user's tombstones, which take no room among the sessions.
    pub(super) fn owner_of_ends(&self, user: &EncodedId) -> StoreKey {
        self.owner_of("ended", user)
    }

    /// Returns the owner of a user's rows that are no sessions, such as blocks.
    pub(super) fn owner_of(&self, rows: &str, user: &EncodedId) -> StoreKey {
        StoreKey::of_user(&self.namespace, &format!("{}/{rows}", self.table), user)
    }

    /// Draws an id for a new session.
    pub(crate) fn new_id(&self) -> Result<SessionId, LoginError> {
        SessionId::random(self.store.is_some())
            .map_err(|error| LoginError::caused(LoginErrorKind::Unavailable, error))
    }

    /// Says whether this process tells of a cause for the first time.
    pub(crate) fn is_news(&self, cause: &[u8]) -> bool {
        self.told.insert(digest(&[cause]), ())
    }

    /// Returns the key of a session in the ledger. Without a store it is the id itself,
    /// which saves a digest.
    pub(super) fn ledger_key(&self, id: SessionId) -> LedgerKey {
        if self.store.is_some() {
            *StoreKey::of_id(id).as_bytes()
        } else {
            id.0
        }
    }

    /// Returns what the ledger knows of a session.
    pub(super) fn fate(&self, id: SessionId, now: Timestamp) -> Option<Fate> {
        self.ledger.fate(&self.ledger_key(id), now)
    }

    /// Says why a session has ended, as far as this process knows.
    pub(crate) fn end_of(&self, id: SessionId, now: Timestamp) -> Option<SessionEnd> {
        match self.fate(id, now)? {
            Fate::Ended(why) => Some(why),
            Fate::Rotated(_) => None,
        }
    }

    /// Returns the auth hash that a session was renewed with in this process.
    pub(crate) fn renewed(&self, id: SessionId, now: Timestamp) -> Option<Digest> {
        match self.fate(id, now)? {
            Fate::Rotated(rotated) => rotated.renewed,
            Fate::Ended(_) => None,
        }
    }

    /// Says whether a session has neither ended nor gone beyond this generation, as far as
    /// this process knows. Asked last before a cookie is written.
    pub(crate) fn is_newest(&self, id: SessionId, kind: TokenKind, generation: Generation) -> bool {
        match self.fate(id, self.clock.now()) {
            None => true,
            Some(Fate::Ended(_)) => false,
            Some(Fate::Rotated(rotated)) => rotated.is_newest(kind, generation),
        }
    }

    /// Tells sockets, streams and other nodes.
    pub(super) fn announce(&self, change: &SessionChange) {
        self.registry.apply(change);
        if let Some(outbox) = &self.outbox {
            outbox.push(change);
        }
    }

    /// Notes in the ledger that a session has ended, and tells of it.
    pub(super) fn note_end(
        &self,
        ledger_key: LedgerKey,
        key: StoreKey,
        user: &EncodedId,
        why: SessionEnd,
        last_copy: Timestamp,
    ) {
        let (user, now) = (self.user(user), self.clock.now());
        let until = self.known_until(last_copy, now);
        self.ledger.end(ledger_key, user, why, until, now);
        self.announce(&SessionChange::Ended { key, user, why });
    }

    /// Says how long the ledger keeps what has become of a session. A store knows that for
    /// longer. Beside it, the ledger only stops late answers.
    pub(super) fn known_until(&self, last_copy: Timestamp, now: Timestamp) -> Timestamp {
        let in_flight = now.plus(IN_FLIGHT);
        if self.store.is_some() {
            in_flight
        } else {
            last_copy.max(in_flight)
        }
    }
}
