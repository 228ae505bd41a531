//! The fairing's part in launch, responses and shutdown.

use std::any::type_name;
use std::sync::{Arc, Mutex, Once};

use rocket::fairing::{self, Fairing, Info};
use rocket::request::Request;
use rocket::response::Response;
use rocket::{Build, Orbit, Rocket};

use crate::challenge;
use crate::config::{self, Loaded, SecretKey, Settings};
use crate::fairing::{LoginFairing, background, gate, launch_log, pages};
use crate::legacy::LegacyKeys;
use crate::manager::LoginManager;
use crate::node::Outbox;
use crate::realm::{Realm, Realms};
use crate::request::commit;
use crate::session::StoreKey;
use crate::sessions::Sessions;
use crate::store::{self, SessionStore};
use crate::token::Keyring;
use crate::user::AuthUser;

impl<U: AuthUser> LoginFairing<U> {
    async fn install(
        &self,
        rocket: &Rocket<Build>,
        realms: &Realms,
    ) -> Result<LoginManager<U>, String> {
        let routes: Vec<_> = rocket.routes().collect();
        let loaded = config::load(rocket.figment(), &self.table, &self.code, &routes);
        let loaded = loaded.map_err(|error| {
            rocket::config::pretty_print_error(*error);
            "its settings are wrong".to_string()
        })?;
        if self.hooks.refuser.is_some() && !realms.catches {
            return Err("`ws_not_authenticated` needs the login manager's \
                own catcher, but the application catches 401 at `/` itself, and a `#[catch]` \
                cannot accept a handshake: remove the one or the other"
                .into());
        }
        let realm = Arc::new(self.realm(loaded, realms).await?);
        realms.add(realm.clone())?;
        Ok(LoginManager {
            realm,
            loader: self.loader.clone(),
            by_request: self.by_request.clone(),
            legacy_ids: self.legacy_ids.clone(),
        })
    }

    async fn realm(&self, loaded: Loaded, realms: &Realms) -> Result<Realm, String> {
        if loaded.is_random {
            rocket::warn!(
                "No `secret_key` for `{}`: a random one is used.",
                self.table
            );
            rocket::warn_!("Logins will not survive a restart.");
            rocket::warn_!("To keep them, set it to what `openssl rand -base64 32` prints.");
        }
        let (secret, settings) = (loaded.secret_key.as_bytes(), loaded.settings);
        let previous = loaded.previous.iter().map(SecretKey::as_bytes);
        let keys = Keyring::new(&self.table, secret, previous)
            .map_err(|error| format!("its keys cannot be derived: {error}"))?;
        let clock = realms.clock.clone();
        let store = self.open_store(&settings).await?;
        let outbox = store.as_ref().map(|_| outbox(&settings)).transpose()?;
        Ok(Realm {
            keys,
            sessions: Sessions::new(&settings, clock.clone(), store, outbox),
            legacy: self.legacy_keys(loaded.legacy_key)?,
            settings,
            clock,
            clock_set: Arc::default(),
            hooks: self.hooks.clone(),
            alarm: Mutex::default(),
            told_empty_hash: Once::new(),
            told_guarded_page: Once::new(),
            told_closed_part: Once::new(),
        })
    }

    /// Manages the login manager, and mounts its gate if code asks for one.
    fn mount_gate(
        &self,
        rocket: Rocket<Build>,
        manager: LoginManager<U>,
    ) -> (Rocket<Build>, Result<(), String>) {
        let made = self.gate.gate(&manager.realm.settings);
        let rocket = rocket.manage(manager);
        match made {
            Ok(Some(gate)) => gate::mount::<U>(rocket, gate, self.gate.open.clone()),
            Ok(None) => (rocket, Ok(())),
            Err(why) => (rocket, Err(why)),
        }
    }

    /// Opens the store that code or settings name, if sessions lie in one.
    async fn open_store(
        &self,
        settings: &Settings,
    ) -> Result<Option<Arc<dyn SessionStore>>, String> {
        if self.store.is_some() {
            return Ok(self.store.clone());
        }
        let url = settings.session.url.as_ref();
        let opened = store::open(settings.session.store, url).await;
        opened.map_err(|error| {
            let error = error.to_string();
            let why = if url.is_some_and(|url| url.is_told_by(&error)) {
                "the reason is not shown, since it repeats a hidden part of the address"
            } else {
                &error
            };
            let url = url.map(ToString::to_string).unwrap_or_default();
            format!("the session store {url} cannot be opened: {why}")
        })
    }

    /// Derives the keys of the application before, if any of its logins count.
    fn legacy_keys(&self, secret: Option<SecretKey>) -> Result<Option<LegacyKeys>, String> {
        if secret.is_some() && !self.legacy_ids.can_read() {
            return Err(
                "user ids are neither whole numbers nor texts: `.legacy_id(|text| …)` has to say \
                 what those of the application before are"
                    .into(),
            );
        }
        let keys = secret.map(|secret| LegacyKeys::new(secret.as_str()));
        keys.transpose()
            .map_err(|error| format!("its legacy keys cannot be derived: {error}"))
    }
}

/// Makes room for messages to other nodes.
fn outbox(settings: &Settings) -> Result<Arc<Outbox>, String> {
    let realm = StoreKey::of_realm(&settings.namespace, &settings.table);
    Outbox::new(realm)
        .map(Arc::new)
        .map_err(|error| format!("the system has no randomness: {error}"))
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
            let name = type_name::<U>();
            rocket::error!("A login fairing for users of type `{name}` is attached twice.");
            rocket::error_!("Remove one. Users of another kind have a type of their own.");
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
        let (rocket, mounted) = match installed {
            Ok(manager) => self.mount_gate(rocket, manager),
            Err(why) => (rocket, Err(why)),
        };
        match mounted {
            Ok(()) => Ok(rocket),
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
            let is_store_in_code = self.store.is_some();
            launch_log::settings(&manager.realm, rocket.config(), is_store_in_code).await;
            gate::shown::log(rocket, &manager.realm.settings);
            pages::warn_of_unanswered(&manager.realm.settings, rocket);
            background::start(&manager.realm, &rocket.shutdown());
        }
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        if let Some(manager) = rocket.state::<LoginManager<U>>() {
            manager.realm.sessions.registry.shut_down();
            background::flush(&manager.realm).await;
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(manager) = request.rocket().state::<LoginManager<U>>() {
            challenge::name_scheme(request, response);
            challenge::name_wait(request, response);
            commit(manager, request, response).await;
        }
    }
}
