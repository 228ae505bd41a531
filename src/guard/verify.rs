//! The methods of [`Auth`] that ask again whether a login counts.

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::guard::fresh::fresh_guard_for;
use crate::guard::user::guard_for;
use crate::guard::{Auth, FreshUser, User};
use crate::request::{Authenticated, Refusal, verify};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Asks again whether the login of this request counts, and returns its user as they are
    /// now.
    ///
    /// Guards judge when the headers of a request have come. The body may come hours later.
    /// The login may have ended meanwhile: by a logout, a revocation, a new password, or
    /// because the user is no longer active. Call the method after the body and after slow
    /// work, right before something is stored.
    ///
    /// Session and user are loaded anew, and judged as for a request that came now. Nothing
    /// is written. Later guards of this request get the same result. If no guard has asked
    /// for the user so far, this is the first question, as [`user()`](Self::user) asks it.
    ///
    /// # Errors
    ///
    /// * `NotLoggedIn` if the login no longer counts. A page is then sent to the login page,
    ///   as by a guard.
    /// * `OtherUser` if a request loader now finds another user,
    /// * `CrossOrigin` for a page of another site,
    /// * `TooLate` on an open socket, which ends with its session,
    /// * `Unavailable` if the user or the session could not be loaded.
    ///
    /// # Security
    ///
    /// Without a store a logout and a confirmation are known to the process that served
    /// them. A policy is not asked again: ask it with the user that this returns.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn store_address<U>(_: &U, _: &str) -> Result<(), LoginError> { Ok(()) }
    /// # async fn save<U: AuthUser>(auth: Auth<'_, U>, address: &str) -> Result<(), LoginError> {
    /// let user = auth.verify().await?;
    /// store_address(&*user, address).await
    /// # }
    /// ```
    pub async fn verify(&self) -> Result<User<U>, LoginError> {
        Ok(guard_for(&self.verified().await?))
    }

    /// Asks again whether the login of this request counts and is fresh: see
    /// [`verify()`](Self::verify).
    ///
    /// # Errors
    ///
    /// As of `verify`, and `NotFresh` if the login is not fresh. A page is then sent to the
    /// page that `refresh_to` names.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn hash(_: &str) -> String { String::new() }
    /// # async fn store_hash<U>(_: &U, _: &str) -> Result<U, LoginError> { todo!() }
    /// # async fn change<U: AuthUser>(auth: Auth<'_, U>, password: &str) -> Result<(), LoginError> {
    /// let hash = hash(password).await;
    /// let user = auth.verify_fresh().await?;
    /// let updated = store_hash(&**user, &hash).await?;
    /// auth.renew(&updated).await
    /// # }
    /// ```
    pub async fn verify_fresh(&self) -> Result<FreshUser<U>, LoginError> {
        let found = self.verified().await?;
        Ok(fresh_guard_for(self.manager, self.request, &found)?)
    }

    /// Leaves the reason of a refusal for the catcher, as guards do.
    async fn verified(&self) -> Result<Authenticated<U>, LoginError> {
        let verified = verify(self.manager, self.request, None).await;
        let reason = match verified.as_ref().map_err(LoginError::kind) {
            Err(LoginErrorKind::NotLoggedIn) => Reason::NotLoggedIn,
            Err(LoginErrorKind::CrossOrigin) => Reason::CrossOrigin,
            _ => return verified,
        };
        Refusal::leave(self.request, &self.manager.realm, reason, None);
        verified
    }
}
