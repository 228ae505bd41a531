//! Guards around whole groups of routes.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use rocket::Route;
use rocket::route::Handler;

use crate::guard::user_guard::{UserGuard, guarded};
use crate::guard::{FreshUser, Permit, User};
use crate::policy::Policy;
use crate::user::AuthUser;

/// Guards a group of routes, as if each route had a [`User`](crate::User) guard.
///
/// `routes` is anything that can be mounted, for instance a `FileServer`. The routes keep
/// their names, ranks, formats and guards, which share the load of the user. Requests with
/// one of the `exempt_methods` pass unchecked.
///
/// # Outcome
///
/// As with [`User`](crate::User): 401 and a challenge, 403 or 503. Without the fairing every
/// request fails with 500 and a line in the log: a wrapper cannot abort the launch.
///
/// Before it refuses a request, a wrapper reads at most 16 MiB of the body for at most
/// 20 seconds. So a browser with a large form reaches the login page. Guards in the
/// parameters of a handler cannot: there the browser may show that the connection was reset.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket_login::login_required;
///
/// #[get("/reports")]
/// fn reports() -> &'static str {
///     "for staff alone"
/// }
///
/// #[get("/imprint")]
/// fn imprint() -> &'static str {
///     "for everyone"
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// let routes = login_required::<Account>(routes![reports, imprint]).except("imprint");
/// rocket::build().mount("/staff", routes)
/// # }
/// ```
#[doc(alias = "LoginRequiredMiddleware")]
pub fn login_required<U: AuthUser>(routes: impl Into<Vec<Route>>) -> Protected<U> {
    protect::<User<U>>(routes)
}

/// Guards a group of routes, as if each route had a [`FreshUser`](crate::FreshUser) guard.
/// See [`login_required`].
///
/// # Outcome
///
/// As with [`FreshUser`](crate::FreshUser).
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket_login::fresh_login_required;
///
/// #[get("/keys")]
/// fn keys() -> &'static str {
///     "all of them"
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// rocket::build().mount("/vault", fresh_login_required::<Account>(routes![keys]))
/// # }
/// ```
pub fn fresh_login_required<U: AuthUser>(routes: impl Into<Vec<Route>>) -> Protected<U> {
    protect::<FreshUser<U>>(routes)
}

/// Guards a group of routes, as if each route had a [`Permit`](crate::Permit) guard. See
/// [`login_required`].
///
/// The routes may open sockets: the policy is asked at the handshake.
///
/// # Outcome
///
/// As with [`Permit`](crate::Permit).
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # use std::convert::Infallible;
/// # use rocket::Request;
/// # struct Account { is_admin: bool }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket_login::{Policy, permission_required};
///
/// #[derive(Default)]
/// struct Admin;
///
/// impl Policy<Account> for Admin {
///     type Error = Infallible;
///
///     async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
///         Ok(user.is_admin)
///     }
/// }
///
/// #[get("/users")]
/// fn users() -> &'static str {
///     "all of them"
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// rocket::build().mount("/admin", permission_required::<Admin, Account>(routes![users]))
/// # }
/// ```
#[doc(alias = "admin_only")]
#[doc(alias = "user_passes_test")]
pub fn permission_required<P: Policy<U>, U: AuthUser>(
    routes: impl Into<Vec<Route>>,
) -> Protected<U> {
    protect::<Permit<P, U>>(routes)
}

/// Guarded routes, to be mounted. [`login_required`] makes them, and so do its sisters.
///
/// ```rust
/// # use rocket::{Build, Rocket};
/// # use rocket_login::{AuthUser, Protected};
/// fn mount<U: AuthUser>(rocket: Rocket<Build>, routes: Protected<U>) -> Rocket<Build> {
///     rocket.mount("/members", routes)
/// }
/// ```
#[must_use = "routes do nothing until they are mounted"]
pub struct Protected<U> {
    routes: Vec<Route>,
    open: Vec<Route>,
    /// Puts a handler behind the guard.
    pub(crate) guarding: fn(Box<dyn Handler>) -> Box<dyn Handler>,
    guard: &'static str,
    user: PhantomData<fn() -> U>,
}

impl<U: AuthUser> Protected<U> {
    /// Leaves the routes with this name open to everyone.
    ///
    /// # Panics
    ///
    /// If no route has the name: a misspelt name must not go unnoticed.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, Protected};
    /// fn with_imprint<U: AuthUser>(routes: Protected<U>) -> Protected<U> {
    ///     routes.except("imprint")
    /// }
    /// # struct Account;
    /// # impl rocket_login::AuthUser for Account {
    /// #     type Id = i64;
    /// #     fn id(&self) -> i64 { 1 }
    /// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
    /// # }
    /// # #[rocket::get("/")] fn imprint() {}
    /// # with_imprint(rocket_login::login_required::<Account>(rocket::routes![imprint]));
    /// ```
    #[track_caller]
    pub fn except(mut self, name: &str) -> Self {
        let is_named = |route: &mut Route| route.name.as_deref() == Some(name);
        let before = self.open.len();
        self.open.extend(self.routes.extract_if(.., is_named));
        assert!(
            self.open.len() > before,
            "no route of this group is called `{name}`"
        );
        self
    }
}

impl<U: AuthUser> From<Protected<U>> for Vec<Route> {
    fn from(protected: Protected<U>) -> Self {
        let guarding = protected.guarding;
        let guarded = protected.routes.into_iter().map(|mut route| {
            // The handler is replaced in place: a new route would lose its sentinels.
            route.handler = guarding(route.handler);
            route
        });
        guarded.chain(protected.open).collect()
    }
}

impl<U> fmt::Debug for Protected<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protected")
            .field("routes", &self.routes)
            .field("open", &self.open)
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

pub(crate) fn protect<G: UserGuard + 'static>(routes: impl Into<Vec<Route>>) -> Protected<G::User> {
    Protected {
        routes: routes.into(),
        open: Vec::new(),
        guarding: guarded::<G>,
        guard: type_name::<G>(),
        user: PhantomData,
    }
}
