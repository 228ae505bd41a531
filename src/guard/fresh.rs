//! The guard for what is sensitive: a user whose login is fresh.

use rocket::request::Request;

use crate::error::Reason;
use crate::guard::User;
use crate::guard::user::{guard_for, logged_in};
use crate::guard::user_guard::{UserGuard, rocket_guard, transparent};
use crate::manager::LoginManager;
use crate::request::{Authenticated, Refusal};
use crate::user::AuthUser;

/// A request guard for sensitive routes: a user whose login is fresh.
///
/// A login is fresh until the session ends, until protection takes its freshness, or for
/// as long as `fresh_for` says. A session restored from a remember token is not fresh.
/// [`Auth::confirm_as()`](crate::Auth::confirm_as) makes it fresh again. The guard
/// dereferences to [`User`], and so to the user.
///
/// # Outcome
///
/// Succeeds if the login is fresh. Fails as [`User`] does, and besides
///
/// * with 401 if the login is not fresh. A challenge then redirects to the page that
///   `refresh_to` names. A user found by a
///   [request loader](crate::LoginFairing::request_loader) is never fresh, and gets 401
///   without a redirect: a key does not prove that its owner is present.
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
    /// Returns the user without the promise of freshness.
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

impl<U> Clone for FreshUser<U> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<U: AuthUser> UserGuard for FreshUser<U> {
    type User = U;

    async fn find(request: &Request<'_>) -> Result<Self, Reason> {
        let (manager, found) = logged_in::<U>(request).await?;
        fresh_guard_for(manager, request, &found)
    }
}

/// Makes the guard of a fresh login, or leaves a reason for the catcher. See
/// [`guard_for`] for why it is no associated function.
pub(super) fn fresh_guard_for<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    found: &Authenticated<U>,
) -> Result<FreshUser<U>, Reason> {
    if !found.fresh {
        let reason = Reason::NotFresh;
        Refusal::leave(request, &manager.realm, reason, Some(&found.by));
        return Err(reason);
    }
    Ok(FreshUser(guard_for(found)))
}

rocket_guard!([U: AuthUser] FreshUser<U>);
transparent!(FreshUser[U] => User<U>);
