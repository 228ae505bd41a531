//! The sessions of one realm: the only place that knows whether they lie in a store.
//!
//! An id that is absent is live where there is no store, for the token's signature
//! vouches for it. In a store it has ended.
//!
//! The order of effects is the same everywhere. First the record changes, by
//! compare-and-swap. Then the ledger of this process learns of it, so that no late answer
//! overwrites newer cookies. Sockets, streams and other nodes are told last.

mod access;
mod begin;
mod end;
mod fields;
mod find;
mod generation;
mod info;
mod ledger;
mod legacy;
mod list;
#[cfg(test)]
mod model;
mod notify;
mod record;
mod remember;
mod restore;
mod room;
mod rotate;
mod rotated;
mod row;
#[cfg(test)]
mod tests;
mod told;

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Settings;
use crate::error::{LoginError, LoginErrorKind};
use crate::node::Outbox;
use crate::registry::Registry;
use crate::rules::expiry::Limits;
use crate::session::{EncodedId, Generation, SessionId, StoreKey};
use crate::store::SessionStore;
use crate::token::Home;

use access::{Decision, TRIES, broken, failed, read, seconds};
use begin::LoginTimes;
pub(crate) use begin::NewLogin;
pub(crate) use end::Named;
pub(crate) use generation::Standing;
pub use info::{InvalidHandle, SessionHandle, SessionInfo};
use ledger::{Ledger, LedgerKey};
pub(crate) use list::is_suspended_under;
pub(crate) use record::{Notes, Record, Restore};
pub(crate) use remember::{Redemption, Remember};
pub(crate) use restore::{Redeemed, Redeeming};
pub(crate) use rotate::Noted;
#[cfg(any(test, fuzzing))]
pub(crate) use row::Row as FuzzedRow;
use told::Told;

/// The sessions of one realm.
pub(crate) struct Sessions {
    store: Option<Arc<dyn SessionStore>>,
    ledger: Ledger,
    told: Told,
    login_times: LoginTimes,
    pub(crate) registry: Arc<Registry>,
    outbox: Option<Arc<Outbox>>,
    pub(crate) limits: Limits,
    max_per_user: Option<usize>,
    namespace: String,
    table: String,
    clock: Clock,
}

/// A session as a token names it and as its home has it.
#[derive(Clone, Debug)]
pub(crate) struct LoadedSession {
    pub(crate) id: SessionId,
    pub(crate) user: EncodedId,
    pub(crate) record: Record,
    /// The generation of the session token that the browser has, or will have.
    pub(crate) presented: Generation,
    /// What that token is worth.
    pub(crate) standing: Standing,
    /// The revision of its row; `None` where there is none.
    revision: Option<i64>,
}

impl LoadedSession {
    /// A session with the present generation of its token.
    pub(crate) fn new(
        id: SessionId,
        user: &EncodedId,
        record: Record,
        revision: Option<i64>,
    ) -> Self {
        Self {
            id,
            user: user.clone(),
            presented: record.chain.current,
            standing: Standing::Current,
            record,
            revision,
        }
    }
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
            told: Told::default(),
            login_times: LoginTimes::default(),
            registry: Arc::default(),
            outbox,
            limits: settings.limits,
            max_per_user: settings.max_per_user,
            namespace: settings.namespace.clone(),
            table: settings.table.clone(),
            clock,
        }
    }

    /// Where the sessions lie.
    pub(crate) fn home(&self) -> Home {
        if self.store.is_some() {
            Home::Store
        } else {
            Home::Cookie
        }
    }

    /// The store, for its upkeep.
    pub(crate) fn store(&self) -> Option<&Arc<dyn SessionStore>> {
        self.store.as_ref()
    }

    pub(crate) fn outbox(&self) -> Option<&Arc<Outbox>> {
        self.outbox.as_ref()
    }

    /// The key by which a store, sockets and other nodes know a user.
    pub(crate) fn user(&self, user: &EncodedId) -> StoreKey {
        StoreKey::of_user(&self.namespace, &self.table, user)
    }

    /// Draws an id for a new session.
    pub(crate) fn new_id(&self) -> Result<SessionId, LoginError> {
        SessionId::random(self.store.is_some())
            .map_err(|error| LoginError::caused(LoginErrorKind::Unavailable, error))
    }

    /// Says whether this is the first time that something is told in this process.
    pub(crate) fn is_news(&self, text: &[u8]) -> bool {
        self.told.is_news(text)
    }

    /// Returns the key of a session in the ledger. Without a store it is the id itself,
    /// which saves a digest.
    fn ledger_key(&self, id: SessionId) -> LedgerKey {
        if self.store.is_some() {
            *StoreKey::of_id(id).as_bytes()
        } else {
            id.0
        }
    }
}
