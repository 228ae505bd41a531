//! The guard for pages that serve everyone.

use rocket::request::Request;

use crate::error::Reason;
use crate::guard::User;
use crate::guard::user::guard_for;
use crate::guard::user_guard::{UserGuard, manager, rocket_guard, transparent};
use crate::request::resolve;
use crate::user::AuthUser;

/// A request guard for pages that serve everyone: the user, if one is logged in.
///
/// It dereferences to an `Option<User<U>>`.
///
/// # Outcome
///
/// Succeeds with and without a login. Fails
///
/// * with 403 if a page of another site sent a request that may change something,
/// * with 503 if the user or the session could not be loaded: a failing database is not the
///   same as an anonymous visitor,
/// * with 500 if the fairing is not attached, where no sentinel could see it.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket_login::MaybeUser;
/// # struct Account { name: String }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/")]
/// fn home(user: MaybeUser<Account>) -> String {
///     match &*user {
///         Some(user) => format!("Hello, {}", user.name),
///         None => "Hello, stranger".into(),
///     }
/// }
/// ```
#[doc(alias = "AnonymousUser")]
pub struct MaybeUser<U>(Option<User<U>>);

impl<U> MaybeUser<U> {
    /// Returns the user, if one is logged in.
    ///
    /// ```rust
    /// # use rocket_login::{MaybeUser, User};
    /// fn user<U>(maybe: MaybeUser<U>) -> Option<User<U>> {
    ///     maybe.into_inner()
    /// }
    /// ```
    pub fn into_inner(self) -> Option<User<U>> {
        self.0
    }
}

impl<U: AuthUser> UserGuard for MaybeUser<U> {
    type User = U;

    async fn find(request: &Request<'_>) -> Result<Self, Reason> {
        match resolve(manager::<U>(request)?, request).await {
            Ok(found) => Ok(Self(Some(guard_for(&found)))),
            Err(Reason::NotLoggedIn | Reason::Inactive | Reason::NotFresh) => Ok(Self(None)),
            Err(reason) => Err(reason),
        }
    }
}

rocket_guard!([U: AuthUser] MaybeUser<U>);
transparent!(MaybeUser[U] => Option<User<U>>);
