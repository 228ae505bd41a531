//! Somebody who may be logged in.

use std::fmt;
use std::ops::Deref;

use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::Reason;
use crate::guard::user::guard_for;
use crate::guard::{self, User};
use crate::request::resolve;
use crate::user::AuthUser;

/// A request guard: the user, if one is logged in, for pages that serve
/// everyone.
///
/// It dereferences to an `Option<User<U>>`.
///
/// # Outcome
///
/// Succeeds whether somebody is logged in or not. Fails
///
/// * with 403 if a page of another site wants to change something,
/// * with 503 if the user or the session could not be loaded: a failing database is not the
///   same as nobody,
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
///         None => "Hello, whoever you are".into(),
///     }
/// }
/// ```
#[doc(alias = "AnonymousUser")]
pub struct MaybeUser<U>(Option<User<U>>);

impl<U> MaybeUser<U> {
    /// The user, if one is logged in.
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

impl<U> Deref for MaybeUser<U> {
    type Target = Option<User<U>>;

    fn deref(&self) -> &Option<User<U>> {
        &self.0
    }
}

impl<U> fmt::Debug for MaybeUser<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MaybeUser").field(&self.0).finish()
    }
}

#[rocket::async_trait]
impl<'r, U: AuthUser> FromRequest<'r> for MaybeUser<U> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match optional(request).await {
            Ok(user) => Outcome::Success(Self(user)),
            Err(reason) => Outcome::Error((reason.status(), reason)),
        }
    }
}

impl<U: AuthUser> Sentinel for MaybeUser<U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        guard::is_unattached::<U>(rocket)
    }
}

/// The user if there is one, an error only if that cannot be said.
pub(super) async fn optional<U: AuthUser>(
    request: &Request<'_>,
) -> Result<Option<User<U>>, Reason> {
    match resolve(guard::manager::<U>(request)?, request).await {
        Ok(active) => Ok(Some(guard_for(&active))),
        Err(Reason::NotLoggedIn | Reason::Inactive | Reason::NotFresh) => Ok(None),
        Err(reason) => Err(reason),
    }
}
