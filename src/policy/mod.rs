//! Policies: rules of the application about what a user may do.

mod composed;

use std::future::Future;

use rocket::request::Request;

use crate::error::BoxError;
use crate::user::AuthUser;

pub use composed::{AllOf, AnyOf, Not};

/// A rule of the application about what a user may do, as a type of its own.
///
/// [`Permit<Admin, Account>`](crate::Permit) asks the policy before a route is served, and
/// [`permission_required`](crate::permission_required) before each route of a group.
/// [`AllOf`], [`AnyOf`] and [`Not`] compose policies.
///
/// The type carries no data: each decision makes a value with `Default`. A policy decides by the
/// user and by the request: by the path and its parameters, by managed state such as a pool of
/// database connections, or by other guards. The guard [`User`](crate::User) does not load the user
/// again. A `Permit` of the policy itself, also by way of another policy, fails with 503.
///
/// # Errors
///
/// If a policy fails, or has not answered within the setting
/// [`loader_timeout`](crate::Config::loader_timeout), the request is answered with 503, with a
/// line in the log. The handler does not run. A panic is answered with 500, as in any handler.
///
/// # Security
///
/// Both guards ask the policy each time, and no answer is kept. So a permission that was withdrawn
/// is gone at the next request. A socket that is open stays open.
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
/// A policy that asks a database:
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
    /// The error of a policy that cannot decide: an error type, or a text. The error is logged. No
    /// response shows it.
    type Error: Into<BoxError>;

    /// Decides whether this user may do what is requested. Write it as an `async fn`.
    fn allow(
        &self,
        user: &U,
        request: &Request<'_>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}
