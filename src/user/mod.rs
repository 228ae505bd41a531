//! The application's users, and how they are loaded.

mod request_loader;

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use rocket::futures::future::{BoxFuture, FutureExt, TryFutureExt};
use rocket::request::Request;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::BoxError;

pub use request_loader::RequestLoader;
pub(crate) use request_loader::{ByRequest, by_request};

/// A user of the application, of any type.
///
/// # Example
///
/// ```rust
/// use std::borrow::Cow;
/// use rocket_login::AuthUser;
///
/// struct Account {
///     id: i64,
///     name: String,
///     password_hash: String,
///     closed: bool,
/// }
///
/// impl AuthUser for Account {
///     type Id = i64;
///
///     fn id(&self) -> i64 {
///         self.id
///     }
///
///     fn session_auth_hash(&self) -> Cow<'_, [u8]> {
///         self.password_hash.as_bytes().into()
///     }
///
///     fn is_active(&self) -> bool {
///         !self.closed
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user that can log in",
    note = "implement `rocket_login::AuthUser` for `{Self}`"
)]
pub trait AuthUser: Send + Sync + 'static {
    /// The type of the id that a loader finds the user by: a number, a text, a UUID or any other
    /// type that `serde` can write and read.
    type Id: Serialize + DeserializeOwned + Send + 'static;

    /// Returns the id of this user.
    fn id(&self) -> Self::Id;

    /// Returns bytes whose change suspends every session and remember token of the user. A token
    /// counts only with the bytes it was made with.
    ///
    /// The password hash is a good choice: a new password then logs out
    /// everywhere, except where [`Auth::renew()`](crate::Auth::renew) was
    /// called. Browsers get a keyed digest of these bytes and never the bytes.
    ///
    /// # Security
    ///
    /// If the bytes never change, a stolen cookie outlives a new password. It also opens the account
    /// that gets the id of a deleted one. The log warns once if they are empty.
    fn session_auth_hash(&self) -> Cow<'_, [u8]>;

    /// Tells whether the user may be logged in. Asked at each login and at each load.
    ///
    /// While it returns `false`, all sessions and remember tokens of the user are suspended. They
    /// count again as soon as it returns `true`, unless
    /// [`LoginManager::revoke_all()`](crate::LoginManager::revoke_all) has ended them.
    ///
    /// By default it returns `true`.
    fn is_active(&self) -> bool {
        true
    }
}

/// A function that loads a user by id. It returns `None` if there is no such user, and an error if
/// it cannot load users now.
///
/// Every `async fn(&Request<'_>, U::Id) -> Result<Option<U>, E>` is a loader, and every
/// `async |request: &Request<'_>, id: i64| …` closure whose arguments have types. A closure
/// that captures a pool clones it for each future:
/// `move |_: &Request<'_>, id: i64| { let pool = pool.clone(); async move { … } }`. Through
/// the request a loader reaches managed state, such as a pool of database connections. It runs
/// once per request, and again after a login or for `Auth::verify`. It must not use a guard for the same type of users, which would wait for
/// the loader: such a guard fails with 503.
///
/// A loader that has not answered within the setting
/// [`loader_timeout`](crate::Config::loader_timeout) is dropped where it waits, and the
/// request is answered with 503. A loader that blocks its thread cannot be dropped. If a loader
/// panics, Rocket answers with 500, and later requests are served as before.
///
/// Take a database connection inside the loader, and write the [`User`] guard before guards that
/// take connections. With a pool of one, a loader would wait for the connection that its own
/// request holds.
///
/// [`User`]: crate::User
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use std::collections::HashMap;
/// use std::convert::Infallible;
/// use rocket::Request;
/// use rocket_login::LoginManager;
/// # use rocket_login::AuthUser;
/// # #[derive(Clone)] struct Account;
/// # impl AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// type Accounts = HashMap<i64, Account>;
///
/// async fn load_account(
///     request: &Request<'_>,
///     id: i64,
/// ) -> Result<Option<Account>, Infallible> {
///     let accounts = request.rocket().state::<Accounts>();
///     Ok(accounts.and_then(|accounts| accounts.get(&id).cloned()))
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// rocket::build()
///     .manage(Accounts::new())
///     .attach(LoginManager::fairing(load_account))
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not load users of type `{U}`",
    note = "a loader is an `async fn(&Request<'_>, Id) -> Result<Option<User>, Error>`, \
            where `Id` is the user's `AuthUser::Id`"
)]
pub trait UserLoader<'r, U: AuthUser, E>: Send + Sync + 'static {
    /// The future that the function returns.
    type Future: Future<Output = Result<Option<U>, E>> + Send + 'r;

    /// Calls the function.
    fn load(&self, request: &'r Request<'r>, id: U::Id) -> Self::Future;
}

impl<'r, F, Fut, U, E> UserLoader<'r, U, E> for F
where
    F: Fn(&'r Request<'r>, U::Id) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<U>, E>> + Send + 'r,
    U: AuthUser,
{
    type Future = Fut;

    fn load(&self, request: &'r Request<'r>, id: U::Id) -> Fut {
        self(request, id)
    }
}

type Loading<'r, U> = BoxFuture<'r, Result<Option<U>, BoxError>>;

/// A loader of any type, with any error.
pub(crate) type Loader<U> =
    Arc<dyn for<'r> Fn(&'r Request<'r>, <U as AuthUser>::Id) -> Loading<'r, U> + Send + Sync>;

pub(crate) fn boxed<U, L, E>(loader: L) -> Loader<U>
where
    U: AuthUser,
    L: for<'r> UserLoader<'r, U, E>,
    E: Into<BoxError> + 'static,
{
    Arc::new(move |request, id| loader.load(request, id).err_into().boxed())
}
