//! The store that sessions lie in, and its upkeep.

use std::sync::{Arc, Weak};
use std::time::Duration;

use rocket::Shutdown;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::sleep;
use rocket::tokio::{select, spawn};

use crate::config::{StoreKind, StoreUrl};
use crate::fairing::LoginFairing;
use crate::realm::Realm;
use crate::store::{self, SessionStore};
use crate::user::AuthUser;

/// How often expired sessions are deleted.
const INTERVAL: Duration = Duration::from_secs(60);

/// How many of them at once: nobody else is to wait for long.
const BATCH: usize = 1000;

impl<U: AuthUser> LoginFairing<U> {
    /// A store for the sessions, in place of the setting `session.store`: one of
    /// one's own, or one that is made with other than the default settings.
    ///
    /// Without a store, sessions live in cookies. Those who are logged in at the
    /// time of the change to a store stay so.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket_login::store::MemoryStore;
    ///
    /// # fn with_store<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.session_store(MemoryStore::default())
    /// # }
    /// ```
    pub fn session_store(mut self, store: impl SessionStore) -> Self {
        self.store = Some(Arc::new(store));
        self.code.has_store = true;
        self
    }

    /// Opens the store that code or settings name, if sessions lie in one.
    pub(super) async fn store_of(
        &self,
        kind: StoreKind,
        url: Option<&StoreUrl>,
    ) -> Result<Option<Arc<dyn SessionStore>>, String> {
        if self.store.is_some() {
            return Ok(self.store.clone());
        }
        let opened = store::open(kind, url).await;
        opened.map_err(|error| {
            let url = url.map(ToString::to_string).unwrap_or_default();
            format!("the session store {url} cannot be opened: {error}")
        })
    }
}

/// Has somebody delete expired sessions as long as the instance runs.
pub(super) fn sweep(realm: &Arc<Realm>, shutdown: Shutdown) {
    if realm.sessions.store().is_some() {
        let clock_set = realm.clock_set.clone();
        let realm = Arc::downgrade(realm);
        spawn(async move {
            select! {
                // Whatever else is due then, nobody is asked any more.
                biased;
                () = shutdown => {}
                () = sweep_on(realm, &clock_set) => {}
            }
        });
    }
}

/// A local instance is dropped without a shutdown.
async fn sweep_on(realm: Weak<Realm>, clock_set: &Notify) {
    while let Some(realm) = realm.upgrade() {
        sweep_once(&realm).await;
        drop(realm);
        select! {
            () = sleep(INTERVAL) => {}
            () = clock_set.notified() => {}
        }
    }
}

async fn sweep_once(realm: &Realm) {
    let Some(store) = realm.sessions.store() else {
        return;
    };
    let now = i64::try_from(realm.clock.now().as_secs()).unwrap_or(i64::MAX);
    loop {
        match store.delete_expired(now, BATCH).await {
            Ok(BATCH) => {}
            Ok(_) => return,
            Err(error) => {
                rocket::warn!("Expired sessions could not be deleted: they stay for now.");
                rocket::warn_!("{}", error.to_string().escape_debug());
                return;
            }
        }
    }
}
