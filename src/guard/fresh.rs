//! Somebody who proved recently enough who they are.

use std::fmt;
use std::ops::Deref;

use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::Reason;
use crate::guard::user::{guard_for, required_active};
use crate::guard::{self, User};
use crate::request::Refusal;
use crate::user::AuthUser;

/// A request guard: a user whose login is fresh, for what is sensitive.
///
/// A login is fresh until the session ends, until protection takes its
/// freshness, or for as long as `fresh_for` says. A session restored from a
/// remember token is not fresh. [`Auth::confirm_as()`](crate::Auth::confirm_as) makes
/// it fresh again. It dereferences to [`User`], and so to the user.
///
/// # Outcome
///
/// Succeeds if the login is fresh. Fails as [`User`] does, and besides
///
/// * with 401 if the login is not fresh; a challenge then sends people to the
///   page named by `refresh_to`. So it is for whom a
///   [request loader](crate::LoginFairing::request_loader) has found, and never with a
///   redirect: a key says nothing about who is there at the moment.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket_login::FreshUser;
/// # struct Account { name: String }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/settings")]
/// fn settings(user: FreshUser<Account>) -> String {
///     format!("Change your password, {}", user.name)
/// }
/// ```
#[doc(alias = "fresh_login_required")]
pub struct FreshUser<U>(User<U>);

impl<U> FreshUser<U> {
    /// The user without the promise.
    ///
    /// ```rust
    /// # use rocket_login::{FreshUser, User};
    /// fn forget_freshness<U>(user: FreshUser<U>) -> User<U> {
    ///     user.into_user()
    /// }
    /// ```
    pub fn into_user(self) -> User<U> {
        self.0
    }
}

impl<U> Deref for FreshUser<U> {
    type Target = User<U>;

    fn deref(&self) -> &User<U> {
        &self.0
    }
}

impl<U> Clone for FreshUser<U> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<U> fmt::Debug for FreshUser<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FreshUser").field(&self.0).finish()
    }
}

#[rocket::async_trait]
impl<'r, U: AuthUser> FromRequest<'r> for FreshUser<U> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match fresh(request).await {
            Ok(user) => Outcome::Success(Self(user)),
            Err(reason) => Outcome::Error((reason.status(), reason)),
        }
    }
}

/// The user, or a reason that is also left for the catcher.
pub(super) async fn fresh<U: AuthUser>(request: &Request<'_>) -> Result<User<U>, Reason> {
    let (manager, active) = required_active::<U>(request).await?;
    match active.fresh {
        true => Ok(guard_for(&active)),
        false => {
            let reason = Reason::NotFresh;
            Refusal::leave(request, &manager.realm, reason, Some(&active.by));
            Err(reason)
        }
    }
}

impl<U: AuthUser> Sentinel for FreshUser<U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        guard::is_unattached::<U>(rocket)
    }
}
