//! Installing a login manager at launch.

mod announce;
mod install;
#[cfg(feature = "flask")]
mod legacy;
mod nodes;
mod programs;
mod store;

use std::sync::Arc;

use rocket::http::uri::Origin;
use rocket::request::Request;

use crate::config::{Config, InCode};
use crate::event::Event;
use crate::legacy::LegacyIds;
use crate::realm::{Hook, Identify, Messages, Refuser};
use crate::store::SessionStore;
use crate::user::{AuthUser, ByRequest, Loader};

/// The fairing that installs a [`LoginManager`](crate::LoginManager).
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
    messages: Messages,
    store: Option<Arc<dyn SessionStore>>,
    legacy_ids: LegacyIds<U::Id>,
    pub(crate) refuser: Option<Refuser>,
    loader: Loader<U>,
    by_request: Option<ByRequest<U>>,
}

impl<U: AuthUser> LoginFairing<U> {
    pub(crate) fn new(loader: Loader<U>) -> Self {
        Self {
            table: "login".into(),
            code: InCode::default(),
            identify: None,
            hook: None,
            messages: Messages::default(),
            store: None,
            legacy_ids: LegacyIds::default(),
            refuser: None,
            loader,
            by_request: None,
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

    /// A login page of its own for a part of the site: for all paths at or
    /// below `base`, by whole segments. The longest base counts.
    ///
    /// `page` is the name of a route, or a path, as with `redirect_to`. Stale
    /// logins go there too, unless there is a `refresh_to`.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn with_admin_page<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.challenge_at("/admin", "admin_login_page")
    /// # }
    /// ```
    #[doc(alias = "blueprint_login_views")]
    pub fn challenge_at(mut self, base: impl Into<String>, page: impl Into<String>) -> Self {
        self.code.login_at.push((base.into(), page.into()));
        self
    }

    /// The flash message for those who are sent to the login page, in place of
    /// the setting `login_message`; `None` for no message.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn translated<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.login_message(|request| {
    ///     let language = request.headers().get_one("Accept-Language").unwrap_or("en");
    ///     Some(if language.starts_with("fr") { "Connectez-vous." } else { "Please log in." })
    /// })
    /// # }
    /// ```
    #[doc(alias = "localize_callback")]
    pub fn login_message<F, T>(mut self, message: F) -> Self
    where
        F: Fn(&Request<'_>) -> Option<T> + Send + Sync + 'static,
        T: Into<String>,
    {
        self.messages.login = Some(Arc::new(move |request| message(request).map(Into::into)));
        self
    }

    /// The flash message for those whose login is not fresh, in place of the
    /// setting `refresh_message`; `None` for no message.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn with_message<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.refresh_message(|_| Some("Please enter your password again."))
    /// # }
    /// ```
    #[doc(alias = "needs_refresh_message")]
    pub fn refresh_message<F, T>(mut self, message: F) -> Self
    where
        F: Fn(&Request<'_>) -> Option<T> + Send + Sync + 'static,
        T: Into<String>,
    {
        self.messages.refresh = Some(Arc::new(move |request| message(request).map(Into::into)));
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
}
