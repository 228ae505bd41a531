//! The application's users, and how they are loaded.

mod request_loader;

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use rocket::futures::future::BoxFuture;
use rocket::request::Request;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::BoxError;

pub use request_loader::RequestLoader;
pub(crate) use request_loader::{ByRequest, by_request};

/// A user of the application, of whatever type.
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
    /// By what the loader finds the user again: a number, a text, a UUID or
    /// whatever `serde` can write and read.
    type Id: Serialize + DeserializeOwned + Send + 'static;

    /// The id of this user.
    fn id(&self) -> Self::Id;

    /// Bytes whose change ends every session and remember token of the user: none counts
    /// that was made with other bytes.
    ///
    /// The password hash is a good choice: a new password then logs out
    /// everywhere, except where [`Auth::renew()`](crate::Auth::renew) was
    /// called. Browsers get a keyed digest of these bytes and never the bytes.
    ///
    /// # Security
    ///
    /// Bytes that never change make a stolen cookie outlive a new password, and
    /// let it into the account that gets the id of a deleted one.
    fn session_auth_hash(&self) -> Cow<'_, [u8]>;

    /// Whether the user may be logged in, asked at login and at every load.
    ///
    /// While it is `false` no session and no remember token of the user counts, and nothing is
    /// removed. They count again as soon as it is `true`, unless
    /// [`LoginManager::revoke_all()`](crate::LoginManager::revoke_all) has ended them.
    ///
    /// `true` unless it is overridden.
    fn is_active(&self) -> bool {
        true
    }
}

/// A function that finds a user by id: `None` if there is no such user, an
/// error if that cannot be said at the moment.
///
/// Every `async fn(&Request<'_>, U::Id) -> Result<Option<U>, E>` is one, and every
/// `async |request: &Request<'_>, id: i64| …` closure whose arguments have types. Through
/// the request it reaches managed state, such as a pool of database
/// connections. It runs at most once per request, and must not use a guard of
/// its own kind of users, which would wait for it: such a guard fails with 503.
///
/// A loader that has not answered within the setting
/// [`loader_timeout`](crate::Config::loader_timeout) is dropped where it waits, and the
/// request gets 503; one that blocks its thread cannot be. One that panics has Rocket
/// answer with 500, and nothing else: the next request is as good as any.
///
/// A database connection is best taken inside the loader, and a [`User`] guard
/// stands before guards that take connections: with a pool of one, a loader would
/// wait for the connection that its own request holds.
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
    /// What the function returns when it is called.
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

/// A loader of whatever type, with whatever error.
pub(crate) type Loader<U> =
    Arc<dyn for<'r> Fn(&'r Request<'r>, <U as AuthUser>::Id) -> Loading<'r, U> + Send + Sync>;

pub(crate) fn boxed<U, L, E>(loader: L) -> Loader<U>
where
    U: AuthUser,
    L: for<'r> UserLoader<'r, U, E>,
    E: Into<BoxError> + 'static,
{
    Arc::new(move |request, id| {
        let loading = loader.load(request, id);
        Box::pin(async move { loading.await.map_err(Into::into) })
    })
}
