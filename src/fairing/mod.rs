//! Installing a login manager at launch.

mod announce;

use std::sync::Arc;

use rocket::fairing::{self, Fairing, Info};
use rocket::http::uri::Origin;
use rocket::request::Request;
use rocket::response::Response;
use rocket::{Build, Orbit, Rocket};

use crate::challenge;
use crate::config::{self, Config, InCode, Loaded, SecretKey};
use crate::event::Event;
use crate::kind::{Hook, Kind, Kinds};
use crate::manager::{Identify, LoginManager};
use crate::request::commit;
use crate::token::Keyring;
use crate::user::{AuthUser, Loader};

/// The fairing that installs a [`LoginManager`].
///
/// What is not said here comes from the table `[default.login]`, see
/// [`Config`]. Wrong settings abort the launch.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # use rocket::Request;
/// use rocket_login::LoginManager;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # async fn load_account(_: &Request<'_>, _: i64) -> Result<Option<Account>, std::fmt::Error> {
/// #     Ok(None)
/// # }
///
/// #[get("/login")]
/// fn login_page() -> &'static str {
///     "Who are you?"
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// rocket::build()
///     .attach(LoginManager::fairing(load_account).redirect_to(uri!(login_page)))
///     .mount("/", routes![login_page])
/// # }
/// ```
#[must_use = "a fairing does nothing until it is attached"]
pub struct LoginFairing<U: AuthUser> {
    table: String,
    code: InCode,
    identify: Option<Identify>,
    hook: Option<Hook>,
    loader: Loader<U>,
}

impl<U: AuthUser> LoginFairing<U> {
    pub(crate) fn new(loader: Loader<U>) -> Self {
        Self {
            table: "login".into(),
            code: InCode::default(),
            identify: None,
            hook: None,
            loader,
        }
    }

    /// Settings in code, in place of the whole table.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket_login::Config;
    ///
    /// # fn with_settings<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.config(Config::new("login_page", "a secret of at least thirty-two bytes"))
    /// # }
    /// ```
    pub fn config(mut self, config: Config) -> Self {
        self.code.config = Some(config);
        self
    }

    /// The login page, in place of the setting `redirect_to`.
    ///
    /// ```rust
    /// # #[macro_use] extern crate rocket;
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// #[get("/login")]
    /// fn login_page() {}
    ///
    /// # fn with_page<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.redirect_to(uri!(login_page))
    /// # }
    /// ```
    pub fn redirect_to(mut self, page: Origin<'static>) -> Self {
        self.code.redirect_to = Some(page.to_string());
        self
    }

    /// Where stale logins are sent, in place of the setting `refresh_to`.
    ///
    /// ```rust
    /// # #[macro_use] extern crate rocket;
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// #[get("/reauthenticate")]
    /// fn reauthenticate_page() {}
    ///
    /// # fn with_page<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.refresh_to(uri!(reauthenticate_page))
    /// # }
    /// ```
    pub fn refresh_to(mut self, page: Origin<'static>) -> Self {
        self.code.refresh_to = Some(page.to_string());
        self
    }

    /// Another table than `login`, and with it another kind of users.
    ///
    /// Several kinds live in one application if each has a type, a table and
    /// cookie names of its own. A token of one kind is none of another.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn staff<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.table("staff_login")
    /// # }
    /// ```
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = name.into();
        self
    }

    /// Another way to recognise a browser than by address and user agent.
    ///
    /// Only a keyed digest of what the function returns is kept. Less is more
    /// for people who travel: the user agent alone survives a change of
    /// networks.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn by_agent<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.identifier(|request| {
    ///     request.headers().get_one("User-Agent").unwrap_or_default().to_string()
    /// })
    /// # }
    /// ```
    pub fn identifier<F, T>(mut self, identify: F) -> Self
    where
        F: Fn(&Request<'_>) -> T + Send + Sync + 'static,
        T: Into<Vec<u8>>,
    {
        self.identify = Some(Arc::new(move |request| identify(request).into()));
        self
    }

    /// A function that is told what happens to logins.
    ///
    /// It is called while a request is served and must not block. Events are
    /// logged with or without it.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket_login::Event;
    ///
    /// # fn audited<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.on_event(|event, request| {
    ///     if let Event::LoginRefused { user, .. } = event {
    ///         eprintln!("{user} tried to log in from {:?}", request.remote());
    ///     }
    /// })
    /// # }
    /// ```
    #[doc(alias = "signals")]
    pub fn on_event<F>(mut self, hook: F) -> Self
    where
        F: Fn(&Event, &Request<'_>) + Send + Sync + 'static,
    {
        self.hook = Some(Arc::new(hook));
        self
    }

    fn install(&self, rocket: &Rocket<Build>, kinds: &Kinds) -> Result<LoginManager<U>, String> {
        let figment = rocket.figment();
        let routes: Vec<_> = rocket.routes().collect();
        let loaded = config::load(figment, &self.table, &self.code, &routes);
        let Loaded {
            settings,
            secret_key,
            previous,
            is_random,
        } = loaded.map_err(|error| {
            rocket::config::pretty_print_error(*error);
            "its settings are wrong".to_string()
        })?;

        if is_random {
            rocket::warn!(
                "No `secret_key` for `{}`: a random one is used.",
                self.table
            );
            rocket::warn_!("Logins will not survive a restart.");
        }
        let previous = previous.iter().map(SecretKey::as_bytes);
        let keys = Keyring::new(&self.table, secret_key.as_bytes(), previous);
        let mut kind = Kind::new(settings, keys, kinds.clock.clone());
        kind.hook = self.hook.clone();
        let kind = Arc::new(kind);
        kinds.add(kind.clone())?;
        Ok(LoginManager {
            kind,
            loader: self.loader.clone(),
            identify: self.identify.clone(),
        })
    }
}

#[rocket::async_trait]
impl<U: AuthUser> Fairing for LoginFairing<U> {
    fn info(&self) -> Info {
        Info {
            name: "Login",
            kind: fairing::Kind::Ignite | fairing::Kind::Liftoff | fairing::Kind::Response,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<LoginManager<U>>().is_some() {
            rocket::error!("The login fairing for these users is attached twice.");
            return Err(rocket);
        }

        let rocket = match rocket.state::<Kinds>() {
            Some(_) => rocket,
            None => challenge::register(rocket.manage(Kinds::default())),
        };
        let installed = match rocket.state::<Kinds>() {
            Some(kinds) => self.install(&rocket, kinds),
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
            announce::settings(&manager.kind.settings, rocket.config());
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(manager) = request.rocket().state::<LoginManager<U>>() {
            commit(manager, request, response);
        }
    }
}
