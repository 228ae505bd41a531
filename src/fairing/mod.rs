//! Installing a login manager at launch.

mod background;
pub(crate) mod gate;
mod hooks;
mod install;
mod launch_log;
#[cfg(feature = "flask")]
mod legacy;
mod pages;

use std::sync::Arc;

use rocket::http::uri::Origin;

use crate::config::{Config, InCode};
use crate::legacy::LegacyIds;
use crate::realm::Hooks;
use crate::store::SessionStore;
use crate::user::{AuthUser, ByRequest, Loader};

/// The fairing that installs a [`LoginManager`](crate::LoginManager).
///
/// Settings that code does not give come from the table `[default.login]`, see
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
    gate: gate::InCode,
    store: Option<Arc<dyn SessionStore>>,
    loader: Loader<U>,
    by_request: Option<ByRequest<U>>,
    legacy_ids: LegacyIds<U::Id>,
    pub(crate) hooks: Hooks,
}

impl<U: AuthUser> LoginFairing<U> {
    pub(crate) fn new(loader: Loader<U>) -> Self {
        Self {
            table: "login".into(),
            code: InCode::default(),
            gate: gate::InCode::default(),
            store: None,
            loader,
            by_request: None,
            legacy_ids: LegacyIds::default(),
            hooks: Hooks::default(),
        }
    }

    /// Gives all settings in code, in place of the whole table.
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

    /// Changes settings in code and leaves all others as the table has them. Later calls see
    /// what earlier ones have changed.
    ///
    /// The changes come last: after the table or [`config`](Self::config), and after
    /// [`redirect_to`](Self::redirect_to) and [`refresh_to`](Self::refresh_to), in any order of
    /// the calls. The launch checks the result.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn with_name<U: AuthUser>(fairing: LoginFairing<U>, shop: String) -> LoginFairing<U> {
    /// fairing.configure(move |config| config.session.namespace = Some(shop.clone()))
    /// # }
    /// ```
    pub fn configure(mut self, change: impl Fn(&mut Config) + Send + Sync + 'static) -> Self {
        self.code.changes.add(change);
        self
    }

    /// Sets the login page, in place of the setting `redirect_to`.
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

    /// Sets the page for logins that are not fresh, in place of the setting `refresh_to`.
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

    /// Sets another login page for a part of the site: for all paths at or
    /// below `base`, by whole segments. The longest base counts.
    ///
    /// `page` is the name of a route, or a path, as with `redirect_to`. Logins that are not
    /// fresh go there, too, unless there is a `refresh_to`.
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

    /// Redirects programs as well as people for all paths at or below `base`, as
    /// [`Challenge::always_redirect`](crate::Challenge::always_redirect) does. The longest
    /// base counts, also against [`never_redirect_at`](Self::never_redirect_at).
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn without_programs<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.always_redirect_at("/pages")
    /// # }
    /// ```
    pub fn always_redirect_at(mut self, base: impl Into<String>) -> Self {
        self.code.redirects_at.push((base.into(), true));
        self
    }

    /// Redirects no request at or below `base`, as
    /// [`Challenge::never_redirect`](crate::Challenge::never_redirect) does: nginx's
    /// `auth_request` needs the 401 there.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn with_nginx<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.never_redirect_at("/auth")
    /// # }
    /// ```
    pub fn never_redirect_at(mut self, base: impl Into<String>) -> Self {
        self.code.redirects_at.push((base.into(), false));
        self
    }

    /// Reads another table than `login`: the table of another realm.
    ///
    /// One application may have several realms, if each has a type of users, a table and
    /// cookie names of its own. A token of one realm does not count in another.
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
}
