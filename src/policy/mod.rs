//! What a user may do, as the application decides it.

mod composed;

use std::future::Future;

use rocket::request::Request;

use crate::error::BoxError;
use crate::user::AuthUser;

pub use composed::{AllOf, AnyOf, Not};

/// Whether a user may do something: a rule of the application's, on a type of its own.
///
/// [`Permit<Admin, Account>`](crate::Permit) asks it before a route is served, and
/// [`permission_required`](crate::permission_required) before each of a group.
/// [`AllOf`], [`AnyOf`] and [`Not`] make one policy of several.
///
/// The type carries no data: it is made with `Default` wherever it is asked. What the
/// decision depends on it takes from the user, and from the request: the path and its
/// parameters, managed state such as a pool of database connections, or other guards.
/// [`User`](crate::User) is there without another load. A `Permit` of
/// itself, also by way of another policy, fails with 503.
///
/// # Errors
///
/// A policy that fails, or has not answered within the setting
/// [`loader_timeout`](crate::Config::loader_timeout), is answered with 503, with a line
/// in the log: whether something is permitted is then not known, and it is done for
/// nobody. One that panics is a 500, as in any handler.
///
/// # Security
///
/// A policy is asked each time that one of the two guards wants to know, and what it says is
/// kept nowhere. A permission that was taken away is gone at the next request; a socket
/// that is open stays so.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use std::convert::Infallible;
/// use rocket::Request;
/// use rocket_login::{Permit, Policy};
/// # struct Account { name: String, is_admin: bool }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
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
/// #[get("/admin")]
/// fn admin(user: Permit<Admin, Account>) -> String {
///     format!("Hello, {}, what is to be done?", user.name)
/// }
/// ```
///
/// One that looks something up:
///
/// ```rust
/// # use std::collections::HashSet;
/// # use rocket::Request;
/// # use rocket_login::Policy;
/// # struct Account { id: i64 }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # struct Projects;
/// # impl Projects {
/// #     async fn is_member(&self, _: i64, _: i64) -> Result<bool, std::io::Error> { Ok(true) }
/// # }
/// /// For those who work on the project in `/<project>/…`, mounted at `/projects`.
/// #[derive(Default)]
/// struct Member;
///
/// impl Policy<Account> for Member {
///     type Error = std::io::Error;
///
///     async fn allow(&self, user: &Account, request: &Request<'_>) -> std::io::Result<bool> {
///         let projects = request.rocket().state::<Projects>();
///         let projects = projects.ok_or_else(|| std::io::Error::other("there are no projects"))?;
///         let project = request.param(0).and_then(Result::ok);
///         // Not a no: with `Not` it would be a yes.
///         let project = project.ok_or_else(|| std::io::Error::other("the path has no project"))?;
///         projects.is_member(project, user.id).await
///     }
/// }
/// ```
#[doc(alias = "admin_only")]
#[doc(alias = "role")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no policy for users of type `{U}`",
    note = "implement `rocket_login::Policy<{U}>` for `{Self}`"
)]
pub trait Policy<U: AuthUser>: Default + Send + Sync + 'static {
    /// Why it may be unable to say: an error, or a text. It is logged, and shown to nobody.
    type Error: Into<BoxError>;

    /// Whether this user may do what is requested. To be written as an `async fn`.
    fn allow(
        &self,
        user: &U,
        request: &Request<'_>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}
