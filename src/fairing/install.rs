//! What happens at launch, and around each response.

use std::sync::Arc;

use rocket::fairing::{self, Fairing, Info};
use rocket::request::Request;
use rocket::response::Response;
use rocket::{Build, Orbit, Rocket};

use crate::challenge;
use crate::config::{self, Loaded, SecretKey, Settings};
use crate::fairing::{LoginFairing, announce, nodes, store};
use crate::legacy::LegacyKeys;
use crate::manager::LoginManager;
use crate::node::Outbox;
use crate::realm::{Realm, Realms};
use crate::request::commit;
use crate::session::StoreKey;
use crate::sessions::Sessions;
use crate::token::Keyring;
use crate::user::AuthUser;

impl<U: AuthUser> LoginFairing<U> {
    async fn install(
        &self,
        rocket: &Rocket<Build>,
        realms: &Realms,
    ) -> Result<LoginManager<U>, String> {
        let figment = rocket.figment();
        let routes: Vec<_> = rocket.routes().collect();
        let loaded = config::load(figment, &self.table, &self.code, &routes);
        let Loaded {
            settings,
            secret_key,
            previous,
            legacy_key,
            store,
            is_random,
            ..
        } = loaded.map_err(|error| {
            rocket::config::pretty_print_error(*error);
            "its settings are wrong".to_string()
        })?;

        if is_random {
            warn_of_random_key(&self.table);
        }
        let keys = self.keys(&secret_key, &previous)?;
        let store = self.store_of(store, settings.store_url.as_ref()).await?;
        let outbox = match &store {
            Some(_) => Some(outbox(&settings)?),
            None => None,
        };
        let clock = realms.clock.clone();
        let sessions = Sessions::new(&settings, clock.clone(), store, outbox);
        let mut realm = Realm::new(settings, keys, sessions, clock);
        realm.legacy = self.legacy_keys(legacy_key)?;
        realm.hook = self.hook.clone();
        realm.identify = self.identify.clone();
        realm.messages = self.messages.clone();
        if self.refuser.is_some() && !realms.catches {
            return Err("`ws_not_authenticated` needs the login manager's \
                own catcher, but the application catches 401 at `/` itself, and a `#[catch]` \
                cannot accept a handshake: remove the one or the other"
                .into());
        }
        realm.refuser = self.refuser.clone();
        let realm = Arc::new(realm);
        realms.add(realm.clone())?;
        Ok(LoginManager {
            realm,
            loader: self.loader.clone(),
            by_request: self.by_request.clone(),
            legacy_ids: self.legacy_ids.clone(),
        })
    }
}

impl<U: AuthUser> LoginFairing<U> {
    fn keys(&self, secret: &SecretKey, previous: &[SecretKey]) -> Result<Keyring, String> {
        let previous = previous.iter().map(SecretKey::as_bytes);
        let keys = Keyring::new(&self.table, secret.as_bytes(), previous);
        keys.map_err(|error| format!("its keys cannot be derived: {error}"))
    }

    /// Derives the keys of the application before, if any of its logins count.
    fn legacy_keys(&self, secret: Option<SecretKey>) -> Result<Option<LegacyKeys>, String> {
        let Some(secret) = secret else {
            return Ok(None);
        };
        if !self.legacy_ids.can_read() {
            return Err(
                "user ids are neither whole numbers nor texts: `.legacy_id(|text| …)` has to say \
                 what those of the application before are"
                    .into(),
            );
        }
        let keys = LegacyKeys::new(secret.as_str());
        keys.map(Some)
            .map_err(|error| format!("its legacy keys cannot be derived: {error}"))
    }
}

/// Room for what other nodes have to be told.
fn outbox(settings: &Settings) -> Result<Arc<Outbox>, String> {
    let realm = StoreKey::of_realm(&settings.namespace, &settings.table);
    let outbox = Outbox::new(realm);
    let outbox = outbox.map_err(|error| format!("the system has no randomness: {error}"))?;
    Ok(Arc::new(outbox))
}

fn warn_of_random_key(table: &str) {
    rocket::warn!("No `secret_key` for `{table}`: a random one is used.");
    rocket::warn_!("Logins will not survive a restart.");
}

#[rocket::async_trait]
impl<U: AuthUser> Fairing for LoginFairing<U> {
    fn info(&self) -> Info {
        Info {
            name: "Login",
            kind: fairing::Kind::Ignite
                | fairing::Kind::Liftoff
                | fairing::Kind::Response
                | fairing::Kind::Shutdown,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<LoginManager<U>>().is_some() {
            rocket::error!("The login fairing for these users is attached twice.");
            return Err(rocket);
        }

        let rocket = match rocket.state::<Realms>() {
            Some(_) => rocket,
            None => {
                let (rocket, catches) = challenge::register(rocket);
                rocket.manage(Realms::new(catches))
            }
        };
        let installed = match rocket.state::<Realms>() {
            Some(realms) => self.install(&rocket, realms).await,
            None => Err("managed state got lost".into()),
        };
        match installed {
            Ok(manager) => Ok(rocket.manage(manager)),
            Err(why) => {
                rocket::error!(
                    "The login manager `{}` cannot be installed: {why}.",
                    self.table
                );
                Err(rocket)
            }
        }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        if let Some(manager) = rocket.state::<LoginManager<U>>() {
            announce::settings(&manager.realm, rocket.config());
            store::sweep(&manager.realm, rocket.shutdown());
            nodes::connect(&manager.realm, rocket.shutdown());
        }
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        if let Some(manager) = rocket.state::<LoginManager<U>>() {
            manager.realm.sessions.registry.shut_down();
            nodes::take_leave(&manager.realm).await;
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(manager) = request.rocket().state::<LoginManager<U>>() {
            commit(manager, request, response).await;
        }
    }
}
