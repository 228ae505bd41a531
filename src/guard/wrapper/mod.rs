//! Guards around whole groups of routes.

pub(crate) mod protected;

use rocket::Route;

use crate::policy::Policy;
use crate::user::AuthUser;
use protected::{Need, Permission};

pub use protected::Protected;

/// Lets only those into these routes who are logged in, as if each had a
/// [`User`](crate::User) guard.
///
/// `routes` is whatever can be mounted, a `FileServer` too. The routes stay what
/// they are, with names, ranks, formats and guards of their own, which share the
/// load of the user. Requests with one of the `exempt_methods` pass unchecked.
///
/// # Outcome
///
/// As with [`User`](crate::User): 401 and a challenge, or 503. Without the
/// fairing every request fails with 500 and a line in the log, since a wrapper
/// cannot abort the launch.
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
    Protected::new(routes.into(), Need::Login)
}

/// Lets only those into these routes whose login is fresh, as if each had a
/// [`FreshUser`](crate::FreshUser) guard. See [`login_required`].
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
    Protected::new(routes.into(), Need::Fresh)
}

/// Lets only those into these routes who are logged in and whom a [`Policy`] permits it,
/// as if each had a [`Permit`](crate::Permit) guard. See [`login_required`].
///
/// The routes may be such as open sockets: the policy is asked at the handshake.
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
    let permission = Permission::of::<P, U>();
    Protected::new(routes.into(), Need::Permission(permission))
}
